"""The register of disagreements that no case record holds: ``data/disagreements.yaml``.

Disagreements about one case stand in that case, under ``conflicts``. The page shows both.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from pydantic import ValidationError

from anchorbook.bibliography import Bibliography
from anchorbook.evidence.claims import Disagreement
from anchorbook.files import is_there
from anchorbook.findings import Finding
from anchorbook.ledger import Ledger
from anchorbook.model import Conflict
from anchorbook.new_source import unknown_source
from anchorbook.parts import Listed, Part, described
from anchorbook.reading import read_file
from anchorbook.store import digest_of


class Entry(Conflict):
    """One disagreement, with an address of its own."""

    id: str = described("Its address on the page: lower-case words joined by hyphens.", "nhs-staff", pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")
    claims: Listed[str] = described("Claims of the ledger that it is about.", ["CL05"], default_factory=list)


class RegisterFile(Part):
    """The file as a whole."""

    items: list[Entry] = described("The disagreements.", [], min_length=1)


@dataclass
class Register:
    """The disagreements in order, with what was wrong in reading them."""

    entries: list[Entry] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    digest: str = ""


def sources_part(conflict: Conflict) -> bool:
    """True when at least two sources speak in it; one source can also disagree with a sum."""
    return len({value.source.key for value in conflict.values}) > 1


def claims_of(conflict: Conflict) -> tuple[str, ...]:
    """The claims that its values name."""
    named = (*(claim for value in conflict.values for claim in value.claims), *getattr(conflict, "claims", ()))
    return tuple(dict.fromkeys(named))


def disagreement(conflict: Conflict, id: str) -> Disagreement:
    """What the ledger needs to know of it."""
    return Disagreement(id, conflict.fact, claims_of(conflict), sources_part(conflict))


def load_register(path: Path, ledger: Ledger, bibliography: Bibliography, name: str = "data/disagreements.yaml") -> Register:
    """Read the register. A project without one has an empty register; what is wrong becomes findings."""
    from anchorbook.checks.shape import shape_findings

    if not is_there(path):
        return Register()
    document = read_file(path, name)
    register = Register(findings=document.findings, digest=digest_of(document.raw))
    if document.data is None:
        return register
    try:
        register.entries = RegisterFile.model_validate(document.data).items
    except ValidationError as error:
        register.findings += shape_findings(document, error, RegisterFile)
        return register
    ids = [entry.id for entry in register.entries]
    for index, entry in enumerate(register.entries):
        if ids.index(entry.id) < index:
            register.findings.append(document.finding(("items", index, "id"), "duplicate-id", f"the id \"{entry.id}\" stands twice.", "Give one of the two another id."))
        for place, value in enumerate(entry.values):
            here = ("items", index, "values", place)
            if value.source.key not in bibliography:
                register.findings.append(document.finding((*here, "source"), "unknown-citation", *unknown_source(value.source.key, bibliography)))
        for claim in claims_of(entry):
            if claim not in ledger.by_id:
                register.findings.append(document.finding(("items", index), "unknown-claim", *unknown_claim(claim, ledger)))
    return register


def unknown_claim(id: str, ledger: Ledger) -> tuple[str, str]:
    """Message and hint for a claim that the ledger does not hold."""
    last = ledger.claims[-1].id if ledger.claims else ""
    return f"there is no claim \"{id}\" in data/claims.csv.", f"Ids run from {ledger.claims[0].id} to {last}." if last else "The ledger is empty."
