"""The letter about a payment out of goodwill: what stands in it, and that it was sent."""

from datetime import datetime

from sqlalchemy.orm import Session

from config import Settings
from storefront.claims.letter import GoodwillLetter
from storefront.claims.models import Claim, ClaimExGratia
from storefront.claims.service import contract, paying, timeline
from storefront.claims.service.reporting import send_mail
from storefront.policies import archive


def content(
    session: Session, claim: Claim, row: ClaimExGratia, settings: Settings
) -> GoodwillLetter:
    """What the letter says, in the language of the claim."""
    definition = contract.definition_of(session, claim)
    insurer = archive.insurer_profile(session, claim.policy.insurer_code)
    if row.decided_at is None:
        raise ValueError(f"payment out of goodwill {row.id} is not decided")
    return GoodwillLetter(
        language=claim.language,
        ref=claim.ref,
        policy_number=claim.policy.number or "",
        product=definition.marketing_name.in_language(claim.language),
        addressee=claim.reporter["name"],
        incident_at=claim.incident_at,
        decided_at=row.decided_at,
        amount=row.amount,
        insurer=insurer.name.in_language(claim.language),
        contact=f"{insurer.claims_phone}, {insurer.service_email}",
        page=f"{settings.base_url}/claims/{claim.ref}",
        complaints=f"{settings.base_url}/complaints",
    )


def keep(session: Session, row_id: int, sha256: str, now: datetime) -> None:
    """The signed letter exists: it is kept and sent; a second time changes nothing."""
    row = session.get_one(ClaimExGratia, row_id, with_for_update=True, populate_existing=True)
    if row.letter_sha256 is not None:
        return
    claim = session.get_one(Claim, row.claim_id)
    row.letter_sha256, row.told_at = sha256, now
    timeline.note(session, claim, "ex-gratia-told", "storefront", now)
    details = {"number": row.id, "sha256": sha256}
    timeline.prove(session, claim, "ex-gratia-told", "storefront", now, details=details)
    context = {
        "ref": claim.ref,
        "amount": str(row.amount),
        "wants_account": paying.account_of(session, claim) is None,
        "account": claim.customer_id is not None,
    }
    send_mail(
        session, claim, "claim_ex_gratia", context, now,
        key=f"ex-gratia:{row.id}", attachments=((f"{claim.ref}-goodwill-{row.id}.pdf", sha256),),
    )  # fmt: skip
