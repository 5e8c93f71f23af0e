"""What the tests of policies do again and again: a paid application, a worker, what came of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from storefront import clock, files, jobs
from storefront.accounts.models import Customer
from storefront.applications import controls, declaration
from storefront.applications.models import Application
from storefront.catalog import answers as catalog_answers
from storefront.catalog import pricing
from storefront.catalog import service as catalog
from storefront.crypto import new_reference
from storefront.db import transaction
from storefront.mail import Mail
from storefront.payments.models import Payment, Refund
from storefront.policies import issuing, service
from storefront.policies.insurer_client import Issued
from storefront.policies.models import Policy, PolicyDocument
from storefront.quotes.models import Quote
from storefront.quotes.service import lines_json
from tests.payments.support import new_payment
from tests.people import ADDRESS, CHILD, COMPANY, HOLDER, SPOUSE, Somebody
from tests.sandbox.process import Sandbox, http

OF_COMPANIES = ("cyber-sme", "cyber-business", "employers-liability")
DUE = text(
    "select count(*) from procrastinate_jobs"
    " where status = 'todo' and coalesce(scheduled_at, now()) <= now()"
)
LEFT = text(
    "select count(*) from procrastinate_jobs where status in ('todo', 'doing')"
    " and task_name in ('policies.issue', 'policies.render', 'mail.send')"
)
HURRY = text("update procrastinate_jobs set scheduled_at = now() where status = 'todo'")


def person(somebody: Somebody, **more: Any) -> dict[str, Any]:
    """Somebody as an application holds them."""
    return {
        "name": somebody.name,
        "id_number": somebody.id_number,
        "birth_date": somebody.birth_date.isoformat(),
        "sex": somebody.sex,
        "mobile": somebody.mobile,
        **more,
    }


def parties(code: str) -> dict[str, Any]:
    """Everybody in an application for one of the products."""
    vehicle = {"plate": "A12345", "vin": "LSVAA4182E2123450", "engine_number": "CDA123456"}
    vehicle["first_registration"] = "2020-05-06"
    return {
        "policyholder": COMPANY.party()
        if code in OF_COMPANIES
        else person(HOLDER, kind="person", email="holder@example.com", address=ADDRESS),
        "insured": []
        if code in OF_COMPANIES
        else {
            "travel-accident": [person(HOLDER, relation="self"), person(CHILD, relation="child")],
            "term-life": [person(HOLDER, relation="self")],
            "motor-compulsory": [],
        }.get(code, [person(HOLDER, relation="self")]),
        "beneficiaries": {
            "kind": "named",
            "named": [person(SPOUSE, relation="spouse", rank=1, share="100")],
        }
        if code == "term-life"
        else {"kind": "statutory", "named": []},
        "object": vehicle if code == "motor-compulsory" else {},
    }


def new_customer(session: Session) -> Customer:
    """A customer with a confirmed address."""
    now = clock.now()
    customer = Customer(
        email=f"{new_reference('Z').lower()}@example.com",
        email_confirmed_at=now,
        password_hash="",
        language="zh",
        created_at=now,
    )
    session.add(customer)
    session.flush()
    return customer


def paid_application(
    session: Session,
    code: str = "travel-accident",
    *,
    language: str = "en",
    customer: Customer | None = None,
    start_in_days: int = 10,
    now: datetime | None = None,
    changes: dict[str, str] | None = None,
    stated: Mapping[str, str] | None = None,
) -> Payment:
    """An accepted application whose premium has arrived; nothing has followed from it yet.

    `stated` are answers of the questionnaire about the enterprise, as its form sends them.
    """
    now = now or clock.now()
    customer = customer or new_customer(session)
    bundle = catalog.current(session, code, now)
    start = clock.local_date(now) + timedelta(days=start_in_days)
    people = parties(code)
    if stated:
        questions = bundle.definition.application.questionnaire
        given, _faults = declaration.read_answers(questions, stated)
        people["controls"] = controls.stored(given, now)
    dated = {"start_date": start.isoformat()} if bundle.definition.start.key else {}
    answers = catalog_answers.example(bundle.definition, **dated, **(changes or {}))
    priced = pricing.price(bundle, answers, max(1, len(people["insured"])))
    shared = {
        "product_code": code,
        "product_version": bundle.definition.version,
        "answers": catalog_answers.dump(answers),
        "premium": priced.total,
        "unrounded": priced.unrounded,
        "lines": lines_json(priced),
        "customer_id": customer.id,
        "created_at": now,
        "expires_at": now + timedelta(days=9),
    }
    quote = Quote(ref=new_reference("Q"), persons=1, state="applied", **shared)
    session.add(quote)
    session.flush()
    application = Application(
        ref=new_reference("A"),
        quote_id=quote.id,
        state="paid",
        language=language,
        revision=9,
        start_date=start,
        parties=people,
        declaration=[],
        currency="CNY",
        decision={"outcome": "standard", "findings": []},
        updated_at=now,
        submitted_at=now,
        decided_at=now,
        **shared,
    )
    session.add(application)
    session.flush()
    late = now + timedelta(minutes=32)
    payment = new_payment(application, now, amount=priced.total, expires_at=late)
    session.add(payment)
    session.flush()
    return payment


@dataclass
class Office:
    """The application with its worker, and the stand-in insurers beside it."""

    app: Flask
    session: Session
    sandbox: Sandbox

    def begin(self, code: str = "travel-accident", **how: Any) -> Policy:
        """The policy of a freshly paid application."""
        with transaction() as session:
            return self._begun(session, code, **how)

    def _begun(self, session: Session, code: str = "travel-accident", **how: Any) -> Policy:
        payment = paid_application(session, code, **how)
        return service.begin(session, payment, how.get("now") or clock.now())

    def issue(self, code: str = "travel-accident", **how: Any) -> Policy:
        """A policy that has been issued, with its document."""
        policy = self.begin(code, **how)
        self.work()
        return self.read(policy.id)

    def work(self, *, hurry: bool = False) -> None:
        """Runs what is due, and what follows from it; in a hurry also what should wait."""
        self.session.rollback()
        if hurry:
            with transaction() as session:
                session.execute(HURRY)
        while self.session.scalar(DUE):
            self.session.rollback()
            jobs.run_worker(self.app, stop_when_empty=True)
        self.session.rollback()

    def read(self, policy_id: int) -> Policy:
        """The policy as it is in the database now."""
        self.session.rollback()
        self.session.expire_all()
        return self.session.get_one(Policy, policy_id)

    def count(self, model: type[Any]) -> int:
        self.session.rollback()
        return self.session.scalars(select(func.count()).select_from(model)).one()

    def waiting(self) -> list[str]:
        """Names of the jobs that wait for another try."""
        self.session.rollback()
        return list(
            self.session.scalars(
                text(
                    "select task_name from procrastinate_jobs where status = 'todo'"
                    " and task_name like 'policies.%' order by id"
                )
            )
        )

    def on_the_books(self) -> int:
        """How many policies the stand-in insurers have issued or refused."""
        counts = self._control()["counts"]
        return sum(number for name, number in counts.items() if name.startswith("policies "))

    def mails(self) -> list[dict[str, Any]]:
        """What arrived in the mailbox."""
        return list(http.get(f"{self.sandbox.url}/mailbox/messages.json").json())

    def attachment(self, mail: dict[str, Any]) -> bytes:
        """The first attachment of a mail."""
        return http.get(f"{self.sandbox.url}/mailbox/{mail['id']}/attachments/0").content

    def _control(self) -> dict[str, Any]:
        answer = http.get(f"{self.sandbox.url}/control", headers={"Accept": "application/json"})
        return dict(answer.json())

    def assert_exactly_one(self, policy: Policy) -> None:
        """One number, one document, one mail: whatever happened on the way."""
        assert policy.state == "in_force"
        assert policy.number is not None
        assert policy.delivered_at is not None
        assert self.count(PolicyDocument) == 1
        assert self.count(Refund) == 0
        assert self.on_the_books() == 1
        assert len(self.mails()) == self.count(Mail) == 1
        assert self.waiting() == []

    def keep(self, data: bytes, number: str, verify_code: str, **how: Any) -> Policy:
        """A policy in force whose document is the given file, without asking anybody.

        All in one transaction: a worker that runs beside it would ask the insurer for a begun one.
        """
        digest = files.store().put(data)
        with transaction() as session:
            policy = self._begun(session, **how)
            policy.verify_code = verify_code
            issuing.take_issued(session, policy, Issued(number, clock.now()), clock.now())
            issuing.keep_document(session, policy, digest, len(data), clock.now())
            policy_id = policy.id
        return self.read(policy_id)

    def jobs_left(self) -> int:
        """How many jobs are neither done nor given up, the periodic ones apart."""
        self.session.rollback()
        return self.session.scalars(LEFT).one()
