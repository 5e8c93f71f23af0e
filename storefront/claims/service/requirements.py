"""The documents a claim needs: asked for once and completely (C-01), received, judged."""

import tomllib
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront.catalog.definition import ClaimDocument, ProductDefinition
from storefront.claims import stages
from storefront.claims.models import Claim, ClaimRequirement
from storefront.claims.service import contract, timeline

TABLE = Path(__file__).parents[1] / "documents.toml"
HERE = ("received", "accepted")


def of(session: Session, claim: Claim) -> list[ClaimRequirement]:
    """The documents of a claim in the order in which they were asked for."""
    found = select(ClaimRequirement).where(ClaimRequirement.claim_id == claim.id)
    return list(session.scalars(found.order_by(ClaimRequirement.id)))


def missing(rows: Sequence[ClaimRequirement]) -> list[ClaimRequirement]:
    """The required ones that are not there, or were refused."""
    return [row for row in rows if row.required and row.state not in HERE]


def stands_for(row: ClaimRequirement, newest: datetime | None) -> bool:
    """Whether there is a file for a document; after a refusal only one that came later counts.

    `newest` is when the latest file for it came, None without any.
    """
    if newest is None:
        return False
    return row.state != "refused" or row.judged_at is None or newest > row.judged_at


def ask_first(session: Session, claim: Claim, definition: ProductDefinition, now: datetime) -> None:
    """The complete list, given with the report itself: that is the guidance (C-01, C-07)."""
    claim_type = contract.type_of(definition, claim.claim_type)
    for document in claim_type.documents:
        _ask(session, claim, document, now)
    for document in authority_for(claim.reporter["role"]):
        _ask(session, claim, document, now)
    session.flush()
    claim.stage = stages.next_stage(claim.stage, "documents")
    timeline.meet(session, claim, "guidance", now)
    codes = [row.document for row in of(session, claim)]
    timeline.note(session, claim, "documents-listed", "storefront", now, details={"codes": codes})


def authority_for(role: str) -> list[ClaimDocument]:
    """What somebody in this role has to show to act for another person."""
    return [
        ClaimDocument(code=entry["code"], name=entry["name"])
        for entry in _authority()
        if role in entry["roles"]
    ]


def _ask(session: Session, claim: Claim, document: ClaimDocument, now: datetime) -> None:
    session.add(
        ClaimRequirement(
            claim_id=claim.id,
            document=document.code,
            name=document.name.model_dump(),
            required=document.required,
            state="missing",
            reason=None,
            asked_at=now,
            received_at=None,
            judged_at=None,
        )
    )


@cache
def _authority() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = tomllib.loads(TABLE.read_text(encoding="utf-8"))["authority"]
    return found
