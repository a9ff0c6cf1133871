"""Every code that a finding may have: why it matters, and where it helps a wrong and a right way to write it.

The page ``contribute/findings.html`` lists them, each with its code as anchor. A test keeps this list and the code
together: what the checker says is here, and nothing else is.
"""

from __future__ import annotations

from dataclasses import dataclass

from anchorbook.project import site_address

PAGE = "contribute/findings.html"


@dataclass(frozen=True, slots=True)
class Code:
    """What one code means. ``wrong`` and ``right`` are YAML; both may be empty."""

    why: str
    wrong: str = ""
    right: str = ""


GROUPS: dict[str, dict[str, Code]] = {
    "Files that cannot be read": {
        "unreadable-file": Code("A file that cannot be opened cannot be part of the book."),
        "missing-file": Code("The list of sources is needed to check every citation."),
        "missing-vocabulary": Code("Pages and filters are made from these lists. Without one, the book cannot be made."),
        "file-too-large": Code("A record is a few pages of text. A huge file is a mistake, or slows the book down for everyone."),
        "wrong-encoding": Code("Letters such as é and £ come out wrong unless the file is saved as UTF-8."),
        "control-character": Code("Signs that cannot be seen come from copying, and can break pages and tables."),
        "broken-yaml": Code("The file cannot be read past this point, so nothing after it is checked. A colon in a text is the most common cause.",
                             "title: Local jobs: a start", 'title: "Local jobs: a start"'),
        "empty-file": Code("There is nothing in this file that could become a page."),
        "not-a-record": Code("A record is a list of fields, each with a name and a value.", "- Local jobs", "title: Local jobs"),
        "not-a-case-file": Code("Only files that end in .yaml are read, so this one would be left out."),
        "second-document": Code("One file is one page. What follows a line of three dashes would be lost."),
        "yaml-tag": Code("A tag can make a program run. Records hold plain text only.", "title: !New jobs", 'title: "!New jobs"'),
        "yaml-alias": Code("An alias can make a small file grow without end. It also hides what the record says.", "title: *jobs", "title: Local jobs"),
        "more-findings": Code("The same mistake many times has one cause as a rule. Only the first are shown, so that the others are not lost among them."),
        "too-deep": Code("No field needs so many levels. An opening bracket or a wrong indent is the usual cause."),
    },
    "Fields and their form": {
        "bad-field-name": Code("A field name that is not plain text cannot be matched with anything."),
        "duplicate-field": Code("When a field stands twice, nobody can tell which one you mean.", "title: One\ntitle: Two", "title: One"),
        "unknown-field": Code("What stands in a field that the book does not know would never be shown.", "summery: A hospital ...", "summary: A hospital ..."),
        "answer-not-used": Code("Words that no field takes would not be shown. They are kept in the file, so that an editor can move them."),
        "missing-field": Code("Twelve fields are needed, so that all cases can be listed and compared."),
        "empty-value": Code("An empty field says nothing. Leaving it out is clearer.", 'domains: ""', "domains: [work]"),
        "wrong-type": Code("Numbers are sorted and drawn, so they need digits alone. Text that looks like a number needs quotes.",
                            "value: about 1,000", "value: 1000\nqualifier: about"),
        "bad-format": Code("Some fields must be written in one way, so that programs can use them.", "id: Local Jobs", "id: local-jobs"),
        "bad-value": Code("The field does not hold what it is for."),
        "too-long": Code("Titles and summaries stand in lists. A long one pushes the others out of sight. A text of thousands of marks would hold up the whole book."),
        "out-of-range": Code("The number lies outside what is possible here. It is often a slip of the hand.", "evidence:\n  level: 6", "evidence:\n  level: 5"),
        "unknown-term": Code("Pages and filters are made from fixed words. A case with another word would not be found.", "domains: [procurement]", "domains: [purchasing]"),
        "unknown-value": Code("A table uses fixed words in this column, so that rows can be grouped."),
        "region-as-place": Code("In square brackets a comma starts a new entry, so the region became a second place.",
                                 "places: [Sandwell, West Midlands]", "places:\n  - Sandwell, west-midlands"),
        "id-mismatch": Code("The name of the file is the address of its page. The id inside must be the same."),
        "duplicate-id": Code("Two things with one id would overwrite each other."),
        "duplicate-term": Code("Two entries with one id cannot be told apart."),
    },
    "Dates": {
        "bad-date": Code("A date in another form can be read in two ways: 3/4/2021 is in March or in April.", "last_reviewed: 26/5/2021", "last_reviewed: 2021-05-26"),
        "no-action": Code("Pages and filters lead to a case by its actions. A published case without one would be hard to find."),
        "no-action-yet": Code("A draft may wait for its actions. An editor chooses them before it is published.", "actions: []", "actions: [staff-support]"),
        "state-unexplained": Code("Somebody who follows an old link must learn why the record is gone, and where to go.", "qa_status: withdrawn", "qa_status: withdrawn\nnotice: The figures were wrong."),
        "bad-time": Code("The agenda counts from this time.", "start: 10", 'start: "10:00"'),
        "workshop-length": Code("People plan their day by the length of a workshop, so its parts must add up to it."),
        "levels-out-of-order": Code("The four levels are steps, from the lowest to the highest."),
        "choices-of-a-question": Code("Only a question of kind choice has choices, and it needs some."),
        "bad-period": Code("A period must say clearly when something began and ended, or that nobody knows.", "- a while ago", "- not known"),
        "due-before-review": Code("A review that is due before the last one was done has a date that is wrong.", "last_reviewed: 2026-11\nreview_by: 2025-11", "last_reviewed: 2026-11\nreview_by: 2027-11"),
        "reviewed-in-future": Code("A page says when its record was last read. A day that is still to come is a slip, or the day of the next review.", "last_reviewed: 2062-11", "last_reviewed: 2026-11"),
        "review-due": Code("Facts grow old. A record that nobody has read for long may be wrong by now."),
    },
    "Numbers and evidence": {
        "no-measures-no-reason": Code("A record without numbers should say why, so that readers know it was not forgotten.",
                                       "measures: []", "measures: []\nno_measures_reason: The source prints no figures."),
        "measure-without-value": Code("A measure with no number and no words measures nothing."),
        "measure-with-two-values": Code("A value and a range at once leave the reader to guess which is right.", "value: 10\nlow: 8\nhigh: 12", "low: 8\nhigh: 12"),
        "measure-without-unit": Code("10 could be people, pounds or percent.", "value: 10", "value: 10\nunit: people"),
        "half-a-range": Code("One end of a range says nothing of the other.", "low: 8", "value: 8\nqualifier: at-least"),
        "half-an-interval": Code("How sure a study is needs both ends of its interval.", "ci_low: 0.1", "ci_low: 0.1\nci_high: 0.3"),
        "range-upside-down": Code("The low end must be below the high end. The two were probably swapped.", "low: 12\nhigh: 8", "low: 8\nhigh: 12"),
        "unclear-currency": Code("Many countries have pounds and dollars. A code of three letters names one.", "unit: £", "unit: GBP"),
        "missing-currency": Code("An amount without a unit could be money, months or people.", "amount: 450000", "amount: 450000\nunit: GBP"),
        "outcome-without-period": Code("A result without a time cannot be compared with another.", "kind: outcome", "kind: outcome\nperiod: 2020/21"),
        "result-without-period": Code("A count means little unless you know over what time.", "value: 10", "value: 10\nperiod: 2020/21"),
        "unclear-unit": Code("The book does its sums with the sign. A word would be left out of them.", "unit: percent", 'unit: "%"'),
        "outside-its-interval": Code("An interval says where the value may lie. A value outside of it is a slip, or belongs to something else."),
        "target-as-result": Code("What somebody hopes for, or works out from assumptions, has not happened. It must never look as if it had.",
                                  "kind: target\ndirection: better", "kind: target"),
        "strength-without-grounds": Code("Readers decide by the strength and the verdict. Each needs something in the record that it rests on."),
        "impossible-share": Code("50% of five people would be two and a half people. One of the two numbers is wrong."),
        "average-differs": Code("A total divided by a number gives the average. Here it gives something else."),
        "shares-off": Code("Shares of one whole make 100% together. When they do not, one is wrong or left out."),
        "shares-missing": Code("When all shares are 0%, they were probably never filled in."),
        "no-longer-odd": Code("A row that is excused for a misprint fits now. The excuse would hide a new mistake."),
    },
    "Sources and the ledger": {
        "unknown-citation": Code("Every number leads to its source, so the source must be in references.bib. The message shows an entry that you can paste; the page "
                                 "\"Send a case with Git\" explains it. In a browser, an editor adds it: write the full address into your message.", "- ihi_anchor_2022", "- ihi_anchors_2022"),
        "broken-citation": Code("A citation that cannot be read leads nowhere.", "[@ihi_anchors_2022 page 3]", "[@ihi_anchors_2022, page 3]"),
        "uncited-reference": Code("A source that nothing cites is left over, or a citation was forgotten."),
        "source-not-listed": Code("The page of a case lists what stands under sources. A source that only a number names would be missing there.",
                                  "source: britteon2022\nsources: [ihi_anchors_2022]", "source: britteon2022\nsources: [ihi_anchors_2022, britteon2022]"),
        "missing-locator": Code("In a long document nobody finds the number again without the page.", "source: ihi_anchors_2022", "source: ihi_anchors_2022, page 12"),
        "broken-bibtex": Code("A source that cannot be read cannot be shown or linked."),
        "duplicate-reference": Code("With two sources of one name, a citation could mean either."),
        "unknown-claim": Code("A number that names a claim takes its source from there. The claim must exist."),
        "differs-from-ledger": Code("The same place in the same source must give the same number everywhere in the book."),
        "claim-without-value": Code("A claim is a number or a statement that can be checked. This one has neither."),
        "duplicate-claim": Code("Pages link to a claim by its id, so each id must be used once."),
        "broken-check": Code("The sum that checks a claim cannot be worked out, so the claim stays unchecked."),
    },
    "Text that people read": {
        "long-summary": Code("The summary stands on every list. People read the first lines and move on."),
        "hard-to-read": Code("People read this at work, between two other things. Short sentences and everyday words help everyone."),
        "unexplained-abbreviation": Code("Short forms shut out people who do not know them.", "problem: The LTP asks for this.", "problem: The Long Term Plan (LTP) asks for this."),
        "html-in-text": Code("HTML in a text can change a page, or run a program on it. Markdown does all that is needed.", "**far** <b>away</b>", "**far away**"),
        "empty-link": Code("Nobody sees a link without words, and a screen reader has nothing to say of it.", "[](https://www.example.org)", "[the page](https://www.example.org)"),
        "unsafe-link": Code("A link must lead to a place that readers can trust and open.", "[the page](www.example.org)", "[the page](https://www.example.org)"),
        "long-word": Code("A very long word does not fit on a phone, and is often two words or an address that were joined by mistake."),
    },
    "People's details and hidden signs": {
        "email-address": Code("An e-mail address often belongs to a person, who may not want it on a public page. It also brings unwanted mail.",
                               "problem: Ask ann@example.org.", "contact:\n  organisation: Anchor team\n  url: https://www.example.org/contact"),
        "phone-number": Code("Phone numbers reach people directly and go out of date. A page with contact details is safer.",
                              "problem: Call 020 7946 0958.", "contact:\n  organisation: Anchor team\n  url: https://www.example.org/contact"),
        "nhs-number": Code("An NHS number names one patient. It must never be in a public file. Tell the editors if one has been sent in."),
        "national-insurance-number": Code("A National Insurance number names one person. It must never be in a public file. Tell the editors if one has been sent in."),
        "full-postcode": Code("A full postcode is about fifteen homes, so it can show where someone lives. Use it only for a site such as a hospital.",
                               "population: Patients in SS16 5NL", "population: Patients in Basildon"),
        "small-count": Code("When only one to four people are counted, those who know them may work out who they are.", "value: 3\nunit: patients", "text: fewer than 5 patients"),
        "hidden-character": Code("Signs that nobody sees can turn text round or make two words look the same. That can hide what a text really says."),
    },
    "Links and pages": {
        "related-to-itself": Code("A page that names itself among those like it leads nowhere."),
        "replaced-in-a-circle": Code("Records that replace each other would send a reader round and round."),
        "listed-twice": Code("The second time says nothing new, and may stand for another case."),
        "unknown-case": Code("A link to a case must lead to one.", "related: [leeds-framwork]", "related: [leeds-framework]"),
        "unknown-page": Code("A link to a page of the book must lead to one."),
        "missing-page": Code("Every main word has a page of its own. Without it, links would lead nowhere."),
        "unknown-vocabulary": Code("A page asks for a list that does not exist, so nothing could be shown there."),
        "unknown-framework": Code("A page asks for a framework that does not exist, so nothing could be shown there."),
        "unknown-workshop": Code("A page asks for a workshop that does not exist, so nothing could be shown there."),
        "unknown-activity": Code("A workshop can only use an activity that is written down.", "activity: equity-lense", "activity: equity-lens"),
        "unknown-notebook": Code("A workshop can only use a notebook that the book has."),
        "unknown-table": Code("An activity can only print a table that lies in the data folder and is described there."),
        "unknown-filter": Code("A prompt leads to Explore, which has only these filters.", "filter: {domains: [work]}", "filter: {domain: [work]}"),
        "missing-domain": Code("The self-assessment asks about every domain. One without levels would be left out."),
        "unknown-map": Code("A page asks for a map that does not exist, so nothing could be shown there."),
        "unknown-chart": Code("A page asks for a chart that does not exist, so nothing could be shown there."),
        "link-to-nothing": Code("A link must lead somewhere. This one names a page or file that the finished book does not have."),
        "link-to-no-place": Code("The page is there, but the place on it is not: a reader would land at its top and have to search."),
        "dead-link": Code("Readers cannot check a source whose address no longer answers."),
        "moved-link": Code("The old address may stop working one day. The new one is known now."),
    },
    "Addresses that were published": {
        "address-breaks": Code("Others link to this address. It must lead somewhere for ever, at least to a page that says what happened."),
        "address-taken-out": Code("The register forgets nothing: an address that is not in it could break without anyone noticing."),
        "address-not-kept": Code("Only addresses in the register are watched. One that is not there could break without anyone noticing."),
        "bad-address": Code("The register and the redirects hold addresses as they stand behind the address of the site.", "old: https://book.example/cases/old-name.html", "old: cases/old-name.html"),
        "duplicate-redirect": Code("One address can lead to one place only."),
        "redirect-loop": Code("Pages that lead to each other would send a reader round and round."),
        "redirect-to-nothing": Code("Whoever follows an old link must arrive at a page that is there."),
        "redirect-over-page": Code("A redirect would hide the page that is there now."),
        "redirect-other-kind": Code("Where a table was, programs expect a table. Where a page was, readers expect a page.", "new: about/index.html", "new: data/cases.csv"),
    },
    "Tables of data": {
        "broken-descriptor": Code("The file that describes the tables cannot be read, so no table can be checked."),
        "undescribed-table": Code("Readers need to know where a table comes from and what its columns mean."),
        "broken-table": Code("The table cannot be read past this point. A quotation mark that is not closed is the usual cause."),
        "empty-table": Code("A table without a line of names cannot be used."),
        "column-twice": Code("With two columns of one name, nobody can tell which is meant."),
        "missing-column": Code("Pages and charts use this column. They cannot be made without it."),
        "unknown-column": Code("A column that is not described cannot be understood or checked."),
        "wrong-number-of-cells": Code("A row with too many or too few cells shifts its numbers into wrong columns."),
        "empty-cell": Code("This column must be filled in for every row."),
        "row-twice": Code("A row that stands twice would be counted twice."),
        "unknown-row": Code("An excuse for a misprint names a row that is not there."),
    },
}
"""Codes under the headings of the page, in the order shown."""

CODES: dict[str, Code] = {name: code for group in GROUPS.values() for name, code in group.items()}


def page_of(code: str) -> str:
    """Where a code is explained: a page of the book, with its full address when the build knows that."""
    site = site_address()
    return f"{site}/{PAGE}#{code}" if site else f"{PAGE}#{code}"
