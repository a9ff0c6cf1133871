"""The case study: the one place that lists its fields.

Twelve fields are required; the rest may be left out. Every field says in plain words what it is for,
with an example (and a weak one, that says too little), and names the reporting standard it comes from: TIDieR-PHP (what was done), SQUIRE 2.0
(problem, context, limits), Nesta's standards of evidence (strength), the Maryland scale (design of a
study), PROGRESS-Plus and HEAT (equity), GRIPP2 (involvement), IHI driver diagram (aim), National TOMs
(committed or delivered), SROI (value for money), NICE shared learning (learning, contact, review), and
the Health Anchors Learning Network's own case-study header (HALN).
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, field_validator, model_validator

from anchorbook.ids import ID, MAX_ID, is_reserved
from anchorbook.parts import (
    Cite, Credit, Listed, Part, PartialDate, Partner, Period, Place, Population, Source, Text, complaint, described,
)

Number = Annotated[float | int, Field(allow_inf_nan=False)]


# ---------------------------------------------------------------- measures


class Denominator(Part):
    """What a share is a share of."""

    n: int | None = described("How many in all.", 18, default=None, ge=0)
    what: Text = described("Of what.", "applicants")
    total: Number | None = described("The sum over all of them, when the value is their average.", 364588, default=None)


class Baseline(Part):
    """The value before."""

    value: Number = described("The value before.", 8.21)
    period: Period | None = described("When it was measured.", "2019/20", default=None)


class Comparison(Part):
    """What the value is compared with."""

    type: Text = described("Kind of comparison.", "synthetic control")
    value: Number | None = described("The value there.", 0.4, default=None)
    note: str = described("More about it.", "weighted mix of the rest of England", default="")


class Effect(Part):
    """A measured difference, with how sure it is."""

    estimate: Number = described("Size of the difference.", 0.196)
    ci_low: Number | None = described("Lower end of the interval.", 0.182, default=None)
    ci_high: Number | None = described("Upper end of the interval.", 0.210, default=None)
    ci_level: Number | None = described("Level of the interval in percent.", 95, default=None, gt=0, lt=100)
    interval_type: str = described("confidence or credible.", "confidence", default="confidence", pattern=r"^(confidence|credible)$")
    p: Number | None = described("The p value.", 0.01, default=None, ge=0, le=1)

    @model_validator(mode="after")
    def _whole_interval(self) -> Effect:
        if (self.ci_low is None) != (self.ci_high is None):
            raise complaint("half-an-interval", "the effect gives one end of its interval.", "Give both ci_low and ci_high, or neither.")
        if self.ci_low is not None and self.ci_high is not None and self.ci_low > self.ci_high:
            raise complaint("range-upside-down", "the effect has ci_low above ci_high.", "Swap the two.")
        return self


class Interval(Part):
    """How sure a value is, where it was estimated: a survey, a sample, a ratio. Not a range that a source gives instead of a value."""

    low: Number = described("Lower end, in the unit of the value.", 38)
    high: Number = described("Upper end, in the unit of the value.", 50)
    level: Number | None = described("Level of the interval in percent.", 95, default=None, gt=0, lt=100)
    type: str = described("confidence or credible.", "confidence", default="confidence", pattern=r"^(confidence|credible)$")

    @model_validator(mode="after")
    def _in_order(self) -> Interval:
        if self.low > self.high:
            raise complaint("range-upside-down", "the interval has low above high.", "Swap the two.")
        return self


class Subgroup(Part):
    """The part of the population a value is about."""

    dimension: str = described("What divides the groups.", "socioeconomic", vocabulary="equity_dimensions")
    value: Text = described("Which group.", "most income-deprived fifth")


class Measure(Part):
    """One number, with everything needed to read it rightly."""

    name: Text = described("What is counted or measured.", "Staff moved to NHS employment")
    kind: str = described("What kind of number it is.", "output", vocabulary="measure_kinds")
    value: Number | None = described("The number, without commas or signs.", 1000, default=None)
    low: Number | None = described("Lower end, when the source gives a range.", 168, default=None)
    high: Number | None = described("Upper end, when the source gives a range.", 196, default=None)
    text: str = described("A result in words, when it is not a number.", "higher quality scores", default="")
    qualifier: str = described("How exact the number is.", "at-least", vocabulary="qualifiers", default="exact")
    unit: str = described("Unit in plain words; for money the three-letter code.", "GBP", default="")
    per: str = described("Time base or other base of a rate.", "year", default="")
    period: Period | None = described("When it was true, or counted.", "2020/21", default=None)
    denominator: Denominator | None = described("What a share is a share of.", {"n": 18, "what": "applicants"}, default=None)
    baseline: Baseline | None = described("The value before.", {"value": 8.21}, default=None)
    comparison: Comparison | None = described("What it is compared with.", {"type": "synthetic control"}, default=None)
    interval: Interval | None = described("How sure the value is. The interval of a difference goes under effect.", {"low": 38, "high": 50, "level": 95}, default=None)
    effect: Effect | None = described("A measured difference with its interval.", {"estimate": 0.196}, default=None)
    subgroup: Subgroup | None = described("The group it is about.", {"dimension": "sex", "value": "men"}, default=None, standard="PROGRESS-Plus")
    place: str = described("Where, when not the whole case.", "County Hospital, Stafford", default="")
    direction: str = described("Whether the change is good or bad for people.", "better", vocabulary="results", default="not-measured")
    stage: str = described("committed or delivered, for promises in contracts.", "delivered", default="", standard="National TOMs", pattern=r"^(committed|delivered|)$")
    sources: Listed[Cite] = described("Source and the place in it.", ["ihi_anchors_2022, line 412"], min_length=1)
    claim: str = described("Id of a claim of the ledger. What you leave out is then taken from there.", "CL20", default="", pattern=r"^(CL[0-9]{2,4}|)$")
    adds_up: str = described("A name that measures share when together they make up 100%.", "size of grant", default="")
    note: str = described("What to be careful about.", "The trust says \"1,000 plus\".", default="")

    @model_validator(mode="before")
    @classmethod
    def _one_source(cls, value: Any) -> Any:
        if isinstance(value, dict) and "source" in value and "sources" not in value:
            value = dict(value)
            value["sources"] = value.pop("source")
        return value

    @model_validator(mode="after")
    def _has_a_value(self) -> Measure:
        ranged = self.low is not None or self.high is not None
        given = sum((self.value is not None, ranged, bool(self.text.strip())))
        if given == 0 and self.effect is None:
            raise complaint("measure-without-value", f"the measure \"{self.name}\" gives no value.",
                            "Give one of: value; low and high; text.")
        if self.value is not None and ranged:
            raise complaint("measure-with-two-values", f"the measure \"{self.name}\" gives a value and a range.",
                            "Keep either value, or low and high. Ends that say how sure the value is go under interval.")
        if self.interval and self.value is None:
            raise complaint("measure-without-value", f"the measure \"{self.name}\" gives an interval and no value that it belongs to.",
                            "Add value: with the estimate. Put the interval of a difference under effect, as ci_low and ci_high.")
        if (self.low is None) != (self.high is None):
            raise complaint("half-a-range", f"the measure \"{self.name}\" gives one end of a range.",
                            "Give both low and high; for an open end use value with qualifier: at-least or at-most.")
        if ranged and self.low > self.high:
            raise complaint("range-upside-down", f"the measure \"{self.name}\" has low above high.", "Swap the two.")
        if (self.value is not None or ranged) and not self.unit.strip():
            raise complaint("measure-without-unit", f"the measure \"{self.name}\" has a number and no unit.",
                            "Add unit: people, or unit: GBP, or unit: \"%\"")
        return self


# ---------------------------------------------------------------- other groups of fields


class Aim(Part):
    """What it set out to do (IHI: what, how much, for whom, by when)."""

    what: Text = described("What should change.", "Shrink the gap in life expectancy", standard="IHI driver diagram")
    how_much: str = described("By how much.", "by half", default="", standard="IHI driver diagram")
    for_whom: str = described("For whom.", "residents of four neighbourhoods", default="", standard="IHI driver diagram")
    by_when: PartialDate | None = described("By when.", "2035", default=None, standard="IHI driver diagram")
    source: Cite | None = described("Where the aim is written down.", "ihi_anchors_2022, line 453", default=None)

    @model_validator(mode="before")
    @classmethod
    def _short(cls, value: Any) -> Any:
        return {"what": value} if isinstance(value, str) else value


class Input(Part):
    """Money or time that went in. Never shown as a result."""

    kind: Text = described("What went in.", "grant fund")
    amount: Number | None = described("How much.", 450000, default=None, ge=0)
    unit: str = described("Three-letter currency code, or staff, hours, months.", "GBP", default="")
    price_year: PartialDate | None = described("Year of the prices.", "2021", default=None)
    per: str = described("Time base.", "year", default="")
    funder: str = described("Who paid.", "Imperial Health Charity", default="")
    qualifier: str = described("How exact the number is.", "about", vocabulary="qualifiers", default="exact")
    source: Cite = described("Source and the place in it.", "ihi_anchors_2022, line 434")
    note: str = described("What to be careful about.", "A second source gives a smaller sum.", default="")


class Cost(Part):
    """The cost signal: how much it took, in the roughest honest terms."""

    band: str = described("Size of the whole cost.", "medium", vocabulary="cost_bands")
    why: Text = described("One sentence: what is known about cost.", "A grant fund of £450,000; staff time was not counted.", markdown=True)

    @model_validator(mode="before")
    @classmethod
    def _short(cls, value: Any) -> Any:
        return {"band": "not-reported", "why": value} if isinstance(value, str) else value


class Study(Part):
    """One study of the case, rated by itself."""

    design: str = described("Design of the study.", "before-after", vocabulary="designs", standard="Maryland scale")
    source: Cite = described("The study.", "britteon2022")
    found: Text = described("What it found, in a sentence.", "Life expectancy rose more than expected.", markdown=True)
    independent: bool | None = described("True when its authors did not run the project.", True, default=None)


class Evidence(Part):
    """The strength signal: how sure anyone can be, and why."""

    level: int = described("0 to 5.", 1, vocabulary="evidence_levels", standard="Nesta standards of evidence, with 0 for plans and descriptions", ge=0, le=5)
    why: Text = described("Why this level and not the next.", "Counts of people helped, with nothing to compare them with.", markdown=True)
    studies: Listed[Study] = described("Studies, each with its design.", [], default_factory=list)
    rated_by: str = described("Who set the level.", "editors", default="editors")


class Shown(Part):
    """The result signal: what it showed."""

    verdict: str = described("One word.", "not-measured", vocabulary="results")
    why: Text = described("The finding in a sentence or two.", "No result has been published.", markdown=True)


class EquityDimension(Part):
    """A way in which people are treated unequally that the case looks at."""

    code: str = described("Which dimension.", "socioeconomic", vocabulary="equity_dimensions", standard="PROGRESS-Plus")
    role: str = described("targeted (aimed at), reported (results given by group) or not-reported.", "targeted", default="targeted", pattern=r"^(targeted|reported|not-reported)$")

    @model_validator(mode="before")
    @classmethod
    def _short(cls, value: Any) -> Any:
        return {"code": value} if isinstance(value, str) else value


class Equity(Part):
    """Who gains, who could be left out, and what was done about it."""

    dimensions: Listed[EquityDimension] = described("Dimensions it aims at or reports.", ["socioeconomic"], standard="PROGRESS-Plus", default_factory=list)
    gap: str = described("The gap at the start.", "Life expectancy differs by 14 years between wards.", standard="HEAT, assess", default="", markdown=True)
    action: str = described("What was done about it.", "Grants went to groups most affected.", standard="HEAT, refine and apply", default="", markdown=True)
    result: str = described("What became of the gap.", "Not reported.", standard="HEAT, review", default="", markdown=True)
    reviewed: PartialDate | None = described("When this was last looked at.", "2022", standard="HEAT, review", default=None)


class Involvement(Part):
    """How people with a stake took part."""

    aim: str = described("Why people were involved.", "To choose the themes of the fund.", standard="GRIPP2", default="", markdown=True)
    method: str = described("How.", "Workshops and one-to-one talks.", standard="GRIPP2", default="", markdown=True)
    effect: str = described("What it changed.", "Themes were added.", standard="GRIPP2", default="", markdown=True)
    reflection: str = described("What worked and what did not.", "Large groups were easier to reach.", standard="GRIPP2", default="", markdown=True)


class ValueForMoney(Part):
    """A return on money, as one source works it out. Sources may disagree: list each."""

    ratio: Number = described("Return for each unit of money put in.", 5, standard="SROI")
    currency: str = described("Three-letter code.", "GBP", pattern=r"^[A-Z]{3}$")
    perspective: str = described("fiscal, social or not-stated.", "not-stated", default="not-stated", pattern=r"^(fiscal|social|not-stated)$", standard="SROI")
    horizon_years: Number | None = described("Years looked ahead.", 10, default=None, ge=0)
    qualifier: str = described("How exact the number is.", "about", vocabulary="qualifiers", default="exact")
    adjusted_for: Listed[str] = described("deadweight, attribution, displacement, drop-off.", [], default_factory=list, standard="SROI")
    source: Cite = described("Source and the place in it.", "landaid_lw")
    note: str = described("What to be careful about.", "The method is not published.", default="")


class StatedValue(Part):
    """What one source says."""

    value: Text = described("The figure or words, as that source gives them, with the unit.", "£345,000")
    source: Cite = described("Which source.", "ihi_anchors_2022, line 271")
    claims: Listed[str] = described("Ids of the claims of the ledger that this is.", ["CL16"], default_factory=list)

    @model_validator(mode="before")
    @classmethod
    def _number(cls, value: Any) -> Any:
        if isinstance(value, dict) and isinstance(value.get("value"), (int, float)) and not isinstance(value["value"], bool):
            value = {**value, "value": f"{value['value']:,}"}
        return value


class Conflict(Part):
    """Sources that disagree, or a figure that cannot be right. Shown side by side, never settled silently."""

    fact: Text = described("What they disagree about.", "Money raised for the panels")
    values: list[StatedValue] = described("What each source says.", [{"value": "£345,000", "source": "ihi_anchors_2022"}], min_length=1)
    recomputed: str = described("What a check of the sums gives.", "£317 a panel", default="")
    reading: Text = described("Our reading, marked as a hypothesis where it is one.", "Hypothesis: the smaller sum is net of fees.", markdown=True)


class Contact(Part):
    """Whom to ask. An office, not a person, wherever possible."""

    organisation: Text = described("Organisation or team.", "Anchor programme, Mid and South Essex NHS Foundation Trust")
    url: str = described("A page with current contact details.", "https://www.mse.nhs.uk/anchor-programme", default="", pattern=r"^(https?://\S+|)$")


class Driver(Part):
    """One branch of a driver diagram."""

    name: Text = described("The driver.", "Quality work", standard="IHI driver diagram")
    change_ideas: Listed[str] = described("Ideas tried under it.", ["Insourcing"], default_factory=list, standard="IHI driver diagram")


# ---------------------------------------------------------------- the case study


class CaseStudy(Part):
    """One case study, as its YAML file holds it."""

    # --- the twelve required fields
    id: str = described("Name of the file without its ending: lower-case words joined by hyphens.", "imperial-insourcing", pattern=f"^{ID.pattern}$", max_length=MAX_ID, ask="What short name should the record have?", weak="Case Study 1 (final)")
    title: Text = described("A short title that says what was done and where.", "Bringing cleaners and porters back onto NHS contracts", max_length=160, ask="What was done, and where? Give it a short title.", weak="Our project")
    summary: Text = described("The story in about 60 plain words: who did what, for whom, and what is known.", "A London trust took over ...", max_length=900, markdown=True, ask="Tell the story in about 60 plain words.", weak="A great success with huge impact for all.")
    record_type: str = described("What kind of record this is.", "case", vocabulary="record_types", ask="What kind of record is it?", weak="project")
    status: str = described("Where it stands.", "running", vocabulary="statuses", standard="NICE shared learning", ask="Where does the work stand?", weak="going well")
    domains: Listed[str] = described("Which of the five anchor domains, the main one first.", ["work"], vocabulary="domains", min_length=1, ask="Which of the five anchor domains is it about?", weak="[jobs, money, health]")
    actions: Listed[str] = described("Which of the fifteen actions of Table 4. Only a draft may leave the list empty, until an editor chooses.", ["leadership-board-lead"], vocabulary="actions", ask="Which of the fifteen actions does it show?", weak="[everything]")
    lead_org: Text = described("The organisation that led it.", "Imperial College Healthcare NHS Trust", standard="HALN, organisation; TIDieR-PHP, provider", ask="Which organisation led it?", weak="The trust")
    places: Listed[Place] = described("Where. Write the name, a comma and the region.", ["Sandwell, West Midlands"], standard="HALN, location; TIDieR-PHP, where", min_length=1, ask="Where did it happen?", weak="[locally]")
    periods: Listed[Period] = described("When. A date, \"2016 to 2021\", \"since 2016\" or \"not known\".", ["since 2020-04"], standard="TIDieR-PHP, when", min_length=1, ask="When did it happen?", weak="[recently]")
    measures: list[Measure] = described("The numbers. An empty list needs no_measures_reason.", [], standard="SQUIRE 2.0, measures and results", ask="What numbers do the sources give?", weak="Lots of people helped")
    sources: Listed[Source] = described("Where all this comes from: a key of references.bib, a comma, and the place in it.", ["reed2019_ch7, line 93"], min_length=1, ask="Where can others read about it?", weak="[the internet]")

    # --- the story
    problem: str = described("Why it was started.", "Contract staff had no sick pay.", standard="SQUIRE 2.0, problem description", default="", markdown=True, weak="There was a need.")
    rationale: str = described("Why it should work.", "Secure work is good for health.", standard="SQUIRE 2.0, rationale; TIDieR-PHP, why", default="", markdown=True, weak="It is best practice.")
    context: str = described("What around it mattered.", "A pandemic began in the same month.", standard="SQUIRE 2.0, context", default="", markdown=True, weak="Times were hard.")
    aim: Aim | None = described("What it set out to do.", {"what": "Equal terms for all staff"}, standard="IHI driver diagram", default=None, weak="To make a difference")
    drivers: Listed[Driver] = described("Branches of a driver diagram.", [], standard="IHI driver diagram", default_factory=list, weak="[Quality]")
    what_was_done: str = described("What was done, step by step.", "Staff moved to the trust's payroll.", standard="TIDieR-PHP, what and how", default="", markdown=True, weak="A project was delivered.")
    materials: Listed[str] = described("Tools and documents used.", ["Self-assessment sheet"], standard="TIDieR-PHP, materials", default_factory=list, weak="[A document]")
    partners: Listed[Partner] = described("Who else took part.", ["UNISON"], standard="HALN; TIDieR-PHP, provider", default_factory=list, weak="[Various]")
    population: Population | None = described("Whom it serves.", "About 1,000 hotel services staff", standard="HALN, populations served", default=None, weak="Everyone")
    tailoring: str = described("How it was fitted to people or places.", "Offers differ by site.", standard="TIDieR-PHP, planned variation", default="", markdown=True, weak="It was tailored.")
    modifications: str = described("What was changed on the way.", "Visits became phone calls.", standard="TIDieR-PHP, unplanned variation", default="", markdown=True, weak="Some changes.")
    fidelity: str = described("How far it was done as planned.", "Not reported.", standard="TIDieR-PHP, how well", default="", markdown=True, weak="Fine.")

    # --- the three signals
    cost: Cost | None = described("What it cost, roughly.", {"band": "large", "why": "About £4m a year more."}, default=None, weak="Good value")
    evidence: Evidence | None = described("How strong the evidence is. Editors set it.", {"level": 1, "why": "..."}, standard="Nesta; Maryland scale", default=None, weak="{level: 3, why: Everyone liked it.}")
    what_it_showed: Shown | None = described("What it showed.", {"verdict": "not-measured", "why": "..."}, default=None, weak="{verdict: better, why: It worked.}")

    # --- numbers and results
    no_measures_reason: str = described("Why there is no number.", "The source gives none.", default="", markdown=True, weak="N/A")
    inputs: Listed[Input] = described("Money and time that went in.", [], standard="SQUIRE 2.0, funding", default_factory=list, weak="A lot of staff time")
    value_for_money: Listed[ValueForMoney] = described("Returns on money, one for each source.", [], standard="SROI", default_factory=list, weak="Excellent")
    conflicts: list[Conflict] = described("Sources that disagree.", [], default_factory=list, weak="We picked the higher figure.")

    # --- what to learn
    equity: Equity | None = described("Who gains and who could be left out.", {"dimensions": ["socioeconomic"]}, standard="PROGRESS-Plus; HEAT", default=None, weak="It is for all.")
    involvement: Involvement | None = described("How people took part.", {"method": "Workshops"}, standard="GRIPP2", default=None, weak="We consulted.")
    tensions: Listed[str] = described("Tensions of Table 3 that it shows.", ["TN2"], vocabulary="tensions", default_factory=list, weak="[money]")
    what_did_not_work: str = described("What did not work. \"None reported\" is an answer.", "None reported.", standard="NICE shared learning; SQUIRE 2.0", default="", markdown=True, weak="Nothing.")
    unintended: Listed[Text] = described("Effects nobody planned, good or bad.", [], standard="SQUIRE 2.0, unintended consequences", default_factory=list, markdown=True, weak="[Yes]")
    limitations: Listed[Text] = described("What the numbers cannot show.", [], standard="SQUIRE 2.0, limitations", default_factory=list, markdown=True, weak="[Some]")
    key_learning: Listed[Text] = described("What another anchor should take from it.", [], standard="NICE shared learning", default_factory=list, markdown=True, weak="[Communication is key.]")

    # --- connections and care
    secondary_tags: Listed[str] = described("Other tags, for lists that do not fit the five domains.", ["service-delivery"], default_factory=list, weak="[good, new, 2021]")
    related: Listed[str] = described("Ids of related cases.", ["birmingham-anchor-network"], default_factory=list, weak="[see other cases]")
    contact: Contact | None = described("Whom to ask.", {"organisation": "Anchor programme team"}, standard="NICE shared learning", default=None, weak="Ask Sam on 07700 900123")
    contributor: str = described("Who wrote this record, if they want credit.", "Members of the network", default="", weak="Me")
    credits: Listed[Credit] = described("People, teams or organisations who asked to be named, each with their part.", [{"name": "Anchor team, Example NHS Trust", "role": "wrote"}], default_factory=list, weak="[me]")
    licence: str = described("Licence of this text. The whole book is CC BY 4.0, so write CC-BY-4.0 or leave the field out. CC0-1.0 fits text that is free of rights. Nothing else can be taken in.", "CC-BY-4.0", default="CC-BY-4.0", pattern=r"^(CC-BY-4\.0|CC0-1\.0)$", weak="Free")
    last_reviewed: PartialDate | None = described("When an editor last read it.", "2026-11-21", standard="NICE shared learning", default=None, weak="last spring")
    review_by: PartialDate | None = described("When it should be read again.", "2027-11", standard="NICE shared learning", default=None, weak="soon")
    qa_status: str = described("How far the record has come.", "published", default="draft", vocabulary="record_states", standard="NICE shared learning", weak="done")
    superseded_by: str = described("Id of the record that took its place. Needed when qa_status is superseded.", "leeds-anchor-framework", default="", weak="the new one")
    notice: str = described("Why it was withdrawn, or what changed. Needed when qa_status is withdrawn.", "The trust asked us to take it down: the figures were wrong.", default="", markdown=True, weak="Old.")

    @field_validator("id")
    @classmethod
    def _name_of_a_file(cls, value: str) -> str:
        if is_reserved(value):
            raise complaint("bad-format", f"\"{value}\" is a name that Windows keeps for itself, so no file can have it.", f"Choose a longer one, for example {value}-project, and name the file after it.")
        return value

    @model_validator(mode="after")
    def _state_explained(self) -> CaseStudy:
        if not self.actions and self.qa_status != "draft":
            raise complaint("no-action", "there is no action.", "Choose at least one of the fifteen actions, or write qa_status: draft until an editor does.", at="actions")
        if self.qa_status == "withdrawn" and not self.notice.strip():
            raise complaint("state-unexplained", "nothing says why this record was withdrawn.", "Add notice: with a sentence, for example: The figures were wrong.", at="qa_status")
        if self.qa_status == "superseded" and not self.superseded_by:
            raise complaint("state-unexplained", "nothing says which record took the place of this one.", "Add superseded_by: with the id of the new record.", at="qa_status")
        return self

    @model_validator(mode="after")
    def _measures_or_reason(self) -> CaseStudy:
        if not self.measures and not self.no_measures_reason.strip():
            raise complaint("no-measures-no-reason", "there is no measure, and no reason why.",
                            "Add no_measures_reason: with a sentence, for example: The source prints no figures.", at="measures")
        return self


def required_fields() -> list[str]:
    """Names of the fields every case study must have, in the order of the model."""
    return [name for name, info in CaseStudy.model_fields.items() if info.is_required()]
