"""The lists of what staff work on: each shows its rows, narrowed and sorted, to whoever may read it."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from storefront import clock
from storefront.customers.lists.declared import LISTS
from storefront.customers.lists.declared_work import OF_WORK
from storefront.db import transaction
from storefront.roles import ROLES
from storefront.support import tickets
from storefront.worklist import service as worklist
from tests.payments.support import new_application, new_customer
from tests.staff.people import log_in, make_member

WRITER = tickets.Writer("Example Li", "writer@example.com", "en")


@pytest.fixture
def work(session: Session) -> dict[str, str]:
    """One of most sorts, each with the reference that its list shows."""
    now = clock.now()
    with transaction():
        question = tickets.Letter("question", "policy", "Where is it?", "I cannot find it.")
        complaint = tickets.Letter("complaint", "claims", "Too slow", "Nobody answers.", ("N-7",))
        application = new_application(session, new_customer(session), now, state="referred")
        due = now + timedelta(days=3)
        item = worklist.Work("underwriting.referral", application.ref, "underwriting", due)
        worklist.open_item(session, item, now)
        return {
            "tickets": tickets.open_ticket(session, WRITER, question, now).ref,
            "complaints": tickets.open_ticket(session, WRITER, complaint, now).ref,
            "referrals": application.ref,
        }


def test_each_shows_its_own(client: FlaskClient, session: Session, work: dict[str, str]) -> None:
    log_in(client, make_member(session, ROLES))

    for name, ref in work.items():
        page = client.get(f"/staff/lists/{name}").text
        assert ref in page
        assert not [other for other in work.values() if other != ref and other in page]
    assert "N-7" in client.get("/staff/lists/complaints?stage=received").text
    assert work["complaints"] not in client.get("/staff/lists/complaints?stage=decided").text
    assert work["referrals"] in client.get("/staff/lists/referrals?work=open&sort=created").text
    assert work["referrals"] not in client.get("/staff/lists/referrals?work=closed").text
    assert work["tickets"] not in client.get("/staff/lists/tickets?topic=claims").text
    audit = client.get("/staff/lists/audit?action=list.read&kind=list&subject=complaints").text
    assert audit.count("data-row") == 3  # as often as it was opened above
    assert client.get("/staff/lists/payouts?state=held").status_code == 200


@pytest.mark.parametrize("name", [listing.name for listing in OF_WORK])
def test_all_columns_show_to_who_may_read_it_and_to_nobody_else(
    client: FlaskClient, session: Session, work: dict[str, str], name: str
) -> None:
    listing = LISTS[name]
    able = [role for role, may in ROLES.items() if listing.permission in may]
    unable = next(role for role, may in ROLES.items() if listing.permission not in may)
    log_in(client, make_member(session, able[:1]))
    columns = [column.key for column in listing.columns]
    client.post(f"/staff/lists/{name}/columns", data={"column": columns})

    assert client.get(f"/staff/lists/{name}").status_code == 200
    log_in(client, make_member(session, [unable]))
    assert client.get(f"/staff/lists/{name}").status_code == 403
