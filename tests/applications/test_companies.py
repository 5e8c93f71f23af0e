"""A company as policyholder: its code, who applies for it, and all that follows from it."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from storefront import clock
from storefront.applications.company import kind_of, kinds, read_company
from storefront.applications.models import Application, Confirmation
from storefront.catalog.loader import load_all
from storefront.identity import CREDIT_ALPHABET
from tests.applications.conftest import stored
from tests.people import COMPANY, HOLDER, SPOUSE, Company, Somebody
from tests.plans import PLANS
from tests.visitor import VEHICLE, Visitor

PRODUCTS = load_all()
TODAY = date(2026, 11, 20)


@pytest.mark.rule("S-10")
@given(
    st.text(CREDIT_ALPHABET, min_size=2, max_size=2),
    st.text("0123456789", min_size=6, max_size=6),
    st.text(CREDIT_ALPHABET, min_size=9, max_size=9),
    st.integers(0, 17),
    st.sampled_from(CREDIT_ALPHABET),
)
def test_a_code_with_one_wrong_character_is_refused(
    kind: str, place: str, rest: str, position: int, other: str
) -> None:
    right = Company("x", HOLDER, kind + place + rest).uscc
    wrong = right[:position] + other + right[position + 1 :]
    _, faults = read_company({**COMPANY.form(), "uscc": wrong}, TODAY)
    assert (faults == []) == (wrong == right)


@pytest.mark.rule("S-10")
def test_a_code_is_taken_as_people_type_it() -> None:
    typed = COMPANY.uscc.lower()
    company, faults = read_company({**COMPANY.form(), "uscc": f" {typed[:8]} {typed[8:]} "}, TODAY)
    assert faults == []
    assert company["uscc"] == COMPANY.uscc


@pytest.mark.rule("S-09")
def test_every_particular_is_needed_and_named() -> None:
    _, faults = read_company({}, TODAY)
    assert {field for field, slug in faults if slug == "missing"} == {
        "name", "uscc", "address", "legal_representative",
        "contact_name", "contact_id_number", "contact_mobile",
    }  # fmt: skip
    young = Somebody("x", date(2010, 1, 1), "F")
    _, faults = read_company(Company("x", young).form(), TODAY)
    assert faults == [("contact_id_number", "authorised-too-young")]


def test_who_may_take_the_policy_out_follows_from_the_product() -> None:
    assert kinds(PRODUCTS["cyber-sme"].definition) == ("company",)
    assert kinds(PRODUCTS["motor-compulsory"].definition) == ("person", "company")
    assert kinds(PRODUCTS["term-life"].definition) == ("person",)
    assert kind_of(PRODUCTS["term-life"].definition, "company", None) == "person"
    assert kind_of(PRODUCTS["motor-compulsory"].definition, "", {"kind": "company"}) == "company"


@pytest.mark.rule("N-01")
def test_no_product_of_companies_asks_for_their_needs() -> None:
    for bundle in PRODUCTS.values():
        if bundle.definition.policyholder.company:
            assert not bundle.definition.suitability


def at_the_policyholder(buyer: Visitor, code: str) -> str:
    """The reference of an application at that step."""
    return buyer.up_to("policyholder", *PLANS[code](clock.local_date(clock.now())))


@pytest.mark.rule("S-10")
def test_wrong_particulars_are_named_and_nothing_is_stored(
    session: Session, buyer: Visitor
) -> None:
    ref = at_the_policyholder(buyer, "cyber-sme")
    page = buyer.step(ref, "policyholder", **COMPANY.form(uscc="91990000MA0000001A", address=""))
    assert page.status_code == 422
    assert 'href="#uscc"' in page.text
    assert 'href="#address"' in page.text
    assert f'value="{COMPANY.name}"' in page.text
    assert stored(ref).parties.get("policyholder") is None


@pytest.mark.rule("S-01")
def test_the_authorisation_is_confirmed_and_never_ticked_beforehand(
    session: Session, buyer: Visitor
) -> None:
    ref = at_the_policyholder(buyer, "cyber-sme")
    page = buyer.step(ref, "policyholder", **COMPANY.form(authorised=""))
    assert page.status_code == 422
    assert 'href="#confirm-authorised"' in page.text
    assert " checked" not in page.text
    assert stored(ref).parties.get("policyholder") is None
    buyer.save(ref, "policyholder", **COMPANY.form())
    assert buyer.page.url.path.endswith("/object")
    holder = stored(ref).parties["policyholder"]
    assert (holder["kind"], holder["uscc"]) == ("company", COMPANY.uscc)
    assert holder["contact"] == COMPANY.contact.form()
    assert "authorised" in session.scalars(select(Confirmation.kind)).all()


@pytest.mark.rule("N-03")
def test_an_old_authorised_person_gets_no_extra_word(session: Session, buyer: Visitor) -> None:
    ref = at_the_policyholder(buyer, "cyber-sme")
    old = Company(COMPANY.name, Somebody("示例戊", date(1950, 1, 1), "F"))
    buyer.step(ref, "policyholder", **old.form())
    assert buyer.page.url.path.endswith("/object")


def test_a_vehicle_of_a_company(session: Session, buyer: Visitor) -> None:
    ref = at_the_policyholder(buyer, "motor-compulsory")
    page = buyer.get(f"/applications/{ref}/policyholder")
    assert "policyholder?kind=company" in page.text
    page = buyer.get(f"/applications/{ref}/policyholder?kind=company")
    assert 'id="uscc"' in page.text
    buyer.save(ref, "policyholder", **COMPANY.form(contact_name=""))
    assert 'id="uscc"' in buyer.page.text
    buyer.save(ref, "policyholder", **COMPANY.form())
    buyer.step(ref, "object", **VEHICLE)
    assert buyer.page.url.path.endswith("/documents")  # of a person none is asked for
    buyer.attach(ref, "business-licence")
    for step in ("clauses", "exclusions"):
        buyer.step(ref, step, **{step: "yes"})
    page = buyer.get(f"/applications/{ref}/summary")
    assert COMPANY.uscc in page.text
    assert HOLDER.id_number not in page.text
    buyer.save(ref, "summary", summary="yes")
    assert stored(ref).state == "accepted"


def test_from_a_company_back_to_a_person(session: Session, buyer: Visitor) -> None:
    ref = at_the_policyholder(buyer, "motor-compulsory")
    buyer.step(ref, "policyholder", **COMPANY.form())
    page = buyer.get(f"/applications/{ref}/policyholder?kind=person")
    assert COMPANY.name not in page.text
    buyer.save(ref, "policyholder", kind="person", **SPOUSE.form(address="示例市"))
    assert stored(ref).parties["policyholder"]["name"] == SPOUSE.name


def test_the_company_is_encrypted_in_the_database(session: Session, buyer: Visitor) -> None:
    ref = buyer.apply(*PLANS["cyber-sme"](clock.local_date(clock.now())))
    assert stored(ref).state == "accepted", buyer.problems()
    raw = session.execute(
        text("select parties from application where ref = :ref"), {"ref": ref}
    ).scalar_one()
    assert COMPANY.uscc not in raw
    assert session.scalars(select(Application)).one().ref == ref
