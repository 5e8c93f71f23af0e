"""Closing an account stops all use at once and keeps only what the law asks, with its reason (E-04)."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from storefront import clock, mail
from storefront.accounts.models import AccountToken, Customer, LoginSession, Person
from storefront.applications.models import Application
from storefront.closing import jobs, service
from storefront.closing.report import Report
from storefront.crypto import lookup_hash
from storefront.db import transaction
from storefront.errors import Conflict, Refused
from storefront.evidence import checking
from storefront.evidence.models import EvidenceRecord
from storefront.extensions import limiter
from storefront.mail import Mail
from storefront.policies.models import Policy
from storefront.quotes.models import Quote
from tests.applications.conftest import PASSWORD
from tests.people import SPOUSE
from tests.visitor import Visitor

pytestmark = pytest.mark.rule("E-04")
CLOSE = "/account/close"


def fill_profile(session: Session, customer: Customer) -> None:
    """Particulars, somebody saved, and a mail sent."""
    now = clock.now()
    with transaction():
        customer.name, customer.mobile, customer.id_number = "A", "13800000000", SPOUSE.id_number
        customer.id_number_hash = lookup_hash("id-number", SPOUSE.id_number)
        session.add(
            Person(
                customer_id=customer.id, name=SPOUSE.name, relation="spouse",
                id_number=SPOUSE.id_number, id_number_hash="x", birth_date=SPOUSE.birth_date,
                sex="F", created_at=now,
            )
        )  # fmt: skip
        letter = mail.Letter("test:1", customer.email, "account_reset", "zh", {"link": "/x"})
        mail.queue(session, letter, now)


def close(session: Session, customer: Customer) -> Report:
    with transaction():
        return service.close(session, customer, f"customer:{customer.id}", clock.now())


def test_everything_that_need_not_be_kept_goes(
    session: Session, customer: Customer, draft: str
) -> None:
    fill_profile(session, customer)

    report = close(session, customer)

    session.expire_all()
    assert customer.closed_at is not None
    given = (customer.name, customer.mobile, customer.id_number, customer.id_number_hash)
    assert given == (None, None, None, None)
    assert customer.email.endswith(mail.NOBODY)
    for table in (LoginSession, AccountToken, Person):
        assert session.scalar(select(func.count()).select_from(table)) == 0
    application = session.scalars(select(Application)).one()
    assert (application.state, application.parties, application.answers) == ("withdrawn", {}, {})
    assert session.scalars(select(Quote)).one().customer_id is None
    assert {item.fate for item in report.gone} == {"deleted", "ended", "anonymised"}


def test_what_stays_says_why_and_until_when(
    session: Session, customer: Customer, policy: Policy, draft: str
) -> None:
    report = service.preview(session, customer, clock.now())

    assert all(item.why and item.rule and item.until for item in report.kept)
    by_rule = {item.rule for item in report.kept}
    assert {"E-01", "E-03", "S-08"} >= by_rule >= {"E-01", "E-03"}
    assert report.kept_until == policy.retain_until
    assert any("EXAMPLE0001" in str(notice.text) for notice in report.notices)
    assert not report.blocked


def test_a_contract_is_kept_as_it_is(session: Session, customer: Customer, policy: Policy) -> None:
    close(session, customer)

    session.expire_all()
    assert policy.state == "in_force"
    assert policy.application.parties["policyholder"]["name"]
    assert customer.retain_until == policy.retain_until
    assert list(checking.faults(session, clock.now())) == []


def test_a_policy_on_its_way_has_to_arrive_first(
    session: Session, customer: Customer, issuing_policy: Policy
) -> None:
    assert service.preview(session, customer, clock.now()).blocked
    with pytest.raises(Refused):
        close(session, customer)
    session.expire_all()
    assert customer.closed_at is None


def test_no_mail_but_the_last_one(session: Session, customer: Customer) -> None:
    fill_profile(session, customer)
    address = customer.email
    close(session, customer)
    with transaction():
        letter = mail.Letter("test:2", customer.email, "account_reset", "zh", {"link": "/x"})
        mail.queue(session, letter, clock.now())

    rows = session.scalars(select(Mail)).all()
    assert [row.template for row in rows if row.recipient == address] == ["account_closed"]
    assert all(row.sent_at and row.context == {} for row in rows if row.recipient == "")
    assert not any(row.key == "test:2" for row in rows)


def test_the_last_mail_is_forgotten_after_a_week(session: Session, customer: Customer) -> None:
    close(session, customer)
    with transaction():
        last = session.scalars(select(Mail).where(Mail.template == "account_closed")).one()
        last.sent_at = clock.now() - timedelta(days=8)
    jobs.sweep.func()
    session.expire_all()
    assert (last.recipient, last.context) == ("", {})


def test_the_last_mail_lists_what_stays(
    session: Session, customer: Customer, policy: Policy
) -> None:
    close(session, customer)
    last = session.scalars(select(Mail).where(Mail.template == "account_closed")).one()
    message = mail._compose(last)
    plain = message.get_body(("plain",))
    assert plain is not None
    assert str(policy.retain_until) in plain.get_content()
    assert "E-03" in plain.get_content()


def test_closing_twice_is_refused_and_recorded_once(session: Session, customer: Customer) -> None:
    close(session, customer)
    with pytest.raises(Conflict):
        close(session, customer)
    record = session.scalars(
        select(EvidenceRecord).where(EvidenceRecord.kind == "account-closed")
    ).one()
    assert record.details["items"]


def test_the_page_closes_with_the_password(
    session: Session, buyer: Visitor, customer: Customer, draft: str
) -> None:
    limiter.reset()
    buyer.get(CLOSE)
    assert "checked" not in buyer.page.text
    assert buyer.post(CLOSE, {"understood": "y", "password": "wrong password 1"}).status_code == 422
    assert buyer.post(CLOSE, {"password": PASSWORD}).status_code == 422
    session.rollback()
    assert session.scalar(text("select closed_at from customer")) is None

    done = buyer.post(CLOSE, {"understood": "y", "password": PASSWORD})

    assert done.status_code == 200
    session.rollback()
    assert session.scalar(text("select closed_at from customer")) is not None
    assert "/account/login" in str(buyer.get("/account/").url)
    limiter.reset()
    buyer.log_in("buyer@example.com", PASSWORD)
    assert "/account/login" in str(buyer.get("/account/").url)


def test_the_address_can_begin_anew(session: Session, customer: Customer) -> None:
    close(session, customer)
    with transaction():
        session.add(
            Customer(
                email="buyer@example.com", password_hash="", language="zh", created_at=clock.now()
            )
        )
    assert session.scalar(select(func.count()).select_from(Customer)) == 2
