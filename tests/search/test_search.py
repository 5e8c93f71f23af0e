"""Finding people by parts of what is stored encrypted, as far as one's permissions go."""

from datetime import date
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from storefront import clock, roles
from storefront.access import Member
from storefront.accounts.models import Customer
from storefront.audit.models import AuditEntry
from storefront.crypto import new_reference
from storefront.customers import record
from storefront.db import transaction
from storefront.payments.models import Refund
from storefront.policies import service as policies
from storefront.policies.models import Policy
from storefront.search import index, rules, service
from storefront.search.models import SearchToken
from tests.payments.support import new_application, new_customer, new_payment
from tests.people import COMPANY, id_number
from tests.policies.support import Office, paid_application
from tests.staff.people import log_in, make_member

ZHANG_XIAOMING = "\u5f20\u5c0f\u660e"
XIAOMING = ZHANG_XIAOMING[1:]
WANG_XIAOMING = "\u738b" + XIAOMING
NUMBER = id_number(date(1990, 1, 2), "F")
PLATE = "\u4eacA12345"
TODAY = date(2026, 11, 22)
EVERYTHING = Member(1, "x", "x@example.com", roles.permissions_of(roles.ROLES))


@pytest.fixture
def zhang(session: Session) -> Customer:
    """A customer with everything that can be searched for."""
    with transaction():
        customer = new_customer(session)
        customer.name, customer.mobile, customer.id_number = ZHANG_XIAOMING, "13912345678", NUMBER
    return customer


@pytest.fixture
def application(session: Session, zhang: Customer) -> Any:
    """An application of hers for a vehicle."""
    holder = {"kind": "person", "name": ZHANG_XIAOMING, "mobile": "13912345678"}
    with transaction():
        row = new_application(session, zhang, clock.now())
        row.parties = {"policyholder": holder, "object": {"plate": PLATE}}
    return row


def find(session: Session, text: str, member: Member = EVERYTHING) -> service.Found:
    return service.search(session, text, member, TODAY)


@pytest.mark.parametrize(
    "text",
    [ZHANG_XIAOMING, XIAOMING, "13912345678", "139 1234 5678", "5678", NUMBER, f" {NUMBER} "],
)
def test_a_customer_is_found(session: Session, zhang: Customer, text: str) -> None:
    assert [row.id for row in find(session, text).customers] == [zhang.id]


@pytest.mark.parametrize(
    "text", ["", ZHANG_XIAOMING[0], WANG_XIAOMING, "5679", "13912345679", "%", "' or 1=1"]
)
def test_who_does_not_fit_is_not_found(session: Session, zhang: Customer, text: str) -> None:
    assert find(session, text).nothing


def test_by_address_reference_and_plate(
    session: Session, zhang: Customer, application: Any
) -> None:
    assert [row.id for row in find(session, zhang.email.upper()).customers] == [zhang.id]
    for text in (application.ref, application.ref.lower(), PLATE, "a12345", "12345"):
        assert [row.id for row in find(session, text).applications] == [application.id], text


@pytest.mark.parametrize(
    "text",
    [
        "\u4eacA 12345",
        "\u4eacA\u00b712345",
        "\u4eaca-12345",
        "\u4eacA12345",
        "A12345",
        "a\u00b712345",
    ],
)
def test_a_plate_is_found_however_it_is_written(
    session: Session, zhang: Customer, application: Any, text: str
) -> None:
    assert [row.id for row in find(session, text).applications] == [application.id]


def test_a_new_energy_plate_without_its_province(
    session: Session, zhang: Customer, application: Any
) -> None:
    with transaction():
        application.parties = {"object": {"plate": "\u4eacAD12345"}}

    assert [row.id for row in find(session, "AD12345").applications] == [application.id]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (
            "\u793a\u4f8b2\u53f7\u6709\u9650\u516c\u53f8",
            "\u793a\u4f8b2\u53f7\u6709\u9650\u516c\u53f8",
        ),
        ("3M Example", "3m"),
        ("\u5f20 \u660e", "\u5f20\u660e"),
        ("\u5f20\u660e", "\u5f20 \u660e"),
        ("\u963f\u00b7\u660e", "\u963f\u00b7\u660e"),
        ("\u963f\u00b7\u660e", "\u963f\u30fb\u660e"),
    ],
)
def test_a_name_with_figures_or_written_apart_is_found(
    session: Session, zhang: Customer, name: str, text: str
) -> None:
    with transaction():
        zhang.name = name

    assert [row.id for row in find(session, text).customers] == [zhang.id]


def test_a_company_is_found_by_its_credit_code(
    session: Session, zhang: Customer, application: Any
) -> None:
    with transaction():
        application.parties = {"policyholder": COMPANY.party()}

    found = find(session, COMPANY.party()["uscc"].lower()).applications

    assert [row.id for row in found] == [application.id]


def test_policies_are_not_hidden_by_newer_drafts(
    app: Flask, session: Session, zhang: Customer
) -> None:
    holder = {"kind": "person", "name": ZHANG_XIAOMING}
    Office(app, session, None).keep(b"%PDF-1.7", "N-0001", "V0123456789ABC", customer=zhang)  # type: ignore[arg-type]
    with transaction():
        policy = session.scalars(select(Policy)).one()
        policy.application.parties = {"policyholder": holder}
        for _number in range(service.MOST + 1):
            draft = new_application(session, zhang, clock.now(), state="draft")
            draft.parties = {"policyholder": holder}

    assert [row.id for row in find(session, XIAOMING).policies] == [policy.id]
    assert len(find(session, XIAOMING).applications) == service.MOST


def test_payments_by_person_and_by_references_of_stripe(
    session: Session, zhang: Customer, application: Any
) -> None:
    with transaction():
        now = clock.now()
        payment = new_payment(
            application, now, stripe_session_id="cs_test_1aB", stripe_payment_intent_id="pi_3Ab"
        )
        refund = Refund(
            ref=new_reference("R"), payment=payment, amount=payment.amount, currency="CNY",
            reason="x", state="done", idempotency_key="k", stripe_refund_id="re_5Cd",
            created_at=now,
        )  # fmt: skip
        session.add_all([payment, refund])

    texts = (payment.ref, "cs_test_1aB", "pi_3Ab", " re_5Cd", XIAOMING, PLATE, "13912345678")
    for text in texts:
        assert [row.id for row in find(session, text).payments] == [payment.id], text
    assert find(session, "pi_3ab").nothing


def test_two_beginnings_of_words_must_both_fit(session: Session, zhang: Customer) -> None:
    with transaction():
        zhang.name = "Anna Example"

    assert find(session, "exam ann").customers
    assert find(session, "anna bert").nothing
    assert find(session, XIAOMING).nothing  # the old name is forgotten


def test_nothing_readable_stands_in_the_index(session: Session, zhang: Customer) -> None:
    tokens = set(session.scalars(select(SearchToken.token)))

    assert tokens == {index.token_of(part) for part in index.parts_of(zhang)}
    assert index.token_of(f"mobile:{zhang.mobile}") in tokens


def test_permissions_decide_what_is_shown(
    session: Session, zhang: Customer, application: Any
) -> None:
    product = Member(1, "x", "x@example.com", roles.permissions_of(["product"]))
    underwriter = Member(1, "x", "x@example.com", roles.permissions_of(["underwriter"]))

    assert find(session, XIAOMING, product).nothing
    assert find(session, XIAOMING, underwriter).applications


def test_rebuilding_gives_the_same_index(
    session: Session, zhang: Customer, application: Any
) -> None:
    def entries() -> set[tuple[int, int, int]]:
        table = SearchToken.__table__
        return {tuple(row) for row in session.execute(select(table))}

    before = entries()
    with transaction():
        assert index.rebuild(session) == len(before)

    assert entries() == before


def test_the_page_masks_and_is_audited(
    client: FlaskClient, session: Session, zhang: Customer, application: Any
) -> None:
    log_in(client, make_member(session, ["support"]))

    page = client.get(f"/staff/search/?q={XIAOMING}").text
    part = client.get(f"/staff/search/?q={XIAOMING}", headers={"HX-Request": "true"}).text

    assert ZHANG_XIAOMING in page
    assert ZHANG_XIAOMING in part
    assert "<html" not in part
    assert f">{application.state}<" not in page  # in words
    assert NUMBER not in page
    assert "13912345678" not in page
    searches = select(func.count()).where(AuditEntry.action == "search")
    assert session.scalar(searches) == 2


@given(st.text(max_size=40))
def test_any_text_asks_for_something_sensible(text: str) -> None:
    wanted = rules.wish(text, TODAY)

    assert len(wanted.parts) < 60
    assert all(":" in part for part in wanted.parts)


@given(
    st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), min_size=2, max_size=5),
    st.data(),
)
def test_every_part_of_a_chinese_name_is_found(name: str, data: st.DataObject) -> None:
    begin = data.draw(st.integers(0, len(name) - 2))
    end = data.draw(st.integers(begin + 2, len(name)))

    asked = set(rules.wish(name[begin:end], TODAY).parts)

    assert asked
    assert asked <= rules.name_parts(name)


def test_later_drafts_do_not_hide_a_policy(session: Session, zhang: Customer) -> None:
    holder = {"kind": "person", "name": ZHANG_XIAOMING}
    with transaction():
        payment = paid_application(session, customer=zhang)
        payment.application.parties = {**payment.application.parties, "policyholder": holder}
        policy = policies.begin(session, payment, clock.now())
        for _ in range(service.MOST):
            new_application(session, zhang, clock.now()).parties = {"policyholder": holder}

    for text in (ZHANG_XIAOMING, payment.application.ref):
        assert [row.id for row in find(session, text).policies] == [policy.id]
    shown = record.read(session, zhang, EVERYTHING)
    assert [row.ref for row in shown.policies] == [payment.application.ref]
    assert len(shown.applications) == record.MOST
