"""Closes an account (E-04): stops all use at once, deletes what may go, reports what stays.

Each feature registers its part; `wiring` says in which order they act. Customers come here through
their own page, staff with the permission `customers.close` through theirs.
"""

from datetime import date, datetime, timedelta
from typing import Any

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from storefront import clock, mail
from storefront.accounts.models import Customer
from storefront.closing import accounts
from storefront.closing.report import Part, Report, collect
from storefront.errors import Conflict, Refused
from storefront.evidence import service as evidence
from storefront.extensions import LANGUAGES

PROOF_KEPT_YEARS = 3  # how long we can show that and how a request was carried out
_parts: list[Part] = []


def register(part: Part) -> None:
    """Has a part asked and carried out whenever an account is closed."""
    if part not in _parts:
        _parts.append(part)


def preview(session: Session, customer: Customer, now: datetime) -> Report:
    """What closing would do now; changes nothing."""
    parts = (*_parts, accounts.PART)
    found = [item for part in parts for item in part.look(session, customer, now)]
    return collect(customer.id, found, now)


def close(session: Session, customer: Customer, actor: str, now: datetime) -> Report:
    """Closes the account and tells the customer in a last mail; `actor` as in the evidence record.

    Raises:
        Conflict: it is closed already.
        Refused: money or a policy is on its way, see the notices of `preview`.
    """
    session.refresh(customer, with_for_update=True)
    if customer.closed_at is not None:
        raise Conflict(_("This account is closed already."))
    report = preview(session, customer, now)
    if report.blocked:
        raise Refused(" ".join(str(item.text) for item in report.notices if item.blocks))
    address, language = customer.email, customer.language
    for part in _parts:
        part.act(session, customer, now)
    accounts.PART.act(session, customer, now)
    customer.closed_at = now
    customer.retain_until = _latest(customer.retain_until, report.kept_until)
    _record(session, report, actor, now)
    _write(session, report, address, language, now)
    return report


def _record(session: Session, report: Report, actor: str, now: datetime) -> None:
    proof = clock.add_years(clock.local_date(now), PROOF_KEPT_YEARS)
    with force_locale("en"):
        details: dict[str, Any] = {"items": [item.to_json() for item in report.items]}
    happening = evidence.Happening(
        f"customer-{report.customer_id}", "account-closed", actor, details=details
    )
    evidence.record(session, happening, now, proof)


def _write(session: Session, report: Report, address: str, language: str, now: datetime) -> None:
    with force_locale(LANGUAGES.get(language, language)):
        context = {
            "gone": [item.to_json() for item in report.gone],
            "kept": [item.to_json() for item in report.kept],
        }
    key = f"{accounts.LAST_MAIL}{report.customer_id}"
    letter = mail.Letter(key, address, "account_closed", language, context)
    mail.queue(session, letter, now)


def _latest(*days: date | None) -> date | None:
    return max((day for day in days if day is not None), default=None)


def redact_last_mails(session: Session, now: datetime) -> int:
    """Forgets the address in last mails that were sent a week ago; gives how many there were."""
    return accounts.redact_sent_last_mails(session, now - timedelta(days=7))
