"""A company as policyholder and the person who applies for it, from what was typed. Pure.

Faults are (field, slug) pairs as in `parties.py`.
"""

from collections.abc import Mapping
from datetime import date

from storefront.applications.figures import ADULT_AGE
from storefront.applications.parties import (
    LONGEST_ADDRESS,
    LONGEST_NAME,
    Faults,
    Party,
    age_of,
    read_person,
    text_fault,
)
from storefront.catalog.definition import ProductDefinition
from storefront.identity import IdentityError, parse_credit_code

LONGEST_COMPANY_NAME = 100
CONTACT = "contact_"  # before the field names of the authorised person


def kinds(definition: ProductDefinition) -> tuple[str, ...]:
    """Who may take the policy out: `person`, `company`, or both."""
    holder = definition.policyholder
    allowed = (("person", holder.person), ("company", holder.company))
    return tuple(kind for kind, possible in allowed if possible)


def kind_of(definition: ProductDefinition, wanted: str, holder: Mapping[str, object] | None) -> str:
    """The wanted kind where the product permits it, else the stored one, else the first permitted."""
    permitted = kinds(definition)
    stored = (holder or {}).get("kind")
    return next((kind for kind in (wanted, stored) if kind in permitted), permitted[0])


def read_company(raw: Mapping[str, str], today: date) -> tuple[Party, Faults]:
    """The company by its register, and its authorised person (S-10)."""
    contact, contact_faults = _read_contact(raw, today)
    company: Party = {
        "kind": "company",
        "name": raw.get("name", "").strip(),
        "address": raw.get("address", "").strip(),
        "legal_representative": raw.get("legal_representative", "").strip(),
        "contact": contact,
    }
    faults: Faults = [
        (field, slug)
        for field, longest in (
            ("name", LONGEST_COMPANY_NAME),
            ("address", LONGEST_ADDRESS),
            ("legal_representative", LONGEST_NAME),
        )
        if (slug := text_fault(company[field], longest))
    ]
    code = raw.get("uscc", "").strip()
    try:
        company["uscc"] = parse_credit_code(code)
    except IdentityError as error:
        faults.append(("uscc", f"uscc-{error.slug}" if code else "missing"))
    return company, faults + contact_faults


def _read_contact(raw: Mapping[str, str], today: date) -> tuple[Party, Faults]:
    own = {key: raw.get(CONTACT + key, "") for key in ("name", "id_number", "mobile")}
    person, faults = read_person(own, today, mobile_required=True)
    if "birth_date" in person and age_of(person, today) < ADULT_AGE:
        faults.append(("id_number", "authorised-too-young"))
    contact = {key: person.get(key, "") for key in ("name", "id_number", "mobile")}
    return contact, [(CONTACT + field, slug) for field, slug in faults]
