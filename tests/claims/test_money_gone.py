"""Money that went out uses the limits up, whatever is decided later."""

from decimal import Decimal

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from storefront import clock
from storefront.claims.models import Claim
from storefront.claims.service import (
    access,
    adjudicating,
    answering,
    case,
    closing_unpaid,
    deciding,
    paying,
)
from storefront.claims.service.deciding import Decision
from storefront.db import transaction
from storefront.errors import Conflict
from tests.claims import paying as payouts
from tests.claims.support import Case, claim_of, covered, medical_claim
from tests.policies.support import Office
from tests.staff.people import make_member

REFUSAL = {"zh": "理由", "en": "Reason"}
LIMIT = 12_000  # medical, by the example answers of the travel product
NO = Decision("declined", {}, "late-treatment", "4", REFUSAL)
YES = Decision("approved", {1: Decimal(10_000)})


def decide(office: Office, claim_id: int, decision: Decision) -> None:
    who = make_member(office.session, ["assessor"]).id
    with transaction() as session:
        deciding.decide(session, session.get_one(Claim, claim_id), decision, who, clock.now())


def left_for_another(case_: Case, client: FlaskClient) -> Decimal:
    """What the next bill of the same person, above all limits, would be paid."""
    other = medical_claim(case_, client, "20000", incident_on=case_.day(3).isoformat())
    with transaction() as session:
        return adjudicating.adjudicated(session, session.get_one(Claim, other), clock.now()).payable


def test_what_was_paid_ahead_counts_after_a_later_refusal(
    office: Office, client: FlaskClient
) -> None:
    policy = covered(office)
    claim_id = medical_claim(policy, client, "10000")
    decide(office, claim_id, YES)
    with transaction() as session:
        claim = access.lock_row(session, claim_id)
        answering.object_to(session, claim, "There is more", clock.now())
    decide(office, claim_id, NO)
    assert claim_of(office.session, claim_id).payable == 0
    assert left_for_another(policy, client) == LIMIT - 10_000


def paid(office: Office, policy: Case, client: FlaskClient) -> int:
    """A claim of 1,000 that was paid by the bank and closed."""
    claim_id = payouts.accepted(policy, client, "1000")
    [order] = payouts.orders(office.session, claim_id)
    payouts.approve(order.ref, make_member(office.session, ["finance"]).member)
    payouts.send()
    line = (f"K{order.ref}", order.ref, "1000.00", "PAID", "")
    payouts.take_in(payouts.answer("R1", line))
    assert claim_of(office.session, claim_id).stage == "closed"
    return claim_id


@pytest.mark.parametrize("how", ["close", "decline"])
def test_what_was_paid_counts_after_the_claim_was_opened_again(
    office: Office, client: FlaskClient, how: str
) -> None:
    policy = covered(office)
    claim_id = paid(office, policy, client)
    who = make_member(office.session, ["assessor"]).id
    with transaction() as session:
        claim = access.lock_row(session, claim_id)
        answering.reopen(session, claim, "A letter came", who, clock.now())
    with pytest.raises(Conflict), transaction() as session:
        answering.withdraw(session, access.lock_row(session, claim_id), clock.now())
    if how == "decline":
        decide(office, claim_id, NO)
    else:
        with transaction() as session:
            claim = access.lock_row(session, claim_id)
            closing_unpaid.close_without_payment(session, claim, REFUSAL, who, clock.now())
    assert left_for_another(policy, client) == LIMIT - 1_000
    with transaction() as session:
        assert paying.promised(session, session.get_one(Claim, claim_id)) == 1_000


amounts = st.decimals(0, 10_000, places=2)


@given(st.lists(st.tuples(amounts, amounts), min_size=1, max_size=4), amounts)
def test_the_heads_together_take_at_least_what_went_out(
    heads: list[tuple[Decimal, Decimal]], promised: Decimal
) -> None:
    decided = [min(pair) for pair in heads]
    computed = [max(pair) for pair in heads]
    taken = case.at_least(decided, computed, promised)
    assert sum(taken) == max(sum(decided), promised)
    assert all(now >= before for now, before in zip(taken, decided, strict=True))
