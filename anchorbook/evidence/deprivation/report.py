"""A trust's analysis in words: for a screen, or as a page of its own that the trust keeps."""

from __future__ import annotations

from html import escape

from anchorbook.evidence.deprivation.trust import LEAST_AREAS, StaffReport
from anchorbook.evidence.display import Table

CAPTION = "Staff by decile of deprivation (1 is the most deprived tenth of England)"
ROUNDED = "Counts are rounded to a multiple of 5, up or down by chance. They may not add up."
STEPS = (0.01, 0.05)
"""How p is said. Its second figure could tell of one person more or less."""
TOO_ALIKE = (
    "{file} and {earlier} differ by fewer than {threshold} staff. Two tables that are nearly the same could tell where these few people live. "
    "Show the earlier table, or wait until more has changed."
)
CANNOT = (
    "People tend to live near work. A link can come from where the hospital stands.",
    "Neighbouring areas are alike, so the interval and the p-value look surer than they are.",
    "A person in a deprived area may not be deprived.",
    "A link does not show that jobs changed anything.",
)


def findings(report: StaffReport) -> list[str]:
    """The analysis in sentences."""
    counted = "a number of staff that is hidden" if report.counted is None else f"about {report.counted:,} staff"
    lines = [f"Counted: {counted} in {report.areas} small areas of {', '.join(report.districts)}. {ROUNDED}"]
    if report.link is None or report.chance is None or report.concentration is None:
        return [*lines, f"A decile is hidden, or fewer than {LEAST_AREAS} small areas have staff. So numbers about a link are not given: they could help to work out hidden counts."]
    link, chance = report.link, report.chance
    if link.low > 0:
        said = "More staff per resident live where deprivation is higher."
    elif link.high < 0:
        said = "Fewer staff per resident live where deprivation is higher."
    else:
        said = "No clear link: the interval includes 0."
    p = next((f"p below {step}" for step in STEPS if chance.p < step), f"p {STEPS[-1]} or more")
    return [
        *lines,
        f"Rank correlation of staff per resident with deprivation: {link.rho:.2f} (95% interval {link.low:.2f} to {link.high:.2f}). {said}",
        f"By chance alone it would mostly be between {chance.low:.2f} and {chance.high:.2f} ({p}, {chance.shuffles:,} shuffles).",
        f"Concentration index of the table: {report.concentration:.2f}. Below 0 means that staff live more towards the deprived end than residents do.",
    ]


def as_text(report: StaffReport) -> str:
    """For a screen."""
    return "\n".join([CAPTION, "", report.deciles.to_string(), "", *findings(report), "", "What this cannot show:",
                      *(f"- {line}" for line in CANNOT)])


def as_page(report: StaffReport, title: str, *, made_up: bool = False) -> str:
    """A page that needs nothing else: no script, no request. ``made_up`` counts are marked as such."""
    title = f"Synthetic staff (made up): {title[:1].lower()}{title[1:]}" if made_up else title
    lines = "".join(f"<p>{escape(line)}</p>" for line in findings(report))
    cautions = "".join(f"<li>{escape(line)}</li>" for line in CANNOT)
    return (
        f'<!DOCTYPE html>\n<html lang="en-GB"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>body{{font:1rem/1.5 system-ui,sans-serif;max-width:44rem;margin:2rem auto;padding:0 1rem}}"
        "table{border-collapse:collapse}th,td{border-bottom:1px solid #767676;padding:.3rem .7rem;text-align:right}"
        "caption{text-align:left;font-weight:bold}</style></head>"
        f"<body><main><h1>{escape(title)}</h1>{Table(report.deciles, CAPTION)._repr_html_()}{lines}"
        f"<h2>What this cannot show</h2><ul>{cautions}</ul></main></body></html>\n")
