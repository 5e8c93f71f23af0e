"""From the form of a benefit kind to the amounts and facts of the heads, and back into the form."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from storefront.catalog.definition import ClaimType, ProductDefinition
from storefront.claims.answer_forms import (
    CauseForm,
    DaysForm,
    EventForm,
    GradeForm,
    HeadsForm,
    InvoicesForm,
)
from storefront.claims.models import Claim
from storefront.claims.rules import asking
from storefront.claims.service.handing_in import Amounts, HeadAmounts

FORMS: Mapping[str, type[Any]] = {
    "sum-insured": EventForm,
    "graded": GradeForm,
    "work-injury": GradeForm,
    "reimbursement": InvoicesForm,
    "daily-cash": DaysForm,
    "liability-limits": HeadsForm,
    "loss-of-head": HeadsForm,
}


def form_of(
    definition: ProductDefinition, claim_type: ClaimType, typed: Mapping[str, Any] | None
) -> Any:
    """The form of a claim type, without what its benefit need not know; filled in by `typed`."""
    benefit = claim_type.benefit
    kind = FORMS[benefit.kind]
    form = kind(data=typed) if typed else kind()
    is_event = isinstance(form, EventForm)
    if is_event and not asking.is_debt(benefit):
        del form.amount, form.others
    if isinstance(form, CauseForm):
        if not is_event and not asking.cause_decides(definition, benefit.covers):
            del form.cause
        if not asking.onset_counts(definition, benefit.covers):
            del form.onset_on
    return form


def read(kind: str, form: Any, claim: Claim) -> Amounts:
    """What a valid form of a benefit kind says about a claim."""
    typed = {key: value for key, value in form.data.items() if key != "csrf_token"}
    return replace(_READERS[kind](form, claim), typed=typed)


def _event(form: Any, claim: Claim) -> Amounts:
    facts: dict[str, Any] = {"occurred_on": form.occurred_on.data, **_onset(form)}
    if "grade" in form and form.grade.data:
        facts["grades"] = [int(form.grade.data)]
    debt = "amount" in form
    given = HeadAmounts(
        claimed=_amount(form.amount.data) if debt else Decimal(0),
        paid_by_others=_amount(form.others.data) if debt else Decimal(0),
        facts=facts,
    )
    return Amounts({head.position: given for head in claim.heads}, cause=form.cause.data)


def _invoices(form: Any, claim: Claim) -> Amounts:
    rows = [row.form for row in form.invoices.entries if not row.form.is_empty]
    invoices = [{key: row[key].data for key in ("number", "issued_on", "amount")} for row in rows]
    first = claim.heads[0].position
    given = HeadAmounts(
        claimed=sum((Decimal(item["amount"]) for item in invoices), Decimal(0)),
        paid_by_social=_amount(form.social.data),
        paid_by_others=_amount(form.others.data),
        facts={
            "occurred_on": max(item["issued_on"] for item in invoices),
            "first_on": min(item["issued_on"] for item in invoices),
            "settled_by_social": form.settled.data == "yes",
            **_onset(form),
        },
    )
    return Amounts({first: given}, cause=_cause(form), invoices=invoices)


def _days(form: Any, claim: Claim) -> Amounts:
    first, last = date.fromisoformat(form.first.data), date.fromisoformat(form.last.data)
    facts = {
        "days": (last - first).days + 1,
        "first_on": first.isoformat(),
        "occurred_on": last.isoformat(),
        **_onset(form),
    }
    heads = {
        head.position: HeadAmounts(claimed=_amount(form.amount.data), facts=facts)
        for head in claim.heads
    }
    return Amounts(heads, cause=_cause(form))


def _heads(form: Any, claim: Claim) -> Amounts:
    heads = {}
    for head, row in zip(
        claim.heads, form.heads.entries, strict=False
    ):  # the desk may change heads
        heads[head.position] = HeadAmounts(
            claimed=_amount(row.form.amount.data),
            paid_by_others=_amount(row.form.others.data),
        )
    return Amounts(heads)


def _cause(form: Any) -> str | None:
    return form.cause.data if "cause" in form else None


def _onset(form: Any) -> dict[str, Any]:
    given = form.onset_on.data if "onset_on" in form else None
    return {"onset_on": given} if given else {}


def _amount(text: str | None) -> Decimal:
    return Decimal(text) if text else Decimal(0)


_READERS: Mapping[str, Callable[[Any, Claim], Amounts]] = {
    "sum-insured": _event,
    "graded": _event,
    "work-injury": _event,
    "reimbursement": _invoices,
    "daily-cash": _days,
    "liability-limits": _heads,
    "loss-of-head": _heads,
}
