"""The files of a claim: who may see and change them, and that what comes later is noticed."""

from datetime import datetime

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from storefront.attachments.gates import Gate
from storefront.attachments.models import Attachment
from storefront.claims.models import Claim
from storefront.claims.service import access, answering, deciding, handing_in, timeline
from storefront.claims.views.common import visitor
from storefront.errors import Conflict, NotFound
from storefront.worklist import service as worklist


def owner(session: Session, ref: str, writing: bool) -> str | None:
    """Whoever reported the claim; changes while documents are collected, or an objection is open."""
    try:
        claim = access.get(session, ref, visitor())
    except NotFound:
        return None
    if writing and not may_change(session, access.lock_row(session, claim.id)):
        raise Conflict(_("The assessment of this claim has begun; nothing can be changed now."))
    return timeline.customer(claim)


def may_change(session: Session, claim: Claim) -> bool:
    """Whether files may come and go now."""
    return claim.stage in handing_in.OPEN or deciding.open_objection(session, claim) is not None


def arrived(session: Session, attachment: Attachment, now: datetime) -> None:
    """Who looks at an objection sees that something came in."""
    worklist.note_unread(session, answering.REVIEW_WORK, attachment.owner_ref)


def used_until(session: Session, ref: str) -> datetime | None:
    """What was handed in has been looked at, or will be: it is proof, and stays."""
    return timeline.last(session, access.by_ref(session, ref), "handed-in")


def page(ref: str) -> str:
    """Where the customer finds the files."""
    return url_for("claims.show", ref=ref)


GATE = Gate(
    visitor=owner,
    page=page,
    reading="claims.read",
    keep_original=True,
    arrived=arrived,
    used_until=used_until,
)
