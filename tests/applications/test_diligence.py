"""Large premiums ask what somebody does and where the money is from; small ones never do (S-11)."""

import re
from collections.abc import Iterator
from decimal import Decimal

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, text
from sqlalchemy.orm import Session

import config
from storefront import clock
from storefront.applications import service
from storefront.applications.decisions.models import CounterOffer
from storefront.applications.diligence import due, rules
from storefront.applications.diligence.rules import Limits
from storefront.applications.draft import open_draft
from storefront.applications.models import Application
from storefront.audit.models import AuditEntry
from storefront.db import transaction
from storefront.errors import Refused
from storefront.worklist.models import WorkItem
from tests.applications.conftest import PASSWORD, new_customer
from tests.applications.underwriting import LOADED, accept, life
from tests.plans import Plan, travel
from tests.staff.people import log_in, make_member
from tests.visitor import Visitor

pytestmark = pytest.mark.rule("S-11")
LIMITS = Limits(
    {"card": Decimal(200), "alipay": Decimal(50)}, {"card": Decimal(500), "alipay": Decimal(300)}
)
money = st.decimals(min_value=1, max_value=1000, places=2)


@given(money, money)
def test_it_is_due_from_either_limit(premium: Decimal, earlier: Decimal) -> None:
    found = rules.due(premium, earlier, ("card", "alipay"), LIMITS)
    assert (found is not None) == (premium >= 50 or earlier + premium >= 300)


def test_only_the_means_that_are_offered_count() -> None:
    assert rules.due(Decimal(60), Decimal(0), ("card",), LIMITS) is None


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ({}, {"occupation", "source"}),
        ({"occupation": "x", "source": "nothing"}, {"source"}),
        ({"occupation": "x", "source": "other"}, {"source_text"}),
        ({"occupation": "x" * 101, "source": "wages"}, {"occupation"}),
        ({"occupation": "x", "source": "wages"}, set()),
    ],
)
def test_what_has_to_be_answered(typed: dict[str, str], wrong: set[str]) -> None:
    assert {name for name, _ in rules.read(typed)[1]} == wrong


def test_the_settings_name_every_means_of_payment() -> None:
    environ = {"STRIPE_METHODS": "card,link", "DATABASE_URL": "postgresql:///x"}
    with pytest.raises(config.SettingsError, match="DILIGENCE_SINGLE must name an amount"):
        config.load(environ)


@pytest.fixture
def low_limits(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Limits that a week's travel reaches."""
    settings = app.extensions["settings"]
    monkeypatch.setattr(settings, "diligence_single", "card=30,alipay=30,wechat_pay=30")
    monkeypatch.setattr(settings, "diligence_yearly", "card=60,alipay=60,wechat_pay=60")
    yield


def until_people(buyer: Visitor) -> tuple[str, Plan]:
    """An application up to the steps after the insured persons."""
    code, answers, plan = travel(clock.local_date(clock.now()))
    return buyer.up_to("clauses", code, answers, plan), plan


def test_a_small_premium_is_not_asked_about(buyer: Visitor) -> None:
    ref, _ = until_people(buyer)
    assert str(buyer.page.url).endswith("/clauses")
    assert "/diligence" not in str(buyer.get(f"/applications/{ref}/diligence").url)


def test_a_large_one_cannot_pass_by(low_limits: None, buyer: Visitor, session: Session) -> None:
    ref, _ = until_people(buyer)
    assert str(buyer.page.url).endswith("/diligence")
    assert "/diligence" in str(buyer.get(f"/applications/{ref}/clauses").url)
    assert buyer.save(ref, "diligence", source="wages").status_code == 422
    assert re.search(r'name="source".*?value="wages" selected', buyer.page.text, re.S)

    buyer.step(ref, "diligence", occupation="accountant", source="wages")

    assert str(buyer.page.url).endswith("/documents")  # the copy of the identity card
    assert "identity-copy" in buyer.page.text
    stored = session.scalar(text("select parties from application"))
    assert stored is not None
    assert "accountant" not in stored  # encrypted
    application = session.scalars(select(Application)).one()
    assert application.parties["diligence"]["occupation"] == "accountant"


def test_premiums_of_a_year_add_up(
    app: Flask, low_limits: None, buyer: Visitor, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = app.extensions["settings"]
    monkeypatch.setattr(settings, "diligence_single", "card=99999,alipay=99999,wechat_pay=99999")
    code, answers, plan = travel(clock.local_date(clock.now()))
    first = buyer.apply(code, answers, plan)
    assert str(buyer.page.url).endswith(first)

    until_people(buyer)
    assert str(buyer.page.url).endswith("/diligence")

    session.rollback()
    with transaction():
        session.execute(
            text("update application set submitted_at = submitted_at - interval '400 days'")
        )
        newest = session.scalars(select(Application).order_by(Application.id.desc())).first()
        assert newest is not None
        assert due.of_application(session, newest, Decimal(33)) is None


def apply_after_all(buyer: Visitor, app: Flask, ref: str) -> None:
    """Answers what is asked, attaches the copy and submits."""
    buyer.step(ref, "diligence", occupation="accountant", source="other", source_text="lottery")
    buyer.attach(ref, "identity-copy")
    for step in ("clauses", "exclusions"):
        buyer.step(ref, step, **{step: "yes"})
    buyer.step(ref, "summary", summary="yes")


def state_of(session: Session, ref: str) -> str:
    session.rollback()
    return session.scalars(select(Application.state).where(Application.ref == ref)).one()


def test_premiums_of_one_person_add_up_whatever_the_account(
    app: Flask, low_limits: None, buyer: Visitor, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = app.extensions["settings"]
    monkeypatch.setattr(settings, "diligence_single", "card=99999,alipay=99999,wechat_pay=99999")
    buyer.apply(*travel(clock.local_date(clock.now())))
    with transaction():
        session.add(new_customer("second-account@example.com", PASSWORD))
    buyer.http.cookies.clear()
    buyer.log_in("second-account@example.com", PASSWORD)
    until_people(buyer)
    assert str(buyer.page.url).endswith("/diligence")


def test_of_two_open_applications_the_second_is_asked(
    app: Flask, low_limits: None, buyer: Visitor, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = app.extensions["settings"]
    monkeypatch.setattr(settings, "diligence_single", "card=99999,alipay=99999,wechat_pay=99999")
    refs = [until_people(buyer)[0] for _time in range(2)]
    for ref in refs:
        for step in ("clauses", "exclusions"):
            buyer.step(ref, step, **{step: "yes"})
        buyer.get(f"/applications/{ref}/summary")
    buyer.step(refs[0], "summary", summary="yes")
    assert state_of(session, refs[0]) == "accepted"
    with transaction():
        second = service.lock(session, service.by_ref(session, refs[1]).id)
        draft = open_draft(session, second, clock.now())
        with pytest.raises(Refused):
            service.submit(session, draft, str(draft.priced and draft.priced.total), "zh")
    buyer.get(f"/applications/{refs[1]}")
    assert str(buyer.page.url).endswith("/diligence")


def test_a_loading_that_passes_the_limit_asks_before_the_offer_is_accepted(
    app: Flask, buyer: Visitor, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    ref = life(buyer, LOADED)
    offer = session.scalars(select(CounterOffer)).one()
    between = (offer.standard + offer.premium) / 2
    limit = f"card={between},alipay={between},wechat_pay={between}"
    monkeypatch.setattr(app.extensions["settings"], "diligence_single", limit)
    accept(buyer, ref)
    assert str(buyer.page.url).endswith("/diligence")
    assert state_of(session, ref) == "draft"
    apply_after_all(buyer, app, ref)
    assert state_of(session, ref) == "counter_offered"
    assert session.scalars(select(WorkItem.kind)).all() == ["diligence.review"]
    accept(buyer, ref)
    assert state_of(session, ref) == "accepted"


@pytest.fixture
def reviewed(app: Flask, low_limits: None, buyer: Visitor, session: Session) -> str:
    """A submitted application with its answers."""
    ref, _ = until_people(buyer)
    apply_after_all(buyer, app, ref)
    assert state_of(session, ref) == "accepted", buyer.problems()
    return ref


def test_staff_see_it_and_check_it(app: Flask, reviewed: str, session: Session) -> None:
    item = session.scalars(select(WorkItem)).one()
    assert (item.kind, item.subject, item.closed_at) == ("diligence.review", reviewed, None)
    browser: FlaskClient = log_in(app.test_client(), make_member(session, ["compliance"]))
    page = browser.get(f"/staff/diligence/{reviewed}").text
    assert "accountant" in page
    assert "lottery" in page
    browser.post(f"/staff/diligence/{reviewed}/checked")
    session.rollback()
    assert session.scalar(text("select closed_at from work_item")) is not None
    actions = session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert list(actions)[-2:] == ["diligence.read", "diligence.check"]
    support = log_in(app.test_client(), make_member(session, ["support"]))
    assert support.get(f"/staff/diligence/{reviewed}").status_code == 403
