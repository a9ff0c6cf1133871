"""The form that people fill in after a workshop, on paper or in a spreadsheet."""

from __future__ import annotations

from pydantic import model_validator

from anchorbook.parts import Listed, Part, Text, complaint, described

KINDS = ("scale", "choice", "text")


class Question(Part):
    """One question of the form."""

    id: Text = described("Head of its column in the spreadsheet.", "useful", pattern=r"^[a-z0-9]+(_[a-z0-9]+)*$")
    ask: Text = described("The question.", "How useful was the workshop for your work?")
    kind: str = described("scale (the numbers of the form), choice (one of the choices) or text.", "scale", pattern=f"^({'|'.join(KINDS)})$")
    choices: Listed[Text] = described("What people choose from.", ["Yes", "No"], default_factory=list)
    low: str = described("What the lowest number of a scale means.", "Not useful", default="")
    high: str = described("What the highest number of a scale means.", "Very useful", default="")

    @model_validator(mode="after")
    def _choices(self) -> Question:
        if (self.kind == "choice") != bool(self.choices):
            raise complaint("choices-of-a-question", f"a question of kind {self.kind} {'needs' if self.kind == 'choice' else 'takes no'} choices.",
                            "Write kind: choice with a list of choices, or leave the choices out.", "choices")
        return self


class FeedbackForm(Part):
    """The questions, in order."""

    title: Text = described("Heading of the form.", "What did you think?")
    about: Text = described("What is done with the answers.", "Do not write your name.")
    scale: int = described("The highest number of scales. The lowest is 1.", 5, ge=2, le=10)
    questions: list[Question] = described("The questions.", [], min_length=1)
