"""What a customer answers: agreeing with an account, objecting, withdrawing; what is paid ahead; the end."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront import clock
from storefront.claims.models import (
    BankAccount,
    Claim,
    ClaimAdvance,
    ClaimClock,
    ClaimDecision,
    Objection,
)
from storefront.claims.service import access, answering, deciding, paying, watching
from storefront.claims.service.deciding import Decision
from storefront.claims.service.paying import Payable
from storefront.db import transaction
from storefront.errors import Conflict
from storefront.evidence import service as evidence
from storefront.worklist.models import WorkItem
from tests.claims.support import claim_of, covered, medical_claim
from tests.policies.support import Office
from tests.staff.people import make_member

CARD = "6222020000000000000"  # the check digit is put in below
REFUSAL = {"zh": "理由", "en": "Reason"}


def luhn_card() -> str:
    from storefront.claims.bank import luhn

    return next(f"{CARD[:-1]}{digit}" for digit in range(10) if luhn(f"{CARD[:-1]}{digit}"))


def account(**changes: str) -> dict[str, str]:
    return {
        "payee": "示例甲", "bank": "示例银行样例支行", "number": luhn_card(), "consent": "y", **changes
    }  # fmt: skip


@pytest.fixture
def ordered(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, Decimal]]:
    """What a connected handler was told, as whoever orders payments would be."""
    told: list[tuple[str, Decimal]] = []

    def handler(session: Session, claim: Claim, payable: Payable, now: datetime) -> None:
        assert session.get_one(BankAccount, payable.account_id).claim_id == claim.id
        told.append((payable.key.partition(":")[0], payable.amount))

    monkeypatch.setattr(paying, "_handlers", [handler])
    return told


def ref_of(office: Office, claim_id: int) -> str:
    return claim_of(office.session, claim_id).ref


def decide(office: Office, claim_id: int, decision: Decision, who: int | None = None) -> None:
    who = who or make_member(office.session, ["assessor"]).id
    with transaction() as session:
        deciding.decide(session, session.get_one(Claim, claim_id), decision, who, clock.now())
    office.work()


def clock_of(office: Office, kind: str) -> ClaimClock:
    found = select(ClaimClock).where(ClaimClock.kind == kind).order_by(ClaimClock.round.desc())
    return office.session.scalars(found).first()


@pytest.mark.rule("C-03")
@pytest.mark.rule("S-08")
def test_the_customer_agrees_with_an_account_and_the_time_to_pay_begins(
    office: Office, client: FlaskClient, ordered: list[tuple[str, Decimal]]
) -> None:
    claim_id = medical_claim(covered(office), client, "1000")
    ref = ref_of(office, claim_id)
    assert client.get(f"/claims/{ref}/account").status_code == 200
    for _ in range(2):  # pressed twice
        assert client.post(f"/claims/{ref}/account", data=account()).status_code == 303
    claim = claim_of(office.session, claim_id)
    assert claim.stage == "paying"
    assert ordered == [("decision", Decimal("1000.00"))]
    kept = office.session.scalars(select(BankAccount)).one()
    assert kept.masked == f"**** {luhn_card()[-4:]}"
    assert luhn_card() not in client.get(f"/claims/{ref}").text
    assert evidence.latest_details(office.session, ref, "confirmed:bank-account") is not None
    assert evidence.latest_details(office.session, ref, "decision-accepted") is not None
    paid = clock_of(office, "paid")
    assert (paid.rule, paid.met_at) == ("C-03", None)
    last = clock.local_date(paid.due_at - timedelta(seconds=1))
    assert last == clock.local_date(paid.started_at) + timedelta(days=10)
    with transaction() as session:
        paying.settled(session, access.lock_row(session, claim_id), clock.now())
    claim = claim_of(office.session, claim_id)
    assert (claim.stage, claim.heads[0].reserve) == ("closed", 0)
    assert clock_of(office, "paid").met_at is not None


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"number": "6222020000000000"}, "number"),
        ({"number": "12ab"}, "number"),
        ({"number": "1234"}, "number"),
        ({"payee": ""}, "payee"),
        ({"consent": ""}, "consent"),
    ],
)
def test_a_wrong_account_is_said_at_the_field(
    office: Office, client: FlaskClient, changes: dict[str, str], field: str
) -> None:
    ref = ref_of(office, medical_claim(covered(office), client, "1000"))
    page = client.post(f"/claims/{ref}/account", data=account(**changes))
    assert page.status_code == 422
    assert f"{field}-error" in page.text


@pytest.mark.rule("C-04")
def test_an_objection_pays_the_undisputed_part_ahead_once_an_account_is_named(
    office: Office, client: FlaskClient, ordered: list[tuple[str, Decimal]]
) -> None:
    case = covered(office)
    claim_id = medical_claim(case, client, "1000")
    ref = ref_of(office, claim_id)
    for _ in range(2):
        answer = client.post(f"/claims/{ref}/objection", data={"reasons": "还有一张发票"})
        assert answer.status_code == 303
    claim = claim_of(office.session, claim_id)
    assert (claim.stage, claim.decision, claim.automatic) == ("assessment", "pending", False)
    objection = office.session.scalars(select(Objection)).one()
    assert objection.reasons == "还有一张发票"
    assert ordered == []
    assert client.get(f"/claims/{ref}/account").status_code == 200
    assert client.post(f"/claims/{ref}/account", data=account()).status_code == 303
    assert ordered == [("advance", Decimal("1000.00"))]
    assert claim.retain_until > claim.policy.retain_until
    decide(office, claim_id, Decision("approved", {1: Decimal("1000")}))
    client.post(f"/claims/{ref}/account", data=account())
    assert ordered == [("advance", Decimal("1000.00"))]  # nothing is left to be paid
    assert claim_of(office.session, claim_id).stage == "closed"


def test_after_a_second_look_there_is_the_complaint(office: Office, client: FlaskClient) -> None:
    client.set_cookie("language", "en")
    claim_id = medical_claim(covered(office), client, "6000")
    refusal = Decision("declined", {}, "illness", "6.4", REFUSAL)
    decide(office, claim_id, refusal)
    ref = ref_of(office, claim_id)
    assert "Reason" in client.get(f"/claims/{ref}").text
    assert client.post(f"/claims/{ref}/objection", data={"reasons": ""}).status_code == 422
    assert client.post(f"/claims/{ref}/objection", data={"reasons": "No"}).status_code == 303
    decide(office, claim_id, refusal)
    page = client.get(f"/claims/{ref}")
    assert "/complaints" in page.text
    assert f"/claims/{ref}/objection" not in page.text
    assert client.post(f"/claims/{ref}/objection", data={"reasons": "No"}).status_code == 409
    objection = office.session.scalars(select(Objection)).one()
    assert (objection.state, objection.outcome) == ("decided", "kept")


@pytest.mark.rule("C-04")
def test_after_sixty_days_the_undisputed_part_is_paid_ahead(
    office: Office, client: FlaskClient
) -> None:
    claim_id = medical_claim(covered(office), client, "6000")
    early, late = clock.now() + timedelta(days=59), clock.now() + timedelta(days=61)
    _watch(early)
    assert office.session.scalars(select(ClaimAdvance)).all() == []
    kinds = {item.kind for item in office.session.scalars(select(WorkItem))}
    assert kinds == {"claims.assess", "claims.documents", "claims.advance"}
    _watch(late)
    _watch(late)
    advance = office.session.scalars(select(ClaimAdvance)).one()
    assert (advance.amount, advance.claim_id) == (Decimal("6000.00"), claim_id)
    assert clock_of(office, "advance").met_at is not None


def _watch(now: datetime) -> None:
    with transaction() as session:
        near = watching.near(session, now)
    for clock_id in near:
        with transaction() as session:
            watching.open_work(session, clock_id, now)


@pytest.mark.rule("C-07")
def test_motor_claims_have_days_of_their_own(office: Office) -> None:
    from tests.claims.support import reported

    case = covered(office, "motor-compulsory")
    claim = claim_of(
        office.session, reported(case, "third-party-property", person="", person_name="示例丁")
    )
    guidance = clock_of(office, "guidance")
    assert guidance.rule == "C-07"
    last = clock.local_date(guidance.due_at - timedelta(seconds=1))
    assert last == clock.local_date(guidance.started_at) + timedelta(days=1)
    assert claim.hurt == {"index": None, "name": "示例丁"}


def test_a_claim_is_withdrawn_until_it_is_decided(office: Office, client: FlaskClient) -> None:
    case = covered(office)
    claim_id = medical_claim(case, client, "6000")
    ref = ref_of(office, claim_id)
    assert client.post(f"/claims/{ref}/withdraw").status_code == 303
    claim = claim_of(office.session, claim_id)
    assert (claim.stage, claim.decision) == ("closed", "withdrawn")
    assert office.session.scalars(select(WorkItem).where(WorkItem.closed_at.is_(None))).all() == []
    assert client.post(f"/claims/{ref}/withdraw").status_code == 409
    with transaction() as session:
        who = make_member(office.session, ["assessor"]).id
        answering.reopen(session, access.lock_row(session, claim_id), "mistake", who, clock.now())
    claim = claim_of(office.session, claim_id)
    assert (claim.stage, claim.decision, claim.reopened) == ("assessment", "pending", True)


def test_a_refusal_nobody_answers_is_closed_in_time(office: Office, client: FlaskClient) -> None:
    claim_id = medical_claim(covered(office), client, "6000")
    decide(office, claim_id, Decision("declined", {}, "illness", "6.4", REFUSAL))
    for days, stage in ((29, "decided"), (31, "closed")):
        with transaction() as session:
            answering.close_unanswered(session, clock.now() + timedelta(days=days))
        assert claim_of(office.session, claim_id).stage == stage
    ref = ref_of(office, claim_id)
    assert client.post(f"/claims/{ref}/objection", data={"reasons": "No"}).status_code == 303
    assert claim_of(office.session, claim_id).reopened


def test_nothing_is_agreed_to_that_pays_nothing(office: Office, client: FlaskClient) -> None:
    claim_id = medical_claim(covered(office), client, "6000")
    with pytest.raises(Conflict), transaction() as session:
        claim = access.lock_row(session, claim_id)
        given = answering.Account("x", "y", luhn_card(), "consent")
        answering.accept(session, claim, given, "", clock.now())
    assert office.session.scalars(select(ClaimDecision)).all() == []


def test_strangers_can_do_nothing_with_a_claim(office: Office, client: FlaskClient) -> None:
    ref = ref_of(office, medical_claim(covered(office), client, "100"))
    stranger = office.app.test_client()
    for path in ("", "/amounts", "/account", "/objection", "/letters/1.pdf"):
        assert stranger.get(f"/claims/{ref}{path}").status_code == 302
    for path in ("/amounts", "/hand-in", "/account", "/objection", "/withdraw"):
        assert stranger.post(f"/claims/{ref}{path}").status_code == 404
