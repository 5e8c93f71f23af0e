"""What the parts of a product definition are called on the pages of the workbench."""

from collections.abc import Iterable

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from storefront.catalog.definition import Condition

SECTIONS = {
    "code": _l("Short name"),
    "line": _l("Line of insurance"),
    "category": _l("Category"),
    "insurer": _l("Insurer"),
    "clause_name": _l("Name of the clauses"),
    "marketing_name": _l("Name in the shop"),
    "summary": _l("Summary"),
    "filing_number": _l("Filing number"),
    "illustrative": _l("Illustrative figures"),
    "valid_from": _l("On sale from"),
    "valid_to": _l("On sale until"),
    "group": _l("For persons or companies"),
    "needs": _l("Needs"),
    "covers": _l("Covers"),
    "highlights": _l("Conspicuous notices"),
    "answers": _l("Questions for the price"),
    "checks": _l("Checks across answers"),
    "examples": _l("Premium examples"),
    "insured": _l("Insured persons"),
    "policyholder": _l("Policyholder"),
    "beneficiaries": _l("Beneficiaries"),
    "start": _l("First day of cover"),
    "term": _l("Term"),
    "payment": _l("Payment"),
    "suitability": _l("Suitability assessment"),
    "questions": _l("Declaration"),
    "underwriting": _l("Underwriting rules"),
    "application": _l("Application form"),
    "rating": _l("Rates"),
    "line_names": _l("Names of premium lines"),
    "shared_tables": _l("Shared tables"),
    "refund": _l("Refund"),
    "cooling_off_days": _l("Cooling-off days"),
    "contestability": _l("Contestability"),
    "reimburses_medical": _l("Reimburses medical expenses"),
    "documents": _l("Documents"),
    "claim_types": _l("Kinds of claims"),
    "claims": _l("Rules of claims"),
    "special_terms": _l("Special terms"),
    "faq": _l("Questions and answers"),
    "disclaimers": _l("Disclaimers"),
}


def section_name(section: str) -> str:
    """What a top-level key of the definition is called; the key itself where it is new."""
    return str(SECTIONS.get(section, section))


def condition_words(conditions: Iterable[Condition]) -> str:
    """Conditions as a line: the keys as the definition names them."""
    return _(" and ").join(_condition(condition) for condition in conditions)


def _condition(condition: Condition) -> str:
    value = condition.value
    right = ", ".join(value) if isinstance(value, tuple) else value or condition.other
    return f"{condition.key} {condition.op} {right}"


def outcome_name(outcome: str) -> str:
    """What an underwriting rule leads to."""
    return {
        "standard": _("Accepted"),
        "loaded": _("Higher premium"),
        "excluded": _("With an exclusion"),
        "postponed": _("Postponed"),
        "declined": _("Declined"),
        "refer": _("Referred to an underwriter"),
    }[outcome]
