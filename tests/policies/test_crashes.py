"""A worker killed at every step of the issue in turn, and a policy that is none the worse for it."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from flask import Flask
from sqlalchemy import text

import config
from storefront.db import transaction
from storefront.policies.models import PolicyDocument
from tests.policies.support import Office
from tests.sandbox.process import wait_until

PATIENCE_SECONDS = 60.0
# What living workers do some seconds after another one has died; here nobody else lives.
HANDED_OVER = text("update procrastinate_jobs set status = 'todo', worker_id = null")


@contextmanager
def worker(app: Flask) -> Iterator[subprocess.Popen[bytes]]:
    """A real worker process on the settings of the application."""
    settings = {
        name.upper(): str(value) for name, value in vars(app.extensions["settings"]).items()
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "flask", "--app", "wsgi", "worker"],
        env={**os.environ, **settings},
        cwd=config.ROOT,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def kill_when(office: Office, moment: Callable[[], object]) -> None:
    """Lets a worker work until the moment has come, then kills it without warning."""
    with worker(office.app) as process:
        wait_until(moment, PATIENCE_SECONDS)
        process.send_signal(signal.SIGKILL)
    with transaction() as session:
        session.execute(HANDED_OVER)


def test_a_worker_killed_at_every_step_leaves_one_of_everything(office: Office) -> None:
    policy_id = office.begin(language="zh").id
    # The insurer issues although the one who asked is dead by then.
    office.sandbox.tell("insurer", mode="slow", count=1, seconds=1)

    kill_when(office, lambda: office.waiting() == [])  # the insurer is being asked
    kill_when(office, lambda: office.read(policy_id).state == "in_force")  # typesetting begins
    kill_when(office, lambda: office.count(PolicyDocument))  # the mail is being sent

    with worker(office.app):
        wait_until(lambda: not office.jobs_left(), PATIENCE_SECONDS)
    office.assert_exactly_one(office.read(policy_id))
