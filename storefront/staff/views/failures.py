"""What went wrong and needs a person: failed jobs, money held back, refunds that failed."""

import structlog
from flask import flash, redirect, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from storefront import clock, jobs
from storefront.access import current_member, staff
from storefront.db import transaction
from storefront.staff import desk
from storefront.staff.views import blueprint

_log = structlog.get_logger()


@blueprint.post("/jobs/<int:job_id>/retry")
@staff("jobs")
def retry_job(job_id: int) -> Response:
    """Puts a failed job back into the queue; pressing twice is harmless."""
    with transaction() as session:
        jobs.retry_failed(session, job_id)
    _log.info("staff.job-retried", job_id=job_id, member=current_member().id)
    flash(_("The job runs again."), "success")
    return redirect(url_for("staff.index"), 303)


@blueprint.post("/payments/<ref>/release")
@staff("payments.decide")
def release_payment(ref: str) -> Response:
    """Lets held money lead to its policy."""
    with transaction() as session:
        desk.decide_held(session, ref, current_member(), clock.now(), release=True)
    flash(_("The payment is released, and the policy is being issued."), "success")
    return redirect(url_for("staff.index"), 303)


@blueprint.post("/payments/<ref>/refund")
@staff("payments.decide")
def refund_payment(ref: str) -> Response:
    """Sends held money back."""
    with transaction() as session:
        desk.decide_held(session, ref, current_member(), clock.now(), release=False)
    flash(_("The money is on its way back."), "success")
    return redirect(url_for("staff.index"), 303)
