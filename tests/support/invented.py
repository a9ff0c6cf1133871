"""Made-up records and texts that try every rule: fields of the model with values of every kind."""

from __future__ import annotations

import copy
import json
import random
import types
import typing
from collections.abc import Iterator
from functools import cached_property
from typing import Any

from pydantic import BaseModel

from anchorbook.model import CaseStudy, Measure
from anchorbook.vocabulary import Vocabulary

WORDS = ("People Trust hospital work jobs NHS ICS staff residents from in by since the a of and money raised panels grants About per cent million thousand May 2021 "
         "Birmingham moved terms applicants £345,000 1,000 US$5m 33% €7.5 −3 10 to 20 345000 GBP. panels. staff, people; (RBH) RBH, the").split()
MARKS = (
    "**", "*", "_", "__", "~~", "`", "```", "# ", "> ", "- ", "1. ", "| a | b |\n|---|---|\n| c | d |", "\n\n", "\n", "  \n", "***", "---", "===", "![x](y)", "[x](https://example.org)",
    "[x](javascript:alert(1))", "[x](JaVaScRiPt&colon;x)", "[x](case:minimal)", "[x](page:evidence/claims#a)", "[x](<y z>)", "[x][y]", "[y]: https://example.org", "[x](", "](", "]:", "<https://a.b>", "\\", "&amp;", "&#0;",
    "&#x202e;", "<b>", "</script>", "<!--", "-->", "<![CDATA[", "<?x", "<a href='x'>", "<img src=x onerror=alert(1)>", "<scr\nipt>", "[@reed2019_ch7]", "[@reed2019_ch7, line 271]", "[@reed2019_ch7, lines 271 to 273]",
    "[@ihi_anchors_2022, line 84; @britteon2022]", "[@", "[@x", "[@x,]", "[@;@]", "[@reed2019_ch7, lines 1-9999999]", "{cite}`reed2019_ch7, line 272`", "{claim}`CL16`", "{{ x }}", "{% raw %}", "${x}", "%s", "{0}", "{message}",
    "$$x$$", "::error file=a::b", "=cmd|' /C calc'!A0", "a@b.org", "a (at) b.org", "x@" + "y." * 30 + "z", "07700 900123", "+44 (0)20 7946 0000", "943 476 5919", "QQ 12 34 56 C", "AB123456C", "B15 2TH", "ISBN 0306406152",
    "\u202e", "\u2066", "\u200b", "\u200d", "\u200f", "\xad", "\ufeff", "\u2028", "\x85", "\u3164", "\U000e0041", "\U0001f3f4\U000e0067\U000e007f", "👩\u200d🔬", "e\u0301" * 3, "\u0301", "ﷺ", "\u017f", "\u212a", "\u0130", "\u0131", "ß", "ǰ", "٣", "２０２１",
    "½", "²", "𝟘", "\u1160", "“", "’", "—", "\xa0", "́", "𐏿", "\ufffd")
VALUES = (
    "0", "-0", "1", "-1", "5", "100", "33.3", "0.1", "1e5", "1e18", "1e99", "-1e99", "1e-99", "1.5e-99", "999999999999999999e99", "0.000000000000000001e-99", "999999999999999999", "9" * 30, "9" * 400, "1" + "0" * 5000, "1.", ".5", "0x1F", "0o17", "0b1", "1_000", "007",
    "12:30:45", "190:20:30", "190:20:30.15", ".inf", "-.inf", ".nan", "nan", "1e999", "true", "false", "yes", "Off", "~", "null", "''", '""', "2020-04-01", "2020-04-01T12:00:00Z", "2021-02-30", "26/5/2021", "26 May 2021", "26 ſept 2021",
    "31st of June 2021", "3/4/2021", "0000", "0001", "9999", "9999/00", "FY2020-21", "2020/21", "2016 to 2010", "since 2016", "from ", "until ", "to", " to ", "not known", "since since", "٢٠٢١", "２０２１-０５", "[]", "{}", "[[]]", "[{}]", "{a: b}", "{'': ''}", "[1, a, ~]",
    "{start: ~}", "{start: 2016, end: now}", "{key: x}", "{value: 1}", "[~]", "|", ">", "?", "-", "@", "%", "&a", "*a", "!x", "!", "#", "£", "£1,345", "$5", "1,000,000", "about 10", "Good work", "work, purchasing", "x, ", ", x", ",", "case:", "CL16", "CL20", "CL9999", "reed2019_ch7, line 271",
    "reed2019_ch7, lines 3 and 9", "britteon2022, page", "nobody1999", "GBP", "gbp", "https://example.org", "http://", "people", "young people", "%")


NUMBERS = ("0", "-0", "1", "3", "5", "10", "18", "33.3", "33", "67", "0.1", "-2.50", "345000", "1000", "1e5", "1e17", "1e18", "1e40", "1e99", "-1e99", "1e-9", "1e-99", "1.5e-99", "999999999999999999e99",
           "0.000000000000000001e-99", "999999999999999999", "0.333333333333333333")
"""Values that are numbers, for the reader."""


def run_of_signs(dice: random.Random, most: int = 5000) -> str:
    """A long run of the same few signs: what makes careless patterns slow."""
    many = int(10 ** (dice.random() * (len(str(most)) - 1) + 0.5)) % most + 1
    sign = dice.choice(("a", " ", "[", "]", "(", ")", "*", "_", "`", "~", ">", "<", "&", "\\", "!", "#", "-", "|", "@", "=", "0", "9", ".", ",", ", ", ":", ";", "'", '"', "\t", "\n", "a ", "a.", "a-", "[@", "[@a;", "[@a, b; ", "@a.", "](", "[a](", "![", "<a", "<!--", "**a ", "*a_", "_*",
                        "0 ", "1,000", " 1", "A&", "AB ", "(AB", "(0", "(at)", "x@", "://", "https://", "\u200d", "\u0301", "é", "{", "}", "{{", "{cite}`", "$", "%", "to ", "- ", "> ", "| ", "\\\n", "lines 1 ", "a\n\n", "# ", "* ", "1. "))
    return sign * max(1, many // len(sign)) + dice.choice(("", "!", "x", ")", "]", "\n", " x"))


def hostile(dice: random.Random, most: int = 6) -> str:
    """A short text in which much means something to somebody."""
    parts = []
    for _ in range(dice.randint(1, most)):
        kind = dice.random()
        parts.append(dice.choice(WORDS) if kind < 0.4 else dice.choice(MARKS) if kind < 0.75 else dice.choice(VALUES) if kind < 0.93 else run_of_signs(dice, 60) if kind < 0.98 else run_of_signs(dice))
    return dice.choice((" ", " ", " ", "")).join(parts)


class Raw(str):
    """A value that goes into the file as it is typed."""


class Inventor:
    """Makes records from the model."""

    def __init__(self, vocabulary: Vocabulary):
        self.vocabulary = vocabulary

    @cached_property
    def shapes(self) -> dict[type[BaseModel], dict[str, tuple[str, Any, Any]]]:
        """Of each part of the model, its fields: what kind of value, of what, and the field itself."""
        found: dict[type[BaseModel], dict[str, tuple[str, Any, Any]]] = {}
        todo: list[type[BaseModel]] = [CaseStudy]
        while todo:
            model = todo.pop()
            if model in found:
                continue
            found[model] = {}
            for name, info in model.model_fields.items():
                kind, inner = _shape(info.annotation)
                found[model][name] = (kind, inner, info)
                if isinstance(inner, type) and issubclass(inner, BaseModel):
                    todo.append(inner)
        return found

    def part(self, model: type[BaseModel], dice: random.Random, share: float, wild: float) -> dict[str, Any]:
        """A group of fields: those that are needed, and a share of the others."""
        made: dict[str, Any] = {}
        for name, (kind, inner, info) in self.shapes[model].items():
            if info.is_required() or dice.random() < share:
                made[name] = self.value(name, kind, inner, info, dice, share, wild)
        return self.fitting(model, made, dice) if dice.random() < 0.9 else made

    @staticmethod
    def fitting(model: type[BaseModel], made: dict[str, Any], dice: random.Random) -> dict[str, Any]:
        """The group without what its fields forbid each other, or few records would come as far as the rules."""
        number = Raw(dice.choice(NUMBERS))
        if model is Measure:
            kept = {name: item for name, item in made.items() if name not in ("value", "low", "high", "text", "interval")}
            unit = dice.choice(("people", "GBP", "%", "%", "£", "young people", "USD", hostile(dice, 2) or "x"))
            return kept | dice.choice(({"value": number, "unit": unit}, {"value": number, "unit": unit}, {"text": hostile(dice) or "x"}, {"low": Raw("1"), "high": Raw("1e5"), "unit": unit}))
        for low, high in (("low", "high"), ("ci_low", "ci_high")):
            if low in made or high in made:
                made |= {low: Raw("-1"), high: Raw("2")}
        return made

    def value(self, name: str, kind: str, inner: Any, info: Any, dice: random.Random, share: float, wild: float) -> Any:
        if dice.random() < wild:
            return self.wild(dice)
        extra = info.json_schema_extra or {}
        example = info.examples[0] if info.examples else ""
        facet = str(extra.get("vocabulary", ""))
        if facet in self.vocabulary:
            terms = self.vocabulary[facet].terms
            chosen = dice.choice(terms)
            chosen = chosen.id if dice.random() < 0.95 else dice.choice((chosen.label, chosen.id.upper(), chosen.id[:-1]))
            return [chosen] if kind == "list" else Raw(chosen) if name == "level" else chosen
        if kind == "list" and inner is not str:
            if dice.random() < 0.5 and isinstance(example, list) and example:
                return example
            return [self.part(inner, dice, share, wild) for _ in range(dice.choice((0, 1, 1, 1, 2, 5)))] or (example if info.is_required() else [])
        if kind == "part":
            return self.part(inner, dice, share, wild) if dice.random() < 0.7 else example
        if extra.get("markdown") or name in ("title", "name", "note", "text", "what", "role", "label", "fact", "locator"):
            made = example if isinstance(example, str) and dice.random() < 0.3 else " ".join(dice.choice(WORDS) for _ in range(8)) if dice.random() < 0.3 else hostile(dice, 10)
            return [made] if kind == "list" else made[: 150 if name == "title" else 880 if name == "summary" else None] or "x"
        if kind == "number" and dice.random() < 0.5:
            return Raw(dice.choice(NUMBERS if wild < 0.05 else VALUES[:36]))
        return example

    @staticmethod
    def wild(dice: random.Random) -> Any:
        kind = dice.randrange(8)
        if kind < 4:
            return Raw(dice.choice(VALUES))
        if kind == 4:
            return hostile(dice)
        if kind == 5:
            return [Raw(dice.choice(VALUES)) for _ in range(dice.choice((0, 1, 3)))]
        if kind == 6:
            return {dice.choice(("value", "key", "name", "start", "", "x", "0", "int", "str", "constrained-str")): Raw(dice.choice(VALUES))}
        nested: Any = Raw("x")
        for _ in range(dice.choice((2, 5, 14, 15, 16, 40))):
            nested = [nested] if dice.random() < 0.5 else {"measures": nested}
        return nested

    def record(self, dice: random.Random) -> str:
        """A record as YAML: in good order, with values that may be anything."""
        wild = dice.choice((0, 0, 0, 0, 0.02, 0.1))
        data = self.part(CaseStudy, dice, dice.choice((0.02, 0.1, 0.1, 0.25)), wild)
        if dice.random() < 0.95:
            data["id"] = "minimal"
        if not data.get("measures"):
            data.setdefault("no_measures_reason", hostile(dice))
        names = list(data)
        if dice.random() < 0.1:
            dice.shuffle(names)
        return "\n".join(f"{name}: {written(data[name], dice)}" for name in names) + "\n"

    def huge(self, dice: random.Random) -> str:
        """A record with one text, list or name near the most that is read."""
        data = self.part(CaseStudy, dice, 0.02, 0)
        data |= {"id": "minimal", "no_measures_reason": "None."}
        most = dice.choice((20_000, 60_000, 240_000))
        kind = dice.randrange(6)
        if kind < 3:
            text = run_of_signs(dice, 5000)
            data[dice.choice(("problem", "what_was_done", "context", "rationale"))] = (text * (most // len(text) + 1))[:most]
        elif kind == 3:
            data["problem"] = " ".join(hostile(dice, 20) for _ in range(most // 400))
        elif kind == 4:
            data[dice.choice(("limitations", "sources", "places", "periods", "partners", "measures", "drivers", "materials"))] = [hostile(dice, 2) for _ in range(most // 100)]
        else:
            return "\n".join(f"{name}: {written(item, dice)}" for name, item in data.items()) + "\n" + "".join(f"x{number}: {dice.choice(VALUES[:20])}\n" for number in range(most // 40))
        return "\n".join(f"{name}: {written(item, dice)}" for name, item in data.items()) + "\n"

    def answer(self, name: str, dice: random.Random) -> str:
        """What somebody may type for a field of the form."""
        if dice.random() < 0.3:
            return "\n".join(hostile(dice, 4) for _ in range(dice.choice((1, 1, 3))))
        if name == "measures":
            return "\n".join(f"{dice.choice(WORDS)}; {dice.choice(('output', 'outcome', 'x'))}; {dice.choice(VALUES)}; {dice.choice(('people', '%', 'GBP', ''))}; {dice.choice(VALUES)}; {dice.choice(VALUES)}"
                             for _ in range(dice.choice((0, 1, 3))))
        info = CaseStudy.model_fields[name]
        facet = str((info.json_schema_extra or {}).get("vocabulary", ""))
        if facet in self.vocabulary and dice.random() < 0.8:
            return dice.choice((", ", "\n", "; ")).join(dice.choice(self.vocabulary[facet].terms).label for _ in range(dice.choice((1, 1, 2))))
        example = info.examples[0] if info.examples else ""
        return "\n".join(map(str, example)) if isinstance(example, list) else str(example)


def _shape(annotation: Any) -> tuple[str, Any]:
    """What kind of value a field takes, and of what: ``("list", Measure)``."""
    origin, parts = typing.get_origin(annotation), [part for part in typing.get_args(annotation) if part is not type(None)]
    if origin is list:
        return "list", _shape(parts[0])[1]
    if origin in (typing.Union, types.UnionType, typing.Annotated):
        kinds = [_shape(part) for part in (parts[:1] if origin is typing.Annotated else parts)]
        return kinds[0]
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return "part", annotation
    return ("number" if annotation in (int, float) else "flag" if annotation is bool else "text"), annotation


def written(value: Any, dice: random.Random, depth: int = 1) -> str:
    """A value as YAML: in brackets or in lines, in quotes or not."""
    if isinstance(value, Raw):
        return str(value)
    if isinstance(value, str):
        if "\n" in value and value.isprintable() is False and dice.random() < 0.3:
            pad = "  " * depth
            return "|-\n" + "\n".join(pad + line for line in value.split("\n"))
        return json.dumps(value, ensure_ascii=dice.random() < 0.1 and max(value, default="") < "\ufff0")
    if isinstance(value, dict) and value:
        if depth < 8 and dice.random() < 0.7:
            pad = "\n" + "  " * depth
            return "".join(f"{pad}{json.dumps(name) if not name.isidentifier() else name}: {written(item, dice, depth + 1)}" for name, item in value.items())
        return "{" + ", ".join(f"{json.dumps(name)}: {written(item, dice, 99)}" for name, item in value.items()) + "}"
    if isinstance(value, (list, tuple)) and value:
        if depth < 8 and dice.random() < 0.7:
            pad = "\n" + "  " * depth + "- "
            return "".join(pad + written(item, dice, depth + 1).lstrip() for item in value)
        return "[" + ", ".join(written(item, dice, 99) for item in value) + "]"
    return json.dumps(value)


# ---------------------------------------------------------------- valid records whose texts are hostile


_OF_OTHERS = frozenset("id key unit currency url doi path licence qa_status last_reviewed review_by start end by_when".split())
"""Fields whose values are looked up or have a form of their own: another text there is an error, and no page is made."""


def _texts(value: Any, path: tuple = ()) -> Iterator[tuple]:
    """Where in a record a text stands."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if name not in _OF_OTHERS:
                yield from _texts(inner, (*path, name))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _texts(inner, (*path, number))
    elif isinstance(value, str):
        yield path


STARTS = ("=", "+1 ", "-", "@", "＝", "\t=", "<b>", "</script>", "<", "&lt;", "'", '"', "\u2028", "\x85", "{{ x }}", "javascript:", "\\", "# ", ": ")
"""Short things that matter at the start of a text, or in it: they seldom make a record wrong."""


def spoiled(data: dict[str, Any], dice: random.Random) -> dict[str, Any]:
    """A record with hostile words in one to four of its texts, more often in those that stand on lists."""
    data = copy.deepcopy(data)
    places = sorted(_texts(data), key=str)
    chosen = dice.sample(places, dice.randint(0, min(3, len(places)))) + [dice.choice([path for path in places if len(path) == 1])]
    for path in dict.fromkeys(chosen):
        inner: Any = data
        for name in path[:-1]:
            inner = inner[name]
        old, new = inner[path[-1]], dice.choice(STARTS) if dice.random() < 0.6 else hostile(dice, 4)
        inner[path[-1]] = dice.choice((new + old, new + old, f"{old} {new}", f"{old[: len(old) // 2]}{new}{old[len(old) // 2 :]}", new))
    return data
