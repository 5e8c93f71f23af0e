"""Pages that show the first of many rows find them by an index, however many there are."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from storefront import clock
from storefront.access import Member
from storefront.applications.decisions import queue
from storefront.customers import record
from storefront.customers.lists import reading
from storefront.customers.lists.declared import LISTS
from storefront.db import transaction
from storefront.search import service
from tests.applications.conftest import new_customer
from tests.customers import planning


def plans(session: Session, ask: Callable[[], object]) -> str:
    """How the database would answer what is asked of it meanwhile."""
    asked: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
        asked.append((statement, values))

    engine = session.get_bind().engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        ask()
    finally:
        event.remove(engine, "before_cursor_execute", note)
    return "\n".join(planning.plan(session, *each) for each in asked)


def test_the_underwriters_queue_needs_no_sorting(session: Session) -> None:
    found = plans(session, lambda: queue.waiting(session, None, None))

    assert "ix_work_item_urgent" in found
    assert "Sort" not in found, found


@pytest.mark.parametrize("shown", ["page", "list"])
def test_claims_of_a_customer_are_not_looked_for_among_all(session: Session, shown: str) -> None:
    with transaction():
        customer = new_customer("one@example.com", "a long pass phrase 42")
        session.add(customer)
    columns, narrowed = LISTS["claims"].columns, {"customer": str(customer.id)}
    ask = {
        "page": lambda: record._claims(session, customer),
        "list": lambda: reading.page(session, LISTS["claims"], columns, narrowed, sort="-created"),
    }

    found = plans(session, ask[shown])

    for index in ("ix_claim_customer_id", "ix_policy_customer_id"):
        assert index in found, found
    assert "Seq Scan" not in found, found


def test_a_number_of_stripes_is_found_by_its_index(session: Session) -> None:
    today = clock.local_date(clock.now())
    member = Member(1, "One", "one@agency.example.com", frozenset({"payments.read"}))

    found = plans(session, lambda: service.search(session, "pi_a1b2c3d4e5", member, today))

    for column in ("payment_stripe_session_id", "payment_stripe_payment_intent_id"):
        assert f"uq_{column}" in found, found
