"""How much every page of the staff asks the database: at most ten questions, and none per row.

The pages come from the map of addresses, so that none can be forgotten: a page with a parameter that
tests/desk_rows.py does not make fails here.
"""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from storefront.roles import ROLES
from tests import desk_rows
from tests.access_rows import Rows, pages_of_the_desk, rows_of_a
from tests.staff.people import log_in, make_member
from tests.staff.test_pages_queries import MOST, counted

MORE = 3
SEARCHED = ("示例甲", "京A12345", "13800000000", "nobody@example.com")


@pytest.fixture
def rows(app: Flask, session: Session) -> Rows:
    """Something of everything, and a member who may do everything."""
    return rows_of_a(app, session, make_member(session, ROLES))


def test_every_page_of_the_desk_asks_little_and_no_more_when_there_is_more(
    app: Flask, session: Session, rows: Rows
) -> None:
    app.test_client_class = FlaskClient  # the looks of the pages are judged in a browser
    desk = log_in(app.test_client(), rows.desk.member)
    for address in desk_rows.reasons(rows.desk):
        assert desk.post(address, data={"reason": "Counting"}).status_code == 303
    addresses = [path for _endpoint, path in pages_of_the_desk(app, rows)]
    addresses += [f"/staff/search/?q={text}" for text in SEARCHED]
    few = {path: asked(desk, session, path) for path in addresses}
    few = {path: asked(desk, session, path) for path in addresses}  # what is asked once for all
    for _ in range(MORE):
        desk_rows.more(session, rows.desk)
    many = {path: asked(desk, session, path) for path in addresses}

    wrong = [
        f"{path}: {len(few[path])}, with more rows {len(many[path])}\n" + "\n".join(many[path])
        for path in addresses
        if len(few[path]) > MOST or len(many[path]) > len(few[path])
    ]
    assert not wrong, "\n\n".join(wrong)


def asked(desk: FlaskClient, session: Session, path: str) -> list[str]:
    """The questions of a page that is opened with nothing read before."""
    session.rollback()
    session.expunge_all()
    with counted(desk.application) as statements:
        answer = desk.get(path)
    leads_to_list = answer.headers.get("Location", "").startswith("/staff/lists/")
    assert answer.status_code == 200 or leads_to_list, f"{path}: {answer.status_code}"
    return statements
