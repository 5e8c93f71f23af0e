"""The pages of all lists: filters in the address, columns as the member wants them, exports."""

from collections.abc import Iterator
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from storefront import clock, files
from storefront.access import current_member, staff
from storefront.audit import service as audit
from storefront.customers.lists import exports, reading, writing
from storefront.customers.lists.declared import LISTS
from storefront.customers.lists.kinds import Column, Listing, shown
from storefront.customers.models import ListColumns, ListExport
from storefront.db import transaction
from storefront.errors import Forbidden, NotFound
from storefront.extensions import current_language

blueprint = Blueprint("lists_staff", __name__, url_prefix="/staff/lists")


@blueprint.get("/")
@staff("home")
def index() -> str:
    """The lists that the member may read, and the member's exports."""
    member = current_member()
    with transaction() as session:
        return render_template(
            "staff/lists/index.html",
            lists=[item for item in LISTS.values() if item.permission in member.permissions],
            exports=exports.newest(session, member) if "export" in member.permissions else (),
            names=LISTS,
        )


@blueprint.get("/<string:name>")
@staff("home")
def show(name: str) -> str:
    """One page of a list; who may read it depends on the list."""
    listing = _listing(name)
    filters = reading.filters_of(listing, request.args)
    sort = reading.sort_of(listing, request.args.get("sort", ""))
    with transaction() as session:
        columns = _columns(session, listing)
        after = request.args.get("after", "")
        found = reading.page(session, listing, columns, filters, sort=sort, after=after)
        deed = audit.Deed(
            "list.read", "list", name, after={"filters": filters, "shown": found.numbers}
        )
        audit.record(session, current_member().id, deed, clock.now())
        return render_template(
            "staff/lists/show.html",
            listing=listing,
            columns=columns,
            filters=filters,
            sort=sort,
            rows_shown=[_cells(columns, row) for row in found.rows],
            after=found.after,
            may_export=_may_export(listing),
        )


@blueprint.post("/<string:name>/columns")
@staff("home")
def choose(name: str) -> AnyResponse:
    """Remembers which columns the member wants; none at all brings the usual ones back."""
    listing = _listing(name)
    wanted = [item.key for item in listing.columns if item.key in request.form.getlist("column")]
    member = current_member()
    with transaction() as session:
        session.merge(ListColumns(member_id=member.id, list_name=name, columns=wanted))
    return redirect(url_for("lists_staff.show", name=name, **_asked(listing)), 303)


@blueprint.post("/<string:name>/export")
@staff("export")
def export(name: str) -> AnyResponse:
    """Has a file made of everything that matches."""
    listing = _listing(name)
    if not _may_export(listing):
        raise Forbidden
    with transaction() as session:
        wish = exports.Wish(
            listing,
            _columns(session, listing),
            reading.filters_of(listing, request.form),
            "xlsx" if request.form.get("form") == "xlsx" else "csv",
            current_language(),
        )
        row = exports.ask(session, wish, current_member(), clock.now())
        export_id = row.id
    return redirect(url_for("lists_staff.progress", export_id=export_id), 303)


@blueprint.get("/exports/<int:export_id>")
@staff("export")
def progress(export_id: int) -> str:
    """How far an export is."""
    part = request.headers.get("HX-Request") == "true"
    with transaction() as session:
        row = exports.get(session, export_id, current_member())
        template = "staff/lists/_progress.html" if part else "staff/lists/export.html"
        return render_template(template, export=row, listing=LISTS[row.list_name])


@blueprint.get("/exports/<int:export_id>/file")
@staff("export")
def download(export_id: int) -> Response:
    """The file, while it is kept."""
    member, now = current_member(), clock.now()
    with transaction() as session:
        row = exports.get(session, export_id, member)
        if row.state != "ready" or row.expires_at <= now:
            raise NotFound
        row.downloaded_at = row.downloaded_at or now
        deed = audit.Deed("list.download", "list", row.list_name, after={"export": row.id})
        audit.record(session, member.id, deed, now)
        return _file(row)


def _file(row: ListExport) -> Response:
    name = f"{row.list_name}-{clock.local_date(row.created_at)}.{row.form}"
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Cache-Control": "private, no-store",
    }
    data: Iterator[bytes] = files.store().read_named(row.file_name)
    return Response(data, headers=headers, content_type=writing.MIME_TYPES[row.form])


def _listing(name: str) -> Listing:
    listing = LISTS.get(name)
    if listing is None:
        raise NotFound
    if listing.permission not in current_member().permissions:
        raise Forbidden
    return listing


def _may_export(listing: Listing) -> bool:
    return {"export", listing.exporting or "export"} <= current_member().permissions


def _columns(session: Session, listing: Listing) -> list[Column]:
    kept = session.get(ListColumns, (current_member().id, listing.name))
    return listing.chosen(kept.columns if kept else None)


def _asked(listing: Listing) -> dict[str, Any]:
    """What the form took along from the address of its page."""
    return {
        **reading.filters_of(listing, request.form),
        "sort": reading.sort_of(listing, request.form.get("sort", "")),
    }


def _cells(columns: list[Column], row: Any) -> list[tuple[Column, str, dict[str, Any]]]:
    """Each value as it is shown, with the parameters of the page to which it leads."""
    return [
        (column, shown(column, value), {column.link[1]: value} if column.link and value else {})
        for column, value in zip(columns, row, strict=True)
    ]
