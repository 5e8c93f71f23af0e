"""The staff's pages of the record: find a sale, go through it moment by moment, take it away signed."""

from typing import Any

from flask import (
    Blueprint,
    current_app,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from storefront import clock
from storefront.access import current_member, staff
from storefront.audit import service as audit
from storefront.audit import unmasking
from storefront.db import transaction
from storefront.errors import NotFound
from storefront.evidence.checking import faults_in_chains
from storefront.pages import static_url
from storefront.replay import changes, drawing, export, sale, timeline
from storefront.replay.timeline import Event
from storefront.security import OWN_FRAMES

blueprint = Blueprint("evidence_staff", __name__, url_prefix="/staff/evidence")
PERMISSION = "evidence.replay"


@blueprint.get("/")
@staff(PERMISSION)
def index() -> str | AnyResponse:
    """Asks which sale to see."""
    ref = request.args.get("ref", "").strip()
    if not ref:
        return render_template("staff/evidence/index.html", ref="", missing=False)
    with transaction() as session:
        try:
            found = sale.find(session, ref)
        except NotFound:
            return render_template("staff/evidence/index.html", ref=ref, missing=True)
        return redirect(url_for("evidence_staff.show", ref=found.ref))


@blueprint.get("/<string:ref>")
@staff(PERMISSION)
def show(ref: str) -> str:
    """All that happened in a sale, in order."""
    with transaction() as session:
        found = sale.find(session, ref)
        _audit(session, found.ref, "evidence.replay", "timeline")
        return render_template(
            "staff/evidence/timeline.html",
            sale=found,
            events=timeline.events(session, found),
            faults=faults_in_chains(session, [chain.name for chain in found.chains]),
        )


@blueprint.get("/<string:ref>/<string:chain>/<int:position>")
@staff(PERMISSION)
def moment(ref: str, chain: str, position: int) -> str | AnyResponse:
    """One moment: what was shown or said, and what had changed since the one before."""
    with transaction() as session:
        found = sale.find(session, ref)
        if masked := _masked(found):
            return masked
        events = [event for event in timeline.events(session, found) if event.position]
        place, event = _place(events, chain, position)
        _audit(session, found.ref, "evidence.replay", f"{chain}/{position}")
        return render_template(
            "staff/evidence/moment.html",
            sale=found,
            event=event,
            number=place + 1,
            total=len(events),
            before=events[place - 1] if place else None,
            after=events[place + 1] if place + 1 < len(events) else None,
            facts=list(changes.flat(event.details)),
        )


@blueprint.get("/<string:ref>/<string:chain>/<int:position>/page")
@staff(PERMISSION)
def page(ref: str, chain: str, position: int) -> AnyResponse:
    """What was shown, as a document for a frame that may do nothing at all."""
    with transaction() as session:
        found = sale.find(session, ref)
        if masked := _masked(found):
            return masked
        _, event = _place(timeline.events(session, found), chain, position)
        content = timeline.content_of(session, event)
        if event.content_sha256 is None:
            raise NotFound
        _audit(session, found.ref, "evidence.replay", f"{chain}/{position}")
        sheets = [_style_address(name) for name in drawing.STYLES]
        response = make_response(drawing.document(session, event, content, sheets, chain))
    response.headers["Content-Security-Policy"] = drawing.FRAME_POLICY
    return response


@blueprint.post("/<string:ref>/export")
@staff(PERMISSION)
def take_away(ref: str) -> AnyResponse:
    """The sale as a signed archive."""
    settings = current_app.extensions["settings"]
    with transaction() as session:
        found = sale.find(session, ref)
        if masked := _masked(found):
            return masked
        _audit(session, found.ref, "evidence.export", "archive")
        files = export.files_of(session, found, clock.now())
        name = f"{found.ref}.zip"
    response = make_response(export.archive(files, export.signer(settings)))
    response.headers["Content-Type"] = "application/zip"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@blueprint.after_request
def allow_own_frames(response: AnyResponse) -> AnyResponse:
    """The moment's page holds a frame of ours; other pages hold none."""
    if request.endpoint == "evidence_staff.moment":
        response.headers["Content-Security-Policy"] = OWN_FRAMES
    return response


def _masked(found: sale.Sale) -> AnyResponse | None:
    """The record names everybody in clear: the way to give a reason, as long as none was given."""
    return unmasking.reason_first(("application", found.ref), current_member(), clock.now())


def _place(events: list[Event], chain: str, position: int) -> tuple[int, Event]:
    for number, event in enumerate(events):
        if (event.chain, event.position) == (chain, position):
            return number, event
    raise NotFound


def _style_address(name: str) -> str:
    if name.startswith("bootstrap"):
        return url_for("bootstrap.static", filename=f"css/{name}")
    return static_url(name)


def _audit(session: Session, ref: str, action: str, what: str) -> None:
    deed = audit.Deed(action, "application", ref, after={"seen": what})
    audit.record(session, current_member().id, deed, clock.now())


@blueprint.app_template_test("recorded")
def recorded(event: Any) -> bool:
    """Whether an event stands in a chain, so that its moment can be opened."""
    return bool(event.position)
