"""Who may open what: every route, asked for by everybody, against a table kept by hand.

The table is tests/access_matrix.csv, one line for each endpoint:
- `access`: public, customer or staff:<permission>, as the view declares it;
- `rows`: empty where the page is about nobody's row; `own` where it shows a row of a customer, which to
  everybody else does not exist; `own-state` for such a page that only exists in some states of the row;
  `link` where whoever knows the unguessable address may look, on purpose. Of a page of the staff:
  `and:<permission>` where the row that tests/desk_rows.py makes asks for one more than the page;
  `mine` where the row belongs to one member, and to every other is refused or does not exist.
"""

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from storefront import access, clock, roles
from storefront.accounts.login import TOKEN as CUSTOMER_TOKEN
from storefront.accounts.models import Customer
from storefront.accounts.service import logins
from storefront.db import transaction
from storefront.extensions import limiter
from storefront.staff import login as staff_login
from storefront.staff import service as staff_service
from storefront.staff.models import StaffMember
from tests.access_rows import Rows, rows_of_a
from tests.staff.people import make_member

TABLE = Path(__file__).with_name("access_matrix.csv")
STATIC = ("static", "bootstrap.static")
MARKS = ("", "own", "own-state", "link", "mine")
AND = "and:"
NOT_THERE = 404
NOT_MINE = (403, 404, 409)
READERS = {
    "application": "applications.read",
    "claim": "claims.read",
    "ticket": "tickets",
    "underwriting": "underwriting",
}
"""What a member needs to see the files of an owner."""
# Answered before anybody's row is looked for: a form that lacks what it needs.
INCOMPLETE = (400, 422)


@dataclass(frozen=True)
class Line:
    """One line of the table."""

    endpoint: str
    access: str
    rows: str

    @property
    def permission(self) -> str:
        return self.access.removeprefix("staff:")

    @property
    def permissions(self) -> set[str]:
        """Everything that the page and its row ask for."""
        more = {self.rows.removeprefix(AND)} if self.rows.startswith(AND) else set()
        return {self.permission, *more}


@dataclass(frozen=True)
class Door:
    """One way into one endpoint."""

    line: Line
    method: str
    path: str

    def opened_by(self, browser: FlaskClient) -> TestResponse:
        return browser.open(self.path, method=self.method)

    def __str__(self) -> str:
        return f"{self.method} {self.path} ({self.line.endpoint})"


def table() -> dict[str, Line]:
    """The table by endpoint."""
    with TABLE.open(encoding="utf-8") as file:
        lines = [Line(**row) for row in csv.DictReader(file)]
    assert len({line.endpoint for line in lines}) == len(lines), f"an endpoint twice in {TABLE}"
    return {line.endpoint: line for line in lines}


@pytest.fixture
def rows(app: Flask, session: Session) -> Rows:
    """What customer A owns."""
    limiter.reset()  # all requests of the tests come from one network address
    app.test_client_class = FlaskClient  # the looks of the pages are judged elsewhere
    return rows_of_a(app, session)


@pytest.fixture
def enter(app: Flask, session: Session) -> Callable[..., FlaskClient]:
    """Gives the browser of somebody: of a customer, of a member with roles, or of nobody."""

    def entered(
        customer: Customer | None = None,
        role_names: list[str] | None = None,
        *,
        verified: bool = True,
    ) -> FlaskClient:
        browser, now, kept = app.test_client(), clock.now(), {}
        with transaction():
            if customer is not None:
                kept[CUSTOMER_TOKEN] = logins.open_session(session, customer, "", now)
            if role_names is not None:
                row = session.get_one(StaffMember, make_member(session, role_names).id)
                visit = staff_service.Visit("127.0.0.1")
                key = staff_login.TOKEN if verified else staff_login.HALF_WAY
                kept[key] = staff_service.open_session(session, row, visit, now, verified=verified)
        with browser.session_transaction() as cookie:
            cookie.update(kept)
        return browser

    return entered


def doors(app: Flask, rows: Rows, prefix: str) -> Iterator[Door]:
    """All ways into the endpoints whose access begins so."""
    lines = table()
    for rule in app.url_map.iter_rules():
        line = lines.get(rule.endpoint)
        if line is None or not line.access.startswith(prefix):
            continue
        path = app.url_map.bind("localhost").build(rule.endpoint, _values(rule, rows))
        for method in sorted((rule.methods or set()) & {"GET", "POST"}):
            yield Door(line, method, path)


def _values(rule: Rule, rows: Rows) -> dict[str, Any]:
    """A's row for every parameter; where the table names none, something that does not exist."""
    known = rows.of(rule.endpoint)
    values: dict[str, Any] = {}
    for name in rule.arguments:
        converter = rule._converters[name]
        if name in known:
            values[name] = known[name]
        elif hasattr(converter, "items"):  # any(…)
            values[name] = sorted(converter.items)[0]
        else:
            values[name] = (
                999_999_999 if type(converter).__name__ == "IntegerConverter" else "nothing"
            )
    return values


def to_login(answer: TestResponse, address: str) -> bool:
    return answer.status_code == 302 and answer.location.startswith(address)


def test_every_route_stands_in_the_table(app: Flask) -> None:
    there = {rule.endpoint for rule in app.url_map.iter_rules()} - set(STATIC)
    missing = sorted(there - set(table()))
    gone = sorted(set(table()) - there)

    lines = "\n".join(f"{name},{access.declared(app, name)}," for name in missing)
    assert not missing, (
        f"Routes without a line in {TABLE.name}. Say for each whether it is about a customer's own row"
        f" (then `own`, and A's row in tests/access_rows.py), and add:\n{lines}"
    )
    assert not gone, f"Lines of {TABLE.name} without a route: {', '.join(gone)}"


def test_views_declare_what_the_table_says(app: Flask) -> None:
    declared = {name: access.declared(app, name) for name in table()}
    expected = {name: line.access for name, line in table().items()}

    assert declared == expected
    marks = {line.rows for line in table().values() if not line.rows.startswith(AND)}
    assert marks <= set(MARKS)


def test_every_permission_belongs_to_a_role() -> None:
    known = roles.EVERYBODY.union(*roles.ROLES.values())
    doors = [line for line in table().values() if line.access.startswith("staff:")]
    wanted = {permission for line in doors for permission in line.permissions}

    assert wanted <= known, f"permissions of no role: {sorted(wanted - known)}"


def test_every_own_page_has_a_row_of_a(app: Flask, rows: Rows) -> None:
    without = sorted(
        f"{rule.endpoint}: {', '.join(sorted(rule.arguments - set(rows.of(rule.endpoint))))}"
        for rule in app.url_map.iter_rules()
        if (line := table().get(rule.endpoint)) is not None
        and line.rows.startswith("own")
        and not rule.arguments <= set(rows.of(rule.endpoint))
    )

    assert not without, "Please give a row of A in tests/access_rows.py for " + "; ".join(without)


def test_the_public_opens_to_everybody(
    app: Flask, rows: Rows, enter: Callable[..., FlaskClient]
) -> None:
    nobody = enter()
    closed = [
        str(door)
        for door in doors(app, rows, "public")
        if not door.line.rows.startswith("own")
        and door.opened_by(nobody).status_code in (401, 403, 500)
    ]

    assert not closed, "\n".join(closed)


def test_strangers_and_staff_are_asked_to_log_in_as_customers(
    app: Flask, rows: Rows, enter: Callable[..., FlaskClient]
) -> None:
    others = {"nobody": enter(), "staff": enter(role_names=sorted(roles.ROLES))}
    opened = [
        f"{who}: {door}"
        for who, browser in others.items()
        for door in doors(app, rows, "customer")
        if not to_login(door.opened_by(browser), "/account/login")
    ]

    assert not opened, "\n".join(opened)


def test_customers_reach_their_own(
    app: Flask, rows: Rows, enter: Callable[..., FlaskClient]
) -> None:
    a = enter(rows.a)
    refused = [
        f"{door}: {answer.status_code}"
        for door in doors(app, rows, "")
        if door.method == "GET" and door.line.rows == "own"
        for answer in [door.opened_by(a)]
        if answer.status_code >= 400 or to_login(answer, "/account/login")
    ]

    assert not refused, "\n".join(refused)


def test_the_own_of_another_does_not_exist(
    app: Flask, rows: Rows, enter: Callable[..., FlaskClient]
) -> None:
    others = {"customer B": enter(rows.b), "nobody": enter()}
    opened = [
        f"{who}: {door}: {answer.status_code}"
        for who, browser in others.items()
        for door in doors(app, rows, "")
        if door.line.rows.startswith("own")
        for answer in [door.opened_by(browser)]
        if answer.status_code != NOT_THERE
        and not (who == "nobody" and to_login(answer, "/account/login"))
        and not (door.method == "POST" and answer.status_code in INCOMPLETE)
    ]

    assert not opened, "\n".join(opened)


def test_nothing_of_a_is_ever_served_to_another(
    app: Flask, rows: Rows, enter: Callable[..., FlaskClient]
) -> None:
    others = {"customer B": enter(rows.b), "nobody": enter()}
    shown = [
        f"{who}: {door} shows {word}"
        for who, browser in others.items()
        for door in doors(app, rows, "")
        if door.method == "GET"
        for answer in [door.opened_by(browser)]
        for word in rows.private
        if word in answer.text
    ]

    assert not shown, "\n".join(shown)


def test_the_desk_is_closed_to_all_but_staff(
    app: Flask, rows: Rows, enter: Callable[..., FlaskClient]
) -> None:
    others = {
        "nobody": enter(),
        "customer A": enter(rows.a),
        "customer B": enter(rows.b),
        "half a login": enter(role_names=sorted(roles.ROLES), verified=False),
    }
    opened = [
        f"{who}: {door}"
        for who, browser in others.items()
        for door in doors(app, rows, "staff:")
        if not to_login(door.opened_by(browser), "/staff/login")
    ]

    assert not opened, "\n".join(opened)


@pytest.mark.parametrize("role", ["", *sorted(roles.ROLES)])
def test_each_role_opens_what_its_permissions_say_and_no_more(
    app: Flask, rows: Rows, enter: Callable[..., FlaskClient], role: str
) -> None:
    names = [role] if role else []
    browser, may = enter(role_names=names), roles.permissions_of(names)
    wrong = []
    for door in doors(app, rows, "staff:"):
        answer = door.opened_by(browser)
        allowed = door.line.permissions <= may and door.line.rows != "mine"
        missing = answer.status_code in NOT_MINE and door.line.rows == "mine"
        refused = answer.status_code == 403 or missing
        if refused == allowed or answer.status_code == 500 or to_login(answer, "/staff/login"):
            wrong.append(f"{door}: {answer.status_code}, though {allowed=}")

    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("role", sorted(roles.ROLES))
def test_staff_come_through_no_door_of_a_customer(
    app: Flask, rows: Rows, enter: Callable[..., FlaskClient], role: str
) -> None:
    browser = enter(role_names=[role])
    opened = [
        f"{door}: {answer.status_code}"
        for door in doors(app, rows, access.PUBLIC)
        if door.line.rows.startswith("own") and not door.line.endpoint.startswith("attachments.")
        for answer in [door.opened_by(browser)]
        if answer.status_code != NOT_THERE
        and not to_login(answer, "/account/login")
        and not (door.method == "POST" and answer.status_code in INCOMPLETE)
    ]

    assert not opened, "\n".join(opened)


@pytest.mark.parametrize("role", sorted(roles.ROLES))
def test_staff_see_the_files_that_their_work_is_about(
    rows: Rows, enter: Callable[..., FlaskClient], role: str
) -> None:
    browser, may = enter(role_names=[role]), roles.permissions_of([role])
    seen = {
        kind: browser.get(f"/attachments/{ref}").status_code == 200
        for kind, ref in rows.attachments.items()
    }
    removed = {
        kind
        for kind, ref in rows.attachments.items()
        if READERS[kind] not in may
        and browser.post(f"/attachments/{ref}/remove").status_code != NOT_THERE
    }

    assert seen == {kind: permission in may for kind, permission in READERS.items()}
    assert not removed
