"""The bank's page: files to send, files that came back, lines that a person has to clear."""

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from storefront import clock
from storefront.access import current_member, staff
from storefront.audit import service as audit
from storefront.audit.service import Deed
from storefront.claims.payouts import bank_format, exporting, lists, returning, texts
from storefront.claims.payouts.models import BankFile
from storefront.db import transaction
from storefront.errors import NotFound

blueprint = Blueprint("bank_staff", __name__, url_prefix="/staff/bank")
Page = str | tuple[str, int] | BaseResponse
SHORTEST_NOTE = 3


@blueprint.get("/")
@staff("bank")
def index() -> str:
    """What waits for the bank, files in both directions, held lines."""
    with transaction() as session:
        return _page(session)


@blueprint.post("/files/<string:insurer>")
@staff("bank")
def export(insurer: str) -> BaseResponse:
    """Makes the file of an insurer; pressed twice, the second finds nothing to pay."""
    with transaction() as session:
        made = exporting.export(session, insurer, current_member().id, clock.now())
        ref = made.ref if made else ""
    if ref:
        flash(
            _("The file %(ref)s is made. Download it and give it to the bank.", ref=ref), "success"
        )
    else:
        flash(_("Nothing is approved that was not sent already."), "warning")
    return redirect(url_for("bank_staff.index"), 303)


@blueprint.get("/files/<string:ref>.csv")
@staff("bank")
def download(ref: str) -> BaseResponse:
    """A file as it was first made, byte by byte."""
    with transaction() as session:
        file = session.scalar(select(BankFile).where(BankFile.ref == ref))
        if file is None:
            raise NotFound
        data, charset = exporting.content_of(file), file.encoding
        deed = Deed("bank.download", "bank-file", ref)
        audit.record(session, current_member().id, deed, clock.now())
    headers = {
        "Content-Disposition": f'attachment; filename="{ref}.csv"',
        "Cache-Control": "no-store",
    }
    return Response(data, content_type=f"text/csv; charset={charset}", headers=headers)


@blueprint.post("/returns")
@staff("bank")
def upload() -> Page:
    """Takes a return file in; one with a fault is not used at all, and each fault is named."""
    file = request.files.get("file")
    data = file.read(bank_format.LARGEST_FILE + 1) if file else b""
    if not data or file is None:
        with transaction() as session:
            return _page(session, [_("Please choose the file of the bank.")]), 422
    try:
        with transaction() as session:
            name = file.filename or ""
            row, new = returning.take_in(session, data, name, current_member().id, clock.now())
            counts = dict(row.counts)
    except bank_format.Faulty as faulty:
        errors = [
            _("Line %(line)s: %(fault)s", line=line, fault=texts.fault(slug))
            for line, slug in faulty.faults
        ]
        with transaction() as session:
            return _page(session, errors), 422
    if not new:
        flash(_("This file was taken in before; nothing was changed."), "warning")
    else:
        said = _(
            "Paid %(paid)s, rejected %(rejected)s, held %(held)s, known already %(repeated)s.",
            **counts,
        )
        flash(said, "success")
    return redirect(url_for("bank_staff.index"), 303)


@blueprint.post("/lines/<int:line_id>/resolve")
@staff("bank")
def resolve(line_id: int) -> Page:
    """Keeps what a person cleared with the bank about a held line."""
    note = request.form.get("note", "").strip()[:500]
    with transaction() as session:
        if len(note) < SHORTEST_NOTE:
            return _page(session, [_("Please say what the bank told you.")]), 422
        returning.resolve(session, line_id, note, current_member().id, clock.now())
    flash(_("The line is cleared."), "success")
    return redirect(url_for("bank_staff.index"), 303)


def _page(session: Session, errors: list[str] | None = None) -> str:
    return render_template(
        "staff/payouts/bank.html",
        waiting=lists.waiting(session),
        files=lists.files(session),
        returns=lists.returns(session),
        held=lists.held(session),
        reasons=texts.reasons(),
        errors=errors or [],
    )
