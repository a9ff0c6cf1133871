"""Paper for workshops, as PDF: cards, hand-outs, notes for the facilitator, the blank card, the forms.

Each function is given all it shows, and gives the bytes of one file. Short forms of cases are what
:func:`anchorbook.site.briefs.read_briefs` gives.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from anchorbook.catalogue import Catalogue
from anchorbook.parts import Cite, say_date
from anchorbook.questions import CARD, questions
from anchorbook.training.activities import Activity
from anchorbook.training.feedback_form import FeedbackForm
from anchorbook.training.lists import rows_of
from anchorbook.training.markdown_tree import Node, tree
from anchorbook.training.paper import Stamp, pdf
from anchorbook.training.progression import Progression
from anchorbook.training.stories import ELLIPSIS, card, conditions, signals, story
from anchorbook.training.workshops import KINDS, Workshop, agenda, cases_used, materials
from anchorbook.vocabulary import Vocabulary

MOST_LINES = 10
"""Results, sources and lessons on a hand-out."""
LINE = 160
"""Signs of a title, a place or a name on a card or hand-out."""
SOURCE = 260
"""Signs of a source on a hand-out."""
CUTS = ((1.0, 1.0), (1.0, 0.8), (0.8, 0.8), (0.8, 0.6), (0.6, 0.6), (0.6, 0.4), (0.4, 0.4), (0.3, 0.3), (0.2, 0.2))
"""How a hand-out that is longer than its page is cut: the share of words of a text, and of lines of a list, that stay."""
BLANK_TITLE = "Show-stopper project"
BLANK_FOOT = ("Do not write names of staff or patients, e-mail addresses or phone numbers. \"Not known\" is a good answer. Hand this card to the person "
              "who leads the workshop, or send it in yourself: see Contribute in the book.")

Brief = Mapping[str, Any]


def short(text: str, most: int = LINE) -> str:
    """A text of at most so many signs, cut after a word where it can be, with an ellipsis."""
    if len(text) <= most:
        return text
    cut = text[: most - 1]
    return (cut[: cut.rindex(" ")] if " " in cut[most // 2 :] else cut).rstrip(" .,;:") + ELLIPSIS


def short_source(text: str, most: int = SOURCE) -> str:
    """A source of at most so many signs. Its web address stays whole: what stands before it is cut."""
    address = re.search(r"https?://\S+", text)
    if len(text) <= most or not address or len(address[0]) > most - 20:
        return short(text, most)
    end = text[address.start() :] if len(text) - address.start() <= most // 2 else address[0]
    return f"{short(text[: address.start()].rstrip(), most - 1 - len(end))} {end}"


# ---------------------------------------------------------------- cards and hand-outs


def cards_pdf(briefs: Iterable[Brief], catalogue: Catalogue, stamp: Stamp, *, backs: str = "next", deal: str = "", title: str = "Case cards") -> bytes:
    """Case cards, two A5 on each page of A4.

    :param backs: ``next`` puts the backs on the next page, to print on both sides and turn on the long edge; ``fold`` puts
        front and back beside each other
    :param deal: what a random deal is called, printed on each card: ``Deal 4821: 8 of 37 cases``
    """
    if backs not in ("next", "fold"):
        raise ValueError(f"backs is \"{backs}\": write next or fold")
    asked = conditions(catalogue.training.prompts, catalogue.vocabulary)
    cards = [_card_data(brief, asked, stamp) for brief in briefs]
    return pdf("cards", stamp, {"title": title, "backs": backs, "deal": deal, "pairs": [cards[place : place + 2] for place in range(0, len(cards), 2)]})


def _card_data(brief: Brief, asked: Mapping[str, Any], stamp: Stamp) -> dict[str, Any]:
    found = card(brief, asked, stamp.address)
    return {
        "kind": short(f"{found.kind} · {', '.join(found.domains)}"), "title": short(found.title), "story": short(found.story, 600),
        "signals": [{"name": signal.name, "said": signal.said} for signal in found.signals],
        "where": short(" · ".join(filter(None, (found.who, found.where)))), "address": found.address, "prompts": [short(prompt) for prompt in found.prompts],
    }


def handouts_pdf(briefs: Iterable[Brief], stamp: Stamp, *, title: str = "Case hand-outs") -> bytes:
    """Hand-outs, one page a case. What does not fit the page is cut, and the hand-out says so."""
    return pdf("handouts", stamp, {"title": title, "cases": [_handout(brief, stamp) for brief in briefs]})


def _handout(brief: Brief, stamp: Stamp) -> dict[str, Any]:
    return {
        "kind": short(f"{brief['type']} · {', '.join(brief['domains'])}"), "title": short(brief["title"]),
        "where": short(" · ".join(filter(None, (brief["where"], brief["when"], brief["who"]))), 2 * LINE),
        "signals": [{"name": signal.name, "said": signal.said} for signal in signals(brief)],
        "address": stamp.page(f"cases/{brief['id']}.html"),
        "reviewed": f"· reviewed {say_date(brief['reviewed'])}" if brief["reviewed"] else "",
        "cuts": [_cut(brief, *shares) for shares in CUTS],
    }


def _cut(brief: Brief, words: float, lines: float) -> dict[str, Any]:
    """A hand-out with this share of the words and lines that it may have at most."""
    def text(said: str, most: int = 200) -> str:
        """Whole sentences, as on a card, with at most this share of so many words."""
        return short(story(said, max(20, round(most * words))), 2400)

    def some(texts: list[str], most: int = MOST_LINES, longest: int = 420) -> list[str]:
        """Lines stay whole, or a number could lose what it is about; only endless ones are cut."""
        most = max(2, round(most * lines))
        kept = texts if len(texts) <= most + 1 else [*texts[:most], f"{len(texts) - most} more are in the full record."]
        return [short(said, longest) for said in kept]

    parts = (
        ("Aim", [text(brief["aim"], 60)]), ("What was done", [text(brief["done"])]), ("What it showed", [text(brief["showed_why"], 100), *some(brief["results"])]),
        ("What it cost", [text(brief["cost_why"], 70)]), ("What did not work", [text(brief["not_worked"], 100)]), ("What to learn from it", some(brief["learning"])),
    )
    return {"summary": short(story(brief["summary"]), 600), "sources": some([short_source(source) for source in brief["sources"]]),
            "parts": [{"title": title, "texts": found} for title, texts in parts if (found := [said for said in texts if said])]}


# ---------------------------------------------------------------- notes for the facilitator


class _Book:
    """Turns Markdown of the kit into trees, with the sources and addresses of one book."""

    def __init__(self, catalogue: Catalogue, stamp: Stamp):
        self.catalogue = catalogue
        self.stamp = stamp

    def cited(self, key: str, locator: str) -> str:
        reference = self.catalogue.bibliography.references.get(key)
        return ", ".join(filter(None, (reference.label if reference else key, locator)))

    def cite(self, cite: Cite | None) -> str:
        return self.cited(cite.key, cite.locator) if cite else ""

    def href(self, address: str) -> str:
        for scheme, path in (("case:", "cases/{}.html"), ("page:", "{}.html")):
            if address.lower().startswith(scheme):
                page, mark, place = address[len(scheme):].partition("#")
                return self.stamp.page(path.format(page) + mark + place)
        return address

    def md(self, text: str) -> list[Node]:
        return tree(text, self.cited, self.href) if text else []

    def cases(self, ids: Iterable[str]) -> list[dict[str, str]]:
        known = self.catalogue.by_id
        return [{"title": known[id].title if id in known else id, "address": self.stamp.page(f"cases/{id}.html")} for id in ids]


def facilitator_pdf(workshop: Workshop, catalogue: Catalogue, stamp: Stamp, *, start: str = "") -> bytes:
    """Everything that the person who leads a workshop needs: agenda with clock times, checklists, notes.

    :param start: another start than the workshop's own, as ``"09:30"``
    """
    book, activities = _Book(catalogue, stamp), catalogue.training.activity
    timed = list(agenda(workshop, start))
    hours, minutes = (int(part) for part in (start or workshop.start).split(":"))
    end = (hours * 60 + minutes + workshop.minutes) % (24 * 60)
    rows = []
    for item in timed:
        block, activity = item.block, activities.get(item.block.activity)
        one = workshop.model_copy(update={"blocks": [block]})
        rows.append({
            "clock": item.clock, "minutes": block.minutes, "title": block.title, "how": KINDS[block.kind], "learner": book.md(block.learner),
            "facilitator": book.md(block.facilitator), "cases": book.cases(cases_used(one, activities)),
            "slides": [{"title": slide.title, "notes": book.md(slide.notes)} for slide in block.slides],
            "activity": {
                "title": activity.title, "group": activity.group, "purpose": book.md(activity.purpose), "steps": [book.md(step) for step in activity.steps],
                "facilitator": book.md(activity.facilitator), "prompts": [book.md(prompt.ask) for prompt in activity.prompts],
            } if activity else None,
        })
    return pdf("facilitator", stamp, {
        "title": f"{workshop.title}: notes for the facilitator", "name": workshop.title, "aim": book.md(workshop.aim),
        "facts": [["For", workshop.audience], ["People", workshop.people], ["Length", f"{workshop.minutes} minutes"],
                  ["Time", f"{timed[0].clock} to {end // 60:02}:{end % 60:02}"]],
        "outcomes": workshop.outcomes, "agenda": rows, "end": f"{end // 60:02}:{end % 60:02}", "materials": materials(workshop, activities),
        "before": [book.md(item) for item in workshop.before], "after": [book.md(item) for item in workshop.after], "remote": book.md(workshop.remote),
        "source": book.cite(workshop.source), "note": book.md(workshop.note),
    })


# ---------------------------------------------------------------- forms


def blank_card_pdf(vocabulary: Vocabulary, stamp: Stamp) -> bytes:
    """The blank card, twice on a page of A4: the questions of the smallest record, in its order."""
    asked = [{
        "ask": question.ask, "choices": [term.label for term in question.choices],
        "note": "Tick all that fit." if question.choices else "A web address is best." if question.field == "sources" else "",
        "lines": 4 if question.long else 2 if question.field == "sources" else 1,
    } for question in questions(vocabulary, CARD)]
    return pdf("blank-card", stamp, {"title": BLANK_TITLE, "questions": asked, "foot": BLANK_FOOT, "copies": 2})


def fill_in_pdf(activities: Iterable[Activity], catalogue: Catalogue, stamp: Stamp) -> bytes:
    """The sheets that groups fill in, each on a page of its own, lying. Empty when the activities have none."""
    book = _Book(catalogue, stamp)
    found = [{"title": sheet.title, "about": book.md(sheet.about), "columns": list(sheet.columns), "rows": rows_of(catalogue, sheet)}
             for activity in activities for sheet in activity.sheets]
    return pdf("fill-in", stamp, {"title": "Sheets to fill in", "sheets": found}) if found else b""


def feedback_form_pdf(form: FeedbackForm, stamp: Stamp) -> bytes:
    """The form that people fill in after a workshop."""
    return pdf("feedback-form", stamp, form.model_dump())


def assessment_pdf(progression: Progression, catalogue: Catalogue, stamp: Stamp) -> bytes:
    """The self-assessment on paper: where are you, where do you want to be, what next."""
    book, vocabulary = _Book(catalogue, stamp), catalogue.vocabulary
    return pdf("assessment", stamp, {
        "title": progression.title, "about": book.md(progression.about), "ask": progression.ask, "source": book.cite(progression.source), "note": book.md(progression.note),
        "journey": [answer.model_dump() for answer in progression.journey], "levels": [level.model_dump() for level in progression.levels],
        "domains": [{"label": vocabulary.label("domains", domain.domain), "levels": domain.levels,
                     "next": [{"level": step.level, "do": step.do, "cases": [case["title"] for case in book.cases(step.cases)]} for step in domain.next]}
                    for domain in progression.domains],
    })
