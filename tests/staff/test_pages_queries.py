"""How many questions each page of the staff asks the database: few, and no more when there is more.

Another feature adds its pages to PAGES: the endpoint's address, and how one more of what it shows is made.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, event, func, select, text, update
from sqlalchemy.orm import Session

from storefront import clock, jobs
from storefront.accounts.models import Customer
from storefront.accounts.service import logins
from storefront.audit import service as audit
from storefront.catalog import loader
from storefront.catalog import service as catalog
from storefront.catalog.models import ProductVersion
from storefront.crypto import new_reference
from storefront.customers.lists import exports
from storefront.customers.lists.declared import LISTS
from storefront.customers.models import PolicyNote
from storefront.db import db, transaction
from storefront.payments.models import Payment, Refund
from storefront.policies import issuing
from storefront.policies import service as policies
from storefront.policies.insurer_client import Issued
from storefront.policies.models import Policy
from storefront.staff import kinds, service
from storefront.staff.models import StaffMember
from storefront.workbench import service as workbench
from storefront.workbench.models import ProductDraft
from storefront.worklist import service as worklist
from tests.payments.support import PREMIUM, new_application, new_customer, new_payment
from tests.policies.support import paid_application
from tests.staff.people import Colleague, make_member
from tests.staff.work import make_work

MOST = 10
MORE = 5
Make = Callable[[Session, Colleague], Any]


def waiting(session: Session, me: Colleague) -> None:
    make_work(session, "tickets", due_at=clock.now() + timedelta(days=1))
    make_work(session, "underwriting", kind="test.other")


def taken(session: Session, me: Colleague) -> None:
    with transaction():
        item_id = make_work(session)
        worklist.take(session, item_id, me.member, clock.now())


def login(session: Session, me: Colleague) -> None:
    with transaction():
        row = session.get_one(StaffMember, me.id)
        service.open_session(session, row, service.Visit("x"), clock.now(), verified=True)


def asked(session: Session, me: Colleague) -> None:
    other = make_member(session, ["support"])
    with transaction():
        row = session.get_one(StaffMember, other.id)
        kinds.ask_for_roles(
            session, row, me.member, clock.now(), wanted=["finance"], reason="moves"
        )


def deed(session: Session, me: Colleague) -> None:
    with transaction():
        done = audit.Deed(f"x.{new_reference('X').lower()}", "thing", "1", after={"a": 1})
        audit.record(session, me.id, done, clock.now())


def failed_job(session: Session, me: Colleague) -> None:
    fail(session, "mail.send", mail_id=7)


def fail(session: Session, task: str, **arguments: int) -> None:
    """One more job, and all of them have failed."""
    with transaction():
        jobs.defer(session, jobs.queue.tasks[task], **arguments)
        for state in ("doing", "failed"):
            session.execute(
                text(
                    "update procrastinate_jobs set status = cast(:state as procrastinate_job_status)"
                ),
                {"state": state},
            )


def held(session: Session, me: Colleague) -> Payment:
    now = clock.now()
    with transaction():
        application = new_application(session, new_customer(session), now, state="withdrawn")
        payment = new_payment(application, now, held_reason="premium")
        session.add(payment)
    return payment


def failed_refund(session: Session, me: Colleague) -> None:
    payment = held(session, me)
    with transaction():
        refund = Refund(
            ref=new_reference("R"),
            payment=payment,
            amount=PREMIUM,
            currency="CNY",
            reason="held",
            state="failed",
            idempotency_key=new_reference("R"),
            created_at=clock.now(),
        )
        session.add(refund)


def colleague_joins(session: Session, me: Colleague) -> None:
    make_member(session, ["support"])


def customer_thing(session: Session, me: Colleague) -> None:
    """One more of everything that the page of customer 1 shows; the first call makes the customer."""
    now = clock.now()
    with transaction():
        customer = session.get(Customer, 1) or new_customer(session)
        application = new_application(session, customer, now, state="paid")
        session.add(new_payment(application, now, state="failed", settled_at=None))
        logins.open_session(session, customer, "x", now)


def published(session: Session, me: Colleague) -> None:
    """One version more of a product, higher than all before."""
    bundle = loader.load_product(loader.PRODUCTS / "travel-accident")
    with transaction():
        number = (session.scalar(select(func.max(ProductVersion.version))) or 2) + 1
        definition = bundle.definition.model_copy(update={"version": number})
        catalog.publish(session, replace(bundle, definition=definition), clock.now())


def draft(session: Session, me: Colleague) -> None:
    """A draft, and one more published version before it."""
    published(session, me)
    bundle = loader.load_product(loader.PRODUCTS / "travel-accident")
    with transaction():
        session.execute(delete(ProductDraft))
        number = (session.scalar(select(func.max(ProductVersion.version))) or 2) + 1
        definition = bundle.definition.model_copy(update={"version": number})
        workbench.upload(session, replace(bundle, definition=definition), me.member, clock.now())
        session.execute(update(ProductDraft).values(id=1))


def policy_thing(session: Session, me: Colleague) -> None:
    """One more of what the page of policy N-1 shows; the first call makes the policy."""
    now = clock.now()
    row = session.scalar(select(Policy).where(Policy.number == "N-1"))
    if row is None:
        with transaction():
            row = policies.begin(session, paid_application(session), now)
            issuing.take_issued(session, row, Issued("N-1", now), now)
    fail(session, "policies.render", policy_id=row.id)
    with transaction():
        session.add(PolicyNote(policy_id=row.id, member_id=me.id, body="x", at=now))


def export_of_a_list(session: Session, me: Colleague) -> None:
    listing = LISTS["customers"]
    with transaction():
        wish = exports.Wish(listing, listing.chosen(None), {}, "csv", "en")
        exports.ask(session, wish, me.member, clock.now())


PAGES: list[tuple[str, Make]] = [
    ("/staff/", waiting),
    ("/staff/", taken),
    ("/staff/work", waiting),
    ("/staff/work?whose=mine", taken),
    ("/staff/team", colleague_joins),
    ("/staff/team", taken),
    ("/staff/team/work", waiting),
    ("/staff/team/work?member=1", taken),
    ("/staff/account", login),
    ("/staff/approvals", asked),
    ("/staff/approvals/1", asked),
    ("/staff/members", colleague_joins),
    ("/staff/members/1", asked),
    ("/staff/audit", deed),
    ("/staff/audit/1", deed),
    ("/staff/jobs", failed_job),
    ("/staff/payments/held", held),
    ("/staff/payments/refunds", failed_refund),
    ("/staff/customers/1", customer_thing),
    ("/staff/products/", published),
    ("/staff/products/", draft),
    ("/staff/products/upload", published),
    ("/staff/products/drafts/1", draft),
    ("/staff/products/travel-accident/3", published),
    ("/staff/products/travel-accident/compare?old=3&new=3", published),
    ("/staff/policies/N-1", policy_thing),
    ("/staff/lists/customers", customer_thing),
    ("/staff/lists/applications", customer_thing),
    ("/staff/lists/policies", policy_thing),
    ("/staff/lists/claims", customer_thing),
    ("/staff/lists/payments?sort=amount", held),
    ("/staff/lists/", export_of_a_list),
]


@pytest.fixture(autouse=True)
def catalogue_as_before(app: Flask, session: Session) -> Iterator[None]:
    """What a test publishes, the tests after it do not find."""
    yield
    session.rollback()
    with transaction():
        session.execute(delete(ProductVersion))
        catalog.publish_all(session, clock.now())


@contextmanager
def counted(app: Flask) -> Iterator[list[str]]:
    """The statements that are sent meanwhile."""
    statements: list[str] = []

    def note(_c: Any, _cur: Any, statement: str, *_: Any) -> None:
        statements.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", note)


@pytest.mark.parametrize(("path", "make"), PAGES)
def test_a_page_asks_little_and_no_more_when_there_is_more(
    desk: FlaskClient, session: Session, colleague: Colleague, path: str, make: Make
) -> None:
    make(session, colleague)
    desk.get(path)  # what is asked once for all
    session.rollback()
    session.expunge_all()  # what is read already is not asked for again
    with counted(desk.application) as few:
        answer = desk.get(path)
    assert answer.status_code == 200
    for _ in range(MORE):
        make(session, colleague)
    desk.get(path)
    session.rollback()
    session.expunge_all()

    with counted(desk.application) as many:
        desk.get(path)

    assert len(few) <= MOST, "\n".join(few)
    assert len(many) <= len(few), "\n".join(many)
