"""Applications for journeys of children, ready to be submitted, made without the pages."""

from datetime import timedelta
from decimal import Decimal

from sqlalchemy.orm import Session

from storefront import clock
from storefront.accounts.models import Customer
from storefront.applications.models import Application, Confirmation
from storefront.catalog import answers as catalog_answers
from storefront.catalog import service as catalog
from storefront.crypto import new_reference
from storefront.quotes.models import Quote
from tests.applications.conftest import PASSWORD, new_customer
from tests.people import ADDRESS, CHILD, HOLDER, Somebody

CONFIRMED = (
    "notice", "sensitive-data", "passing-on", "children-data", "clauses", "exclusions",
)  # fmt: skip


def parent(session: Session, email: str = "parent@example.com") -> Customer:
    """Somebody with an account."""
    customer = new_customer(email, PASSWORD)
    session.add(customer)
    session.flush()
    return customer


def person(somebody: Somebody, relation: str, **more: str) -> dict[str, str]:
    """A party of an application."""
    return {
        **somebody.form(relation=relation, **more),
        "birth_date": somebody.birth_date.isoformat(),
        "sex": somebody.sex,
    }


def journey(
    session: Session, customer: Customer, death: int, child: Somebody = CHILD, in_days: int = 10
) -> Application:
    """A draft for a week of a child's travel, at its last step."""
    now = clock.now()
    bundle = catalog.current(session, "travel-accident", now)
    answers = catalog_answers.example(
        bundle.definition, death=str(death), disability="10000", medical="0"
    )
    shared = {
        "product_code": "travel-accident",
        "product_version": bundle.definition.version,
        "answers": catalog_answers.dump(answers),
        "premium": Decimal("10.00"),
        "unrounded": Decimal("10.00"),
        "lines": [],
        "customer_id": customer.id,
        "created_at": now,
        "expires_at": now + timedelta(days=30),
    }
    quote = Quote(ref=new_reference("Q"), persons=1, state="applied", **shared)
    session.add(quote)
    session.flush()
    holder = {**person(HOLDER, ""), "kind": "person", "address": ADDRESS, "email": customer.email}
    application = Application(
        ref=new_reference("A"),
        quote_id=quote.id,
        state="draft",
        language="zh",
        revision=1,
        start_date=clock.local_date(now) + timedelta(days=in_days),
        parties={
            "persons": 1,
            "policyholder": holder,
            "insured": [person(child, "child", cover_elsewhere="0")],
        },
        declaration=[],
        currency="CNY",
        updated_at=now,
        **shared,
    )
    application.confirmations = [
        Confirmation(kind=kind, text_sha256="0" * 64, language="zh", confirmed_at=now)
        for kind in CONFIRMED
    ]
    session.add(application)
    session.flush()
    return application
