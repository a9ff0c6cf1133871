"""Made-up case studies for measuring how the build grows with the collection.

Everything here is invented and says so: titles start with "Synthetic case", the lead organisation is
"Made-up trust n", and each summary begins with "This case is made up". Facets (domains, actions, regions,
evidence levels, ...) are drawn with the weights of the real collection: how many real cases have each term,
plus one, so that no term is without cases. Citations point to the project's own references.bib.

The same seed and number give the same case, however many are made. A case links only to lower numbers that
are not multiples of ten, so every tenth case can be deleted without breaking a link.
"""

from __future__ import annotations

import json
import re
import shutil
from collections import Counter
from decimal import Decimal
from itertools import accumulate
from pathlib import Path
from random import Random
from typing import Any

from anchorbook.catalogue import FACETS
from anchorbook.loading import load_case, read_catalogue
from anchorbook.evidence.tables import rounded
from anchorbook.project import Project

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = ("book", "notebooks", "data", "case_studies")
FILES = ("_config.yml", "_toc.yml", "references.bib", "requirements.lock")


def make_project(target: Path, n: int, seed: int = 1, source: Path = ROOT) -> Project:
    """A project in ``target`` with the pages and real cases of ``source`` and ``n`` made-up cases."""
    target = target.resolve()
    target.mkdir(parents=True, exist_ok=True)
    for folder in FOLDERS:
        shutil.copytree(source / folder, target / folder, ignore=shutil.ignore_patterns(".ipynb_checkpoints", "__pycache__"))
    for name in FILES:
        if (source / name).is_file():
            shutil.copy2(source / name, target / name)
    (target / "node_modules").symlink_to((source / "node_modules").resolve(), target_is_directory=True)
    project = Project(target)
    if n:
        maker = Maker(project, seed)
        for number in range(1, n + 1):
            (project.cases / f"{case_id(number)}.yaml").write_text(dump(maker.case(number)), encoding="utf-8")
    return project


def case_id(number: int) -> str:
    return f"synthetic-{number:05}"


# ---------------------------------------------------------------- words

WORDS: dict[str, tuple[str, ...]] = {
    "who": (
        "the estates team", "the people team", "the buying team", "a small project group", "ward managers", "the board",
        "the local council", "two colleges", "a group of charities", "the finance office", "community workers",
        "the public health team", "a housing association", "the volunteer service", "the green group", "a residents' panel",
        "the catering service", "the job centre", "the local university", "a network of general practices",
    ),
    "group": (
        "young people out of work", "older people who live alone", "unpaid carers", "people leaving prison", "families in cold homes",
        "low-paid night staff", "people new to the country", "disabled job seekers", "small local firms", "people who sleep rough",
        "parents returning to work", "care leavers", "people with long-term illness", "residents of the poorest wards",
        "part-time cleaners", "students from nearby schools", "refugees with health training", "tenants of damp flats",
        "women on short contracts", "men who seldom see a doctor",
    ),
    "did": (
        "set up", "tested", "extended", "redesigned", "paid for", "reviewed", "shared", "planned", "opened", "simplified",
        "combined", "moved", "trialled", "widened", "rebuilt", "promoted", "restarted", "negotiated",
    ),
    "scheme": (
        "a training course with paid placements", "a guaranteed interview scheme", "a living wage for contract staff",
        "a directory of local suppliers", "smaller lots in food contracts", "a social value question in every tender",
        "a community garden on spare land", "low rents for charities in empty offices", "homes for key workers beside the clinic",
        "solar panels on the laundry roof", "a shared fleet of electric vans", "free advice on heating bills",
        "a joint plan with the council", "a fund for neighbourhood groups", "a mentoring scheme for new starters",
        "a bus link to the early shift", "a repair workshop for wheelchairs", "a kitchen that buys from nearby farms",
        "a charter signed by nine employers", "a dashboard of shared figures", "flexible rotas for parents",
        "language lessons in working hours", "a tool library in the old boiler house", "tree planting around the car park",
        "a savings club run by a credit union",
    ),
    "cause": (
        "vacancies stayed open for months", "most spending left the area", "two buildings stood empty", "energy bills doubled",
        "few applicants came from nearby streets", "contracts were too large for small firms", "sickness absence kept rising",
        "partners measured different things", "residents had no say in the plans", "the waiting list grew each winter",
        "pay had fallen behind the shops next door", "transport to the site was poor", "schools saw health jobs as out of reach",
        "nobody knew how much was bought locally", "air on the main road broke legal limits",
    ),
    "belief": (
        "secure work protects health", "money spent nearby stays nearby for longer", "warm homes keep people out of hospital",
        "people trust advice from someone they know", "small contracts suit small firms", "shared goals save meetings",
        "green space lowers stress", "staff stay where they can grow", "clear pay bands reduce disputes",
        "early contact prevents a crisis", "cleaner vans mean fewer attacks of asthma", "visible leaders make change last",
    ),
    "step": (
        "held open evenings in libraries", "asked unions for comments", "wrote job adverts in plain words", "dropped an old entry test",
        "split one contract into six", "trained managers to interview fairly", "hired a coordinator for two years",
        "measured the roof and the wiring", "mapped unused rooms", "printed leaflets in eight languages",
        "met suppliers before the tender", "agreed a data sheet with partners", "gave small grants within a month",
        "visited a similar scheme elsewhere", "set aside ten places each term", "paid travel costs in advance",
        "changed the payment terms to ten days", "added a break clause", "kept a log of complaints", "published the minutes",
    ),
    "hurdle": (
        "references took too long", "the budget came late", "two partners merged", "the first contractor withdrew",
        "winter pressure stopped meetings", "the form was too long", "rooms lacked step-free access", "planning consent was slow",
        "the pandemic closed the site", "staff changed jobs", "data could not be shared at first", "demand was above the places on offer",
    ),
    "result": (
        "more people finished the course", "fewer staff left in their first year", "local firms won more contracts",
        "homes were warmer by the second winter", "complaints fell a little", "rooms were used on most evenings",
        "carbon from journeys went down", "interviews were filled sooner", "grants reached groups that had never applied",
        "partners used the same figures", "attendance was steady", "food waste fell by a third",
    ),
    "doubt": (
        "no comparison group was used", "the numbers are small", "other schemes ran at the same time", "the follow-up was short",
        "only those who stayed were asked", "costs of staff time were left out", "the first year was not typical",
        "records before the start are incomplete", "the same team ran the scheme and judged it", "prices changed in between",
    ),
    "advice": (
        "start with one site and learn", "count before you begin", "pay people for their time", "name one person in charge",
        "keep forms to a page", "agree what success means", "tell suppliers early", "publish what went wrong",
        "plan for the end of the grant", "ask night staff as well as day staff", "write down who owns the data",
        "leave room for small groups", "check travel times before choosing a venue", "bring finance in from the first week",
    ),
    "when": (
        "in the first spring", "after the summer", "within six months", "over two winters", "before the new budget",
        "at the end of the pilot", "in the second year", "once the lease was signed", "during the trial", "early in the new year",
    ),
    "quality": (
        "plain", "steady", "modest", "patchy", "brief", "careful", "hopeful", "frank", "practical", "quiet", "patient", "thorough", "cautious",
    ),
    "paper": (
        "a board paper", "the yearly report", "minutes of the steering group", "a short review", "the project diary",
        "a survey of staff", "an internal note", "a talk at a conference", "a news page", "the evaluation plan",
    ),
}

SENTENCES: dict[str, tuple[str, ...]] = {
    "summary": (
        "In {town}, {who} {did} {scheme} for {group}.", "It began because {cause}.", "After {months} months {result}, though {doubt}.",
        "{paper} gives a {quality} account, and {who} still meet each month.", "About {number} people took part {when}.",
        "The idea was that {belief}.",
    ),
    "problem": (
        "Before the scheme, {cause} and {cause2} {cite}.", "{group} were hit hardest, as {paper} shows {cite}.",
        "A count in {year} found {number} people affected {cite}.", "Earlier attempts failed because {hurdle}.",
        "{who} heard the same story {when}: {cause}.",
    ),
    "rationale": (
        "The thinking was that {belief} {cite}.", "{who} also hoped that {belief2}.",
        "If {scheme} could reach {group}, then gains in health should follow in time {cite}.",
        "A {quality} first step was thought better than a large promise.",
    ),
    "context": (
        "{town} has about {thousands},000 residents and one large hospital.", "At the time {cause}, and {hurdle}.",
        "{who} and {who2} had worked together since {year} {cite}.", "A {quality} economy meant that {group} had few other choices.",
        "National rules changed {when}, which {who} had not foreseen {cite}.",
    ),
    "what_was_done": (
        "First {who} {step} {cite}.", "Then they {step2}, and {when} they {did} {scheme}.", "{who} {step} for {group} {cite}.",
        "In {year} the scheme grew to {number} places.", "Every {months} weeks {who} met {who2} to look at {paper}.",
        "Because {hurdle}, {who} {step} instead.", "They also {did} {scheme}, with {quality} progress {cite}.",
    ),
    "cost": (
        "{paper} names staff time and rent, but {doubt} {cite}.", "Running costs came from {who}; {doubt}.",
        "A grant paid for the first {months} months {cite}, and then {who} took over.",
    ),
    "evidence": (
        "{paper} reports that {result}, yet {doubt} {cite}.", "Figures come from {paper}; {doubt}, and {doubt2}.",
        "Results were counted for {months} months, but {doubt} {cite}.",
    ),
    "shown": (
        "Over {months} months {result}, but {doubt} {cite}.", "{who} say that {result}; {paper} is more {quality} {cite}.",
        "Among {number} people, {result}, and nothing is known of the rest.",
    ),
    "gap": ("Among {group} the gap was wide, since {cause} {cite}.", "{group} took part half as often as others, says {paper}."),
    "fix": ("{who} {step} and kept places for {group}.", "Places went first to {group}, and {who} {step}."),
    "became": ("It is not known whether the gap became smaller: {doubt}.", "{paper} says that {result}, also for {group}."),
    "involved": ("{who} held {months} workshops with {group} {cite}.", "{group} chose the themes, and {who} {step} {cite}."),
    "failed": ("At first {hurdle}, and {hurdle2}.", "{who} say that {hurdle}; some of {group} gave up {when} {cite}."),
    "limit": ("{doubt}, and {doubt2}.", "Little is known of {group}, because {doubt}."),
    "lesson": ("{advice}, and {advice2}.", "Where {cause}, {advice}.", "{advice}: {who} learned this {when}."),
    "reading": ("Hypothesis: the two count different months, since {hurdle}.", "Hypothesis: one of them leaves out {group}."),
}

TITLES = ("{scheme} in {town}", "How {who} {did} {scheme}", "{scheme}, for {group} in {town}")

FRONT = (
    "Alder Amber Ash Bracken Bramble Briar Clover Copper Cinder Dapple Elder Ember Fallow Feather Flint Garnet Hazel Heather Ivory "
    "Juniper Kestrel Lantern Larch Linnet Mallow Marble Meadow Nettle Otter Pebble Plover Quill Rowan Saffron Sorrel Tansy Thistle "
    "Umber Velvet Willow Yarrow Zinnia"
).split()
BACK = "bourne brook by combe dale field ford gate ham hill holt hurst leigh mere moor ness ridge stead thorpe wick worth".split()

ORGANISATIONS = ("council", "college", "charity", "housing association", "university", "enterprise network", "credit union", "advice centre")
LOCATORS = ("page {}", "paragraph {}", "slide {}", "section {}", "chapter {}", "table {}")
MEASURES: dict[str, tuple[tuple[str, str], ...]] = {
    "input": (("Staff days spent on the scheme", "days"), ("Volunteers who gave time", "people"), ("Grants used", "grants")),
    "process": (("Interviews held", "interviews"), ("Workshops held", "workshops"), ("Tenders with a social value question", "tenders"), ("Managers trained", "people")),
    "output": (("People who finished the course", "people"), ("Contracts won by local firms", "contracts"), ("Rooms opened to community groups", "rooms"), ("Homes given advice", "homes")),
    "outcome": (("Participants in work after half a year", "people"), ("Staff who stayed for a year", "people"), ("Homes warm enough in winter", "homes")),
    "modelled": (("Car journeys avoided, as worked out", "journeys"), ("Jobs kept in the area, as worked out", "jobs"), ("Hospital days avoided, as worked out", "days")),
    "target": (("Places planned", "places"), ("Local firms to be reached", "firms"), ("Apprentices hoped for", "people")),
    "context": (("Staff who live nearby", "people"), ("Residents in the poorest fifth of areas", "people"), ("Suppliers within an hour", "firms")),
}
"""Things to count, by kind of number, and their units."""

MONEY = {
    "input": "Money spent on the scheme", "process": "Sum paid out in small grants", "output": "Spending moved to local firms",
    "outcome": "Extra pay of participants", "modelled": "Money kept in the area, as worked out", "target": "Sum to be spent with local firms",
    "context": "Spending of the trust on goods",
}
QUALIFIERS = ("exact", "exact", "exact", "about", "at-least", "at-most", "more-than", "nearly")


# ---------------------------------------------------------------- cases


class Deck:
    """Values to draw from, each as likely as its weight."""

    def __init__(self, weights: dict[str, int]):
        self.values = list(weights)
        self.sums = list(accumulate(weights.values()))

    def draw(self, rng: Random) -> str:
        return rng.choices(self.values, cum_weights=self.sums)[0]

    def several(self, rng: Random, number: int) -> list[str]:
        """That many different values."""
        found: dict[str, None] = {}
        while len(found) < min(number, len(self.values)):
            found[self.draw(rng)] = None
        return list(found)


class Maker:
    """Makes cases with the facets of a project's own collection."""

    def __init__(self, project: Project, seed: int = 1):
        self.seed = seed
        real = read_catalogue(project, processes=1)
        shutil.rmtree(project.cache, ignore_errors=True)  # The first build must find nothing to start from.
        self.real = [entry.id for entry in real.entries]
        self.keys = list(real.bibliography.keys)
        self.long = {key for key, reference in real.bibliography.references.items() if reference.long}
        self.results = [term.id for term in real.vocabulary["measure_kinds"].terms if term.group == "results"]
        self.comparing = [term.id for term in real.vocabulary["designs"].terms if term.sms >= 2]
        self.facets = {
            facet: Deck({term.id: real.counts[facet][term.id] + 1 for term in real.vocabulary[name].terms})
            for facet, name in FACETS.items() if facet not in ("opportunity", "stakeholder")  # both follow from the action
        }
        kinds = Counter(measure.kind for id in self.real for measure in load_case(project.root / real.by_id[id].path).measures)
        self.kinds = Deck({kind: kinds[kind] + 1 for kind in MEASURES})

    def case(self, number: int) -> dict[str, Any]:
        """The record of one case."""
        return _Case(self, number).record()


_SLOT = re.compile(r"\{([a-z_]+?)(2?)\}")


class _Case:
    def __init__(self, maker: Maker, number: int):
        self.maker = maker
        self.number = number
        self.rng = rng = Random(f"{maker.seed}-{number}")
        self.town = rng.choice(FRONT) + rng.choice(BACK)
        self.year = rng.randint(2012, 2023)
        self.last: dict[str, str] = {}
        self.keys = rng.sample(maker.keys, rng.randint(3, 6))

    # ------------------------------------------------------------ text

    def key(self) -> str:
        return self.rng.choice(self.keys)

    def locator(self) -> str:
        return self.rng.choice(LOCATORS).format(self.rng.randint(1, 140))

    def source(self) -> str:
        return self.cited(0.8)

    def cited(self, located: float) -> str:
        """A source, as often as that with a place in it. In a long one there always is."""
        key = self.key()
        return f"{key}, {self.locator()}" if self.rng.random() < located or key in self.maker.long else key

    def _slot(self, match: re.Match[str]) -> str:
        name = match[1]
        rng = self.rng
        if name in WORDS:
            word = rng.choice(WORDS[name])
            while match[2] and word == self.last.get(name):  # {cause2} differs from the {cause} before it.
                word = rng.choice(WORDS[name])
            self.last[name] = word
            return word
        if name == "cite":
            return f"[@{self.cited(0.7)}]"
        if name == "town":
            return self.town
        if name == "year":
            return str(self.year + rng.randint(-2, 1))
        return str({"number": rng.randint(12, 1900), "months": rng.randint(3, 30), "thousands": rng.randint(18, 420)}[name])

    def sentence(self, kind: str) -> str:
        return self.fill(self.rng.choice(SENTENCES[kind]))

    def fill(self, pattern: str) -> str:
        text = _SLOT.sub(self._slot, pattern)
        return text[0].upper() + text[1:]

    def text(self, kind: str, words: int) -> str:
        """Sentences of one kind, each pattern at most once, until there are enough words."""
        patterns = list(SENTENCES[kind])
        self.rng.shuffle(patterns)
        said: list[str] = []
        count = 0
        for pattern in patterns:
            said.append(self.fill(pattern))
            count += said[-1].count(" ") + 1
            if count >= words:
                break
        return " ".join(said)

    def other_case(self) -> str | None:
        """A case of a lower number that will never be deleted, or a real one."""
        if self.number > 2 and self.rng.random() < 0.9:
            other = self.rng.randint(1, self.number - 1)
            if other % 10:
                return case_id(other)
        return self.rng.choice(self.maker.real) if self.maker.real else None

    # ------------------------------------------------------------ parts

    def period(self) -> str:
        start = self.year + self.rng.randint(0, 2)
        return self.rng.choice((
            str(start), f"{start}-{self.rng.randint(1, 12):02}", f"{start}/{(start + 1) % 100:02}", f"{start} to {start + 1}",
            f"{start}-04 to {start + 1}-03", f"from {start}", "not known",
        ))

    def measures(self, verdict: str) -> list[dict[str, Any]]:
        """Three to eight numbers; a result among them where there is a verdict."""
        found = [self.measure() for _ in range(self.rng.randint(3, 8))]
        if verdict != "not-measured" and not any(measure["kind"] in self.maker.results for measure in found):
            found[0] = self.measure(self.rng.choice(self.maker.results))
        return found

    def evidence(self, level: int) -> dict[str, Any]:
        """How strong the evidence is, with a study that compares where the level needs one."""
        found: dict[str, Any] = {"level": level, "why": self.sentence("evidence")}
        if level >= 3:
            found["studies"] = [{"design": self.rng.choice(self.maker.comparing), "source": f"{self.key()}, {self.locator()}", "found": self.sentence("shown")}]
        return found

    def measure(self, kind: str = "") -> dict[str, Any]:
        rng = self.rng
        kind = kind or self.maker.kinds.draw(rng)
        name, unit = rng.choice(MEASURES[kind])
        found: dict[str, Any] = {"name": name, "kind": kind}
        form = rng.random()
        if form < 0.5:
            found["value"] = rng.randint(5, 3000)
            if (qualifier := rng.choice(QUALIFIERS)) != "exact":
                found["qualifier"] = qualifier
            found["unit"] = unit
        elif form < 0.65:
            found |= {"name": MONEY[kind], "value": rng.randint(20, 9000) * 1000, "qualifier": "about", "unit": "GBP", "per": "year"}
        elif form < 0.8:
            of = rng.randint(20, 900)
            share = float(rounded(100 * Decimal(rng.randint(5, of)) / of, 1))
            found |= {"value": share, "unit": "%", "denominator": {"n": of, "what": unit}}
        elif form < 0.9:
            low = rng.randint(5, 400)
            found |= {"low": low, "high": low + rng.randint(1, 90), "unit": unit}
        else:
            found["text"] = self.fill("{result}, without a figure")
        found["period"] = self.period()
        if kind == "outcome":
            if "value" in found and rng.random() < 0.3:
                found["baseline"] = {"value": round(found["value"] * rng.uniform(0.5, 1.3), 1), "period": str(self.year - 1)}
            found["direction"] = self.maker.facets["result"].draw(rng)
        found["source"] = self.source()
        if rng.random() < 0.3:
            found["note"] = self.fill("Taken from {paper}; {doubt}.")
        return found

    def conflict(self) -> dict[str, Any]:
        rng = self.rng
        value = rng.randint(20, 900)
        return {
            "fact": rng.choice(("Number of people who took part", "What the first year cost", "When the scheme began", "How many sites joined")),
            "values": [{"value": f"{value:,} in all", "source": self.source()}, {"value": f"About {value + rng.randint(3, 60)}", "source": self.source()}],
            "reading": self.sentence("reading"),
        }

    def record(self) -> dict[str, Any]:
        """The fields in the order of the model."""
        rng, facets = self.rng, self.maker.facets
        trust = f"Made-up trust {self.number}"
        verdict = facets["result"].draw(rng)
        found: dict[str, Any] = {
            "id": case_id(self.number),
            # The number stands last, so that the order by title has nothing to do with the number.
            "title": f"Synthetic case: {self.fill(rng.choice(TITLES))} ({self.number})",
            "summary": "This case is made up, to measure speed. " + self.text("summary", 40),
            "record_type": facets["type"].draw(rng),
            "status": facets["status"].draw(rng),
            "domains": facets["domain"].several(rng, rng.choice((1, 1, 2, 3))),
            "actions": facets["action"].several(rng, rng.choice((1, 2, 2, 3, 4))),
            "lead_org": trust,
            "places": [{"name": f"{self.town} (made up)", "region": facets["region"].draw(rng), "level": "town"}],
            "periods": [f"{self.year} to {self.year + rng.randint(1, 4)}" if rng.random() < 0.6 else f"since {self.year}-{rng.randint(1, 12):02}"],
            "problem": self.text("problem", 34),
            "rationale": self.text("rationale", 26),
            "context": self.text("context", 32),
            "what_was_done": self.text("what_was_done", 60),
            "partners": [
                {"name": f"{rng.choice(FRONT)}{rng.choice(BACK)} {kind} (made up)", "role": self.fill("{step}"), "sector": kind}
                for kind in rng.sample(ORGANISATIONS, rng.randint(1, 3))
            ],
            "population": {"description": self.fill("{group} in {town}"), "size": rng.randint(20, 4000)},
            "cost": {"band": facets["cost"].draw(rng), "why": self.sentence("cost")},
            "evidence": self.evidence(int(facets["level"].draw(rng))),
            "what_it_showed": {"verdict": verdict, "why": self.sentence("shown")},
            "measures": self.measures(verdict),
        }
        if rng.random() < 0.5:
            found["inputs"] = [{"kind": "grant fund", "amount": rng.randint(5, 900) * 1000, "unit": "GBP", "qualifier": "about", "source": self.source()}]
        if rng.random() < 0.3:
            found["conflicts"] = [self.conflict() for _ in range(rng.randint(1, 2))]
        if dimensions := facets["equity"].several(rng, rng.choice((0, 1, 1, 2, 3))):
            found["equity"] = {
                "dimensions": [{"code": code, "role": rng.choice(("targeted", "reported", "not-reported"))} for code in dimensions],
                "gap": self.sentence("gap"), "action": self.sentence("fix"), "result": self.sentence("became"),
            }
        if rng.random() < 0.5:
            found["involvement"] = {"method": self.sentence("involved")}
        if tensions := facets["tension"].several(rng, rng.choice((0, 0, 1, 2))):
            found["tensions"] = tensions
        found["what_did_not_work"] = self.sentence("failed")
        found["limitations"] = [self.sentence("limit") for _ in range(rng.randint(1, 2))]
        found["key_learning"] = [self.sentence("lesson") for _ in range(rng.randint(2, 3))]
        if rng.random() < 0.2 and (other := self.other_case()):
            found["context"] += f" A [similar case](case:{other}) came earlier."
        if related := {other for _ in range(rng.choice((0, 0, 1, 2, 3))) if (other := self.other_case())}:
            found["related"] = sorted(related)
        kinds = ("self-reported", "self-reported", "independent", "news", "peer-reviewed")
        found["sources"] = [{"key": key, "locator": self.locator(), "kind": rng.choice(kinds)} for key in self.keys]
        found["contact"] = {"organisation": trust}
        found |= {"last_reviewed": "2026-11-01", "review_by": "2027-11", "qa_status": "published"}
        return found


# ---------------------------------------------------------------- YAML

_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9 ,.'()/_-]*\Z")
_WORD = re.compile(r"[A-Za-z][A-Za-z0-9_-]*\Z")
_NOT_TEXT = ("true", "false", "null")
WIDTH = 100


def dump(record: dict[str, Any]) -> str:
    """YAML as a person would write it. Only what :class:`Maker` makes: no empty values, no line breaks in text."""
    lines: list[str] = []
    _mapping(record, "", lines)
    return "\n".join(lines) + "\n"


def _mapping(record: dict[str, Any], indent: str, lines: list[str]) -> None:
    for name, value in record.items():
        head = f"{indent}{name}:"
        if isinstance(value, dict):
            lines.append(head)
            _mapping(value, indent + "  ", lines)
        elif isinstance(value, list):
            if all(isinstance(item, str) and _WORD.match(item) for item in value):
                lines.append(f"{head} [{', '.join(value)}]")
                continue
            lines.append(head)
            for item in value:
                if isinstance(item, dict):
                    start = len(lines)
                    _mapping(item, indent + "    ", lines)
                    lines[start] = f"{indent}  - {lines[start].lstrip()}"
                else:
                    _scalar(f"{indent}  -", item, indent + "    ", lines)
        else:
            _scalar(head, value, indent + "  ", lines)


def _scalar(head: str, value: Any, indent: str, lines: list[str]) -> None:
    if not isinstance(value, str):
        lines.append(f"{head} {value}")
    elif len(value) > WIDTH - len(head):
        lines.append(f"{head} >-")
        line = indent
        for word in value.split():
            if len(line) + len(word) > WIDTH and line != indent:
                lines.append(line.rstrip())
                line = indent
            line += word + " "
        lines.append(line.rstrip())
    elif _PLAIN.match(value) and value not in _NOT_TEXT:
        lines.append(f"{head} {value}")
    else:
        lines.append(f"{head} {json.dumps(value, ensure_ascii=False)}")


if __name__ == "__main__":
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        print((make_project(Path(folder), 1).cases / f"{case_id(1)}.yaml").read_text("utf-8"), end="")
