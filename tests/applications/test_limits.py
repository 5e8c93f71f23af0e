"""What a child may be insured for over all applications and policies, also at the same moment (S-06)."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import partial
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront import clock
from storefront.accounts.models import Customer
from storefront.accumulation import service as accumulation
from storefront.accumulation.models import Exposure
from storefront.accumulation.rules import DEATH
from storefront.applications import limits, service
from storefront.applications.draft import open_draft
from storefront.applications.models import Application
from storefront.db import db, transaction
from tests.applications.minors import journey, parent
from tests.people import Somebody, nth_child

ROUNDS = 50
HALF, MORE_THAN_HALF = 100_000, 110_000


def submit(app: Flask, ref: str, customer_id: int, together: Barrier | None = None) -> str:
    """Submits a draft in a transaction of its own; gives what became of it."""
    with app.app_context():
        if together is not None:
            together.wait()
        try:
            with transaction() as session:
                draft = service.lock_draft(session, ref, customer_id, 1, clock.now())
                assert draft.priced
                service.submit(session, draft, str(draft.priced.total), "zh")
                return draft.application.state
        except limits.LimitExceeded as exceeded:
            return " ".join(exceeded.sentences)


@pytest.fixture
def parent_id(app: Flask, session: Session) -> Iterator[int]:
    with transaction() as writer:
        found = parent(writer).id
    yield found


def drafts(customer_id: int, child: Somebody, *amounts: int, in_days: int = 10) -> list[str]:
    with transaction() as session:
        customer = session.get_one(Customer, customer_id)
        return [journey(session, customer, amount, child, in_days).ref for amount in amounts]


def open_exposures() -> list[tuple[str, int]]:
    db.session.expire_all()
    found = select(Exposure.state, Exposure.amount).where(Exposure.state != "released")
    return [(row.state, int(row.amount)) for row in db.session.execute(found.order_by(Exposure.id))]


@pytest.mark.rule("S-06")
def test_two_applications_at_once_never_both_pass_the_limit(app: Flask, parent_id: int) -> None:
    with ThreadPoolExecutor(2) as pool:
        for number in range(ROUNDS):
            refs = drafts(parent_id, nth_child(number), MORE_THAN_HALF, MORE_THAN_HALF)
            both = partial(submit, app, customer_id=parent_id, together=Barrier(2))
            outcomes = sorted(pool.map(both, refs))
            assert "accepted" in outcomes, outcomes
            assert outcomes != ["accepted", "accepted"]
    assert len(open_exposures()) == ROUNDS


def test_without_the_lock_both_would_pass(app: Flask, parent_id: int) -> None:
    refs = drafts(parent_id, nth_child(0), MORE_THAN_HALF, MORE_THAN_HALF)

    def reserve_unlocked(ref: str, others_have_read: Barrier) -> int:
        with app.app_context(), transaction() as session:
            application = session.scalars(select(Application).where(Application.ref == ref)).one()
            draft = open_draft(session, application, clock.now())
            found = accumulation.reserve(session, limits.wanted(draft), application.id, clock.now())
            others_have_read.wait()
            return len(found)

    both = Barrier(2)
    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(lambda ref: reserve_unlocked(ref, both), refs)) == [0, 0]
    assert sum(amount for _, amount in open_exposures()) > 200_000


@pytest.mark.rule("S-06")
def test_the_second_is_told_what_is_left(app: Flask, parent_id: int) -> None:
    first, second, third = drafts(parent_id, nth_child(1), 150_000, 60_000, 50_000)
    assert submit(app, first, parent_id) == "accepted"
    assert "50,000.00" in submit(app, second, parent_id)
    assert submit(app, third, parent_id) == "accepted"


@pytest.mark.rule("S-06")
def test_journeys_at_different_times_do_not_add_up(app: Flask, parent_id: int) -> None:
    for in_days in (10, 17, 40):
        (ref,) = drafts(parent_id, nth_child(2), 200_000, in_days=in_days)
        assert submit(app, ref, parent_id) == "accepted"
    (ref,) = drafts(parent_id, nth_child(2), 10_000, in_days=12)
    assert submit(app, ref, parent_id) != "accepted"


@pytest.mark.rule("S-06")
@pytest.mark.parametrize("leave", [service.withdraw, service.reopen])
def test_what_an_application_held_is_free_once_it_is_left(
    app: Flask, parent_id: int, leave: Callable[[Session, Application, datetime], None]
) -> None:
    first, second = drafts(parent_id, nth_child(3), 200_000, 200_000)
    submit(app, first, parent_id)
    with transaction() as session:
        application = service.lock(session, service.get_own(session, first, parent_id).id)
        leave(session, application, clock.now())
    assert open_exposures() == []
    assert submit(app, second, parent_id) == "accepted"


@pytest.mark.rule("S-06")
def test_an_offer_that_ran_out_holds_nothing(app: Flask, parent_id: int) -> None:
    first, second = drafts(parent_id, nth_child(4), 200_000, 200_000)
    submit(app, first, parent_id)
    with transaction() as session:
        service.get_own(session, first, parent_id).expires_at = clock.now()
    assert submit(app, second, parent_id) == "accepted"
    with pytest.raises(limits.LimitExceeded), transaction() as session:
        application = service.lock(session, service.get_own(session, first, parent_id).id)
        limits.reserve_again(session, application, clock.now())


@pytest.mark.rule("S-06")
def test_a_policy_holds_it_for_the_time_of_its_cover(app: Flask, parent_id: int) -> None:
    (ref,) = drafts(parent_id, nth_child(5), 200_000)
    submit(app, ref, parent_id)
    with transaction() as session:
        application = service.lock(session, service.get_own(session, ref, parent_id).id)
        service.mark_paid(session, application, clock.now())
        draft = open_draft(session, application, clock.now())
        (item,) = limits.wanted(draft)
        later = item.ends_at - item.begins_at
        limits.begin(
            session, application, item.begins_at + later, item.ends_at + later, clock.now()
        )
    assert open_exposures() == [("in_force", 200_000)]
    (fits,) = drafts(parent_id, nth_child(5), 200_000)
    (too_much,) = drafts(parent_id, nth_child(5), 10_000, in_days=17)
    assert submit(app, fits, parent_id) == "accepted"
    assert submit(app, too_much, parent_id) != "accepted"
    with transaction() as session:
        accumulation.end(
            session, service.get_own(session, ref, parent_id).id, item.begins_at + later + later / 2
        )
    (after,) = drafts(parent_id, nth_child(5), 200_000, in_days=21)
    assert submit(app, after, parent_id) == "accepted"


def test_a_hash_and_no_number_is_stored(app: Flask, parent_id: int) -> None:
    child = nth_child(6)
    (ref,) = drafts(parent_id, child, 200_000)
    submit(app, ref, parent_id)
    row = db.session.scalars(select(Exposure)).one()
    assert row.kind == DEATH
    assert child.id_number not in row.person_hash
