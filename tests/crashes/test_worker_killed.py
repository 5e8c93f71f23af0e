"""A worker killed at every step of the issue in turn, and a purchase that is none the worse for it.

Nothing in the storefront knows of this test. It stops a real worker process at a step by holding
the lock that the step needs, or by a stand-in that keeps the caller waiting, and kills it there.
"""

import os
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psutil

import config
from tests.crashes.site import POLICIES, Site, eventually, trap

# What living workers do some seconds after another one has died; here nobody else lives.
HANDED_OVER = (
    "update procrastinate_jobs set status = 'todo', worker_id = null, scheduled_at = null"
    " where status in ('todo', 'doing')"
)
COMMAND = ("flask", "--app", "wsgi", "worker")
APPLICATION_ROW = "select 1 from application where ref = %s for update"
MAIL_ROW = "select 1 from mail where recipient = %s and template = 'policy_issued' for update"
EVENTS_ARRIVED = "select count(*) from stripe_event where type = 'checkout.session.completed'"
EVENTS_LEFT = "select count(*) from stripe_event where handled_at is null"


@contextmanager
def without_worker(site: Site) -> Iterator[dict[str, str]]:
    """The site with its worker dead; gives the environment for workers of the test's own."""
    worker = site.worker()
    environment = worker.environ()
    keeper = worker.parent()
    keeper.suspend()  # it would start another worker at once
    worker.kill()
    try:
        yield environment
    finally:
        keeper.resume()


@contextmanager
def suspended(process: psutil.Process) -> Iterator[None]:
    """Lets a process hang: it keeps its connections and answers nobody."""
    process.suspend()
    try:
        yield
    finally:
        process.resume()


def test_a_worker_killed_at_every_step_leaves_one_of_everything(site: Site) -> None:
    (purchase,) = site.apply("killed@example.com")
    checkout = purchase.press_pay().headers["location"]
    known, booked = site.ask(EVENTS_ARRIVED), site.on_the_books()

    with without_worker(site) as environment:

        def kill_when(step: str, moment: Callable[[psutil.Process], object]) -> None:
            """Lets a fresh worker work until the moment has come, and kills it without warning."""
            process = subprocess.Popen(
                COMMAND,
                env={**os.environ, **environment},
                cwd=config.ROOT,
                stderr=subprocess.DEVNULL,
            )
            try:
                eventually(lambda: moment(psutil.Process(process.pid)), step)
            finally:
                process.send_signal(signal.SIGKILL)
                process.wait()
            site.ask(f"{HANDED_OVER} returning id")

        def kill_at(step: str, lock: str, *values: object) -> None:
            """Kills a worker that waits for a lock held here."""
            with trap(site, lock, *values) as sprung:
                kill_when(step, lambda _: sprung())

        site.pay(checkout)
        eventually(lambda: site.ask(EVENTS_ARRIVED) != known, "the webhook")
        kill_at("the policy begins", APPLICATION_ROW, purchase.ref)
        assert site.ask(POLICIES, purchase.ref) == []

        site.tell("insurer", mode="slow", count=1, seconds=2)
        kill_when("the insurer is asked", lambda _: is_being_asked(site))
        eventually(lambda: site.on_the_books() == booked + 1, "an issue nobody waits for")

        kill_at("the insurer is to be asked", "lock table policy in access exclusive mode")
        kill_at("the number is to be stored", APPLICATION_ROW, purchase.ref)
        assert site.ask(POLICIES, purchase.ref)[0][:2] == ("issuing", None)

        kill_at("the document is made", "lock table rendered_clauses in access exclusive mode")
        ((state, number, _id),) = site.ask(POLICIES, purchase.ref)
        assert state == "in_force"

        kill_at("the document is to be stored", APPLICATION_ROW, purchase.ref)
        kill_at("the mail is to be queued", "lock table mail in exclusive mode")
        with suspended(site.mail_server()):
            kill_when("the mail is sent", lambda worker: talks_to(worker, site.smtp_port))
        assert site.policy_mails(purchase.email) == []

        kill_at("the mail is to be marked as sent", MAIL_ROW, purchase.email)
        assert len(site.policy_mails(purchase.email)) == 1

    eventually(lambda: site.finished(purchase), "the end of the purchase")
    site.assert_exactly_one(purchase)
    assert site.ask(POLICIES, purchase.ref)[0][1] == number
    assert site.on_the_books() == booked + 1
    assert site.policy_mails(purchase.email)[0]["deliveries"] == 2  # recognised as the same mail


def is_being_asked(site: Site) -> bool:
    """Whether the insurer told to be slow has a request, and all before it is over."""
    modes = {told["mode"] for told in site.control()["insurers"].values()}
    return modes == {"normal"} and site.ask(EVENTS_LEFT) == [(0,)]


def talks_to(process: psutil.Process, port: int) -> bool:
    """Whether a process holds a connection to a port."""
    return any(line.raddr and line.raddr.port == port for line in process.net_connections())
