"""The people and things of a contract as its document prints them: policyholder, insured, beneficiaries."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _

from storefront.applications.employees.texts import employee_rows
from storefront.catalog.definition import ProductDefinition
from storefront.identity import mask_id_number, mask_mobile
from storefront.policies.document.schedule import Party

SHOWN_DIGITS = 16  # of a fingerprint


def insured(content: Mapping[str, Any]) -> tuple[Party, ...]:
    """The insured persons, each with its share of the premium where they are several."""
    people = [party(person) for person in content["parties"].get("insured", [])]
    premiums = content.get("person_premiums") or []  # older contracts have none
    if len(people) < 2 or len(premiums) != len(people):
        return tuple(people)
    return tuple(
        replace(person, premium=Decimal(premium))
        for person, premium in zip(people, premiums, strict=True)
    )


def party(person: Mapping[str, Any]) -> Party:
    """A person, or a company as policyholder; numbers masked."""
    if person.get("kind") == "company":
        return _company(person)
    number = person.get("id_number") or ""
    birth_date = person.get("birth_date")
    return Party(
        name=person["name"],
        id_number=mask_id_number(number) if number else "",
        birth_date=date.fromisoformat(birth_date) if birth_date else None,
        sex={"M": _("male"), "F": _("female")}.get(person.get("sex") or "", ""),
        relation=relation_name(person.get("relation") or ""),
        mobile=mask_mobile(person["mobile"]) if person.get("mobile") else "",
        email=person.get("email") or "",
        address=person.get("address") or "",
        rank=int(person.get("rank") or 0),
        share=str(person.get("share") or ""),
    )


def _company(company: Mapping[str, Any]) -> Party:
    """A credit code stands in a public register; the person who acts for the company does not."""
    contact = company["contact"]
    return Party(
        name=company["name"],
        company=True,
        id_number=company["uscc"],
        mobile=mask_mobile(contact["mobile"]),
        email=company.get("email") or "",
        address=company["address"],
        legal_representative=company["legal_representative"],
        contact=contact["name"],
    )


def relation_name(slug: str) -> str:
    """A relation in the present language."""
    return {
        "self": _("the policyholder"),
        "spouse": _("spouse"),
        "child": _("child"),
        "parent": _("parent"),
        "relative": _("other relative"),
        "other-relative": _("other relative"),
        "employee": _("employee"),
        "other": _("other"),
    }.get(slug, slug)


def beneficiaries(parties: Mapping[str, Any]) -> tuple[Party, ...]:
    """The named beneficiaries by rank."""
    named = parties.get("beneficiaries", {}).get("named", [])
    return tuple(party(person) for person in sorted(named, key=lambda person: int(person["rank"])))


def object_fields(
    definition: ProductDefinition, parties: Mapping[str, Any], language: str
) -> tuple[tuple[str, str], ...]:
    """What is known of the insured object, with its labels."""
    given = parties.get("object", {})
    return tuple(
        (field.label.in_language(language), str(given[field.key]))
        for field in definition.application.extra
        if given.get(field.key)
    )


def employee_list(listed: Mapping[str, Any] | None, language: str) -> tuple[tuple[str, str], ...]:
    """How many employees are insured, and the fingerprint of the list that names them."""
    if listed is None:
        return ()
    fingerprint = (_("Fingerprint of the list of employees"), listed["sha256"][:SHOWN_DIGITS])
    return (*employee_rows(listed, language), fingerprint)
