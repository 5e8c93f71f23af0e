"""How much the pages of claims and payouts ask the database: little, and no more when there is more."""

from decimal import Decimal

import pytest
from flask.testing import FlaskClient

from storefront import clock
from storefront.claims.models import ClaimHead
from storefront.claims.service import access, heads, timeline
from storefront.db import transaction
from storefront.roles import ROLES
from tests.claims.paying import accepted, orders
from tests.claims.support import attach, claim_of, covered, medical_claim
from tests.claims.test_desk_heads import cyber_claim, six_heads
from tests.policies.support import Office
from tests.staff.people import log_in, make_member
from tests.staff.test_pages_queries import MOST, counted


def asked(office: Office, desk: FlaskClient, address: str) -> list[str]:
    """What a page asks the database, once what is kept for all pages was read."""
    desk.get(address)
    office.session.rollback()
    office.session.expunge_all()
    with counted(office.app) as found:
        assert desk.get(address).status_code == 200
    return found


def more(claim_id: int) -> None:
    """More of everything that a claim's pages show."""
    attach(claim_id, "other-1", "other-2")
    with transaction() as session:
        claim = access.lock_row(session, claim_id)
        for _ in range(5):
            timeline.note(session, claim, "account", "staff:1", clock.now())
        first = claim.heads[0]
        values = {name: getattr(first, name) for name in ("cover", "person", "claimed", "facts")}
        for place in range(5):
            head = ClaimHead(
                claim_id=claim_id, position=10 + place, paid_elsewhere=0, reserve=0,
                figures=first.figures, payable=0, **values,
            )  # fmt: skip
            session.add(head)
            session.flush()
            heads.set_reserve(
                session, head, Decimal(place), "more", member_id=None, now=clock.now()
            )


@pytest.mark.parametrize(
    "path",
    [
        "/staff/claims/", "/staff/claims/{ref}", "/staff/claims/{ref}/documents",
        "/staff/claims/{ref}/money", "/staff/claims/{ref}/course", "/staff/payouts/",
        "/staff/payouts/{order}", "/staff/bank/",
    ],
)  # fmt: skip
def test_a_page_asks_little(office: Office, client: FlaskClient, path: str) -> None:
    case = covered(office)
    claim_id = accepted(case, client, "100")
    ref, order = claim_of(office.session, claim_id).ref, orders(office.session, claim_id)[0].ref
    address = path.format(ref=ref, order=order)
    desk = log_in(office.app.test_client(), make_member(office.session, ROLES))
    few = asked(office, desk, address)
    more(claim_id)
    accepted(covered(office, number="N2"), client, "200")
    many = asked(office, desk, address)
    assert len(few) <= MOST, "\n".join(few)
    assert len(many) <= len(few), "\n".join(many)


@pytest.mark.parametrize("tab", ["", "/documents", "/money", "/course"])
@pytest.mark.parametrize("line", ["travel", "cyber"])
def test_a_claim_that_is_assessed_asks_little(
    office: Office, client: FlaskClient, line: str, tab: str
) -> None:
    if line == "travel":
        claim_id = medical_claim(covered(office), client, "6000")
    else:
        claim_id = cyber_claim(six_heads(office), client, "100000", "80000")
    claim = claim_of(office.session, claim_id)
    assert claim.stage == "assessment"
    address = f"/staff/claims/{claim.ref}{tab}"
    desk = log_in(office.app.test_client(), make_member(office.session, ROLES))

    found = asked(office, desk, address)

    assert len(found) <= MOST, "\n".join(found)
