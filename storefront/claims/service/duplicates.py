"""What may have been claimed before: the same incident, the same invoice, the same file."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront import clock
from storefront.claims.models import Claim, ClaimInvoice
from storefront.crypto import lookup_hash
from storefront.policies.models import Policy

Flag = dict[str, Any]


def same_incident(session: Session, claim: Claim) -> list[Flag]:
    """Other claims about the same day and person: of the same type in this policy, of any in another.

    Other policies are those of the same policyholder; several may rightly pay, a person looks.
    """
    day = clock.local_midnight(clock.local_date(claim.incident_at))
    others = session.scalars(
        select(Claim)
        .join(Policy, Policy.id == Claim.policy_id)
        .where(
            Policy.customer_id == claim.policy.customer_id,
            Claim.incident_at >= day,
            Claim.incident_at < day + timedelta(days=1),
            Claim.id != claim.id,
            Claim.decision != "withdrawn",
        )
        .order_by(Claim.id)
    )
    return [
        {"code": "same-incident", "claim": other.ref} for other in others if _same(claim, other)
    ]


def _same(claim: Claim, other: Claim) -> bool:
    if other.policy_id == claim.policy_id:
        return other.claim_type == claim.claim_type and other.hurt == claim.hurt
    name = claim.hurt.get("name")
    return bool(name) and other.hurt.get("name") == name


def keep_invoices(session: Session, claim: Claim, invoices: Iterable[dict[str, str]]) -> list[Flag]:
    """Keeps the invoices of a claim in place of earlier ones; flags those handed in elsewhere before."""
    for row in session.scalars(select(ClaimInvoice).where(ClaimInvoice.claim_id == claim.id)):
        session.delete(row)
    flags: list[Flag] = []
    for invoice in invoices:
        digest = lookup_hash("invoice", "".join(invoice["number"].split()))
        flags += _same_invoice(session, claim, digest)
        session.add(ClaimInvoice(claim_id=claim.id, number_hash=digest, details=invoice))
    session.flush()
    return flags


def renew_flags(claim: Claim, code: str, found: Iterable[Flag]) -> None:
    """Replaces the flags of one kind."""
    kept = [flag for flag in claim.flags if flag["code"] != code]
    for flag in found:
        if flag not in kept:
            kept.append(flag)
    claim.flags = kept


def _same_invoice(session: Session, claim: Claim, digest: str) -> list[Flag]:
    found = session.scalars(
        select(Claim.ref)
        .join(ClaimInvoice, ClaimInvoice.claim_id == Claim.id)
        .where(
            ClaimInvoice.number_hash == digest,
            ClaimInvoice.claim_id != claim.id,
            Claim.decision != "withdrawn",
        )
    )
    return [{"code": "same-invoice", "claim": ref} for ref in found]
