"""Uploads in pieces, uploads by a form, lists, previews and removal, for whatever owner has a gate.

The views are open to everybody as far as `access` knows; the gate of the owner lets in, or answers as
if there were nothing. A piece is kept before the row is changed, outside of the transaction.
"""

from flask import Blueprint, flash, jsonify, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response

from storefront import clock
from storefront.access import Member, public
from storefront.attachments import gates, rules, sending, service, storage, texts
from storefront.attachments.models import Attachment
from storefront.attachments.values import FileRefused, Offer, Owner, Piece, WrongOffset
from storefront.db import transaction
from storefront.errors import Conflict, Forbidden
from storefront.extensions import limiter

blueprint = Blueprint("attachments", __name__, url_prefix="/attachments")

BEGIN_LIMIT = "120 per minute; 1200 per hour"
PIECES_LIMIT = "1200 per minute"
FORM_LIMIT = "30 per minute"
LONGEST_MARK = 400
Answer = Response | tuple[Response, int]


@blueprint.post("/of/<string:kind>/<string:owner>/begin")
@public
@limiter.limit(BEGIN_LIMIT)
def begin(kind: str, owner: str) -> Answer:
    """Announces a file; answers with its reference and from where to send it, in pieces of a size."""
    now = clock.now()
    member = gates.present_member()
    purpose, name = request.form.get("purpose", ""), request.form.get("name", "")
    size, mark = request.form.get("size", type=int, default=0), request.form.get("mark", "")
    with transaction() as session:
        admission = gates.admit(session, kind, owner, member, writing=True)
        gates.check_purpose(session, kind, owner, purpose)
        offer = Offer(purpose, name, size, admission.actor, mark[:LONGEST_MARK])
        try:
            attachment = service.begin(session, Owner(kind, owner), offer, service.limits(now), now)
        except FileRefused as refused:
            return jsonify(message=texts.fault(refused.slug)), 422
        return jsonify(_progress(attachment) | {"piece": rules.CHUNK_BYTES})


@blueprint.get("/<string:ref>")
@public
def progress(ref: str) -> Answer:
    """Where an upload stands, for going on after the connection broke."""
    member = gates.present_member()
    with transaction() as session:
        attachment = service.get(session, ref)
        gates.admit(session, *_owner(attachment), member, writing=False)
        return jsonify(_progress(attachment))


@blueprint.post("/<string:ref>/piece")
@public
@limiter.limit(PIECES_LIMIT)
def piece(ref: str) -> Answer:
    """Takes the piece that begins at `offset`; 409 says where to go on instead."""
    request.max_content_length = rules.CHUNK_BYTES
    member = gates.present_member()
    offset = request.args.get("offset", type=int, default=-1)
    data = request.get_data(cache=False)
    try:
        return jsonify(_append(ref, member, offset, data))
    except WrongOffset as wrong:
        return jsonify(offset=wrong.offset), 409


@blueprint.post("/of/<string:kind>/<string:owner>/form")
@public
@limiter.limit(FORM_LIMIT)
def form(kind: str, owner: str) -> Response:
    """The whole upload in one form, for browsers without JavaScript."""
    member = gates.present_member()
    purpose = request.form.get("purpose", "")
    with transaction() as session:
        page = gates.admit(session, kind, owner, member, writing=True).page
    chosen = [file for file in request.files.getlist("file") if file.filename]
    if not chosen:
        flash(texts.nothing_chosen(), "warning")
    for file in chosen:
        try:
            _take_whole(Owner(kind, owner), purpose, file, member)
        except FileRefused as refused:
            name = rules.clean_name(file.filename or "")
            flash(f"{name}: {texts.fault(refused.slug)}", "danger")
    return redirect(page, 303)


@blueprint.get("/of/<string:kind>/<string:owner>/files/<string:purpose>")
@public
def files(kind: str, owner: str, purpose: str) -> str:
    """The list of the files of one document, to be put into the page again."""
    member = gates.present_member()
    with transaction() as session:
        admission = gates.admit(session, kind, owner, member, writing=False)
        found = [item for item in service.of(session, kind, owner) if item.purpose == purpose]
        return render_template(
            "attachments/files.html",
            files=found,
            removable=gates.removable(session, kind, owner, found),
            by_staff=admission.member is not None,
        )


@blueprint.post("/<string:ref>/remove")
@public
def remove(ref: str) -> Response:
    """Takes a file away."""
    member = gates.present_member()
    with transaction() as session:
        attachment = service.get(session, ref)
        admission = gates.admit(session, *_owner(attachment), member, writing=True)
        if not rules.may_remove(attachment.uploaded_by, admission.actor):
            raise Forbidden
        if not gates.removable(session, *_owner(attachment), [attachment]):
            raise Conflict(_("This file is part of the record and stays; you can add another one."))
        service.remove(session, attachment, clock.now())
    return redirect(admission.page, 303)


@blueprint.get("/<string:ref>/<any(file, preview, original):what>")
@public
def show(ref: str, what: str) -> Response:
    """The bytes of a file: as it is kept, its preview, or as it came. Staff reading is audited."""
    member = gates.present_member()
    with transaction() as session:
        attachment = service.get(session, ref)
        admission = gates.admit(session, *_owner(attachment), member, writing=False)
        sheet = sending.sheet_of(attachment, what)
        if admission.member is not None:
            service.note_read(session, attachment, admission.member, what, clock.now())
    return sending.send(sheet)


def _append(ref: str, member: Member | None, offset: int, data: bytes) -> dict[str, object]:
    with transaction() as session:
        attachment = service.get(session, ref)
        gates.admit(session, *_owner(attachment), member, writing=False)
        if not data or offset != attachment.received:
            raise WrongOffset(attachment.received)
        folder = attachment.folder
    name = storage.put_part(folder, data)
    with transaction() as session:
        attachment = service.get(session, ref)
        gates.admit(session, *_owner(attachment), member, writing=True)
        kept = Piece(name, len(data), data[: rules.HEAD_BYTES])
        return _progress(service.append(session, attachment, offset, kept))


def _take_whole(owner: Owner, purpose: str, file: FileStorage, member: Member | None) -> None:
    data, now = file.stream.read(), clock.now()
    with transaction() as session:
        admission = gates.admit(session, owner.kind, owner.ref, member, writing=True)
        gates.check_purpose(session, owner.kind, owner.ref, purpose)
        offer = Offer(purpose, file.filename or "", len(data), admission.actor)
        ref = service.begin(session, owner, offer, service.limits(now), now).ref
    _append(ref, member, 0, data)


def _owner(attachment: Attachment) -> tuple[str, str]:
    return attachment.owner_kind, attachment.owner_ref


def _progress(attachment: Attachment) -> dict[str, object]:
    fault = texts.fault(attachment.fault) if attachment.fault else ""
    return {
        "ref": attachment.ref,
        "state": attachment.state,
        "offset": attachment.received,
        "message": fault,
    }


blueprint.add_app_template_global(texts.fault, "file_fault")
blueprint.add_app_template_global(texts.largest_upload)
blueprint.add_app_template_filter(texts.file_size)
