"""Two accounts of one person become one and, within thirty days, two again."""

from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront import clock
from storefront.accounts.models import Customer, LoginSession, Person
from storefront.accounts.service import logins, people
from storefront.applications.models import Application
from storefront.audit.models import AuditEntry
from storefront.customers import merging, words
from storefront.customers.models import CustomerMerge, MovedRow
from storefront.db import Base, transaction
from storefront.errors import Refused
from storefront.identity import parse_id_number
from storefront.policies.models import Policy
from tests.people import CHILD, HOLDER, SPOUSE, Somebody
from tests.policies.support import Office, new_customer
from tests.staff.conftest import colleague, desk  # noqa: F401 - fixtures
from tests.staff.people import Colleague, post

STAYS = {"login_session", "account_token", "customer_merge"}


def save(session: Session, customer: Customer, somebody: Somebody, relation: str) -> None:
    number = parse_id_number(somebody.id_number, clock.local_date(clock.now()))
    details = people.PersonDetails(somebody.name, relation, number, None)
    people.save_person(session, customer.id, details, clock.now())


@pytest.fixture
def two(app: Flask, session: Session) -> tuple[Customer, Customer]:
    """One person's accounts: both have saved the child, one has a policy and a login."""
    now = clock.now()
    with transaction():
        kept, merged = new_customer(session), new_customer(session)
        for row in (kept, merged):
            number = parse_id_number(HOLDER.id_number, clock.local_date(now))
            people.save_profile(row, HOLDER.name, number, None)
            save(session, row, CHILD, "child")
        save(session, merged, SPOUSE, "spouse")
        logins.open_session(session, merged, "x", now)
    for number, owner in (("N-KEPT", kept), ("N-MERGED", merged)):
        office = Office(app, session, None)  # type: ignore[arg-type]
        office.keep(b"%PDF-1.7", number, f"V{number}", customer=owner)
    return kept, merged


def owners(session: Session) -> dict[str, set[tuple[int, int]]]:
    """Who owns what, by table."""
    session.rollback()
    return {
        name: {
            (row.id, row.customer_id)
            for row in session.execute(select(table.id, table.customer_id))
        }
        for name, table in merging.MOVED.items()
    }


def merge(session: Session, two: tuple[Customer, Customer], me: Colleague) -> CustomerMerge:
    with transaction():
        return merging.merge(session, two[0].id, two[1].id, me.member, clock.now(), reason="same")


def test_every_table_of_customers_is_thought_of() -> None:
    owned = {
        table.name
        for table in Base.metadata.tables.values()
        if any(key.target_fullname == "customer.id" for key in table.foreign_keys)
    }

    assert owned - STAYS == set(merging.MOVED) == set(words.MOVED)


def test_everything_moves_and_comes_back(
    session: Session,
    two: tuple[Customer, Customer],
    colleague: Colleague,  # noqa: F811
) -> None:
    kept, merged = two
    before = owners(session)
    told = merging.preview(session, kept, merged).rows

    row = merge(session, two, colleague)

    for table in (Application, Policy):
        assert set(session.scalars(select(table.customer_id))) == {kept.id}
    names = set(session.scalars(select(Person.name).where(Person.customer_id == kept.id)))
    assert names == {CHILD.name, SPOUSE.name}
    assert merged.closed_at is not None
    assert session.scalars(select(LoginSession.ended_at)).one() is not None
    noted = session.scalars(select(MovedRow.table_name)).all()
    assert {name: noted.count(name) for name in told} == told
    assert (told["policy"], told["person"]) == (1, 1)

    with transaction():
        merging.undo(session, row.id, colleague.member, clock.now() + timedelta(days=29))

    assert owners(session) == before
    assert merged.closed_at is None
    actions = session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert actions == ["customer.merge"] * 2 + ["customer.merge-undone"] * 2


def test_what_came_after_the_merge_stays(
    app: Flask,
    session: Session,
    two: tuple[Customer, Customer],
    colleague: Colleague,  # noqa: F811
) -> None:
    row = merge(session, two, colleague)
    office = Office(app, session, None)  # type: ignore[arg-type]
    later = office.keep(b"%PDF-1.7", "N-LATER", "VLATER", customer=two[0])
    with transaction():
        merging.undo(session, row.id, colleague.member, clock.now())

    assert session.get_one(Policy, later.id).customer_id == two[0].id


def test_too_late_twice_or_for_two_people(
    session: Session,
    two: tuple[Customer, Customer],
    colleague: Colleague,  # noqa: F811
) -> None:
    row, now = merge(session, two, colleague), clock.now()
    with pytest.raises(Refused):
        merge(session, two, colleague)
    with pytest.raises(Refused):
        merging.undo(session, row.id, colleague.member, now + timedelta(days=31))
    with transaction():
        merging.undo(session, row.id, colleague.member, now)
    with pytest.raises(Refused):
        merging.undo(session, row.id, colleague.member, now)
    with transaction():
        two[1].id_number_hash = "other"
    with pytest.raises(Refused):
        merge(session, two, colleague)
    session.rollback()


def test_what_is_left_goes_after_thirty_days(
    session: Session,
    two: tuple[Customer, Customer],
    colleague: Colleague,  # noqa: F811
) -> None:
    merge(session, two, colleague)
    merging.finish.func()
    session.refresh(two[1])
    assert two[1].name == HOLDER.name
    with time_machine.travel(clock.now() + timedelta(days=31), tick=True):
        merging.finish.func()
    session.refresh(two[1])
    assert two[1].name is None
    assert session.get_one(Customer, two[0].id).name == HOLDER.name


def test_on_the_page_with_preview_and_undo(
    desk: FlaskClient,  # noqa: F811
    session: Session,
    two: tuple[Customer, Customer],
) -> None:
    kept, merged = two
    address = f"/staff/customers/{kept.id}/merge"
    assert f"other={merged.id}" in desk.get(address).text
    shown = desk.get(f"{address}?other={merged.email}").text
    assert "What moves" in shown
    assert f'type="hidden" name="other" value="{merged.email}"' in shown
    assert desk.get(f"{address}?other=999999").status_code == 404
    assert "This is the same account" in desk.get(f"{address}?other={kept.id}").text
    assert desk.post(address, data={"other": str(merged.id)}).status_code == 422

    post(desk, f"{address}?other={merged.id}", other=str(merged.id), reason="Same person")

    row = session.scalars(select(CustomerMerge)).one()
    assert "N-MERGED" in desk.get(f"/staff/customers/{kept.id}").text
    assert f"/merges/{row.id}/undo" in desk.get(address).text
    desk.post(f"/staff/customers/merges/{row.id}/undo")
    assert "N-MERGED" not in desk.get(f"/staff/customers/{kept.id}").text
