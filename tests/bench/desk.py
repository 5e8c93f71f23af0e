"""The staff's pages with few and with a million policies, asked in turns on two databases beside each other."""

import os
from datetime import timedelta
from typing import TypeVar
from urllib.parse import quote

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from storefront import clock
from storefront.accounts.models import Customer
from storefront.applications.models import Application
from storefront.claims.models import Claim
from storefront.figures.dashboard import LONGEST
from storefront.payments.models import Payment
from storefront.policies.models import Policy
from tests.bench import inhabited, site
from tests.bench.figures import Figure, Section
from tests.bench.inhabited import Business, Visit

FEW, MANY = 10_000, int(os.environ.get("BENCH_POLICIES", "1000000"))
CLAIMS = 0.3  # for each policy
LISTS = ("applications", "policies", "claims", "payments", "customers")
AIM, SEARCH_MS = 1.5, 100
POLICIES_EACH = 2
LOAD_SECONDS, MEMORY_AIM = 600, 1.5


Row = TypeVar("Row", Customer, Policy, Claim, Payment)


def lengths(prepared: site.Site) -> Section:
    """Every page of the desk with few and with many policies."""
    with (
        inhabited.opened(prepared, Business("few", FEW, int(FEW * CLAIMS)), _visit) as few,
        inhabited.opened(prepared, Business("many", MANY, int(MANY * CLAIMS)), _visit) as many,
    ):
        figures = [
            _loading(many.seconds),
            _memory(few.megabytes, many.megabytes),
            *inhabited.compared(few, many, AIM, _most),
        ]
    return Section(
        "The desk",
        f"Milliseconds of one request after another, median of {inhabited.ROUNDS} on each database"
        f" in turns. There are {int(MANY * CLAIMS):,} claims and more than {3 * MANY:,} payments.",
        tuple(figures),
        (f"{FEW:,} policies", f"{MANY:,} policies", "ratio"),
    )


def _most(name: str) -> float | None:
    return SEARCH_MS if name.startswith("search") else None


def _loading(seconds: float) -> Figure:
    met = seconds <= LOAD_SECONDS
    return Figure("loading them", "", f"{seconds:.0f} s", "", f"≤ {LOAD_SECONDS} s", met)


def _memory(few: int, many: int) -> Figure:
    ratio = many / few
    return Figure(
        "most memory of the loader", f"{few} MB", f"{many} MB", f"{ratio:.2f} ×",
        f"≤ {MEMORY_AIM} ×", ratio <= MEMORY_AIM,
    )  # fmt: skip


def _visit(session: Session) -> Visit:
    claim = _middle(session, Claim)
    paths = {**_searches(session), **_pages(session, claim), **_lists(session)}
    paths["list of claims, of a customer"] = f"/staff/lists/claims?customer={claim.customer_id}"
    return Visit(paths, session.get_one(Customer, claim.customer_id))


def _searches(session: Session) -> dict[str, str]:
    customer, policy = _middle(session, Customer), _middle(session, Policy)
    payment = _middle(session, Payment)
    vehicle = session.scalars(
        select(Application).where(Application.product_code == "motor-compulsory").limit(1)
    ).one()
    name, mobile = str(customer.name), str(customer.mobile)
    wanted = {
        "name": name,
        "part of a name": name[1:] if len(name) > 2 else name,
        "mobile number": mobile,
        "last four figures": mobile[-4:],
        "plate": vehicle.parties["object"]["plate"],
        "policy number": str(policy.number),
        "payment number": payment.ref,
        "Stripe's number": str(payment.stripe_session_id),
        "identity number": str(customer.id_number),
    }
    return {f"search by {what}": f"/staff/search/?q={quote(text)}" for what, text in wanted.items()}


def _pages(session: Session, claim: Claim) -> dict[str, str]:
    """One page of each kind about something in the middle of the data."""
    today = clock.local_date(clock.now())
    month, year = today - timedelta(days=29), today - timedelta(days=LONGEST - 1)
    return {
        "home": "/staff/",
        "dashboard": f"/staff/dashboard/?from={month}&to={today}",
        "dashboard of a year": f"/staff/dashboard/?from={year}&to={today}",
        "customer": f"/staff/customers/{_usual_customer(session)}",
        "policy": f"/staff/policies/{_middle(session, Policy).number}",
        "claims": "/staff/claims/",
        "claim": f"/staff/claims/{claim.ref}",
        "support": "/staff/support/",
        "underwriting": "/staff/underwriting/",
        "customer's claims": "/claims/",
        "customer's claim": f"/claims/{claim.ref}",
    }


def _lists(session: Session) -> dict[str, str]:
    """The lists as they open, and one filtered, one of old days, one sorted and one deep page."""
    now, payment = clock.now(), _middle(session, Payment)
    last, first = (
        clock.local_date(now - timedelta(days=270)),
        clock.local_date(now) - timedelta(300),
    )
    deep = quote(f"{(now - timedelta(days=270)).isoformat()}~{payment.application_id}")
    return {
        **{f"list of {name}": f"/staff/lists/{name}" for name in LISTS},
        "list of policies, cancelled": "/staff/lists/policies?state=cancelled",
        "list of policies, of a product": "/staff/lists/policies?product=travel-accident",
        "list of payments, old days": f"/staff/lists/payments?from={first}&to={last}",
        "list of policies, by their end": "/staff/lists/policies?sort=end",
        "list of payments, by amount": "/staff/lists/payments?sort=-amount",
        "list of applications, deep": f"/staff/lists/applications?after={deep}",
    }


def _usual_customer(session: Session) -> int:
    """A customer in the middle who has as many policies as they have on average."""
    middle = _middle(session, Policy).customer_id
    return session.scalars(
        select(Policy.customer_id)
        .where(Policy.customer_id.between(middle, middle + 1000))
        .group_by(Policy.customer_id)
        .having(func.count() == POLICIES_EACH)
        .order_by(Policy.customer_id)
        .limit(1)
    ).one()


def _middle(session: Session, model: type[Row]) -> Row:
    number = session.scalar(select(func.max(model.id))) or 0
    return session.scalars(
        select(model).where(model.id >= number // 2).order_by(model.id).limit(1)
    ).one()
