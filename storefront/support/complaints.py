"""Use cases of complaints: their clocks, extensions, decision and review (Q-01)."""

from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from storefront import clock, mail
from storefront.access import Member
from storefront.audit import service as audit
from storefront.errors import Forbidden, Refused
from storefront.support import rules
from storefront.support.models import Complaint, Ticket, TicketMessage
from storefront.worklist import service as worklist

WORK = "support.complaint"
REVIEW = "support.review"


@dataclass(frozen=True)
class Verdict:
    """A decision as the customer reads it: one of `rules.OUTCOMES` and the reasons."""

    outcome: str
    reasons: str


def receive(session: Session, ticket: Ticket, now: datetime) -> None:
    """Starts the clocks; the work waits first for the contact, then for the decision."""
    today = clock.local_date(now)
    complaint = Complaint(
        ticket=ticket,
        stage="received",
        received_at=now,
        contact_due=clock.end_of_day(rules.contact_day(today, clock.add_working_days)),
        decision_due=clock.end_of_day(rules.decision_day(today, 0)),
        extensions=0,
    )
    session.add(complaint)
    session.flush()
    _wait(session, WORK, ticket, complaint.contact_due, now)


def note_contact(session: Session, ticket: Ticket, now: datetime) -> None:
    """The first answer to the customer stops the first clock; the next one is the decision's."""
    complaint = _lock(session, ticket)
    if complaint.stage != "received":
        return
    complaint.stage = rules.next_stage(complaint.stage, "contacted")
    complaint.contacted_at = now
    _move_deadline(session, ticket, complaint.decision_due)


def extend(session: Session, ticket: Ticket, reason: str, member: Member, now: datetime) -> None:
    """Puts the decision off by another period and tells the customer why. Raises Refused."""
    complaint = _lock(session, ticket)
    if not rules.may_extend(complaint.stage, complaint.extensions):
        raise Refused(_("The time for this decision cannot be extended again."))
    before = complaint.decision_due
    complaint.extensions += 1
    received = clock.local_date(complaint.received_at)
    due = clock.end_of_day(rules.decision_day(received, complaint.extensions))
    complaint.decision_due = due
    if complaint.stage == "contacted":
        _move_deadline(session, ticket, due)
    _say(session, ticket, reason, member, now)
    key = f"complaint:{ticket.ref}:extended:{complaint.extensions}"
    _tell(session, ticket, "complaint_extended", key, now, reasons=reason, due=due)
    _audit(session, ticket, "complaints.extend", member, now, before=before, after=due)


def decide(
    session: Session, ticket: Ticket, verdict: Verdict, member: Member, now: datetime
) -> None:
    """Decides, or answers the review, in writing. Raises Refused or Forbidden."""
    complaint = _lock(session, ticket)
    if complaint.stage in ("received", "contacted"):
        complaint.stage = rules.next_stage(complaint.stage, "decided")
        complaint.contacted_at = complaint.contacted_at or now
        complaint.decided_at, complaint.decided_by_id = now, member.id
        complaint.outcome = verdict.outcome
        kind, template = WORK, "complaint_decided"
    elif complaint.stage == "review":
        if member.id == complaint.decided_by_id:
            raise Forbidden(_("Who decided the complaint cannot review it."))
        complaint.stage = rules.next_stage(complaint.stage, "reviewed")
        complaint.reviewed_at, complaint.reviewed_by_id = now, member.id
        complaint.review_outcome = verdict.outcome
        kind, template = REVIEW, "complaint_reviewed"
    else:
        raise Refused(_("This complaint has been decided already."))
    worklist.close_item(session, kind, ticket.ref, member.id, now)
    _say(session, ticket, verdict.reasons, member, now)
    ticket.state, ticket.closed_at, ticket.updated_at = "closed", now, now
    key = f"complaint:{ticket.ref}:{complaint.stage}"
    _tell(session, ticket, template, key, now, reasons=verdict.reasons, outcome=verdict.outcome)
    _audit(session, ticket, f"complaints.{complaint.stage}", member, now, after=verdict.outcome)


def ask_review(session: Session, ticket: Ticket, reasons: str, now: datetime) -> None:
    """The customer does not agree; somebody else looks at it again. Raises Refused."""
    complaint = _lock(session, ticket)
    if not rules.may_ask_review(complaint.stage):
        raise Refused(_("A review can be asked for once, after the decision."))
    complaint.stage = rules.next_stage(complaint.stage, "review")
    complaint.review_asked_at = now
    complaint.review_due = clock.end_of_day(rules.review_day(clock.local_date(now)))
    session.add(TicketMessage(ticket_id=ticket.id, author="customer", body=reasons, at=now))
    ticket.state, ticket.closed_at, ticket.updated_at = "open", None, now
    _wait(session, REVIEW, ticket, complaint.review_due, now, barred_id=complaint.decided_by_id)


def _lock(session: Session, ticket: Ticket) -> Complaint:
    session.get_one(Ticket, ticket.id, with_for_update=True, populate_existing=True)
    return session.get_one(Complaint, ticket.id, with_for_update=True, populate_existing=True)


def _wait(
    session: Session,
    kind: str,
    ticket: Ticket,
    due: datetime,
    now: datetime,
    *,
    barred_id: int | None = None,
) -> None:
    work = worklist.Work(kind, ticket.ref, "complaints", due, worklist.URGENT, barred_id)
    worklist.open_item(session, work, now)


def _move_deadline(session: Session, ticket: Ticket, due: datetime) -> None:
    item = worklist.find_open(session, WORK, ticket.ref)
    if item is not None:
        item.due_at = due


def _say(session: Session, ticket: Ticket, body: str, member: Member, now: datetime) -> None:
    session.add(
        TicketMessage(ticket_id=ticket.id, author="staff", member_id=member.id, body=body, at=now)
    )


def _tell(
    session: Session,
    ticket: Ticket,
    template: str,
    key: str,
    now: datetime,
    *,
    reasons: str,
    due: datetime | None = None,
    outcome: str = "",
) -> None:
    context = {
        "name": ticket.name,
        "ref": ticket.ref,
        "reasons": reasons,
        "outcome": outcome,
        "due": clock.local_date(due).isoformat() if due else "",
        "review_days": rules.DEADLINES.review_days,
    }
    mail.queue(session, mail.Letter(key, ticket.email, template, ticket.language, context), now)


def _audit(
    session: Session,
    ticket: Ticket,
    action: str,
    member: Member,
    now: datetime,
    *,
    before: object = None,
    after: object = None,
) -> None:
    deed = audit.Deed(
        action, "ticket", ticket.ref, before={"value": str(before)}, after={"value": str(after)}
    )
    audit.record(session, member.id, deed, now)
