"""Use cases of tickets: somebody writes, staff answer, the conversation ends or goes on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, false, or_, select, union_all
from sqlalchemy.orm import Session, load_only, selectinload

from storefront import clock, crypto, mail
from storefront.access import Member
from storefront.applications.models import Application
from storefront.audit import service as audit
from storefront.claims.models import Claim
from storefront.errors import NotFound, Refused
from storefront.policies.models import Policy
from storefront.support import complaints, rules
from storefront.support.models import Ticket, TicketMessage
from storefront.worklist import service as worklist

WORK = "support.ticket"
LONGEST_TEXT = 10_000
MOST_SHOWN = 20
IN_A_LIST = load_only(Ticket.ref, Ticket.subject, Ticket.state, Ticket.updated_at)


@dataclass(frozen=True)
class Writer:
    """Who writes; `customer_id` where they are logged in."""

    name: str
    email: str
    language: str
    customer_id: int | None = None


@dataclass(frozen=True)
class Letter:
    """What they write. `kind` is `question` or `complaint`; `form` names the form it came from."""

    kind: str
    topic: str
    subject: str
    body: str
    about: tuple[str, ...] = ()
    form: str | None = None
    source: str | None = None


def open_ticket(session: Session, writer: Writer, letter: Letter, now: datetime) -> Ticket:
    """A new ticket with its first message; the same form sent twice gives the same one."""
    form_hash = crypto.token_hash(letter.form) if letter.form else None
    known = form_hash and session.scalar(select(Ticket).where(Ticket.form_hash == form_hash))
    if known:
        return known
    token = crypto.new_token()
    ticket = Ticket(
        ref=crypto.new_reference("T"),
        kind=letter.kind,
        topic=letter.topic,
        state="open",
        language=writer.language,
        customer_id=writer.customer_id,
        name=writer.name,
        email=writer.email,
        email_hash=crypto.lookup_hash("email", writer.email),
        subject=letter.subject,
        about=list(letter.about),
        link_hash=crypto.token_hash(token),
        form_hash=form_hash,
        created_at=now,
        updated_at=now,
        retain_until=clock.add_years(clock.local_date(now), rules.KEPT_YEARS),
    )
    session.add(ticket)
    session.flush()
    _add(session, ticket, TicketMessage(author="customer", body=letter.body), now, letter.source)
    if letter.kind == "complaint":
        complaints.receive(session, ticket, now)
    else:
        _wait_for_staff(session, ticket, now)
    key = f"ticket:{ticket.ref}:received"
    _tell(session, ticket, "support_received", now, key=key, token=token)
    return ticket


def open_for(
    session: Session, writer: Writer, letter: Letter, member: Member, now: datetime, *, remark: str
) -> Ticket:
    """A ticket that staff open for somebody; `remark` is a note for colleagues."""
    ticket = open_ticket(session, writer, letter, now)
    note(session, ticket, remark, member, now)
    _audit(session, ticket, "support.open", member, now)
    return ticket


def reply_by_customer(
    session: Session, ticket: Ticket, body: str, now: datetime, source: str | None = None
) -> None:
    """The customer goes on writing; a closed ticket opens again."""
    ticket = _lock(session, ticket)
    _add(session, ticket, TicketMessage(author="customer", body=body), now, source)
    _set_state(ticket, "open", now)
    if ticket.complaint is None or rules.is_answered(ticket.complaint.stage):
        _wait_for_staff(session, ticket, now)
    for kind in (WORK, complaints.WORK, complaints.REVIEW):
        worklist.note_unread(session, kind, ticket.ref)


def reply_by_staff(
    session: Session, ticket: Ticket, body: str, member: Member, now: datetime
) -> None:
    """Staff answer by mail, with a fresh link to the conversation; the customer is to write next."""
    ticket = _lock(session, ticket)
    message = TicketMessage(author="staff", member_id=member.id, body=body)
    _add(session, ticket, message, now)
    _set_state(ticket, "waiting", now)
    worklist.close_item(session, WORK, ticket.ref, member.id, now)
    if ticket.complaint is not None:
        complaints.note_contact(session, ticket, now)
        for kind in (complaints.WORK, complaints.REVIEW):
            worklist.note_read(session, kind, ticket.ref)
    token = crypto.new_token()
    ticket.link_hash = crypto.token_hash(token)
    key = f"ticket:{ticket.ref}:{message.id}"
    _tell(session, ticket, "support_reply", now, key=key, token=token, body=body)
    _audit(session, ticket, "support.reply", member, now)


def note(session: Session, ticket: Ticket, body: str, member: Member, now: datetime) -> None:
    """A note that only staff see."""
    _add(session, ticket, TicketMessage(author="note", member_id=member.id, body=body), now)
    _audit(session, ticket, "support.note", member, now)


def link_to(session: Session, ticket: Ticket, number: str, member: Member, now: datetime) -> None:
    """Ties the ticket to a policy, application or claim by its number. Raises Refused for any other."""
    ticket = _lock(session, ticket)
    if number not in ticket.about:
        if not _is_known(session, number):
            raise Refused(_("No policy, application or claim has this number."))
        _audit(session, ticket, "support.link", member, now, after={"about": number})
        ticket.about = [*ticket.about, number]


def _is_known(session: Session, number: str) -> bool:
    ways = union_all(
        select(Policy.id).where(Policy.number == number),
        select(Application.id).where(Application.ref == number),
        select(Claim.id).where(Claim.ref == number),
    )
    return session.execute(ways).first() is not None


def close(session: Session, ticket: Ticket, member: Member, now: datetime) -> None:
    """Ends the conversation; the customer can open it again by writing.

    Raises Refused for a complaint that waits for its decision: that ends with a letter.
    """
    ticket = _lock(session, ticket)
    if ticket.complaint is not None and not rules.is_answered(ticket.complaint.stage):
        raise Refused(_("This complaint has not been decided yet. Please decide it first."))
    _set_state(ticket, "closed", now)
    worklist.close_item(session, WORK, ticket.ref, member.id, now)
    _audit(session, ticket, "support.close", member, now)


def get(session: Session, ref: str) -> Ticket:
    """A ticket for staff, with its messages. Raises NotFound."""
    return _found(session, Ticket.ref == ref)


def get_own(session: Session, ref: str, customer_id: int) -> Ticket:
    """A customer's own ticket. Raises NotFound, also for somebody else's."""
    return _found(session, Ticket.ref == ref, Ticket.customer_id == customer_id)


def by_link(session: Session, token: str) -> Ticket:
    """The ticket whose newest link this is. Raises NotFound."""
    return _found(session, Ticket.link_hash == crypto.token_hash(token))


def own(session: Session, customer_id: int) -> Sequence[Ticket]:
    """A customer's tickets, newest first."""
    return session.scalars(
        select(Ticket)
        .where(Ticket.customer_id == customer_id)
        .options(selectinload(Ticket.complaint))
        .order_by(Ticket.id.desc())
        .limit(100)
    ).all()


def about(session: Session, customer_id: int | None, *numbers: str | None) -> Sequence[Ticket]:
    """The newest tickets of a customer that are tied to one of these numbers."""
    return session.scalars(
        select(Ticket)
        .where(Ticket.customer_id == customer_id, tied_to(*numbers))
        .options(IN_A_LIST)
        .order_by(Ticket.id.desc())
        .limit(MOST_SHOWN)
    ).all()


def tied_to(*numbers: str | None) -> ColumnElement[bool]:
    """Whether a ticket is about one of these policies, applications and claims."""
    return or_(false(), *(Ticket.about.contains([number]) for number in numbers if number))


def _found(session: Session, *conditions: object) -> Ticket:
    ticket = session.scalar(
        select(Ticket)
        .where(*conditions)  # type: ignore[arg-type]
        .options(selectinload(Ticket.messages), selectinload(Ticket.complaint))
    )
    if ticket is None:
        raise NotFound
    return ticket


def _lock(session: Session, ticket: Ticket) -> Ticket:
    return session.get_one(Ticket, ticket.id, with_for_update=True, populate_existing=True)


def _add(
    session: Session,
    ticket: Ticket,
    message: TicketMessage,
    now: datetime,
    source: str | None = None,
) -> None:
    message.ticket_id, message.at = ticket.id, now
    message.body = message.body[:LONGEST_TEXT]
    message.source_hash = crypto.token_hash(source) if source else None
    session.add(message)
    session.flush()


def _set_state(ticket: Ticket, state: str, now: datetime) -> None:
    ticket.state, ticket.updated_at = state, now
    ticket.closed_at = now if state == "closed" else None


def _wait_for_staff(session: Session, ticket: Ticket, now: datetime) -> None:
    due = clock.end_of_day(rules.answer_day(clock.local_date(now), clock.add_working_days))
    worklist.open_item(session, worklist.Work(WORK, ticket.ref, "tickets", due), now)


def _tell(
    session: Session,
    ticket: Ticket,
    template: str,
    now: datetime,
    *,
    key: str,
    token: str,
    body: str = "",
) -> None:
    link = f"{current_app.extensions['settings'].base_url}/support/link/{token}"
    context = {"name": ticket.name, "ref": ticket.ref, "link": link, "body": body}
    letter = mail.Letter(key, ticket.email, template, ticket.language, context)
    mail.queue(session, letter, now)


def _audit(
    session: Session,
    ticket: Ticket,
    action: str,
    member: Member,
    now: datetime,
    *,
    after: dict[str, str] | None = None,
) -> None:
    deed = audit.Deed(action, "ticket", ticket.ref, after=after or {})
    audit.record(session, member.id, deed, now)
