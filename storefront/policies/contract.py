"""The content of a contract: what one transaction of a policy holds for ever, as plain data.

Documents, claims and the insurer's request are all made from it, never from the application, which
may be gone or changed by then. Texts stand in both languages, amounts are decimal text in yuan.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from storefront.applications import controls
from storefront.applications.models import Application
from storefront.catalog import answers as catalog_answers
from storefront.catalog.definition import Amount, Cover, ProductDefinition
from storefront.catalog.facts import amount_of, derive
from storefront.underwriting.rules import CHANGED_TERMS
from storefront.underwriting.terms import Terms, all_from_json, changed


@dataclass(frozen=True)
class Period:
    """From when to when the policy covers; `shifted` when it could not begin on the chosen day (M-03)."""

    start_at: datetime
    end_at: datetime
    shifted: bool


def content(
    application: Application, definition: ProductDefinition, period: Period, payment_ref: str
) -> dict[str, Any]:
    """The whole contract as it begins."""
    facts = derive(definition, catalog_answers.load(definition, application.answers))
    return {
        "application_ref": application.ref,
        "payment_ref": payment_ref,
        "product": {"code": application.product_code, "version": application.product_version},
        "start_at": period.start_at.isoformat(),
        "end_at": period.end_at.isoformat(),
        "start_shifted": period.shifted,
        "premium": str(application.premium),
        "currency": application.currency,
        "lines": application.lines,
        "person_premiums": application.person_premiums,
        "answers": application.answers,
        "parties": application.parties,
        "controls": controls.record(definition, application.parties),
        "covers": [_cover(cover, facts) for cover in definition.covers if _taken(cover, facts)],
        "special_terms": _special_terms(definition, application),
        "underwriting": [item.to_json() for item in _agreed_terms(application)],
    }


def insurer_request(
    found: Mapping[str, Any], employees: Sequence[Mapping[str, Any]] = ()
) -> dict[str, Any]:
    """What the insurer is asked to issue; the same contract always gives the same request.

    `employees` are those of the list that the contract names, where it names one.
    """
    parties = found["parties"]
    listed = parties.get("employees")
    # Contracts of an earlier release have none, and must give the request that they gave then.
    underwriting = {"underwriting": found["underwriting"]} if found.get("underwriting") else {}
    return {
        **underwriting,
        "application_ref": found["application_ref"],
        "product_code": found["product"]["code"],
        "product_version": found["product"]["version"],
        "start_at": found["start_at"],
        "end_at": found["end_at"],
        "premium": found["premium"],
        "currency": found["currency"],
        "policyholder": parties["policyholder"],
        "insured": parties.get("insured", []),
        "beneficiaries": parties.get("beneficiaries", {"kind": "statutory"}),
        "object": parties.get("object", {}),
        "covers": found["covers"],
        **({"employees": {"sha256": listed["sha256"], "list": list(employees)}} if listed else {}),
    }


def _taken(cover: Cover, facts: Mapping[str, object]) -> bool:
    """A rider that was not chosen has a limit of zero, or none."""
    return bool(amount_of(cover.limit, facts)) or (cover.kind == "main" and bool(cover.limit.text))


def _cover(cover: Cover, facts: Mapping[str, object]) -> dict[str, Any]:
    return {
        "code": cover.code,
        "kind": cover.kind,
        "limit": _amount(cover.limit, facts),
        "deductible": _amount(cover.deductible, facts) if cover.deductible else None,
        "copay_ratio": None if cover.copay_ratio is None else str(cover.copay_ratio),
        "waiting_days": cover.waiting_days,
    }


def _amount(amount: Amount, facts: Mapping[str, object]) -> str | None:
    found = amount_of(amount, facts)
    return None if found is None else str(Decimal(found))


def _special_terms(definition: ProductDefinition, application: Application) -> list[dict[str, str]]:
    """The product's own, and the exclusions to which the customer agreed (of whom, if of several)."""
    insured = application.parties.get("insured", [])
    added = [
        _of_person(insured, item.person, exclusion.text.model_dump())
        for item in _agreed_terms(application)
        for exclusion in item.exclusions
    ]
    return [term.model_dump() for term in definition.special_terms] + added


def _agreed_terms(application: Application) -> tuple[Terms, ...]:
    """Loadings and exclusions of the decision that the premium was frozen with."""
    decision = application.decision or {}
    if decision.get("outcome") not in CHANGED_TERMS:
        return ()
    return changed(all_from_json(decision))


def _of_person(insured: list[dict[str, Any]], person: int, text: dict[str, str]) -> dict[str, str]:
    if len(insured) < 2:
        return text
    return {language: f"{insured[person]['name']}: {words}" for language, words in text.items()}
