"""Failed jobs on the staff's pages."""

import re

from flask.testing import FlaskClient
from procrastinate.jobs import Job
from sqlalchemy import text
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session

from storefront import jobs, mail
from storefront.crypto import new_reference
from storefront.db import transaction
from storefront.staff import desk as desk_service
from storefront.staff.desk import visible_arguments


def fail_job(session: Session) -> int:
    """A job that gave up."""
    with transaction():
        jobs.defer(session, jobs.queue.tasks["mail.send"], mail_id=7)
        session.execute(text("update procrastinate_jobs set status = 'doing', attempts = 14"))
        session.execute(text("update procrastinate_jobs set status = 'failed'"))
    return int(session.scalars(text("select max(id) from procrastinate_jobs")).one())


def test_a_failed_job_is_shown_and_runs_again(desk: FlaskClient, session: Session) -> None:
    job_id = fail_job(session)

    page = desk.get("/staff/jobs").text
    assert "mail.send" in page
    assert "mail_id 7" in page

    for _ in range(2):  # pressed twice
        answer = desk.post(f"/staff/jobs/{job_id}/retry")
        assert answer.status_code == 303
    assert session.scalars(text("select status::text from procrastinate_jobs")).all() == ["todo"]
    assert "mail.send" not in desk.get("/staff/jobs").text


def test_why_a_job_gave_up_is_kept_without_what_it_said(session: Session) -> None:
    job_id = fail_job(session)
    job = Job(id=job_id, queue="default", lock=None, queueing_lock=None, task_name="mail.send")
    try:
        mail.send_mail(mail_id=7)  # there is no such mail
    except NoResultFound as error:
        decision = jobs.GrowingWaits().get_retry_decision(
            exception=error, job=job.evolve(attempts=jobs.ATTEMPTS)
        )

    assert decision is None
    cause = desk_service.failed_jobs(session)[0].cause
    assert cause
    assert re.fullmatch(r"NoResultFound, storefront/mail\.py:\d+", cause)


def test_arguments_that_could_be_personal_stay_hidden(session: Session) -> None:
    ref = new_reference("A")
    shown = visible_arguments({"ref": ref, "id": 5, "name": "somebody", "list": [1]})

    assert shown == {"ref": ref, "id": "5", "name": "…", "list": "…"}
