"""Activities: what people do together in a workshop."""

from __future__ import annotations

from anchorbook.parts import Cite, Listed, Part, Text, described


class Prompt(Part):
    """One question for a group, with the cases that help to answer it."""

    ask: Text = described("The question.", "Where do you already look at who gains?", markdown=True)
    filter: dict[str, Listed[str]] = described(
        "Filter of Explore that shows cases for it: facets with their terms.", {"equity": ["income"]}, default_factory=dict)
    cases: Listed[str] = described("Cases that help to answer it.", ["imperial-insourcing"], default_factory=list)


class Sheet(Part):
    """A sheet to print and fill in: a table with empty cells."""

    title: Text = described("Its heading.", "Our plan")
    about: str = described("What to write in it.", "One row for each step.", default="", markdown=True)
    columns: Listed[Text] = described("Heads of the empty columns.", ["What is there", "By when"], default_factory=list)
    rows: Listed[Text] = described("What stands at the start of each row.", ["Our first decision"], default_factory=list)
    entries: str = described("A list whose entries start the rows: the name of a vocabulary, or of a framework after framework/.", "framework/first-steps", default="")


class Activity(Part):
    """One activity. Workshops use it by its id."""

    id: Text = described("Name of its file without the ending.", "equity-lens")
    title: Text = described("What people see on the agenda.", "Look through an equity lens")
    order: int = described("Its place on the page.", 1)
    purpose: Text = described("What people take away from it. One or two sentences.", "You see who your work leaves out.", markdown=True)
    minutes: int = described("How long it usually takes.", 30, ge=1)
    group: Text = described("How people work.", "Tables of five or six")
    steps: list[Text] = described("What people do, step by step, said to them.", ["Read one card each."], min_length=1, markdown=True)
    facilitator: Text = described("Notes for the person who leads it.", "Stop after ten minutes.", markdown=True)
    materials: Listed[Text] = described("What must be in the room.", ["One poster for each table"], default_factory=list)
    prompts: list[Prompt] = described("Questions for the groups.", [], default_factory=list)
    cards: str = described(
        "A list whose entries are printed as cards: the name of a vocabulary, or of a framework after framework/.", "tensions", default="")
    sheets: list[Sheet] = described("Sheets to print and fill in.", [], default_factory=list)
    table: str = described("A table of the data folder that people work on: the name of its notebook.", "compassionate-communities-grants", default="")
    remote: str = described("How to do it in an online meeting.", "Use breakout rooms.", default="", markdown=True)
    cases: Listed[str] = described("Cases that it uses.", ["uhnm-beat-the-cold"], default_factory=list)
    notebooks: Listed[str] = described("Notebooks that it uses.", ["beat-the-cold"], default_factory=list)
    source: Cite | None = described("Where the idea comes from.", "ihi_anchors_2022, lines 510 to 519", default=None)
    note: str = described("What is lost of the original, or our own.", "The questions are in our words.", default="", markdown=True)
