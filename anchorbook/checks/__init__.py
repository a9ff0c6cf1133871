"""Rules that a case study must meet. One rule a function; each says what it is for in its docstring.

A rule takes a :class:`Subject` and yields findings. ``CASE_RULES`` looks at one case, ``COLLECTION_RULES``
at all of them together.
"""

from __future__ import annotations

from anchorbook.checks.citations import uncited_references, unknown_citations
from anchorbook.checks.identity import duplicate_ids, id_matches_file_name, unknown_case_links
from anchorbook.checks.evidence import currency_is_a_code, outcome_needs_period, shares_fit_their_denominator
from anchorbook.checks.places import region_as_a_place
from anchorbook.checks.prose import safe_markdown
from anchorbook.checks.subject import Subject
from anchorbook.checks.terms import unknown_terms

CASE_RULES = (
    id_matches_file_name,
    unknown_terms,
    region_as_a_place,
    unknown_citations,
    safe_markdown,
    currency_is_a_code,
    outcome_needs_period,
    shares_fit_their_denominator,
)

COLLECTION_RULES = (duplicate_ids, unknown_case_links, uncited_references)

__all__ = ["CASE_RULES", "COLLECTION_RULES", "Subject"]
