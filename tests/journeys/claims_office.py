"""What a journey of a claim cannot wait for: a policy whose cover began days ago, and an assessor.

A program of its own beside the running site, with the site's settings:
`policy CODE EMAIL` has a paid application's policy issued by the worker; `approve REF`, `decline REF`.
"""

import sys
from datetime import timedelta

from storefront import clock, create_app
from storefront.accounts.models import Customer
from storefront.claims.service import access, adjudicating, deciding
from storefront.claims.service.deciding import Decision
from storefront.db import db, transaction
from storefront.policies import service as policies
from tests.launch.installation import Installation, eventually
from tests.plans import SECURE, SECURE_BY_ZONES, SIX_HEADS
from tests.policies.support import paid_application
from tests.staff.people import make_member

CONTRACTS = {"cyber-business": {"changes": SIX_HEADS, "stated": SECURE | SECURE_BY_ZONES}}
"""What a contract holds beyond the example of its product."""
REFUSAL = {"zh": "事故不在保险责任范围内。", "en": "The accident is not covered."}


def ask(installation: Installation, *words: str) -> str:
    """Runs a command beside the site and gives its answer."""
    return installation.ask("tests.journeys.claims_office", *words)


def policy(code: str, email: str) -> str:
    """The number of a policy whose cover began some days ago, once the insurer has issued it."""
    long_ago = clock.now() - timedelta(days=14)
    with transaction() as session:
        customer = session.query(Customer).filter_by(email=email).one()
        how = CONTRACTS.get(code, {})
        payment = paid_application(session, code, customer=customer, now=long_ago, **how)
        policy_id = policies.begin(session, payment, long_ago).id

    def number() -> str | None:
        db.session.rollback()
        db.session.expire_all()
        return db.session.get_one(policies.Policy, policy_id).number

    return str(eventually(number, 60))


def decide(ref: str, outcome: str) -> str:
    """A member of staff decides a claim as the rules suggest, or declines it."""
    who = make_member(db.session, ["assessor"]).id
    now = clock.now()
    with transaction() as session:
        claim = access.by_ref(session, ref)
        found = adjudicating.adjudicated(session, claim, now)
        decision = (
            Decision("declined", {}, "other", "5", REFUSAL)
            if outcome == "decline"
            else Decision("approved", {int(head.code): head.payable for head in found.heads})
        )
        return str(deciding.decide(session, claim, decision, who, now).amount)


def main(command: str, *words: str) -> str:
    """One of the commands above."""
    return policy(*words) if command == "policy" else decide(words[0], command)


if __name__ == "__main__":
    with create_app().app_context():
        sys.stdout.write(main(*sys.argv[1:]))
