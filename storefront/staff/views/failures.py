"""What went wrong and needs a person: failed jobs, money held back, refunds that failed."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from storefront import clock
from storefront.access import current_member, staff
from storefront.db import transaction
from storefront.payments import service as payments
from storefront.payments.words import HELD
from storefront.staff import desk
from storefront.staff.views import blueprint


@blueprint.get("/jobs")
@staff("jobs")
def failed_jobs() -> str:
    """Background jobs that gave up, with their cause."""
    with transaction() as session:
        found, after = _page(desk.failed_jobs(session, _after(), desk.PAGE + 1))
        return render_template("staff/jobs.html", jobs=found, after=after)


@blueprint.post("/jobs/<int:job_id>/retry")
@staff("jobs")
def retry_job(job_id: int) -> Response:
    """Puts a failed job back into the queue; pressing twice is harmless."""
    with transaction() as session:
        desk.retry_job(session, job_id, current_member(), clock.now())
    flash(_("The job runs again."), "success")
    return redirect(url_for("staff.failed_jobs"), 303)


@blueprint.get("/payments/held")
@staff("payments.read")
def held_payments() -> str:
    """Money that arrived and fits nothing."""
    with transaction() as session:
        found, after = _page(payments.held_payments(session, _after(), desk.PAGE + 1))
        return render_template(
            "staff/held_payments.html",
            payments=found,
            after=after,
            alone_up_to=_alone_up_to(),
            held_words=HELD,
        )


@blueprint.post("/payments/<ref>/release")
@staff("payments.decide")
def release_payment(ref: str) -> Response:
    """Lets held money lead to its policy."""
    with transaction() as session:
        desk.release_held(session, ref, current_member(), clock.now())
    flash(_("The payment is released, and the policy is being issued."), "success")
    return redirect(url_for("staff.held_payments"), 303)


@blueprint.post("/payments/<ref>/refund")
@staff("payments.decide")
def refund_payment(ref: str) -> Response:
    """Sends held money back, a large amount only after a second person has agreed."""
    with transaction() as session:
        done = desk.return_held(session, ref, current_member(), _alone_up_to(), clock.now())
    if done:
        flash(_("The money is on its way back."), "success")
    else:
        flash(_("This is a large amount: it goes back once a second person agrees."), "info")
    return redirect(url_for("staff.held_payments"), 303)


@blueprint.get("/payments/refunds")
@staff("payments.read")
def failed_refunds() -> str:
    """Refunds that did not arrive."""
    with transaction() as session:
        found, after = _page(payments.failed_refunds(session, _after(), desk.PAGE + 1))
        return render_template("staff/failed_refunds.html", refunds=found, after=after)


@blueprint.post("/payments/refunds/<ref>/again")
@staff("payments.decide")
def refund_again(ref: str) -> Response:
    """Sends a failed refund once more; pressing twice is harmless."""
    with transaction() as session:
        desk.refund_again(session, ref, current_member(), clock.now())
    flash(_("The money is on its way back."), "success")
    return redirect(url_for("staff.failed_refunds"), 303)


def _after() -> int:
    return min(request.args.get("after", 0, type=int), 2**62)


def _page(found: Sequence[Any]) -> tuple[Sequence[Any], int | None]:
    """The rows of a page and, where there is one more, the key of the last."""
    shown = found[: desk.PAGE]
    return shown, shown[-1].id if len(found) > desk.PAGE else None


def _alone_up_to() -> Decimal:
    return Decimal(current_app.extensions["settings"].refund_alone_yuan)
