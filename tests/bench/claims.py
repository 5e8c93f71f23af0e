"""Lists and pages of claims with a thousand and with a million claims in the database."""

import os

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from storefront.accounts.models import Customer
from storefront.claims.models import Claim
from tests.bench import inhabited, site
from tests.bench.figures import Section
from tests.bench.inhabited import Business, Visit

FEW, MANY = 1_000, int(os.environ.get("BENCH_CLAIMS", "1000000"))
CLAIMS_EACH = 5  # on a policy, so that a customer has as many in both databases
OF_CUSTOMER = 10
AIM = 1.3


def lengths(prepared: site.Site) -> Section:
    """The customer's and the staff's claims with few and with many."""
    with (
        inhabited.opened(prepared, Business("few_claims", FEW // CLAIMS_EACH, FEW), _visit) as few,
        inhabited.opened(
            prepared, Business("many_claims", MANY // CLAIMS_EACH, MANY), _visit
        ) as many,
    ):
        figures = inhabited.compared(few, many, AIM, lambda _name: None)
    return Section(
        "Claims",
        f"Milliseconds of one request after another, median of {inhabited.ROUNDS} on each database"
        f" in turns. The customer has {OF_CUSTOMER} claims.",
        tuple(figures),
        (f"{FEW:,} claims", f"{MANY:,} claims", "ratio"),
    )


def _visit(session: Session) -> Visit:
    """The closed claim of somebody who has made some; the same in both databases."""
    customer_id = session.scalars(
        select(Claim.customer_id)
        .group_by(Claim.customer_id)
        .having(func.count() == OF_CUSTOMER)
        .order_by(Claim.customer_id)
        .limit(1)
    ).one()
    claim = session.scalars(
        select(Claim)
        .where(Claim.customer_id == customer_id, Claim.stage == "closed")
        .order_by(Claim.payable.desc())
        .limit(1)
    ).one()
    paths = {
        "customer's claims": "/claims/",
        "customer's claim": f"/claims/{claim.ref}",
        "staff's claims": "/staff/claims/",
        "staff's claims, closed": "/staff/claims/?stage=closed",
        "staff's claim": f"/staff/claims/{claim.ref}",
        "list of claims": "/staff/lists/claims",
        "list of claims, declined": "/staff/lists/claims?decision=declined",
    }
    return Visit(paths, session.get_one(Customer, customer_id))
