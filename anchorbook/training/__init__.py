"""What trainers use: workshops, activities, the self-assessment, the feedback form. All are data, checked as cases are.

Nothing here knows of Sphinx or of the browser: :mod:`anchorbook.site.training` makes pages of it,
:mod:`anchorbook.training.sheets` makes paper.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from anchorbook.bibliography import Bibliography
from anchorbook.findings import Finding
from anchorbook.project import Project
from anchorbook.store import digest_of
from anchorbook.training.activities import Activity
from anchorbook.training.feedback_form import FeedbackForm
from anchorbook.training.progression import Progression
from anchorbook.training.prompts import CardPrompts
from anchorbook.training.reading import Record, read_all
from anchorbook.training.tables import PrintedTable, printed_table
from anchorbook.training.workshops import Workshop
from anchorbook.vocabulary import Vocabulary


@dataclass
class Training:
    """All of it, in order, with what was wrong in reading it. A project may have none."""

    workshops: list[Workshop] = field(default_factory=list)
    activities: list[Activity] = field(default_factory=list)
    progression: Progression | None = None
    feedback: FeedbackForm | None = None
    prompts: CardPrompts | None = None
    records: list[Record] = field(default_factory=list)
    """Everything read, with the places of its values, for rules that look at cases and pages too."""
    tables: dict[str, PrintedTable] = field(default_factory=dict)
    """Tables on which people work in an activity, as printed."""
    findings: list[Finding] = field(default_factory=list)
    digest: str = ""

    @cached_property
    def activity(self) -> dict[str, Activity]:
        """The activities by id."""
        return {activity.id: activity for activity in self.activities}

    @cached_property
    def workshop(self) -> dict[str, Workshop]:
        """The workshops by id."""
        return {workshop.id: workshop for workshop in self.workshops}

    def citations(self) -> Iterator[str]:
        """Every key that is cited."""
        for record in self.records:
            yield from (key for _path, key in record.cites)


def load_training(project: Project, vocabulary: Vocabulary, bibliography: Bibliography) -> Training:
    """Read all that the project has. What is wrong becomes findings, never an exception."""
    training = Training()
    for model, found in (
        (Activity, project.activities), (Workshop, project.workshops), (Progression, project.progression), (FeedbackForm, project.feedback),
        (CardPrompts, project.card_prompts),
    ):
        records, findings = read_all(project, found, model, vocabulary, bibliography)
        training.records += records
        training.findings += findings
    for record in training.records:
        match record.value:
            case Activity() as activity:
                training.activities.append(activity)
            case Workshop() as workshop:
                training.workshops.append(workshop)
            case Progression() as progression:
                training.progression = progression
            case FeedbackForm() as form:
                training.feedback = form
            case CardPrompts() as prompts:
                training.prompts = prompts
    training.tables = {activity.table: table for activity in training.activities
                       if activity.table and (table := printed_table(project.data, activity.table))}
    training.activities.sort(key=lambda activity: (activity.order, activity.id))
    training.workshops.sort(key=lambda workshop: (workshop.order, workshop.id))
    training.digest = digest_of(*(part for record in training.records for part in (record.document.path, record.raw)))
    return training
