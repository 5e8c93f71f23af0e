"""Files that staff add to a claim: reports of surveys, letters of a negotiation. Customers see none."""

from datetime import datetime

from flask import url_for
from sqlalchemy.orm import Session

from storefront.attachments import service as attachments
from storefront.attachments.gates import Gate
from storefront.attachments.models import Attachment
from storefront.claims.service import access, timeline
from storefront.claims.service.timeline import DESK_FILES as OWNER

GENERAL = "desk"
"""The document under which a file stands that belongs to no note."""


def purpose_of(note_id: int) -> str:
    """The document under which the files of a note stand."""
    return f"note-{note_id}"


def visitor(session: Session, ref: str, writing: bool) -> str | None:
    """Nobody but staff. Raises NotFound where there is no such claim."""
    access.by_ref(session, ref)
    return None


def arrived(session: Session, attachment: Attachment, now: datetime) -> None:
    """The file and its hash stand in the timeline and in the record; it stays as long as the claim."""
    claim = access.by_ref(session, attachment.owner_ref)
    attachments.retain(session, OWNER, claim.ref, claim.retain_until)
    details = {"file": attachment.file_name, "sha256": attachment.sha256}
    actor = attachment.uploaded_by
    timeline.note(session, claim, "desk-file", actor, now, details=details, visible=False)
    proof = {"ref": attachment.ref, "sha256": attachment.sha256}
    timeline.prove(session, claim, "claim-desk-file", actor, now, details=proof)


def page(ref: str) -> str:
    """Where staff find the files."""
    return url_for("claims_staff.course", ref=ref)


GATE = Gate(
    visitor=visitor,
    page=page,
    staff_page=page,
    reading="claims.read",
    writing=timeline.PERMISSION,
    keep_original=True,
    lasting=True,
    arrived=arrived,
)
