"""Lists: filters and sorting in the address, pages by key, remembered columns, exports with progress."""

import csv
import io
from datetime import timedelta
from itertools import pairwise

import pytest
import time_machine
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy import insert, select, text
from sqlalchemy.orm import Session

from storefront import clock, files, roles
from storefront.accounts.models import Customer
from storefront.audit.models import AuditEntry
from storefront.customers.lists import exports, reading
from storefront.customers.lists.declared import LISTS
from storefront.customers.models import ListExport
from storefront.db import db, transaction
from tests.payments.support import new_application, new_customer, new_payment
from tests.staff.conftest import colleague, desk  # noqa: F401 - fixtures
from tests.staff.people import log_in, make_member

APPLICATIONS = LISTS["applications"]
CUSTOMERS = LISTS["customers"]


def many(session: Session, number: int) -> None:
    """Customers by the thousand."""
    now = clock.now()
    with transaction():
        session.execute(
            insert(Customer),
            [
                {
                    "email": f"c{n}@example.com", "password_hash": "", "language": "zh",
                    "created_at": now, "name": f"=1+{n}", "mobile": "13900000000",
                }
                for n in range(number)
            ],
        )  # fmt: skip


@pytest.fixture
def applications(session: Session) -> list[str]:
    """A hundred and twenty applications in two states."""
    now = clock.now()
    with transaction():
        customer = new_customer(session)
        return [
            new_application(
                session, customer, now, state="paid" if n % 2 else "draft", created_at=now
            ).ref
            for n in range(120)
        ]


def walk(session: Session, sort: str, filters: dict[str, str]) -> list[str]:
    """The references of a whole list, page by page."""
    columns, found, after = APPLICATIONS.chosen(["ref"]), [], ""
    while True:
        page = reading.page(session, APPLICATIONS, columns, filters, sort=sort, after=after)
        found += [row[0] for row in page.rows]
        if page.after is None:
            return found
        after = page.after


@pytest.mark.parametrize("sort", ["created", "-created"])
def test_pages_hold_every_row_once(session: Session, applications: list[str], sort: str) -> None:
    expected = applications if sort == "created" else applications[::-1]

    assert walk(session, sort, {}) == expected
    assert walk(session, sort, {"state": "paid"}) == [
        ref for ref in expected if applications.index(ref) % 2
    ]


def test_equal_values_of_a_sorting_lose_no_row(session: Session) -> None:
    now, payments = clock.now(), LISTS["payments"]
    with transaction():
        application = new_application(session, new_customer(session), now)
        for n in range(110):
            changes = {"ref": f"P{n}", "amount": 5 + n % 2, "state": "failed", "settled_at": None}
            session.add(new_payment(application, now, **changes))
    columns, after, found = payments.chosen(["ref", "amount"]), "", []
    for _ in range(3):
        page = reading.page(session, payments, columns, {}, sort="-amount", after=after)
        found += [(row[0], row[1]) for row in page.rows]
        after = page.after or ""

    assert len({ref for ref, _amount in found}) == len(found) == 110
    assert [amount for _ref, amount in found] == [6] * 55 + [5] * 55
    assert after == ""
    for broken in ("x", "~", "1~", "~1", "1~x", "1~" + "9" * 30, "NaN~1", "9" * 30 + "~1"):
        page = reading.page(session, payments, columns, {}, sort="amount", after=broken)
        assert len(page.rows) == reading.PAGE


def test_days_are_those_of_china(session: Session) -> None:
    with transaction():
        customer = new_customer(session)
        day = clock.local_midnight(clock.local_date(clock.now()))
        for moment in (day - timedelta(seconds=1), day, day + timedelta(hours=23, minutes=59)):
            new_application(session, customer, moment)
    wanted = clock.local_date(day).isoformat()

    assert reading.count(session, APPLICATIONS, {"from": wanted, "to": wanted}) == 2


def test_nonsense_in_the_address_is_ignored(desk: FlaskClient, applications: list[str]) -> None:  # noqa: F811
    address = "/staff/lists/applications?state=x&from=y&sort=state&after=%00&product="

    assert applications[-1] in desk.get(address).text
    assert desk.get("/staff/lists/nothing").status_code == 404


def test_columns_are_remembered_for_each_member(
    desk: FlaskClient,  # noqa: F811
    session: Session,
    applications: list[str],
) -> None:
    address = "/staff/lists/applications"
    answer = desk.post(address + "/columns", data={"column": ["ref", "x"], "state": "paid"})
    assert "state=paid" in answer.location
    product = ">Light Travel Accident (Internet)</td>"
    assert product not in desk.get(address).text
    log_in(desk, make_member(session, roles.ROLES))
    assert product in desk.get(address).text


def test_who_may_not_read_a_list_does_not_see_it(desk: FlaskClient, session: Session) -> None:  # noqa: F811
    log_in(desk, make_member(session, ["finance"]))

    assert desk.get("/staff/lists/customers").status_code == 403
    assert "/staff/lists/customers" not in desk.get("/staff/lists/").text
    assert desk.post("/staff/lists/customers/export").status_code == 403


def asked(session: Session, form: str, roles_of: list[str] | None = None) -> ListExport:
    member = make_member(session, roles_of or ["manager"]).member
    with transaction():
        wish = exports.Wish(CUSTOMERS, CUSTOMERS.chosen(None), {"state": "open"}, form, "en")
        return exports.ask(session, wish, member, clock.now())


def content(row: ListExport) -> bytes:
    return b"".join(files.store().read_named(row.file_name))


def test_progress_shows_while_the_rows_are_written(session: Session) -> None:
    many(session, 2500)
    row = asked(session, "csv")
    lines = exports._lines(session, row.id, CUSTOMERS, CUSTOMERS.chosen(["id"]), {})
    progress = select(ListExport.done).where(ListExport.id == row.id)
    seen = {}
    for number, _line in enumerate(lines):
        if number % 1000 == 0:
            with db.engine.connect() as other:  # what a page sees meanwhile
                seen[number] = other.scalar(progress)

    assert seen == {0: 0, 1000: 1000, 2000: 2000}
    session.rollback()


def test_twenty_thousand_rows(session: Session) -> None:
    many(session, 20_000)
    row = asked(session, "csv")

    exports.make.func(export_id=row.id)

    session.refresh(row)
    assert (row.state, row.total, row.done) == ("ready", 20_000, 20_000)
    lines = list(csv.reader(io.StringIO(content(row).decode("utf-8-sig"))))
    assert len(lines) == 20_001
    assert lines[0][:3] == ["Number", "Name", "E-mail address"]
    numbers = [int(line[0]) for line in lines[1:]]
    assert all(left > right for left, right in pairwise(numbers))
    assert lines[-1][1:5] == ["'=1+0", "c***@example.com", "139****0000", "Account open"]


def test_a_workbook_holds_texts_and_no_formulas(session: Session) -> None:
    many(session, 3)
    row = asked(session, "xlsx")
    exports.make.func(export_id=row.id)

    sheet = load_workbook(io.BytesIO(content(row))).worksheets[0]
    cells = [cell for line in sheet.iter_rows() for cell in line]
    assert sheet.max_row == 4
    assert not [cell for cell in cells if cell.data_type == "f"]


def test_an_export_made_twice_ends_the_same(session: Session) -> None:
    many(session, 2)
    row = asked(session, "csv")
    with transaction():
        row.state, row.done = "running", 1  # a worker was killed
    exports.make.func(export_id=row.id)
    first = content(row)
    exports.make.func(export_id=row.id)
    assert content(row) == first


def test_the_file_is_for_who_asked_and_for_a_week(
    desk: FlaskClient,  # noqa: F811
    session: Session,
) -> None:
    many(session, 2)
    page = desk.post("/staff/lists/customers/export", data={"form": "csv"}).location
    assert "waits for its turn" in desk.get(page).text
    assert desk.get(page + "/file").status_code == 404
    row = session.scalars(select(ListExport)).one()
    exports.make.func(export_id=row.id)

    assert "2 rows are ready" in desk.get(page).text
    answer = desk.get(page + "/file")
    assert answer.data == content(row)
    session.rollback()
    done = session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert [name for name in done if name.startswith("list.")] == ["list.export", "list.download"]
    with time_machine.travel(clock.now() + timedelta(days=8), tick=True):
        exports.expire.func()
    session.expire_all()
    assert row.state == "expired"
    with pytest.raises(FileNotFoundError):
        content(row)
    log_in(desk, make_member(session, roles.ROLES))
    assert desk.get(page).status_code == 404


def test_an_export_that_was_given_up_says_so(
    desk: FlaskClient,  # noqa: F811
    session: Session,
) -> None:
    page = desk.post("/staff/lists/customers/export", data={"form": "csv"}).location
    with transaction():
        for state in ("doing", "failed"):
            session.execute(
                text(f"update procrastinate_jobs set status = '{state}'")  # noqa: S608
            )

    assert "could not be made" in desk.get(page).text
    assert "every 1s" not in desk.get(page).text
    row = session.scalars(select(ListExport)).one()
    exports.make.func(export_id=row.id)  # somebody had the job run again
    assert "are ready" in desk.get(page).text
