"""Two accounts of one person become one: every row that changes hands is noted, so that it can go back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, exists, func, insert, literal, select, update
from sqlalchemy.orm import Session, aliased, joinedload

from storefront import jobs
from storefront.access import Member
from storefront.accounts.models import Customer, Person
from storefront.accounts.service import links, logins
from storefront.advice.models import SuitabilityRecord
from storefront.applications.models import Application
from storefront.audit import service as audit
from storefront.claims.models import Claim, ClaimReport
from storefront.clock import now as present
from storefront.closing import accounts
from storefront.customers.models import CustomerMerge, MovedRow
from storefront.db import transaction
from storefront.errors import NotFound, Refused
from storefront.mail import NOBODY
from storefront.policies.models import Policy
from storefront.quotes.models import Quote
from storefront.support.models import Ticket

UNDO_DAYS = 30
MOVED: Mapping[str, Any] = {
    table.__tablename__: table
    for table in (
        Application, Policy, Claim, ClaimReport, Ticket, Quote, SuitabilityRecord, Person,
    )
}  # fmt: skip
"""What changes hands. Logins and links end instead, and the record of consents stays as it is."""


@dataclass(frozen=True)
class Preview:
    """What a merge would move, by table, and why it may not be made where it may not."""

    kept: Customer
    merged: Customer
    rows: Mapping[str, int]
    refusal: str


def alike(session: Session, customer: Customer) -> Sequence[Customer]:
    """Other open accounts with the same identity number."""
    if customer.id_number_hash is None:
        return []
    return session.scalars(
        select(Customer).where(
            Customer.id_number_hash == customer.id_number_hash,
            Customer.id != customer.id,
            Customer.closed_at.is_(None),
        )
    ).all()


def find(session: Session, text: str) -> Customer:
    """The account with this number or address. Raises NotFound."""
    which = Customer.email == text.lower()
    if text.isascii() and text.isdecimal() and len(text) <= 18:
        which = Customer.id == int(text)
    row = session.scalar(select(Customer).where(which))
    if row is None:
        raise NotFound(_("There is no account with this number or address."))
    return row


def preview(session: Session, kept: Customer, merged: Customer) -> Preview:
    """What `merge` would do now; changes nothing."""
    counts = select(
        *(
            select(func.count())
            .where(_moves(table, kept.id, merged.id))
            .scalar_subquery()
            .label(name)
            for name, table in MOVED.items()
        )
    )
    found = session.execute(counts).one()._asdict()
    return Preview(kept, merged, found, _refusal(kept, merged))


def merge(
    session: Session, kept_id: int, merged_id: int, member: Member, now: datetime, *, reason: str
) -> CustomerMerge:
    """Gives everything of one account to the other and closes it for logins. Raises Refused."""
    kept, merged = _locked(session, kept_id, merged_id)
    if refusal := _refusal(kept, merged):
        raise Refused(refusal)
    row = CustomerMerge(
        kept_id=kept.id, merged_id=merged.id, member_id=member.id, reason=reason, at=now
    )
    session.add(row)
    session.flush()
    for name, table in MOVED.items():
        which = _moves(table, kept.id, merged.id)
        noted = select(literal(row.id), literal(name), table.id).where(which)
        session.execute(insert(MovedRow).from_select(["merge_id", "table_name", "row_id"], noted))
        _give(session, row, table, kept.id)
    logins.end_all(session, merged.id, now, None)
    links.void(session, merged.id, now, *links.VALIDITY)
    merged.closed_at = now
    _record(session, "customer.merge", row, member, now, reason=reason)
    return row


def undo(session: Session, merge_id: int, member: Member, now: datetime) -> CustomerMerge:
    """Gives back what was moved and opens the account again. Raises NotFound or Refused."""
    row = session.get(CustomerMerge, merge_id, with_for_update=True)
    if row is None:
        raise NotFound
    kept, merged = _locked(session, row.kept_id, row.merged_id)
    if row.undone_at is not None:
        raise Refused(_("This merge is undone already."))
    if now > row.at + timedelta(days=UNDO_DAYS):
        raise Refused(_("A merge can be undone for 30 days only."))
    if kept.closed_at is not None:
        raise Refused(_("The account was closed meanwhile, so there is nothing to give back."))
    for table in MOVED.values():
        _give(session, row, table, merged.id)
    merged.closed_at = None
    row.undone_at, row.undone_by_id = now, member.id
    _record(session, "customer.merge-undone", row, member, now)
    return row


def merges_of(session: Session, customer: Customer) -> Sequence[CustomerMerge]:
    """The merges in which an account took part, newest first."""
    return session.scalars(
        select(CustomerMerge)
        .where((CustomerMerge.kept_id == customer.id) | (CustomerMerge.merged_id == customer.id))
        .options(joinedload(CustomerMerge.kept), joinedload(CustomerMerge.merged))
        .order_by(CustomerMerge.id.desc())
    ).all()


@jobs.job("customers.finish-merges", cron="20 19 * * *")
def finish() -> None:
    """What is left in accounts whose merge can no longer be undone is deleted."""
    now = present()
    with transaction() as session:
        over = session.scalars(
            select(Customer)
            .join(CustomerMerge, CustomerMerge.merged_id == Customer.id)
            .where(
                CustomerMerge.undone_at.is_(None),
                CustomerMerge.at < now - timedelta(days=UNDO_DAYS),
                ~Customer.email.endswith(f"@{NOBODY}"),
            )
        ).all()
        for customer in over:
            accounts.PART.act(session, customer, now)


def _refusal(kept: Customer, merged: Customer) -> str:
    if kept.id == merged.id:
        return _("This is the same account.")
    if kept.closed_at is not None or merged.closed_at is not None:
        return _("One of the two accounts is closed.")
    numbers = {kept.id_number_hash, merged.id_number_hash} - {None}
    if len(numbers) > 1:
        return _("The two accounts hold different identity numbers: these are two people.")
    return ""


def _moves(table: Any, kept_id: int, merged_id: int) -> ColumnElement[bool]:
    """The rows that change hands; a person whom both have saved stays where it is."""
    owned: ColumnElement[bool] = table.customer_id == merged_id
    if table is not Person:
        return owned
    other = aliased(Person)
    saved = exists().where(
        other.customer_id == kept_id, other.id_number_hash == Person.id_number_hash
    )
    return owned & ~saved


def _give(session: Session, row: CustomerMerge, table: Any, to_id: int) -> None:
    """The noted rows of a table get another owner; those that are gone meanwhile stay gone."""
    noted = select(MovedRow.row_id).where(
        MovedRow.merge_id == row.id, MovedRow.table_name == table.__tablename__
    )
    session.execute(
        update(table)
        .where(table.id.in_(noted), table.customer_id.in_((row.kept_id, row.merged_id)))
        .values(customer_id=to_id)
    )


def _locked(session: Session, kept_id: int, merged_id: int) -> tuple[Customer, Customer]:
    """Both accounts as they stand now, always locked in the same order."""
    rows = session.scalars(
        select(Customer)
        .where(Customer.id.in_((kept_id, merged_id)))
        .order_by(Customer.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    by_id = {row.id: row for row in rows}
    if not {kept_id, merged_id} <= by_id.keys():
        raise NotFound
    return by_id[kept_id], by_id[merged_id]


def _record(
    session: Session,
    action: str,
    row: CustomerMerge,
    member: Member,
    now: datetime,
    *,
    reason: str | None = None,
) -> None:
    for own, other in ((row.kept_id, row.merged_id), (row.merged_id, row.kept_id)):
        after = {"merge": row.id, "other": other, "kept": row.kept_id}
        deed = audit.Deed(action, "customer", str(own), reason, after=after)
        audit.record(session, member.id, deed, now)
