"""Rules that a case study must meet. One rule a function; each says what it is for in its docstring.

A rule takes a :class:`Subject` and yields findings. ``CASE_RULES`` looks at one case, ``COLLECTION_RULES``
at all of them together.
"""

from __future__ import annotations

from anchorbook.checks.citations import uncited_references, unknown_citations
from anchorbook.checks.identity import duplicate_ids, id_matches_file_name, unknown_case_links, unknown_page_links
from anchorbook.checks.editorial import (
    abbreviations_explained, actions_of_drafts, locators_given, money_has_a_currency, plain_language, results_have_a_period, reviews_due, reviews_to_come,
    sources_are_listed, summary_length,
)
from anchorbook.checks.evidence import (
    averages_fit_their_total, currency_is_a_code, outcome_needs_period, share_is_a_sign, shares_add_up, shares_fit_their_denominator,
)
from anchorbook.checks.ledger import measures_agree_with_ledger, texts_agree_with_ledger, unknown_claims
from anchorbook.checks.places import region_as_a_place
from anchorbook.checks.privacy import PRIVACY_RULES
from anchorbook.checks.prose import safe_markdown
from anchorbook.checks.sense import SENSE_RULES, replaced_by_another
from anchorbook.checks.subject import Subject
from anchorbook.checks.terms import unknown_terms
from anchorbook.checks.training import training_leads_somewhere

CASE_RULES = (
    id_matches_file_name,
    unknown_terms,
    region_as_a_place,
    unknown_citations,
    safe_markdown,
    currency_is_a_code,
    outcome_needs_period,
    shares_fit_their_denominator,
    averages_fit_their_total,
    shares_add_up,
    share_is_a_sign,
    *SENSE_RULES,
    unknown_claims,
    measures_agree_with_ledger,
    texts_agree_with_ledger,
    summary_length,
    actions_of_drafts,
    plain_language,
    locators_given,
    sources_are_listed,
    results_have_a_period,
    money_has_a_currency,
    abbreviations_explained,
    *PRIVACY_RULES,
)

COLLECTION_RULES = (duplicate_ids, replaced_by_another, unknown_case_links, unknown_page_links, uncited_references, reviews_due, reviews_to_come, training_leads_somewhere)

__all__ = ["CASE_RULES", "COLLECTION_RULES", "Subject"]
