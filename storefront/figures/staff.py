"""The dashboard: the agency's business in pictures, each with the table behind it."""

from datetime import date
from typing import Any

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from storefront import clock
from storefront.access import current_member, staff
from storefront.audit import service as audit
from storefront.audit.service import Deed
from storefront.db import transaction
from storefront.figures import dashboard, report, service
from storefront.figures.names import Chart, charts, series_names, words

blueprint = Blueprint("dashboard_staff", __name__, url_prefix="/staff/dashboard")


@blueprint.get("/")
@staff("dashboard")
def index() -> str:
    """All figures of a span; the pictures are drawn from the same numbers as the tables."""
    first, last = _span()
    with transaction() as session:
        figures, shown = _read(session, first, last)
        return render_template(
            "staff/figures/index.html",
            first=first,
            last=last,
            figures=figures,
            charts=shown,
            subscribed=report.is_subscribed(session, current_member().id),
        )


@blueprint.get("/figures.json")
@staff("dashboard")
def data() -> Response:
    """What the pictures are drawn from."""
    first, last = _span()
    with transaction() as session:
        _figures, shown = _read(session, first, last)
        return jsonify({chart.code: _as_json(chart) for chart in shown})


@blueprint.get("/sales.xlsx")
@staff("dashboard")
def sales() -> Response:
    """The sales of the span as a workbook, summed by level."""
    first, last = _span()
    with transaction() as session:
        sold = service.sales(session, first, last)
        data = report.workbook(sold, words(session, sold), first, last)
    name = f"sales-{first}-{last}.xlsx"
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return Response(
        data, mimetype=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


@blueprint.post("/report")
@staff("dashboard")
def subscribe() -> Response:
    """Wants the daily report, or wants it no more."""
    member, now = current_member(), clock.now()
    wanted = request.form.get("wanted") == "1"
    with transaction() as session:
        deed = Deed("report.subscribe", "member", str(member.id), after={"wanted": wanted})
        audit.record(session, member.id, deed, now)
        if wanted:
            report.subscribe(session, member.id, now)
            flash(_("You get the report every morning."), "success")
        else:
            report.unsubscribe(session, member.id)
            flash(_("You get the report no more."), "success")
    return redirect(url_for("dashboard_staff.index"), 303)


def _span() -> tuple[date, date]:
    today = clock.local_date(clock.now())
    return dashboard.span(request.args.get("from", ""), request.args.get("to", ""), today)


def _read(session: Session, first: date, last: date) -> tuple[dashboard.Figures, list[Chart]]:
    figures = dashboard.figures(
        service.totals(session, first, last),
        service.premiums(session, first, last),
        service.payable(session, first, last),
        first,
        last,
    )
    standing = service.standing(session)
    return figures, charts(
        figures, dashboard.open_claims(standing), dashboard.reserve(standing), session
    )


def _as_json(chart: Chart) -> dict[str, Any]:
    return {
        "kind": chart.kind,
        "labels": [row[0] for row in chart.rows],
        "series": [
            {"name": name, "values": [float(row[1 + number]) for row in chart.rows]}
            for number, name in enumerate(series_names(chart))
        ],
    }
