"""What claims of one policy use up together: earlier ones, paid ahead ones, and many at the same time."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import NullPool, create_engine, func, select
from sqlalchemy.orm import Session

from storefront import clock
from storefront.audit.models import AuditEntry
from storefront.claims.models import Claim, ClaimHead
from storefront.claims.rules import adjudicate
from storefront.claims.service import access, adjudicating, deciding, finding_out, paying
from storefront.claims.service.finding_out import Found
from storefront.db import transaction
from storefront.errors import Conflict, Refused
from storefront.policies import service as policies
from storefront.policies.models import PolicyTransaction
from tests.claims.support import Case, claim_of, covered, reported
from tests.claims.worked import all_cases
from tests.policies.support import Office
from tests.staff.people import make_member

LIMIT = Decimal(12_000)  # medical, by the example answers of the travel product


def to_assess(case: Case, amount: int, **facts: Any) -> int:
    """A medical claim whose documents are there, about to be looked at."""
    claim_id = reported(case, "accident-medical")
    with transaction() as session:
        claim = session.get_one(Claim, claim_id)
        claim.stage = "assessment"
        claim.circumstances = {**claim.circumstances, "facts": {"cause": "accident"}}
        head = claim.heads[0]
        head.claimed = Decimal(amount)
        head.facts = {
            "occurred_on": clock.local_date(clock.now()).isoformat(),
            "settled_by_social": True,
            **facts,
        }
    return claim_id


def decide(claim_id: int) -> Decimal:
    """Decides as the rules suggest, under the locks; gives what is paid."""
    with transaction() as session:
        return decide_in(session, claim_id)


def decide_in(session: Session, claim_id: int) -> Decimal:
    claim = access.lock_row(session, claim_id)
    found = adjudicating.adjudicated(session, claim, clock.now())
    deciding.decide(session, claim, deciding.suggested(found), None, clock.now())
    return found.payable


def paid_in_all(session: Session) -> Decimal:
    session.rollback()
    total = session.scalars(select(func.sum(ClaimHead.payable))).one()
    return Decimal(total or 0)


def all_at_once(office: Office, work: Callable[[Session, int], object], claims: list[int]) -> None:
    """Does the work of every claim in a thread of its own, each with a connection of its own."""
    office.session.rollback()
    engine = create_engine(office.session.get_bind().engine.url, poolclass=NullPool)
    ready = threading.Barrier(len(claims))

    def one(claim_id: int) -> None:
        with office.app.app_context(), Session(engine) as session, session.begin():
            session.connection()
            ready.wait(timeout=60)
            work(session, claim_id)

    with ThreadPoolExecutor(len(claims)) as pool:
        list(pool.map(one, claims))


def test_fifty_assessments_at_once_never_exceed_the_limit(office: Office) -> None:
    case = covered(office)
    claims = [to_assess(case, 700) for _ in range(50)]

    all_at_once(office, decide_in, claims)

    assert paid_in_all(office.session) == LIMIT
    amounts = sorted(office.session.scalars(select(ClaimHead.payable)))
    assert amounts == [0] * 32 + [100] + [700] * 17
    outcomes = set(office.session.scalars(select(Claim.decision).where(Claim.payable == 0)))
    assert outcomes == {"declined"}


def test_without_the_lock_the_same_would_exceed_it(office: Office) -> None:
    """The control: the same computation at the same time, by claims that are not locked."""
    case = covered(office)
    claims = [to_assess(case, 9_000) for _ in range(4)]
    together = threading.Barrier(len(claims))

    def unlocked(session: Session, claim_id: int) -> None:
        claim = session.get_one(Claim, claim_id)
        found = adjudicating.adjudicated(session, claim, clock.now())
        together.wait(timeout=30)
        claim.heads[0].payable = found.payable

    all_at_once(office, unlocked, claims)

    assert paid_in_all(office.session) == 36_000 > LIMIT


def test_a_later_claim_has_what_the_earlier_left(office: Office) -> None:
    case = covered(office)
    first, second = to_assess(case, 10_000), to_assess(case, 10_000)

    assert decide(first) == 10_000
    assert decide(second) == 2_000
    head = claim_of(office.session, second).heads[0]
    assert (head.figures["used"], head.figures["limit_left"]) == ("10000.00", "2000.00")


def test_what_was_paid_ahead_counts_before_it_is_decided(office: Office) -> None:
    case = covered(office)
    first, second = to_assess(case, 10_000), to_assess(case, 10_000)
    with transaction() as session:
        ahead = paying.advance(session, access.lock_row(session, first), clock.now())
        assert ahead is not None
        assert ahead.amount == 10_000

    assert decide(second) == 2_000
    assert decide(first) == 10_000


def test_a_refused_claim_uses_nothing_up(office: Office) -> None:
    case = covered(office)
    first, second = to_assess(case, 10_000), to_assess(case, 10_000)
    member = make_member(office.session, ["assessor"]).id
    refusal = deciding.Decision(
        "declined", {}, "crime-or-fight", "6.2", {"zh": "\u7406\u7531", "en": "Reason"}
    )
    with transaction() as session:
        claim = access.lock_row(session, first)
        deciding.decide(session, claim, refusal, member, clock.now())

    assert decide(second) == 10_000


def test_a_bill_within_the_deductible_uses_it_up(office: Office) -> None:
    """300 of a deductible of 500, of the same accident: the second bill bears the other 200."""
    case = covered(office, changes={"medical_deductible": "500"})
    first, second = to_assess(case, 300), to_assess(case, 1_000)

    assert decide(first) == 0
    assert claim_of(office.session, first).decision == "declined"
    assert decide(second) == 800


@pytest.mark.rule("C-08")
def test_an_incident_before_an_endorsement_is_judged_by_the_contract_of_then(
    office: Office,
) -> None:
    case = covered(office)
    before, after = to_assess(case, 15_000), to_assess(case, 15_000)
    with transaction() as session:
        first = policies.first_transaction(session, policies.lock(session, case.policy_id))
        covers = [
            {**cover, "limit": "20000"} if cover["code"] == "medical" else cover
            for cover in first.content["covers"]
        ]
        claim = session.get_one(Claim, after)
        session.add(
            PolicyTransaction(
                policy_id=case.policy_id,
                position=2,
                kind="endorsement",
                effective_at=claim.incident_at + timedelta(hours=1),
                recorded_at=claim.incident_at + timedelta(hours=1),
                premium_change=Decimal(0),
                content={**first.content, "covers": covers},
            )
        )
        claim.incident_at += timedelta(hours=2)
        claim.known_at = claim.incident_at

    assert decide(before) == 12_000
    assert decide(after) == 8_000  # 20,000 less the 12,000


def test_what_an_adjuster_finds_out_changes_the_figures(office: Office) -> None:
    claim_id = to_assess(covered(office), 5_000)
    member = make_member(office.session, ["assessor"]).id
    with transaction() as session:
        claim = access.lock_row(session, claim_id)
        refused = [{"reason": "other-hospital", "amount": "1200"}]
        found = Found({"event": "fall"}, {1: {"refused": refused, "paid_by_others": "300"}})
        result = finding_out.find_out(session, claim, found, member, clock.now())

    assert result.payable == 3_500
    assert result.outcome == "partly_approved"
    claim = claim_of(office.session, claim_id)
    assert claim.heads[0].figures["payable"] == "3500.00"
    assert claim.heads[0].paid_elsewhere == 300
    entry = office.session.scalars(
        select(AuditEntry).where(AuditEntry.action == "claims.find-out")
    ).one()
    assert entry.after == {"facts": ["event", "1.paid_by_others", "1.refused"]}


@pytest.mark.parametrize(
    "found",
    [
        Found(heads={9: {"days": 3}}),
        Found(heads={1: {"days": -3}}),
        Found(heads={1: {"weather": "rain"}}),
        Found(heads={1: {"refused": [{"reason": "no-such", "amount": "1"}]}}),
        Found({"exclusions": ["no-such"]}),
        Found({"cause": "fate"}),
    ],
)
def test_facts_that_make_no_sense_are_refused(office: Office, found: Found) -> None:
    claim_id = to_assess(covered(office), 5_000)
    member = make_member(office.session, ["assessor"]).id

    with pytest.raises(Refused), transaction() as session:
        claim = access.lock_row(session, claim_id)
        finding_out.find_out(session, claim, found, member, clock.now())

    assert "weather" not in claim_of(office.session, claim_id).heads[0].facts


def test_a_further_head_is_computed_by_the_claim_type_that_knows_its_cover(office: Office) -> None:
    case = covered(office, changes={"hospital_cash": "100"})
    claim_id = to_assess(case, 5_000)
    member = make_member(office.session, ["assessor"]).id
    with transaction() as session:
        claim = access.lock_row(session, claim_id)
        head = finding_out.add_head(session, claim, "hospital-cash", member, clock.now())
        found = Found(heads={head.position: {"days": 6}})
        result = finding_out.find_out(session, claim, found, member, clock.now())

    assert [head.payable for head in result.heads] == [5_000, 600]
    assert result.heads[1].claim_type == "hospital-stay"


def test_a_decided_claim_is_not_changed(office: Office) -> None:
    claim_id = to_assess(covered(office), 5_000)
    decide(claim_id)
    member = make_member(office.session, ["assessor"]).id

    with pytest.raises(Conflict), transaction() as session:
        claim = access.lock_row(session, claim_id)
        finding_out.add_head(session, claim, "death", member, clock.now())


@pytest.mark.rule("C-04")
@pytest.mark.parametrize(
    ("product", "name", "sure"),
    [
        ("medical-year", "nobody has looked whether it was settled: 60% until then", 30_000),
        ("motor-compulsory", "fault not found yet: the lower limits meanwhile", 1_800),
        ("cyber-business", "extortion, consent not looked at", 0),
        ("cyber-sme", "no offline backup, which was promised", 0),
        ("travel-accident", "medical bill less social insurance and deductible", 4_900),
    ],
)
def test_what_is_payable_however_questions_are_answered(product: str, name: str, sure: int) -> None:
    worked = next(w for w in all_cases() if (w.product, w.name) == (product, name))

    assert adjudicating.undisputed(adjudicate(worked.build())) == sure
