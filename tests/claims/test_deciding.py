"""From the documents to the decision: once and completely asked for, decided by rules or by a person."""

from datetime import timedelta
from decimal import Decimal

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from storefront import clock
from storefront.claims.models import Claim, ClaimClock, ClaimDecision, ClaimEvent, ClaimRequirement
from storefront.claims.service import access, adjudicating, deciding, handing_in, letters
from storefront.claims.service.deciding import Decision
from storefront.db import transaction
from storefront.errors import Conflict, Forbidden, Refused
from storefront.worklist.models import WorkItem
from tests.accounts.actors import enter
from tests.claims.support import (
    attach,
    claim_of,
    covered,
    give_and_hand_in,
    invoices,
    medical_claim,
    reported,
)
from tests.policies.support import Office
from tests.staff.people import make_member

REFUSAL = {"zh": "理由", "en": "Reason"}


def member(office: Office) -> int:
    """A member of staff who assesses claims."""
    return make_member(office.session, ["assessor"]).id


def clock_of(office: Office, kind: str) -> ClaimClock:
    found = select(ClaimClock).where(ClaimClock.kind == kind).order_by(ClaimClock.round.desc())
    return office.session.scalars(found).first()


def test_a_simple_clear_claim_is_decided_at_once(office: Office, client: FlaskClient) -> None:
    case = covered(office)
    claim = claim_of(office.session, medical_claim(case, client, "800.50", "199.50"))
    assert (claim.stage, claim.decision, claim.automatic) == ("decided", "approved", True)
    assert claim.payable == Decimal("1000.00")
    assert claim.heads[0].reserve == Decimal("1000.00")
    decision = office.session.scalars(select(ClaimDecision)).one()
    assert decision.decided_by is None
    assert decision.letter_sha256
    for kind in ("missing", "decision", "advance", "told"):
        assert clock_of(office, kind).met_at is not None
    assert office.session.scalars(select(WorkItem)).all() == []
    page = client.get(f"/claims/{claim.ref}")
    assert "¥1,000.00" in page.text
    assert client.get(f"/claims/{claim.ref}/letters/1.pdf").data.startswith(b"%PDF-")


def test_above_the_limit_a_person_decides(office: Office, client: FlaskClient) -> None:
    claim = claim_of(office.session, medical_claim(covered(office), client, "6000"))
    assert (claim.stage, claim.decision, claim.automatic) == ("assessment", "pending", False)
    item = office.session.scalars(select(WorkItem)).one()
    assert (item.kind, item.subject, item.permission) == (
        "claims.assess",
        claim.ref,
        "claims.assess",
    )
    assert item.due_at == clock_of(office, "decision").due_at
    assert claim.heads[0].figures["payable"] == "6000.00"


def test_a_flag_keeps_the_rules_from_deciding(office: Office, client: FlaskClient) -> None:
    case = covered(office)
    medical_claim(case, client, "100")
    again = claim_of(office.session, medical_claim(case, client, "100"))
    assert [flag["code"] for flag in again.flags] == ["same-incident"]
    assert (again.stage, again.decision) == ("assessment", "pending")


@pytest.mark.parametrize("what", ["invoice", "file"])
def test_the_same_invoice_or_file_in_another_claim_is_flagged(
    office: Office, client: FlaskClient, what: str
) -> None:
    case = covered(office)
    first = claim_of(office.session, medical_claim(case, client, "100"))
    other = reported(case, "accident-medical", incident_on=case.day(3).isoformat())
    attach(other, "identity", "medical-records")
    attach(other, "invoices", content=f"{first.ref}/invoices" if what == "file" else "other")
    number = f"N{first.id}-" if what == "invoice" else "other"
    give_and_hand_in(case, client, other, invoices("100", numbers=number))
    flags = claim_of(office.session, other).flags
    assert flags == [{"code": f"same-{what}", "claim": first.ref}]


@pytest.mark.rule("C-01")
def test_what_is_missing_is_asked_for_once_and_completely(
    office: Office, client: FlaskClient
) -> None:
    case = covered(office)
    claim_id = reported(case, "accident-medical")
    attach(claim_id, "identity")
    give_and_hand_in(case, client, claim_id, invoices("100"))
    claim = claim_of(office.session, claim_id)
    assert claim.stage == "documents"
    client.post(f"/claims/{claim.ref}/hand-in")
    office.work()
    asked = [
        mail
        for mail in office.mails()
        if "/hand-in" not in str(mail) and "补充" in str(mail["subject"])
    ]
    assert len(asked) == 1
    for name in ("病历", "发票"):
        assert name in str(asked[0]["text"])
    assert "身份证明" not in str(asked[0]["text"])
    attach(claim_id, "medical-records", "invoices")
    client.post(f"/claims/{claim.ref}/hand-in")
    office.work()
    assert claim_of(office.session, claim_id).stage == "decided"


@pytest.mark.rule("C-02")
def test_a_decision_is_due_five_working_days_after_everything_is_there(
    office: Office, client: FlaskClient
) -> None:
    medical_claim(covered(office), client, "6000")
    running = clock_of(office, "decision")
    began = clock.local_date(running.started_at)
    last = clock.local_date(running.due_at - timedelta(seconds=1))
    assert last == clock.add_working_days(began, 5)
    assert running.rule == "C-02"


def test_documents_that_cannot_be_used_go_back_with_the_reason(
    office: Office, client: FlaskClient
) -> None:
    claim_id, who = medical_claim(covered(office), client, "6000"), member(office)
    with transaction() as session:
        claim = access.lock_row(session, claim_id)
        reason = {"invoices": {"zh": "照片模糊", "en": "The picture is blurred"}}
        handing_in.accept_document(session, claim, "identity", who, clock.now())
        handing_in.refuse_documents(session, claim, reason, who, clock.now())
    claim = claim_of(office.session, claim_id)
    assert claim.stage == "documents"
    assert "照片模糊" in client.get(f"/claims/{claim.ref}").text
    office.work()
    assert any("照片模糊" in str(mail["text"]) for mail in office.mails())
    states = {row.document: row.state for row in office.session.scalars(select(ClaimRequirement))}
    assert states["identity"] == "accepted"
    assert states["invoices"] == "refused"


def decided(claim_id: int, decision: Decision, who: int | None) -> int:
    with transaction() as session:
        claim = session.get_one(Claim, claim_id)
        return deciding.decide(session, claim, decision, who, clock.now()).id


@pytest.mark.rule("C-03")
def test_a_refusal_names_reason_and_clause_in_its_letter(
    office: Office, client: FlaskClient
) -> None:
    claim_id, who = medical_claim(covered(office), client, "6000"), member(office)
    decision = Decision("declined", reason_code="illness", clause="6.4", wording=REFUSAL)
    decided(claim_id, decision, who)
    office.work()
    refusal = clock_of(office, "refusal")
    assert refusal.met_at is not None
    assert refusal.met_at <= refusal.due_at
    mail = next(mail for mail in office.mails() if mail["attachments"])
    assert REFUSAL["zh"] in str(mail["text"])
    assert office.attachment(mail).startswith(b"%PDF-")
    claim = claim_of(office.session, claim_id)
    assert (claim.stage, claim.decision, claim.payable) == ("decided", "declined", 0)
    decision_row = office.session.scalars(select(ClaimDecision)).one()
    lines = letters.parts(office.session, claim, decision_row)[0].lines
    assert [line.amount for line in lines[-2:]] == [Decimal(-6000), Decimal(0)]


@pytest.mark.rule("C-03")
@pytest.mark.parametrize(
    "decision",
    [
        Decision("declined"),
        Decision("declined", reason_code="illness", wording={"zh": "理由"}),
        Decision("approved"),
        Decision("declined", {1: Decimal(1)}, "illness", "6.4", REFUSAL),
        Decision("approved", {7: Decimal(1)}),
        Decision("approved", {1: Decimal(1)}),  # of 6,000 that were computed
        Decision("approved", {1: Decimal(1)}, wording=REFUSAL),
        Decision("partly_approved", {1: Decimal(1)}),
        Decision("declined", {}, "illness", None, REFUSAL),  # without its clause
        Decision("declined", {}, "illness", "99", REFUSAL),
        Decision("declined", {}, "illness", "6.99", REFUSAL),
        Decision("declined", {}, "no-such-reason", "6.4", REFUSAL),
        Decision("partly_approved", {1: Decimal(1)}, "other", "99", REFUSAL),
    ],
)
def test_what_does_not_fit_together_is_refused(
    office: Office, client: FlaskClient, decision: Decision
) -> None:
    claim_id, who = medical_claim(covered(office), client, "6000"), member(office)
    with pytest.raises(Refused):
        decided(claim_id, decision, who)


def test_nobody_decides_more_than_the_contract_leaves(office: Office, client: FlaskClient) -> None:
    claim_id, who = medical_claim(covered(office), client, "6000"), member(office)
    with pytest.raises(deciding.NotPayable):
        decided(claim_id, Decision("approved", {1: Decimal("6000.01")}), who)
    decided(claim_id, Decision("approved", {1: Decimal("6000")}), who)
    with pytest.raises(Conflict):
        decided(claim_id, Decision("approved", {1: Decimal("6000")}), who)


def test_claims_of_one_person_use_one_limit_up(office: Office, client: FlaskClient) -> None:
    case, who = covered(office), member(office)
    first = medical_claim(case, client, "9000")
    second = medical_claim(case, client, "9000", incident_on=case.day(3).isoformat())
    decided(first, Decision("approved", {1: Decimal("9000")}), who)
    with transaction() as session:
        left = adjudicating.adjudicated(session, session.get_one(Claim, second), clock.now())
    assert left.payable == Decimal("3000")
    with pytest.raises(deciding.NotPayable):
        decided(second, Decision("approved", {1: Decimal("9000")}), who)
    decided(second, Decision("approved", {1: Decimal("3000")}), who)


def test_a_person_decides_a_death_and_the_letter_is_in_the_claims_language(
    office: Office, client: FlaskClient
) -> None:
    case = covered(office, "term-life")
    claim_id = reported(case, "death")
    attach(claim_id, "identity", "death-certificate", "deregistration", "medical-records")
    day = case.day().isoformat()
    give_and_hand_in(case, client, claim_id, {"occurred_on": day, "cause": "accident"})
    claim = claim_of(office.session, claim_id)
    assert (claim.stage, claim.automatic) == ("assessment", False)
    decided(
        claim_id,
        Decision("approved", {1: Decimal(claim.heads[0].figures["payable"])}),
        member(office),
    )
    office.work()
    assert claim_of(office.session, claim_id).payable > 0


def test_the_timeline_tells_what_happened(office: Office, client: FlaskClient) -> None:
    medical_claim(covered(office), client, "100")
    kinds = [row.kind for row in office.session.scalars(select(ClaimEvent).order_by(ClaimEvent.id))]
    assert kinds == ["reported", "documents-listed", "amounts", "handed-in", "decided", "told"]


def test_the_member_who_decided_does_not_look_at_the_objection(
    office: Office, client: FlaskClient
) -> None:
    case = covered(office)
    claim_id, first, second = (
        medical_claim(case, client, "6000"),
        member(office),
        member(office),
    )
    decided(claim_id, Decision("declined", {}, "illness", "6.4", REFUSAL), first)
    office.work()
    ref = claim_of(office.session, claim_id).ref
    enter(office.app, client, case.customer_id)
    assert client.post(f"/claims/{ref}/objection", data={"reasons": "我不同意"}).status_code == 303
    item = office.session.scalars(select(WorkItem).where(WorkItem.closed_at.is_(None))).one()
    assert (item.kind, item.barred_id) == ("claims.objection", first)
    for who in (first, None):
        with pytest.raises(Forbidden):
            decided(claim_id, Decision("approved", {1: Decimal(6000)}), who)
    decided(claim_id, Decision("approved", {1: Decimal(6000)}), second)
    assert claim_of(office.session, claim_id).decision == "approved"
