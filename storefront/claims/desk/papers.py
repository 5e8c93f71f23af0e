"""The papers of a claim one by one, beside what is known of it: pictures, and PDFs in a frame.

A PDF is drawn by the browser's own viewer, in a frame whose policy lets the file do nothing.
"""

from collections.abc import Sequence

from flask import render_template, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from storefront import clock
from storefront.access import current_member, staff
from storefront.attachments import sending
from storefront.attachments import service as attachments
from storefront.attachments.models import Attachment
from storefront.claims.desk import files, reading
from storefront.claims.desk import staff as pages
from storefront.claims.desk.blueprint import blueprint
from storefront.claims.models import Claim, ClaimRequirement
from storefront.claims.service import handing_in, requirements
from storefront.db import transaction
from storefront.errors import NotFound
from storefront.security import OWN_FRAMES

PDF = "application/pdf"


@blueprint.get("/<string:ref>/papers")
@staff("claims.read")
def papers(ref: str) -> str:
    """One paper, the way to those before and after it, and the facts of the claim."""
    with transaction() as session:
        claim = reading.opened(session, ref, current_member(), clock.now())
        frame = pages.frame(session, claim, "papers")
        asked = requirements.of(session, claim)
        found = _of(session, claim, asked)
        wanted = request.args.get("file", "")
        place = next((n for n, file in enumerate(found) if file.ref == wanted), 0)
        return render_template(
            "staff/claims/papers.html",
            **frame,
            **reading.known(claim, frame["definition"]),
            names_of_papers={row.document: row.name for row in asked},
            papers=found,
            place=place,
            paper=found[place] if found else None,
            is_pdf=bool(found) and found[place].media_type == PDF,
            errors=[],
        )


@blueprint.get("/<string:ref>/papers/<string:file>/frame")
@staff("claims.read")
def paper_frame(ref: str, file: str) -> Response:
    """A PDF of the claim for the frame; reading it stands in the audit."""
    member = current_member()
    with transaction() as session:
        claim = reading.claim_by(session, ref)
        found = next(
            (
                item
                for item in _of(session, claim, requirements.of(session, claim))
                if item.ref == file
            ),
            None,
        )
        if found is None or found.media_type != PDF:
            raise NotFound
        sheet = sending.sheet_of(found, "original")
        attachments.note_read(session, found, member, "frame", clock.now())
    return sending.send_framed(sheet)


@blueprint.after_request
def allow_own_frames(response: Response) -> Response:
    """The page of papers holds a frame of ours; other pages hold none."""
    if request.endpoint == "claims_staff.papers":
        response.headers["Content-Security-Policy"] = OWN_FRAMES
    return response


def _of(session: Session, claim: Claim, asked: Sequence[ClaimRequirement]) -> list[Attachment]:
    """Every accepted file: of the customer by the order of the documents, then those of the desk."""
    order = {row.document: place for place, row in enumerate(asked)}
    sent = attachments.of(session, handing_in.OWNER, claim.ref)
    sent.sort(key=lambda file: order.get(file.purpose, len(order)))
    found = [*sent, *attachments.of(session, files.OWNER, claim.ref)]
    return [file for file in found if file.state == "ready" and file.stored]
