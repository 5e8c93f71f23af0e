"""Background jobs: they live in PostgreSQL and are deferred in the transaction of the data.

A job function is a use case: it opens its own transactions and may be killed and repeated at any
point. What still fails after the last attempt stays in the table as failed and shows on the staff
list.
"""

import asyncio
import functools
import threading
import traceback
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import procrastinate
import psycopg
import structlog
from flask import Flask
from procrastinate import PsycopgConnector, RetryDecision, SyncPsycopgConnector
from procrastinate.jobs import Job
from procrastinate.manager import JobManager
from procrastinate.tasks import Task, configure_task
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

import config
from storefront import clock
from storefront.db import db, transaction

HEARTBEAT_SECONDS = 2
STALLED_SECONDS = 8
LONGEST_WAIT_SECONDS = 3600
ATTEMPTS = 14  # waits of 1, 2, 4 … 3600 s: about three hours in all

queue = procrastinate.App(connector=PsycopgConnector())
# A worker's own connector is asynchronous and cannot use the connection of a job's session.
_deferring = JobManager(SyncPsycopgConnector())
_log = structlog.get_logger()
_application: Flask | None = None


class GrowingWaits(procrastinate.BaseRetryStrategy):
    """Waits twice as long before every further attempt."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        if job.attempts + 1 >= ATTEMPTS:
            _note_failure(job, exception)
            return None
        seconds = min(2**job.attempts, LONGEST_WAIT_SECONDS)
        return RetryDecision(retry_at=clock.now() + timedelta(seconds=seconds))


def job(
    name: str, *, cron: str | None = None
) -> Callable[[Callable[..., None]], Task[..., Any, Any]]:
    """Registers a background job under a name that never changes; `cron` makes it periodic (UTC)."""

    def register(function: Callable[..., None]) -> Task[..., Any, Any]:
        @functools.wraps(function)
        def run(**arguments: Any) -> None:
            arguments.pop("timestamp", None)
            _run(name, function, arguments)

        task: Task[..., Any, Any] = queue.task(name=name, retry=GrowingWaits())(run)
        return queue.periodic(cron=cron)(task) if cron else task

    return register


def defer(
    session: Session, task: Task[..., Any, Any], *, at: datetime | None = None, **arguments: Any
) -> None:
    """Puts a job into the queue; it exists exactly when the transaction of `session` commits."""
    session.flush()
    connection = session.connection().connection.driver_connection
    configure_task(
        name=task.name, job_manager=_deferring, connection=connection, schedule_at=at
    ).defer(**arguments)


def init_app(app: Flask) -> None:
    """Gives the jobs the application in whose context they run."""
    global _application  # noqa: PLW0603 - the worker's threads have no application of their own
    _application = app


def run_worker(app: Flask, *, stop_when_empty: bool = False) -> None:
    """Runs jobs until the process is told to stop; survives a restart of the database."""
    rescue = threading.Event()
    threading.Thread(target=_rescue_stalled, args=(app, rescue), daemon=True).start()
    try:
        while not _work(app, stop_when_empty):
            rescue.wait(1)
    finally:
        rescue.set()


def retry_failed(session: Session, job_id: int) -> None:
    """Puts a failed job back into the queue; pressing twice is harmless."""
    session.execute(
        text(
            "update procrastinate_jobs set status = 'todo', attempts = 0, scheduled_at = null,"
            " worker_id = null where id = :id and status = 'failed'"
        ),
        {"id": job_id},
    )


def _work(app: Flask, stop_when_empty: bool) -> bool:
    url = app.extensions["settings"].database_url.replace("+psycopg", "")
    connector = PsycopgConnector(conninfo=url, min_size=1, max_size=4)
    try:
        with queue.replace_connector(connector) as worker:
            asyncio.run(_serve(worker, stop_when_empty))
    except (procrastinate.exceptions.ConnectorException, psycopg.OperationalError) as error:
        _log.warning("worker.database-lost", error=type(error).__name__)
        return False
    return True


async def _serve(worker: procrastinate.App, stop_when_empty: bool) -> None:
    async with worker.open_async():
        await worker.run_worker_async(
            wait=not stop_when_empty,
            concurrency=2,
            delete_jobs="successful",
            update_heartbeat_interval=HEARTBEAT_SECONDS,
            stalled_worker_timeout=STALLED_SECONDS,
            shutdown_graceful_timeout=10,
        )


def _run(name: str, function: Callable[..., None], arguments: dict[str, Any]) -> None:
    if _application is None:
        raise RuntimeError("jobs.init_app has not been called")
    with _application.app_context(), structlog.contextvars.bound_contextvars(job=name):
        try:
            function(**arguments)
        except BaseException as error:
            _log.warning("job.failed", error=type(error).__name__)
            raise
        _log.info("job.done")


def cause_of(exception: BaseException) -> str:
    """What went wrong and where in our code; not the message, which may hold personal data."""
    root = str(config.ROOT)
    ours = [
        frame
        for frame in traceback.extract_tb(exception.__traceback__)
        if frame.filename.startswith(f"{root}/storefront/") and frame.filename != __file__
    ]
    place = f", {ours[-1].filename[len(root) + 1 :]}:{ours[-1].lineno}" if ours else ""
    return f"{type(exception).__name__}{place}"


def _note_failure(job: Job, exception: BaseException) -> None:
    """Keeps why a job gave up, for the people who have to look at it."""
    if _application is None:
        return
    try:
        with _application.app_context(), transaction() as session:
            session.execute(
                text(
                    "insert into procrastinate_job_failures (job_id, at, cause)"
                    " values (:job_id, :at, :cause)"
                    " on conflict (job_id) do update set at = excluded.at, cause = excluded.cause"
                ),
                {"job_id": job.id, "at": clock.now(), "cause": cause_of(exception)},
            )
    except OperationalError:
        _log.warning("worker.failure-not-noted", job_id=job.id)


def _rescue_stalled(app: Flask, stop: threading.Event) -> None:
    """Hands the jobs of workers that were killed to the living, every few seconds."""
    while not stop.wait(HEARTBEAT_SECONDS):
        try:
            with app.app_context(), transaction() as session:
                session.execute(
                    text(
                        "update procrastinate_jobs j set status = 'todo', worker_id = null"
                        " where status = 'doing' and not exists (select 1 from procrastinate_workers w"
                        " where w.id = j.worker_id"
                        " and w.last_heartbeat > now() - make_interval(secs => :seconds))"
                    ),
                    {"seconds": STALLED_SECONDS},
                )
        except OperationalError:
            _log.warning("worker.rescue-without-database")


def worker_heard_from(within: timedelta) -> bool:
    """Whether any worker gave a sign of life within the given time."""
    return bool(
        db.session.scalar(
            text(
                "select exists(select 1 from procrastinate_workers where last_heartbeat > :since)"
            ),
            {"since": clock.now() - within},
        )
    )
