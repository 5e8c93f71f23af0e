"""From documents to assessment: amounts, files that arrive, handing in, and documents that are judged."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from storefront import jobs
from storefront.attachments import service as attachments
from storefront.attachments.models import Attachment
from storefront.audit import service as audit
from storefront.audit.service import Deed
from storefront.claims import stages
from storefront.claims.models import Claim, ClaimHead, ClaimRequirement
from storefront.claims.service import duplicates, members, requirements, timeline
from storefront.claims.service.heads import paid_elsewhere
from storefront.claims.service.reporting import send_mail
from storefront.crypto import token_hash
from storefront.errors import Conflict, Refused

OWNER = "claim"
ASSESS = "claims.assess"
OPEN = ("reported", "documents")


@dataclass(frozen=True)
class HeadAmounts:
    """What a customer claims under one head: yuan, and the facts that its formula needs."""

    claimed: Decimal = Decimal(0)
    paid_by_social: Decimal = Decimal(0)
    paid_by_others: Decimal = Decimal(0)
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Amounts:
    """What a customer claims: by position of the head, with the cause and the invoices.

    `typed` is the form as it was filled in, for changing it later.
    """

    heads: Mapping[int, HeadAmounts]
    cause: str | None = None
    invoices: Sequence[dict[str, str]] = ()
    typed: Mapping[str, Any] = field(default_factory=dict)


def give_amounts(session: Session, claim: Claim, given: Amounts, now: datetime) -> None:
    """Keeps amounts and facts of the heads. Raises Conflict once assessment began."""
    _must_be_open(claim)
    found = claim.circumstances.get("found", {})
    for head in claim.heads:
        if head.position in given.heads:
            _fill(head, given.heads[head.position], found.get(str(head.position), ()))
    facts = dict(claim.circumstances.get("facts", {}))
    if given.cause and "cause" not in found.get("incident", ()):
        facts["cause"] = given.cause
    claim.circumstances = {**claim.circumstances, "facts": facts, "typed": dict(given.typed)}
    same = duplicates.keep_invoices(session, claim, given.invoices)
    duplicates.renew_flags(claim, "same-invoice", same)
    actor = timeline.customer(claim)
    figures = {str(head.position): [str(head.claimed), head.facts] for head in claim.heads}
    timeline.note(session, claim, "amounts", actor, now)
    timeline.prove(session, claim, "claim-amounts", actor, now, details={"given": figures})


def amounts_given(claim: Claim) -> bool:
    """Whether every head has its amounts."""
    return all(head.facts for head in claim.heads)


def refresh(session: Session, claim: Claim, now: datetime) -> list[ClaimRequirement]:
    """The documents of a claim, brought in line with the files that are there."""
    newest = newest_files(attachments.of(session, OWNER, claim.ref))
    rows = requirements.of(session, claim)
    for row in rows:
        there = requirements.stands_for(row, newest.get(row.document))
        if there and row.state in ("missing", "refused"):
            row.state, row.received_at = "received", now
            row.judged_at = row.reason = None
        elif not there and row.state == "received":
            row.state, row.received_at = "missing", None
    return rows


def newest_files(files: Iterable[Attachment]) -> dict[str, datetime]:
    """When the latest file of each document came."""
    newest: dict[str, datetime] = {}
    for file in files:
        if file.state == "ready":
            known = newest.get(file.purpose, file.created_at)
            newest[file.purpose] = max(known, file.created_at)
    return newest


def hand_in(session: Session, claim: Claim, now: datetime) -> list[ClaimRequirement]:
    """Everything is said to be there: begins the assessment, or gives what is missing.

    What is missing is asked for once and completely, within the time of C-01, because the rules look
    at once. The claim must be locked. Raises Conflict once assessment began, Refused without amounts.
    """
    _must_be_open(claim)
    if not amounts_given(claim):
        raise Refused(_("Please give the amounts first."))
    missing = requirements.missing(refresh(session, claim, now))
    duplicates.renew_flags(claim, "same-file", _same_files(session, claim))
    if missing:
        _ask_for_missing(session, claim, missing, now)
        return missing
    begin_assessment(session, claim, now)
    return []


def begin_assessment(session: Session, claim: Claim, now: datetime) -> None:
    """Everything is there: the clocks of decision and advance start, the rules look first."""
    claim.stage = stages.next_stage(claim.stage, "assessment")
    claim.complete_at = now
    attachments.retain(session, OWNER, claim.ref, claim.retain_until)
    timeline.start_clock(session, claim, "missing", now)
    timeline.start_clock(session, claim, "decision", now)
    timeline.start_clock(session, claim, "advance", now)
    timeline.staff_done(session, claim, "claims.documents", None, now)
    actor = timeline.customer(claim)
    timeline.note(session, claim, "handed-in", actor, now)
    documents = [row.document for row in requirements.of(session, claim)]
    timeline.prove(session, claim, "handed-in", actor, now, details={"documents": documents})
    jobs.defer(session, jobs.queue.tasks[ASSESS], claim_id=claim.id)


def accept_document(
    session: Session, claim: Claim, document: str, member_id: int, now: datetime
) -> None:
    """A member has looked at a document and can use it; after the last one nothing is to be asked for."""
    members.must_not_have_decided(session, claim, member_id)
    row = _judged(session, claim, document)
    row.state, row.judged_at, row.reason = "accepted", now, None
    _note_judgement(session, claim, row, member_id, now)
    if all(other.state != "received" for other in requirements.of(session, claim)):
        timeline.meet(session, claim, "missing", now)
        timeline.staff_done(session, claim, "claims.documents", member_id, now)


def refuse_documents(
    session: Session,
    claim: Claim,
    reasons: Mapping[str, Mapping[str, str]],
    member_id: int,
    now: datetime,
) -> None:
    """Documents that cannot be used, each with a reason in both languages: back to the customer, who
    is told all of it in one mail (C-01). Raises Conflict outside of the assessment.
    """
    if claim.stage != "assessment" or not reasons:
        raise Conflict(_("Documents are judged while the claim is assessed."))
    members.must_not_have_decided(session, claim, member_id)
    for document, reason in reasons.items():
        row = _judged(session, claim, document)
        row.state, row.judged_at, row.reason = "refused", now, dict(reason)
        _note_judgement(session, claim, row, member_id, now)
    claim.stage = stages.next_stage(claim.stage, "documents")
    claim.complete_at = None
    for kind in ("missing", "decision", "advance"):
        timeline.meet(session, claim, kind, now)
    timeline.staff_done(session, claim, "claims.assess", member_id, now)
    timeline.note(session, claim, "documents-refused", f"staff:{member_id}", now)
    _ask_for_missing(session, claim, requirements.missing(requirements.of(session, claim)), now)


def is_complete(session: Session, claim: Claim) -> bool:
    """Whether documents and amounts are there."""
    return amounts_given(claim) and not requirements.missing(requirements.of(session, claim))


def _same_files(session: Session, claim: Claim) -> list[dict[str, Any]]:
    """Other claims that hold exactly the same file."""
    refs = {
        other.owner_ref
        for item in attachments.of(session, OWNER, claim.ref)
        if item.sha256
        for other in attachments.same_file(session, item.sha256)
        if other.owner_kind == OWNER and other.owner_ref != claim.ref
    }
    return [{"code": "same-file", "claim": ref} for ref in sorted(refs)]


def _fill(head: ClaimHead, given: HeadAmounts, found: Iterable[str]) -> None:
    """What an assessor has found out stays, whatever is given anew."""
    head.claimed = given.claimed
    head.facts = {
        **given.facts,
        "paid_by_social": str(given.paid_by_social),
        "paid_by_others": str(given.paid_by_others),
        **{name: head.facts[name] for name in found if name in head.facts},
    }
    head.paid_elsewhere = paid_elsewhere(head.facts)


def _must_be_open(claim: Claim) -> None:
    if claim.stage not in OPEN:
        raise Conflict(_("The assessment of this claim has begun; nothing can be changed now."))


def _ask_for_missing(
    session: Session, claim: Claim, missing: Sequence[ClaimRequirement], now: datetime
) -> None:
    """One mail for one list: the same list is not asked for again."""
    codes = [row.document for row in missing]
    context = {
        "ref": claim.ref,
        "account": claim.customer_id is not None,
        "documents": [
            {"name": row.name[claim.language], "reason": (row.reason or {}).get(claim.language, "")}
            for row in missing
        ],
    }
    refused = sorted(row.judged_at.isoformat() for row in missing if row.judged_at)
    key = token_hash("/".join([*codes, *refused]))[:24]
    send_mail(session, claim, "claim_missing", context, now, key=f"missing:{key}")
    timeline.note(session, claim, "documents-missing", "storefront", now, details={"codes": codes})


def _judged(session: Session, claim: Claim, document: str) -> ClaimRequirement:
    for row in requirements.of(session, claim):
        if row.document == document and row.state != "missing":
            return row
    raise Conflict(_("This document is not there."))


def _note_judgement(
    session: Session, claim: Claim, row: ClaimRequirement, member_id: int, now: datetime
) -> None:
    after = {"document": row.document, "state": row.state, "reason": row.reason}
    audit.record(session, member_id, Deed("claims.document", "claim", claim.ref, after=after), now)
