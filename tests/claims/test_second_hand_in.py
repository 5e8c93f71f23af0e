"""A document that could not be used: a new file takes its place, and the claim goes on by a person."""

import re
from datetime import datetime
from decimal import Decimal

from flask.testing import FlaskClient
from sqlalchemy import select

from storefront import clock
from storefront.attachments.models import Attachment
from storefront.claims.models import ClaimClock, ClaimRequirement
from storefront.claims.service import access, answering, deciding, finding_out, handing_in
from storefront.claims.service.deciding import Decision
from storefront.claims.service.finding_out import Found
from storefront.db import transaction
from storefront.worklist.models import WorkItem
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

BLURRED = {"zh": "照片模糊", "en": "The picture is blurred"}
REFUSAL = {"zh": "理由", "en": "Reason"}


def member(office: Office) -> int:
    return make_member(office.session, ["assessor"]).id


def refuse(claim_id: int, who: int, *documents: str, now: datetime | None = None) -> None:
    with transaction() as session:
        claim = access.lock_row(session, claim_id)
        reasons = dict.fromkeys(documents, BLURRED)
        handing_in.refuse_documents(session, claim, reasons, who, now or clock.now())


def accept(claim_id: int, who: int, *documents: str) -> None:
    with transaction() as session:
        claim = access.lock_row(session, claim_id)
        for document in documents:
            handing_in.accept_document(session, claim, document, who, clock.now())


def states(office: Office) -> dict[str, str]:
    office.session.rollback()
    office.session.expire_all()
    rows = office.session.scalars(select(ClaimRequirement))
    return {row.document: row.state for row in rows}


def test_a_new_file_counts_and_the_claim_goes_on(office: Office, client: FlaskClient) -> None:
    claim_id, who = medical_claim(covered(office), client, "6000"), member(office)
    refuse(claim_id, who, "invoices")
    ref = claim_of(office.session, claim_id).ref
    assert "照片模糊" in client.get(f"/claims/{ref}").text
    client.post(f"/claims/{ref}/hand-in")
    assert states(office)["invoices"] == "refused"  # the same file is no new one

    attach(claim_id, "invoices", content="a better picture")
    assert "照片模糊" not in client.get(f"/claims/{ref}").text
    assert client.post(f"/claims/{ref}/hand-in").status_code == 303
    office.work()

    assert states(office)["invoices"] == "received"
    claim = claim_of(office.session, claim_id)
    assert claim.stage == "assessment"
    accept(claim_id, who, "invoices")
    assert states(office)["invoices"] == "accepted"
    with transaction() as session:
        claim = access.lock_row(session, claim_id)
        deciding.decide(session, claim, Decision("approved", {1: Decimal(6000)}), who, clock.now())
    assert claim_of(office.session, claim_id).payable == Decimal(6000)


def test_only_what_was_not_handed_in_yet_can_be_removed(
    office: Office, client: FlaskClient
) -> None:
    claim_id, who = medical_claim(covered(office), client, "6000"), member(office)
    refuse(claim_id, who, "invoices")
    ref = claim_of(office.session, claim_id).ref
    fragment = f"/attachments/of/claim/{ref}/files/invoices"
    assert "/remove" not in client.get(f"/claims/{ref}").text
    assert "/remove" not in client.get(fragment).text

    attach(claim_id, "invoices", content="a better picture")
    for page in (f"/claims/{ref}", fragment):
        [removable] = re.findall(r'action="(/attachments/\w+/remove)"', client.get(page).text)
    assert client.post(removable).status_code == 303


def test_what_is_still_refused_is_asked_for_again(office: Office, client: FlaskClient) -> None:
    claim_id, who = medical_claim(covered(office), client, "6000"), member(office)
    refuse(claim_id, who, "invoices", "identity")
    ref = claim_of(office.session, claim_id).ref
    attach(claim_id, "invoices", content="a better picture")
    client.post(f"/claims/{ref}/hand-in")
    assert claim_of(office.session, claim_id).stage == "documents"
    assert states(office) | {"invoices": "received", "identity": "refused"} == states(office)


def test_after_a_person_refused_something_a_person_decides(
    office: Office, client: FlaskClient
) -> None:
    case, who = covered(office), member(office)
    claim_id = medical_claim(case, client, "6000")
    refuse(claim_id, who, "invoices")
    attach(claim_id, "invoices", content="a better picture")
    give_and_hand_in(case, client, claim_id, invoices("100", numbers="second"))
    claim = claim_of(office.session, claim_id)
    assert (claim.stage, claim.decision) == ("assessment", "pending")
    kinds = select(WorkItem.kind).where(WorkItem.closed_at.is_(None))
    assert list(office.session.scalars(kinds)) == ["claims.assess"]


def test_during_an_objection_too_and_only_the_second_assessor_is_asked(
    office: Office, client: FlaskClient
) -> None:
    claim_id = medical_claim(covered(office), client, "1000")
    with transaction() as session:
        claim = access.lock_row(session, claim_id)
        answering.object_to(session, claim, "Too little", clock.now())
    who = member(office)
    refuse(claim_id, who, "invoices")
    attach(claim_id, "invoices", content="a better picture")
    ref = claim_of(office.session, claim_id).ref
    assert client.post(f"/claims/{ref}/hand-in").status_code == 303
    office.work()
    claim = claim_of(office.session, claim_id)
    assert (claim.stage, claim.decision) == ("assessment", "pending")
    kinds = select(WorkItem.kind).where(WorkItem.closed_at.is_(None))
    assert list(office.session.scalars(kinds)) == ["claims.objection"]
    assert "every 3s" not in client.get(f"/claims/{ref}").text


def test_what_the_assessor_found_stays_when_amounts_are_given_anew(
    office: Office, client: FlaskClient
) -> None:
    case, who = covered(office), member(office)
    claim_id = medical_claim(case, client, "6000")
    with transaction() as session:
        claim = access.lock_row(session, claim_id)
        found = Found(heads={1: {"paid_by_others": "2000", "settled_by_social": True}})
        finding_out.find_out(session, claim, found, who, clock.now())
    refuse(claim_id, who, "invoices")
    attach(claim_id, "invoices", content="a better picture")
    given = invoices("5000", numbers="second", settled="no")
    give_and_hand_in(case, client, claim_id, given)
    head = claim_of(office.session, claim_id).heads[0]
    assert head.facts["paid_by_others"] == "2000"
    assert head.paid_elsewhere == Decimal(2000)
    assert head.facts["settled_by_social"] is False  # nobody had found out otherwise
    assert head.claimed == Decimal(5000)


def test_the_time_to_ask_is_kept_once_every_document_is_judged(
    office: Office, client: FlaskClient
) -> None:
    claim_id, who = medical_claim(covered(office), client, "6000"), member(office)
    asking = select(ClaimClock).where(ClaimClock.kind == "missing")
    accept(claim_id, who, "identity", "medical-records")
    assert office.session.scalars(asking).one().met_at is None
    accept(claim_id, who, "invoices")
    office.session.rollback()
    office.session.expire_all()
    assert office.session.scalars(asking).one().met_at is not None


def test_a_claim_with_a_document_left_out_is_reported_as_missing(
    office: Office, client: FlaskClient
) -> None:
    case = covered(office)
    claim_id = reported(case, "accident-medical")
    attach(claim_id, "identity", "medical-records")
    give_and_hand_in(case, client, claim_id, invoices("100"))
    assert states(office)["invoices"] == "missing"


def test_what_was_handed_in_stays_and_what_came_later_may_go(
    office: Office, client: FlaskClient
) -> None:
    claim_id, who = medical_claim(covered(office), client, "6000"), member(office)
    refuse(claim_id, who, "invoices")
    attach(claim_id, "invoices", content="a better picture")
    found = select(Attachment).where(Attachment.purpose == "invoices").order_by(Attachment.id)
    old, new = office.session.scalars(found).all()
    assert client.post(f"/attachments/{old.ref}/remove").status_code == 409
    assert client.post(f"/attachments/{new.ref}/remove").status_code == 303
    office.session.rollback()
    office.session.expire_all()
    assert [row.removed_at is None for row in office.session.scalars(found)] == [True, False]
