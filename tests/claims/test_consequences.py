"""What decisions do to the contract: it ends by its benefit, premiums go back, and either is taken back."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from storefront import clock
from storefront.claims.desk.models import ClaimRecovery
from storefront.claims.models import ClaimReturn
from storefront.claims.payouts.models import PayoutDue
from storefront.claims.service import access, adjudicating, answering, cash_value, deciding
from storefront.claims.service.deciding import Decision
from storefront.db import transaction
from storefront.errors import Refused
from storefront.policies import service as policies
from storefront.policies.models import Policy
from tests.accounts.actors import enter
from tests.claims.paying import account, answer, approve, orders, send, take_in
from tests.claims.support import Case, claim_of, covered, reported
from tests.people import HOLDER
from tests.policies.support import Office
from tests.staff.people import log_in, make_member

REASON = {"zh": "等待期内确诊。", "en": "Diagnosed within the waiting period."}


def to_decide(case: Case, claim_type: str, cause: str, **facts: Any) -> int:
    """A claim whose documents and facts are there."""
    claim_id = reported(case, claim_type)
    with transaction() as session:
        claim = access.lock_row(session, claim_id)
        claim.stage = "assessment"
        claim.circumstances = {**claim.circumstances, "facts": {"cause": cause}}
        claim.heads[0].facts = {"occurred_on": case.day().isoformat(), **facts}
    return claim_id


def decide(office: Office, claim_id: int, decision: Decision | None = None) -> None:
    """As a member decides: by what was computed, or otherwise."""
    who = make_member(office.session, ["assessor"])
    with transaction() as session:
        claim = access.lock_row(session, claim_id)
        found = adjudicating.adjudicated(session, claim, clock.now())
        deciding.decide(session, claim, decision or deciding.suggested(found), who.id, clock.now())


def policy_of(office: Office, case: Case) -> Policy:
    office.session.rollback()
    office.session.expire_all()
    return office.session.get_one(Policy, case.policy_id)


def kinds(office: Office, case: Case) -> list[str]:
    policy = policy_of(office, case)
    return [row.kind for row in policies.transactions_of(office.session, policy)]


def illness(office: Office) -> tuple[Case, int]:
    """A diagnosis within the 90 days of the critical illness product."""
    case = covered(office, "critical-illness")
    return case, to_decide(case, "critical-illness", "illness", illness="malignant-tumour")


@pytest.mark.rule("C-08")
def test_a_death_benefit_ends_the_contract_with_its_day(
    office: Office, client: FlaskClient
) -> None:
    case = covered(office, "term-life")
    claim_id = to_decide(case, "death", "accident")
    decide(office, claim_id)
    assert kinds(office, case) == ["new_business", "termination"]
    policy = policy_of(office, case)
    assert policy.state == "terminated"
    last = policies.transactions_of(office.session, policy)[-1]
    assert last.effective_at == clock.local_midnight(case.day() + timedelta(days=1))
    again = to_decide(case, "death", "accident")  # of the same day: the contract stood then
    later = reported(case, "death", incident_on=case.day(4).isoformat())
    with transaction() as session:
        for number, over in ((again, False), (later, True)):
            found = adjudicating.adjudicated(
                session, access.lock_row(session, number), clock.now()
            ).findings
            assert ("not-in-force" in {item.code for item in found}) is over
    enter(office.app, client, case.customer_id)
    assert "因理赔终止" in client.get(f"/policies/{case.number}").text
    ref = claim_of(office.session, claim_id).ref
    assert "合同因本次理赔终止" in client.get(f"/claims/{ref}").text


def test_less_than_the_benefit_ended_nothing(office: Office) -> None:
    """What a person refuses altogether has ended no contract."""
    case = covered(office, "term-life")
    claim_id = to_decide(case, "death", "accident")
    decide(office, claim_id, Decision("declined", {}, "other", "4", REASON))
    assert kinds(office, case) == ["new_business"]
    assert policy_of(office, case).state == "in_force"


def test_premiums_go_back_to_the_policyholder(office: Office, client: FlaskClient) -> None:
    case, claim_id = illness(office)
    ref = claim_of(office.session, claim_id).ref
    desk = log_in(office.app.test_client(), make_member(office.session, ["assessor"]))
    found = adjudicating_of(office, claim_id)
    [back] = found.returns
    assert (back.code, back.amount) == ("premiums", policy_of(office, case).premium)
    form = {
        "outcome": "declined", "reason_code": "waiting-period", "clause": "2", "action": "decide",
        "wording_zh": REASON["zh"], "wording_en": REASON["en"],
    }  # fmt: skip
    with transaction() as session:
        adjudicating.assess(session, access.lock_row(session, claim_id), None, clock.now())
    assert f'value="{back.amount}"' in desk.get(f"/staff/claims/{ref}").text
    for wrong in ("much", str(back.amount + 1)):
        given = form | {"return-premiums": wrong}
        assert desk.post(f"/staff/claims/{ref}/decide", data=given).status_code == 422
    given = form | {"return-premiums": str(back.amount)}
    assert desk.post(f"/staff/claims/{ref}/decide", data=given).status_code == 303
    assert kinds(office, case) == ["new_business", "termination"]
    office.work()
    enter(office.app, client, case.customer_id)
    assert "退还" in client.get(f"/claims/{ref}").text
    assert client.post(f"/claims/{ref}/account", data=account()).status_code == 303
    [order] = orders(office.session, claim_id)
    assert (order.amount, order.payee_kind, order.state) == (back.amount, "insured", "requested")
    assert order.payee["name"] == HOLDER.name
    assert claim_of(office.session, claim_id).decision == "declined"


def adjudicating_of(office: Office, claim_id: int) -> Any:
    with transaction() as session:
        return adjudicating.adjudicated(session, access.lock_row(session, claim_id), clock.now())


def test_a_later_decision_takes_back_what_was_not_paid(office: Office) -> None:
    """The diagnosis turns out to lie after the waiting period: nothing goes back, the benefit is paid."""
    case, claim_id = illness(office)
    decide(office, claim_id)
    objected(office, claim_id, cause="accident")
    decide(office, claim_id, Decision("declined", {}, "other", "4", REASON))
    office.session.expire_all()
    assert office.session.scalars(select(ClaimReturn.void_at)).one() is not None
    assert kinds(office, case) == ["new_business", "termination", "termination-taken-back"]
    assert policy_of(office, case).state == "in_force"


def test_the_same_refusal_again_changes_nothing(office: Office) -> None:
    case, claim_id = illness(office)
    decide(office, claim_id)
    objected(office, claim_id)
    decide(office, claim_id)
    assert office.session.scalars(select(ClaimReturn.void_at)).all() == [None]
    assert kinds(office, case) == ["new_business", "termination"]


def test_what_was_paid_back_has_to_come_back(office: Office, client: FlaskClient) -> None:
    case, claim_id = illness(office)
    decide(office, claim_id)
    ref = claim_of(office.session, claim_id).ref
    enter(office.app, client, case.customer_id)
    client.post(f"/claims/{ref}/account", data=account())
    [order] = orders(office.session, claim_id)
    approve(order.ref, make_member(office.session, ["finance"]).member)
    assert send(policy_of(office, case).insurer_code)
    take_in(answer("R1", ("K1", order.ref, str(order.amount), "PAID", "")))
    objected(office, claim_id, cause="accident")
    decide(office, claim_id)
    owed = office.session.scalars(select(ClaimRecovery)).one()
    assert (owed.expected, owed.from_whom) == (order.amount, HOLDER.name)
    assert office.session.scalars(select(PayoutDue.void_at)).all() == [None]


def objected(office: Office, claim_id: int, **facts: str) -> None:
    """The customer objects; the facts turn out otherwise."""
    with transaction() as session:
        claim = access.lock_row(session, claim_id)
        answering.object_to(session, claim, "It was otherwise", clock.now())
        claim.stage = "assessment"
        known = {**claim.circumstances["facts"], **facts}
        claim.circumstances = {**claim.circumstances, "facts": known}


@pytest.mark.rule("C-06")
def test_the_cash_value_is_that_of_the_last_completed_year(office: Office) -> None:
    """Suicide in the second year: the clause gives back what the policy lists for the first year."""
    case = covered(office, "term-life")
    claim_id = to_decide(case, "death", "suicide", occurred_on=case.day(380).isoformat())
    with transaction() as session:
        claim = access.lock_row(session, claim_id)
        claim.incident_at += timedelta(days=378)
        listed = cash_value.of(session, claim)
        [back] = adjudicating.adjudicated(session, claim, clock.now()).returns
    assert (back.code, back.amount, back.clause) == ("cash-value", listed, "4.3")
    assert listed is not None


@pytest.mark.parametrize(
    ("day", "years"), [("2027-02-28", 0), ("2027-03-01", 1), ("2028-03-05", 2), ("2025-01-01", 0)]
)
def test_policy_years(day: str, years: int) -> None:
    start = clock.local_midnight(clock.date.fromisoformat("2026-03-01"))
    moment = clock.local_midnight(clock.date.fromisoformat(day))
    assert cash_value.completed_years(start, moment) == years


def test_an_amount_that_nobody_can_compute_is_asked_for(office: Office) -> None:
    from storefront.claims.rules import Adjudication, Return
    from storefront.claims.service import consequences

    back = Return(code="cash-value", label={"zh": "x", "en": "x"}, amount=None, clause="4.3")
    found = Adjudication(heads=(), returns=(back,))
    with pytest.raises(Refused):
        consequences.to_return(found, "declined", None)
    given = {"cash-value": Decimal(5)}
    assert consequences.to_return(found, "declined", given) == given
    assert consequences.to_return(found, "approved", None) == {}
