"""What becomes of applications when an account is closed or their time is over.

A row stays as a shell, because quotes, payments and the record of the sale point to it: what it said
about people goes. Applications that led to a contract, or were submitted, are kept as they are.
"""

from collections.abc import Callable, Iterator
from datetime import date, datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from storefront.accounts.models import Customer
from storefront.applications import rules
from storefront.applications.decisions import files as underwriting_files
from storefront.applications.draft import OWNER_KIND
from storefront.applications.models import Application
from storefront.applications.service import lock, withdraw
from storefront.attachments import service as attachments
from storefront.closing.report import Item, Notice, Part
from storefront.closing.sweeps import Sweep
from storefront.evidence import service as evidence
from storefront.evidence.models import EvidenceRecord
from storefront.quotes.models import Quote

OPEN = ("draft", "submitted", "referred", "counter_offered", "accepted")
MOST_AT_ONCE = 500
wiped_handlers: list[Callable[[Session, Application, datetime], None]] = []


def when_wiped(handler: Callable[[Session, Application, datetime], None]) -> None:
    """Has the handler delete what a feature of its own keeps about an application's people."""
    if handler not in wiped_handlers:
        wiped_handlers.append(handler)


def wipe(session: Session, application: Application, now: datetime) -> None:
    """Takes everything about people out of an application that led to nothing."""
    application.parties = {}
    application.declaration = []
    application.answers = {}
    application.start_date = application.suitability = application.decision = None
    application.policyholder_hash = None
    for file in attachments.of(session, OWNER_KIND, application.ref):
        attachments.remove(session, file, now)
    for handler in wiped_handlers:
        handler(session, application, now)


def keep_for(session: Session, application: Application, until: date, now: datetime) -> None:
    """Keeps a sale as long as its contract (E-03): the row, the files, and every chain that led to it."""
    application.retain_until = max(application.retain_until or until, until)
    for kind in (OWNER_KIND, underwriting_files.OWNER_KIND):
        attachments.retain(session, kind, application.ref, until)
    chains = [application.ref, session.get_one(Quote, application.quote_id).ref]
    if application.suitability is not None:
        chains.append(application.suitability.ref)
    for chain in (*chains, f"customer-{application.customer_id}"):
        evidence.prolong(session, chain, until, "contract", now)
    customer = session.get_one(Customer, application.customer_id)
    customer.retain_until = max(customer.retain_until or until, until)


def look(session: Session, customer: Customer, now: datetime) -> Iterator[Item | Notice]:
    """Drafts go; what was submitted is kept with the record of how it came about."""
    proofs = (
        select(func.max(EvidenceRecord.retain_until))
        .where(EvidenceRecord.chain == Application.ref)
        .scalar_subquery()
    )
    found = session.execute(_of(customer).add_columns(proofs)).all()
    rows = [row for row, _proof in found]
    begun = [row for row in rows if row.submitted_at is None]
    running = [row for row in rows if row.state in OPEN and row.submitted_at is not None]
    kept = [row for row in rows if row.submitted_at is not None]
    for row in running:
        yield Notice(
            _l("Application %(ref)s is withdrawn when the account is closed.", ref=row.ref)
        )
    yield Item(
        _l("Unfinished applications, with all names, answers and files"), len(begun), "deleted"
    )
    yield Item(
        _l("Submitted applications"),
        len(kept),
        "kept",
        _l("Insurance law has us keep them after the contract, or after the decision."),
        "E-03",
        max((row.retain_until for row in kept if row.retain_until), default=None),
    )
    yield Item(
        _l("Record of how your applications went"),
        len(rows),
        "kept",
        _l(
            "Each sale on the internet has to stay traceable; nobody can alter or remove this record."
        ),
        "E-01",
        max((proof for _row, proof in found if proof), default=None),
    )


def act(session: Session, customer: Customer, now: datetime) -> None:
    """Withdraws what is open and wipes what was never submitted."""
    for found in session.scalars(_of(customer)).all():
        application = lock(session, found.id)
        if application.state in OPEN and "withdrawn" in rules.TRANSITIONS[application.state]:
            withdraw(session, application, now)
        if application.submitted_at is None:
            wipe(session, application, now)


def due(session: Session, now: datetime, today: date) -> int:
    """How many applications without a contract have been kept long enough."""
    return session.scalar(select(func.count()).select_from(_over(today).subquery())) or 0


def sweep(session: Session, now: datetime, today: date) -> int:
    """Wipes them; the quote they came from goes with the chains of the record."""
    rows = session.scalars(_over(today).limit(MOST_AT_ONCE).with_for_update()).all()
    for row in rows:
        wipe(session, row, now)
    return len(rows)


def _over(today: date) -> Select[Application]:
    """Not those with a contract: policies set a later day, and the row is part of their proof."""
    return select(Application).where(
        Application.retain_until < today,
        Application.state != "paid",
        or_(Application.answers != {}, Application.suitability_id.is_not(None)),
    )


def _of(customer: Customer) -> Select[Application]:
    return (
        select(Application).where(Application.customer_id == customer.id).order_by(Application.id)
    )


PART = Part(look, act)
SWEEP = Sweep("applications without a contract", due, sweep)
