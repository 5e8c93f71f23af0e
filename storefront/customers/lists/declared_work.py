"""The lists of what staff work on: tickets, complaints, payouts, referrals, and the audit of all of it."""

from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import aliased

from storefront.applications.models import Application
from storefront.audit import words as audit_words
from storefront.audit.models import AuditEntry
from storefront.catalog.wording import PRODUCT_NAMES
from storefront.claims.models import Claim
from storefront.claims.payouts.models import PayoutOrder
from storefront.customers import words
from storefront.customers.lists.kinds import (
    Column,
    Filter,
    Listing,
    of_customer,
    open_or_closed,
    to_customer,
)
from storefront.staff.models import StaffMember
from storefront.support.forms import OUTCOMES, TOPICS
from storefront.support.models import Complaint, Ticket
from storefront.worklist.models import WorkItem

_TICKET = ("support_staff.show", "ref")
_DECIDER, _REVIEWER = aliased(StaffMember), aliased(StaffMember)
_WORK_STATE, _in_state = open_or_closed(WorkItem.closed_at)
_REFERRALS = ("underwriting.referral", "underwriting.appeal")

TICKETS = Listing(
    "tickets", _l("Questions"), "tickets",
    select().select_from(Ticket).where(Ticket.kind == "question"), Ticket.id, Ticket.created_at,
    columns=(
        Column("ref", _l("Number"), Ticket.ref, link=_TICKET),
        Column("topic", _l("Topic"), Ticket.topic, "words", TOPICS),
        Column("subject", _l("Subject"), Ticket.subject),
        Column("state", _l("State"), Ticket.state, "words", words.TICKET),
        Column("created", _l("Received"), Ticket.created_at, "moment", sort=Ticket.created_at),
        Column("updated", _l("Last change"), Ticket.updated_at, "moment"),
        Column("closed", _l("Closed"), Ticket.closed_at, "moment", standard=False),
        to_customer(Ticket.customer_id),
    ),
    by=("state", "topic"),
    also_by=(of_customer(Ticket.customer_id),),
)  # fmt: skip

COMPLAINTS = Listing(
    "complaints", _l("Register of complaints"), "complaints",
    select().select_from(Complaint).join(Complaint.ticket)
    .outerjoin(_DECIDER, _DECIDER.id == Complaint.decided_by_id)
    .outerjoin(_REVIEWER, _REVIEWER.id == Complaint.reviewed_by_id),
    Complaint.ticket_id, Complaint.received_at, exporting="complaints.export",
    columns=(
        Column("ref", _l("Number"), Ticket.ref, link=_TICKET),
        Column("created", _l("Received"), Complaint.received_at, "moment", sort=Complaint.received_at),
        Column("name", _l("Complainant"), Ticket.name),
        Column("topic", _l("Topic"), Ticket.topic, "words", TOPICS),
        Column("subject", _l("Subject"), Ticket.subject),
        Column("about", _l("Concerns"), Ticket.about, "list"),
        Column("stage", _l("Stage"), Complaint.stage, "words", words.COMPLAINT),
        Column("contact_due", _l("First contact due"), Complaint.contact_due, "moment", standard=False),
        Column("contacted", _l("First contact"), Complaint.contacted_at, "moment", standard=False),
        Column("decision_due", _l("Decision due"), Complaint.decision_due, "moment"),
        Column("extensions", _l("Extended"), Complaint.extensions, standard=False),
        Column("decided", _l("Decided"), Complaint.decided_at, "moment"),
        Column("decider", _l("Decided by"), _DECIDER.name, standard=False),
        Column("outcome", _l("Decision"), Complaint.outcome, "words", OUTCOMES),
        Column("review_asked", _l("Review asked for"), Complaint.review_asked_at, "moment", standard=False),
        Column("review_due", _l("Review due"), Complaint.review_due, "moment", standard=False),
        Column("reviewed", _l("Review answered"), Complaint.reviewed_at, "moment", standard=False),
        Column("reviewer", _l("Reviewed by"), _REVIEWER.name, standard=False),
        Column("review_outcome", _l("Outcome of the review"), Complaint.review_outcome, "words",
               OUTCOMES, standard=False),
    ),
    by=("stage", "outcome", "topic"),
    also_by=(of_customer(Ticket.customer_id),),
)  # fmt: skip

PAYOUTS = Listing(
    "payouts", _l("Payouts"), "payouts.approve",
    select().select_from(PayoutOrder).join(PayoutOrder.claim), PayoutOrder.id, PayoutOrder.requested_at,
    columns=(
        Column("ref", _l("Number"), PayoutOrder.ref, link=("payouts_staff.show", "ref")),
        Column("claim", _l("Claim"), Claim.ref, link=("claims_staff.show", "ref")),
        Column("account", _l("Account"), PayoutOrder.masked),
        Column("amount", _l("Amount"), PayoutOrder.amount, "money"),
        Column("state", _l("State"), PayoutOrder.state, "words", words.PAYOUT),
        Column("created", _l("Asked for"), PayoutOrder.requested_at, "moment", sort=PayoutOrder.requested_at),
        Column("approved", _l("Approved"), PayoutOrder.approved_at, "moment", standard=False),
        Column("paid", _l("Paid"), PayoutOrder.paid_at, "moment"),
    ),
    by=("state",),
)  # fmt: skip

REFERRALS = Listing(
    "referrals", _l("Applications for underwriters"), "underwriting",
    select().select_from(WorkItem).join(Application, Application.ref == WorkItem.subject)
    .outerjoin(StaffMember, StaffMember.id == WorkItem.assignee_id)
    .where(WorkItem.kind.in_(_REFERRALS)),
    WorkItem.id, WorkItem.opened_at,
    columns=(
        Column("ref", _l("Application"), Application.ref, link=("underwriting_staff.case", "ref")),
        Column("product", _l("Product"), Application.product_code, "words", PRODUCT_NAMES),
        Column("premium", _l("Premium"), Application.premium, "money"),
        Column("application", _l("State"), Application.state, "words", words.APPLICATION),
        Column("work", _l("Work"), _WORK_STATE, "words", words.WORK),
        Column("created", _l("Referred"), WorkItem.opened_at, "moment", sort=WorkItem.opened_at),
        Column("due", _l("Due"), WorkItem.due_at, "moment"),
        Column("with", _l("With"), StaffMember.name),
        Column("closed", _l("Done"), WorkItem.closed_at, "moment", standard=False),
    ),
    also_by=(Filter("work", _l("Work"), _WORK_STATE, words.WORK, where=_in_state),),
)  # fmt: skip

_MEMBER: Any = aliased(StaffMember)
AUDIT = Listing(
    "audit", _l("Audit"), "audit",
    select().select_from(AuditEntry).outerjoin(_MEMBER, _MEMBER.id == AuditEntry.member_id),
    AuditEntry.id, AuditEntry.at,
    columns=(
        Column("id", _l("Entry"), AuditEntry.id, link=("staff.audit_entry", "entry_id")),
        # Entries are only ever appended, so that their numbers stand in the order of their moments.
        Column("created", _l("When"), AuditEntry.at, "moment", sort=AuditEntry.id),
        Column("member", _l("Member"), _MEMBER.name),
        Column("action", _l("Action"), AuditEntry.action, "words", audit_words.ACTIONS),
        Column("kind", _l("Kind"), AuditEntry.subject_kind, "words", audit_words.SUBJECTS),
        Column("subject", _l("Concerns"), AuditEntry.subject),
        Column("reason", _l("Reason"), AuditEntry.reason),
    ),
    by=("action", "kind", "subject"),
    also_by=(
        Filter("member", _l("Member number"), AuditEntry.member_id,
               where=lambda wanted: AuditEntry.member_id == int(wanted), number=True),
    ),
)  # fmt: skip

OF_WORK = (TICKETS, COMPLAINTS, PAYOUTS, REFERRALS, AUDIT)
