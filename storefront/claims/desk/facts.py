"""What an adjuster finds out, as a form: by kind of benefit, and for the incident as a whole."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from flask_babel import gettext as _

from storefront.catalog.definition import Benefit, ProductDefinition
from storefront.catalog.definition.benefits import LossOfHead
from storefront.claims.desk import incident
from storefront.claims.desk.incident import Errors
from storefront.claims.models import Claim, ClaimHead
from storefront.claims.rules import asking
from storefront.claims.service import contract
from storefront.claims.service.finding_out import Found

MONEY = (
    "claimed", "paid_by_social", "paid_by_others", "expenses", "daily", "monthly_wage",
    "other_death_cover",
)  # fmt: skip
WHOLE = ("days", "lasted_days", "months")
DAYS = ("occurred_on", "onset_on", "died_on")
ANSWERS = ("settled_by_social", "consent")
BY_KIND: Mapping[str, tuple[str, ...]] = {
    "sum-insured": ("occurred_on", "onset_on", "lasted_days", "died_on", "illness", "other_death_cover"),
    "graded": ("occurred_on", "grades"),
    "work-injury": (
        "claimed", "paid_by_social", "grades", "monthly_wage", "city", "months", "days",
    ),
    "reimbursement": (
        "claimed", "paid_by_social", "paid_by_others", "settled_by_social", "occurred_on", "days",
    ),
    "daily-cash": ("claimed", "days", "daily", "occurred_on"),
    "liability-limits": ("claimed", "paid_by_others", "expenses", "consent"),
    "loss-of-head": ("claimed", "paid_by_others", "expenses", "days", "daily", "consent"),
}  # fmt: skip
DEBT = ("claimed", "paid_by_social", "paid_by_others")
WAGE = ("monthly_wage", "city")
INCIDENT_ANSWERS = ("at_fault", "capacity", "return_delayed")
INTERRUPTION = ("expenses", "days", "daily")
REFUSABLE = ("work-injury", "reimbursement", "liability-limits", "loss-of-head")
"""Kinds whose amount is claimed, so that a part of it can be excluded."""
MOST_REFUSED = 12
LONGEST = 100


class Unreadable(ValueError):
    """Fields that cannot be read, each with a sentence."""

    def __init__(self, errors: list[tuple[str, str]]) -> None:
        super().__init__(", ".join(name for name, _sentence in errors))
        self.errors = errors


def fields_of(definition: ProductDefinition, claim: Claim) -> dict[int, tuple[str, ...]]:
    """The facts that each head needs, by its position."""
    benefits = _benefits(definition, claim)
    return {head.position: _fields(definition, benefits, head) for head in claim.heads}


def refusable(definition: ProductDefinition, claim: Claim) -> set[int]:
    """The heads of which a part can be refused, where the product has exclusions."""
    if definition.claims is None or not definition.claims.exclusions:
        return set()
    benefits = _benefits(definition, claim)
    return {head.position for head in claim.heads if benefits[head.cover].kind in REFUSABLE}


def publicity_counts(definition: ProductDefinition, claim: Claim) -> bool:
    """Whether a head pays by how long ago the event became public."""
    benefits = _benefits(definition, claim)
    return any(_counts_publicity(benefits[head.cover], head) for head in claim.heads)


def _counts_publicity(benefit: Benefit, head: ClaimHead) -> bool:
    terms = benefit.terms
    return isinstance(terms, LossOfHead) and head.cover in terms.within_days_of_publicity


def _benefits(definition: ProductDefinition, claim: Claim) -> dict[str, Benefit]:
    """The benefit behind every cover: of the claim's own type, else of the one that knows it."""
    found = {
        cover: claim_type.benefit
        for claim_type in definition.claim_types
        for cover in claim_type.benefit.covers
    }
    own = contract.type_of(definition, claim.claim_type).benefit
    return found | dict.fromkeys(own.covers, own)


def _fields(
    definition: ProductDefinition, benefits: Mapping[str, Benefit], head: ClaimHead
) -> tuple[str, ...]:
    """The facts of its kind, and those of a debt, a wage, an illness or publicity where they count."""
    benefit = benefits[head.cover]
    more = (
        *(DEBT if asking.is_debt(benefit) else ()),
        *(WAGE if asking.is_wage(benefit) else ()),
        *(("onset_on",) if asking.onset_counts(definition, benefit.covers) else ()),
    )
    names = tuple(name for name in BY_KIND[benefit.kind] if _matters(benefit, head, name))
    late = ("occurred_on",) if _counts_publicity(benefit, head) else ()
    return (*(name for name in more if name not in names), *names, *late)


def _matters(benefit: Benefit, head: ClaimHead, name: str) -> bool:
    """Whether a fact counts for a head: days only for an interruption, consent only where it is needed."""
    terms = benefit.terms
    if not isinstance(terms, LossOfHead):
        return True
    if name == "consent":
        return head.cover in terms.needs_consent
    return bool(terms.waiting_days) or name not in INTERRUPTION


def typed_of(head: ClaimHead, name: str) -> str:
    """A fact as the form shows it."""
    value: Any = head.claimed if name == "claimed" else head.facts.get(name)
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def read(form: Mapping[str, str], definition: ProductDefinition, claim: Claim) -> Found:
    """The form as facts; what was left empty is taken back. Raises Unreadable."""
    errors: Errors = []
    heads: dict[int, dict[str, Any]] = {}
    for position, names in fields_of(definition, claim).items():
        for name in names:
            key = f"h{position}-{name}"
            if key not in form:
                continue
            try:
                heads.setdefault(position, {})[name] = _value(name, form[key].strip())
            except (ValueError, InvalidOperation):
                errors.append((key, _sentence(name)))
    for position in refusable(definition, claim):
        if f"h{position}-refused-0-reason" in form:
            parts = _refused(form, position, errors)
            heads.setdefault(position, {})["refused"] = parts or None
    about = incident.read(form, definition, errors)
    if errors:
        raise Unreadable(errors)
    return Found(about, heads)


def _refused(form: Mapping[str, str], position: int, errors: Errors) -> list[dict[str, str]]:
    """The parts of a bill that an article excludes: rows of the form that are filled in."""
    found = []
    for row in range(MOST_REFUSED):
        name = f"h{position}-refused-{row}"
        reason, amount = form.get(f"{name}-reason", ""), form.get(f"{name}-amount", "").strip()
        if not reason and not amount:
            continue
        try:
            found.append({"reason": reason, "amount": _money(amount)})
        except (ValueError, InvalidOperation):
            errors.append((f"{name}-amount", _sentence("claimed")))
        if not reason:
            errors.append((f"{name}-reason", _("Please choose the reason.")))
    return found


def _value(name: str, text: str) -> Any:
    """A fact as JSON; raises ValueError or InvalidOperation."""
    if not text:
        return None
    if name in MONEY:
        return _money(text)
    if name in WHOLE:
        return int(text)
    if name in DAYS:
        return date.fromisoformat(text).isoformat()
    if name == "grades":
        return [int(part) for part in text.replace("\uff0c", ",").split(",")]
    return incident.answer(text) if name in ANSWERS else text[:LONGEST]


def _money(text: str) -> str:
    amount = Decimal(text.replace(",", ""))
    if not amount.is_finite() or amount < 0 or amount != round(amount, 2):
        raise ValueError(text)
    return str(amount)


def _sentence(name: str) -> str:
    if name in MONEY:
        return _("Please enter an amount such as 1250.50.")
    if name in DAYS:
        return _("Please enter a date such as 2026-05-31.")
    return _("Please enter whole numbers.")


def labels() -> dict[str, str]:
    """What the fields are called."""
    return {
        "claimed": _("Claimed (yuan)"),
        "paid_by_social": _("Paid by social insurance (yuan)"),
        "paid_by_others": _("Paid by others (yuan)"),
        "settled_by_social": _("Social insurance settled first"),
        "expenses": _("Costs of averting or clearing up (yuan)"),
        "daily": _("A day (yuan)"),
        "days": _("Days"),
        "lasted_days": _("Lasted days"),
        "months": _("Months paid so far"),
        "monthly_wage": _("Monthly wage (yuan)"),
        "city": _("City"),
        "grades": _("Disability grades, with commas"),
        "illness": _("Illness, by its code"),
        "occurred_on": _("Came about on"),
        "onset_on": _("First signs on"),
        "died_on": _("Died on"),
        "consent": _("The insurer had agreed"),
        "other_death_cover": _("Other death cover of a minor (yuan)"),
        "cause": _("Cause"),
        "at_fault": _("At fault"),
        "capacity": _("Had capacity"),
        "return_delayed": _("Could not return in time, without blame"),
        "public_on": _("Became public on"),
    }
