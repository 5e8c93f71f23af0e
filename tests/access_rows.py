"""What customer A owns, for the access matrix: a row for every address that has a parameter.

Who adds a page about something a customer owns adds such a thing here, and names it in `rows_of_a`
under the page's endpoint, or under `<blueprint>.*` for all pages of a feature.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront import access, clock, crypto, roles
from storefront.accounts.models import Customer, LoginSession, Person
from storefront.accounts.service import logins
from storefront.attachments import service as attachments
from storefront.attachments.values import Limits, Offer, Owner
from storefront.claims.service import reporting
from storefront.db import transaction
from storefront.payments.models import Payment
from storefront.policies.models import Policy
from storefront.support import tickets
from tests import desk_rows
from tests.claims.support import Case, claim_of, reported
from tests.people import CHILD, HOLDER
from tests.policies.support import Office, new_customer
from tests.sandbox.process import Sandbox
from tests.staff.people import Colleague, make_member

Values = Mapping[str, str | int]


@dataclass(frozen=True)
class Rows:
    """Two customers; what A owns by endpoint; words that only A's pages may show."""

    a: Customer
    b: Customer
    desk: desk_rows.Desk
    values: Mapping[str, Values]
    attachments: Mapping[str, str]
    private: tuple[str, ...]

    def of(self, endpoint: str) -> Values:
        """The parameters of an endpoint that lead to a row of A."""
        everywhere = self.values.get(f"{endpoint.partition('.')[0]}.*", {})
        return {**everywhere, **self.values.get(endpoint, {})}


def rows_of_a(app: Flask, session: Session, member: Colleague | None = None) -> Rows:
    """Makes everything, and what the desk has of it; commits. `member` owns what belongs to a member."""
    with transaction():
        a, b = new_customer(session), new_customer(session)
        logins.open_session(session, a, "A's browser", clock.now())
    policy = _policy(app, session, a)
    application, payment = policy.application, _payment(session, policy)
    claim_ref, report_ref = _claim(app, session, policy)
    ticket_ref = _ticket(session, a)
    files = {
        "application": _attachment(session, "application", application.ref),
        "claim": _attachment(session, "claim", claim_ref),
        "ticket": _attachment(session, "ticket", ticket_ref),
        "underwriting": _attachment(session, "underwriting", application.ref),
    }
    who = member or make_member(session, roles.ROLES)
    desk = desk_rows.make(session, who, policy, claim_ref)
    application_ref: Values = {"ref": application.ref, "step": "policyholder"}
    return Rows(
        a=a,
        b=b,
        desk=desk,
        values={
            **desk_rows.values(session, desk),
            "accounts.edit_person": {"person_id": _person(session, a)},
            "accounts.remove_person": {"person_id": _person(session, a)},
            "accounts.end_session": {
                "session_id": session.scalars(
                    select(LoginSession.id).where(LoginSession.customer_id == a.id)
                ).one()
            },
            "applications.*": application_ref,
            "decisions.*": application_ref,
            "employees.*": {"ref": application.ref, "kind": "csv"},
            "payments.show": {"ref": payment.ref},
            "payments.start": {"application_ref": application.ref},
            "policies.document": {"number": str(policy.number)},
            "policies.show": {"number": str(policy.number)},
            "claims.*": {"ref": claim_ref, "number": 1},
            **{
                f"claims.{name}": {"ref": report_ref, "step": "what"}
                for name in ("keep", "save", "send", "step")
            },
            "support.*": {"ref": ticket_ref},
            "attachments.*": {
                "kind": "application",
                "owner": application.ref,
                "purpose": "evidence",
                "ref": files["application"],
                "what": "file",
            },
        },
        attachments=files,
        private=(a.email, HOLDER.name, CHILD.name),
    )


def pages_of_the_desk(app: Flask, rows: Rows) -> Iterator[tuple[str, str]]:
    """Endpoint and address of everything that the staff can open."""
    urls = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        declared = access.declared(app, rule.endpoint) or ""
        if declared.startswith("staff:") and "GET" in (rule.methods or ()):
            known = rows.of(rule.endpoint)
            values = {name: known[name] for name in rule.arguments if name in known}
            values.update(rows.values.get(rule.endpoint, {}))
            for name in rule.arguments - set(values):
                choices = sorted(getattr(rule._converters[name], "items", ()))
                assert choices, f"Please make a row for {rule} in tests/desk_rows.py"
                values[name] = choices[0]
            yield rule.endpoint, urls.build(rule.endpoint, values)


def _policy(app: Flask, session: Session, a: Customer) -> Policy:
    office = Office(app, session, cast("Sandbox", None))
    return office.keep(b"%PDF-1.7", "N-ACCESS", crypto.new_reference("V"), customer=a)


def _payment(session: Session, policy: Policy) -> Payment:
    found: Payment = session.scalars(
        select(Payment).where(Payment.application_id == policy.application_id)
    ).one()
    return found


def _claim(app: Flask, session: Session, policy: Policy) -> tuple[str, str]:
    """References of a claim and of a report that is not yet sent."""
    case = Case(
        Office(app, session, cast("Sandbox", None)),
        policy.id,
        str(policy.number),
        policy.customer_id,
        clock.local_date(policy.start_at),
    )
    changes: dict[str, Any] = {"incident_on": clock.local_date(clock.now()).isoformat()}
    claim_id = reported(case, "accident-medical", **changes)
    with transaction():
        row = session.get_one(Policy, policy.id)
        report = reporting.begin(session, row, policy.customer_id, "zh", clock.now())
        report_ref = report.ref
    return claim_of(session, claim_id).ref, report_ref


def _ticket(session: Session, a: Customer) -> str:
    writer = tickets.Writer(HOLDER.name, a.email, "zh", a.id)
    with transaction():
        letter = tickets.Letter("question", "policy", "Subject", "Words")
        return tickets.open_ticket(session, writer, letter, clock.now()).ref


def _attachment(session: Session, kind: str, owner_ref: str) -> str:
    limits = Limits(size=1024, files=3, retain_until=date(2040, 1, 1))
    offer = Offer("evidence", "card.jpg", 100, "customer:1", "")
    with transaction():
        owner = Owner(kind, owner_ref)
        return attachments.begin(session, owner, offer, limits, clock.now()).ref


def _person(session: Session, a: Customer) -> int:
    with transaction():
        number = crypto.new_reference("I")
        row = Person(
            customer_id=a.id,
            name=CHILD.name,
            relation="child",
            id_number=number,
            id_number_hash=number,
            birth_date=CHILD.birth_date,
            sex=CHILD.sex,
            created_at=clock.now(),
        )
        session.add(row)
        session.flush()
        return int(row.id)
