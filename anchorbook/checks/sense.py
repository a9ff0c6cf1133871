"""What cannot be true at once: parts of a record that fit the model one by one, and contradict each other."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from anchorbook.checks.subject import Subject
from anchorbook.findings import Finding, Severity
from anchorbook.frames import is_result
from anchorbook.parts import last_day

if TYPE_CHECKING:
    from anchorbook.catalogue import Catalogue, Entry

NOT_MEASURED = "not-measured"
COMPARED = 2
"""The lowest level of the Maryland scale with a comparison."""
CAUSE = 3
"""The lowest strength of evidence that says what caused a change."""
MOST_NAMED = 5
"""Records of a circle that are named."""


def _is_result(subject: Subject, kind: str) -> bool:
    """True for kinds of number that are results, and for those that nobody knows: of these another rule speaks."""
    return kind not in subject.vocabulary["measure_kinds"].by_id or is_result(subject.vocabulary, kind)


def estimates_lie_within(subject: Subject) -> Iterator[Finding]:
    """outside-its-interval: an interval says where the value may lie, so the value is in it."""
    for index, measure in enumerate(subject.case.measures):
        place = ("measures", index)
        ends = [((*place, "value"), "value", measure.value, measure.interval.low, measure.interval.high)] if measure.interval and measure.value is not None else []
        effect = measure.effect
        if effect and effect.ci_low is not None and effect.ci_high is not None:
            ends.append(((*place, "effect", "estimate"), "estimate", effect.estimate, effect.ci_low, effect.ci_high))
        for path, what, number, low, high in ends:
            if not low <= number <= high:
                yield subject.finding(path, "outside-its-interval", f"the {what} {number:,} of \"{measure.name}\" is not within its interval, {low:,} to {high:,}.",
                                      "Check all three numbers. If the source prints them so, record it under conflicts.", Severity.WARNING)


def only_results_are_results(subject: Subject) -> Iterator[Finding]:
    """target-as-result: a target, a modelled figure or background is never good news."""
    for index, measure in enumerate(subject.case.measures):
        result = _is_result(subject, measure.kind)
        if not result and measure.direction != NOT_MEASURED:
            yield subject.finding(("measures", index, "direction"), "target-as-result", f"\"{measure.name}\" is of kind {measure.kind}, so it shows nothing better or worse.",
                                  "Take direction out. If it was observed, choose kind: outcome, output or process.", Severity.WARNING)
        if measure.kind == "target" and measure.stage == "delivered" or result and measure.stage == "committed":
            yield subject.finding(("measures", index, "stage"), "target-as-result", f"\"{measure.name}\" is of kind {measure.kind}, and {measure.stage}.",
                                  "What was promised is kind: target with stage: committed. What came of it is another measure, with stage: delivered.", Severity.WARNING)


def strength_has_grounds(subject: Subject) -> Iterator[Finding]:
    """strength-without-grounds: what caused a change is known only from a comparison, and a verdict only from a result."""
    case, vocabulary = subject.case, subject.vocabulary
    level = case.evidence.level if case.evidence else 0
    studies = case.evidence.studies if case.evidence else []
    compared = any(measure.comparison or measure.effect for measure in case.measures) or any(
        study.design in vocabulary["designs"].by_id and vocabulary.term("designs", study.design).sms >= COMPARED for study in studies)
    if level >= CAUSE and not compared:
        yield subject.finding(("evidence", "level"), "strength-without-grounds", f"level {level} needs a comparison, and the record names none.",
                              "Add the study with its design under evidence, studies; or a comparison to a measure. Without one, choose level 2 at most.", Severity.WARNING)
    verdict = case.what_it_showed.verdict if case.what_it_showed else NOT_MEASURED
    if verdict != NOT_MEASURED and not studies and not any(_is_result(subject, measure.kind) for measure in case.measures):
        yield subject.finding(("what_it_showed", "verdict"), "strength-without-grounds", f"the verdict is \"{verdict}\", and the record gives no result and no study.",
                              "Add the result under measures, or the study under evidence. Otherwise write verdict: not-measured", Severity.WARNING)


def each_stands_once(subject: Subject) -> Iterator[Finding]:
    """listed-twice: a related case that stands twice is shown once. And no case is related to itself."""
    case, seen = subject.case, {subject.case.id}
    for index, id in enumerate(case.related):
        if id == case.id:
            yield subject.finding(("related", index), "related-to-itself", "a case cannot be related to itself.", "Take its own id out of related.", Severity.WARNING)
        elif id in seen:
            yield subject.finding(("related", index), "listed-twice", f"\"{id}\" stands twice under related.", "Take one of the two out.", Severity.WARNING)
        seen.add(id)


def replaced_ones_say_so(subject: Subject) -> Iterator[Finding]:
    """state-unexplained: a record that names a newer one has left the lists, or it would be found as if it were the newest."""
    if subject.case.superseded_by and subject.case.qa_status not in ("superseded", "withdrawn"):
        yield subject.finding(("superseded_by",), "state-unexplained", "another record is said to have taken the place of this one, which is not marked so.",
                              "Write qa_status: superseded, or take superseded_by out.", Severity.WARNING)


def review_comes_later(subject: Subject) -> Iterator[Finding]:
    """due-before-review: the next review comes after the last one."""
    case = subject.case
    if case.last_reviewed and case.review_by and last_day(case.review_by) < last_day(case.last_reviewed):
        yield subject.finding(("review_by",), "due-before-review", f"this record was reviewed in {case.last_reviewed} and is to be reviewed by {case.review_by}, which is earlier.",
                              "Write a later date in review_by, or correct last_reviewed.", Severity.WARNING)


def replaced_by_another(catalogue: Catalogue) -> Iterator[Finding]:
    """replaced-in-a-circle: whoever follows the newer records must come to the end of them."""
    done: set[str] = set()
    for entry in catalogue.all_entries:
        way: dict[str, Entry] = {}
        here: Entry | None = entry
        while here and here.superseded_by and here.id not in done and here.id not in way:
            way[here.id] = here
            here = catalogue.by_id.get(here.superseded_by)
        if here and here.id in way:
            circle = list(way.values())[list(way).index(here.id):]
            names = " → ".join(item.id for item in [*circle[:MOST_NAMED], circle[0]])
            for item in circle:
                yield Finding(item.path, *item.id_place, "replaced-in-a-circle", f"no record of these is the newest: {names}.",
                              "Write superseded_by only in older records, with the id of the one that took their place.")
        done.update(way)


SENSE_RULES = (estimates_lie_within, only_results_are_results, strength_has_grounds, each_stands_once, replaced_ones_say_so, review_comes_later)
