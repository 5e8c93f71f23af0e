"""The pages of a policy: its schedule, and the clauses of a product version."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import segno
from flask_babel import force_locale
from flask_babel import gettext as _
from markupsafe import Markup

from storefront import clock
from storefront.extensions import LANGUAGES
from storefront.pages import day, money
from storefront.policies.document.schedule import Party, Schedule
from storefront.policies.document.typeset import compose


@dataclass(frozen=True)
class Clauses:
    """The clauses of one product version in one language; `html` comes from trusted Markdown."""

    language: str
    name: str
    filing_number: str
    insurer: str
    html: str


def clauses_html(clauses: Clauses) -> str:
    """The clauses by themselves; their pages leave room for the head of a policy."""
    body = Markup(clauses.html)  # noqa: S704 - made by catalog.clauses, which escapes raw HTML
    return compose("pdf/clauses.html", clauses.language, {"clauses": clauses, "body": body})


def schedule_html(policy: Schedule, clause_pages: int) -> str:
    """The schedule, followed by so many empty pages whose head is laid over the clauses."""
    with force_locale(LANGUAGES[policy.language]):
        context = {
            "policy": policy,
            "clause_pages": clause_pages,
            "qr_code": segno.make(policy.verify_url, error="m").png_data_uri(border=0, scale=8),
            "start": beginning(policy.start_at),
            "end": ending(policy.end_at),
            "premium": f"{money(policy.premium)} ({policy.currency})",
            "policyholder_rows": _rows(policy.policyholder),
        }
    return compose("pdf/schedule.html", policy.language, context)


def beginning(moment: datetime) -> str:
    """A start in Beijing time, `00:00 on …`."""
    local = moment.astimezone(clock.SHANGHAI)
    return _("%(time)s on %(day)s", time=f"{local:%H:%M}", day=day(moment))


def ending(moment: datetime) -> str:
    """The end of a period in Beijing time; midnight is the end of the day before, `24:00 on …`."""
    local = moment.astimezone(clock.SHANGHAI)
    if (local.hour, local.minute) == (0, 0):
        return _("%(time)s on %(day)s", time="24:00", day=day(moment - timedelta(seconds=1)))
    return beginning(moment)


def _rows(person: Party) -> list[tuple[str, str]]:
    return [
        (_("Company") if person.company else _("Name"), person.name),
        (_("Credit code") if person.company else _("Identity number"), person.id_number),
        (_("Date of birth"), day(person.birth_date) if person.birth_date else ""),
        (_("Sex"), person.sex),
        (_("Mobile"), person.mobile),
        (_("E-mail"), person.email),
        (_("Address"), person.address),
        (_("Legal representative"), person.legal_representative),
        (_("Authorised person"), person.contact),
    ]
