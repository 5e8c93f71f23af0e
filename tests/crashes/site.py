"""A whole running site for tests that break it: its processes, its database, its stand-ins."""

import re
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from html import unescape
from typing import Any

import httpx
import psutil
import psycopg
import stripe

import config
from storefront import clock
from tests.launch.installation import Installation, Running
from tests.plans import PLANS
from tests.sandbox.conftest import card
from tests.visitor import TOKEN, Visitor

PASSWORD = "a long pass phrase 42"
LINK = re.compile(r"http://127\.0\.0\.1:\d+(/account/confirm/\S+)")
PATIENCE_SECONDS = 45.0


def eventually(
    condition: Callable[[], Any], what: str = "it", seconds: float = PATIENCE_SECONDS
) -> Any:
    """The first true value of a condition that needs time to become true."""
    deadline = time.monotonic() + seconds
    while not (value := condition()):
        assert time.monotonic() < deadline, f"{what} did not happen in time"
        time.sleep(0.05)
    return value


@dataclass(frozen=True)
class Purchase:
    """One submitted application of a customer."""

    visitor: Visitor
    email: str
    ref: str

    def press_pay(self) -> httpx.Response:
        """Presses the button; gives the answer, mostly a redirect to Stripe's page."""
        page = self.visitor.get(f"/applications/{self.ref}")
        token = TOKEN.search(page.text)
        assert token, self.visitor.problems()
        form = {"csrf_token": unescape(token[1])}
        return self.visitor.http.post(f"/payments/start/{self.ref}", data=form)


@dataclass
class Site:
    """The running installation and everything that can be asked about it from outside."""

    installation: Installation
    running: Running

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.installation.ports['PORT']}"

    @property
    def sandbox(self) -> str:
        return f"http://127.0.0.1:{self.installation.ports['SANDBOX_PORT']}"

    @property
    def stripe(self) -> Any:
        """Stripe's own library, asking the stand-in."""
        client = stripe.StripeClient(
            config.DEMO_STRIPE_KEY, base_addresses={"api": self.sandbox}, max_network_retries=0
        )
        return client.v1

    def tell(self, room: str, **order: object) -> None:
        """Tells a stand-in how to misbehave: `tell("insurer", mode="slow", count=1)`."""
        httpx.post(f"{self.sandbox}/control/{room}", json=order).raise_for_status()

    def control(self) -> dict[str, Any]:
        """What the stand-ins hold and how they behave."""
        answer = httpx.get(f"{self.sandbox}/control", headers={"Accept": "application/json"})
        return dict(answer.json())

    def on_the_books(self) -> int:
        """How many decisions on policies all insurers have ever made."""
        counts = self.control()["counts"]
        return sum(number for name, number in counts.items() if name.startswith("policies "))

    def mails(self, to: str) -> list[dict[str, Any]]:
        """What arrived for somebody, each message once, with its number of deliveries."""
        found = httpx.get(f"{self.sandbox}/mailbox/messages.json", params={"to": to})
        return list(found.json())

    def policy_mails(self, to: str) -> list[dict[str, Any]]:
        """The mails that carry a policy."""
        return [mail for mail in self.mails(to) if mail["attachments"]]

    def connect(self) -> psycopg.Connection[Any]:
        """A connection to the site's database."""
        lines = (self.installation.folder / "database.env").read_text().splitlines()
        url = dict(line.split("=", 1) for line in lines)["DATABASE_URL"]
        return psycopg.connect(url, autocommit=True)

    def ask(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """Rows of the database."""
        with self.connect() as connection:
            return connection.execute(query.encode(), values).fetchall()

    def visitor(self) -> Visitor:
        """A fresh browser session."""
        http = httpx.Client(base_url=self.url, trust_env=False, timeout=30)
        return Visitor(http)

    def customer(self, email: str) -> Visitor:
        """Somebody who registered through the pages and the mail, and is logged in."""
        visitor = self.visitor()
        visitor.get("/account/register")
        visitor.post(
            "/account/register", {"email": email, "password": PASSWORD, "repeat": PASSWORD}
        )
        mail = eventually(lambda: self.mails(email), "the confirmation mail")[0]
        found = LINK.search(str(mail["text"]))
        assert found, mail["text"]
        visitor.get(found[1])
        visitor.post(found[1], {"password": PASSWORD})
        return visitor

    def apply(self, email: str, *codes: str) -> list[Purchase]:
        """A new customer with submitted applications for these products."""
        visitor = self.customer(email)
        today = clock.local_date(clock.now())
        return [
            Purchase(visitor, email, visitor.apply(*PLANS[code](today)))
            for code in codes or ("motor-compulsory",)
        ]

    def pay(self, checkout: str) -> None:
        """Pays on Stripe's page with a good card."""
        answer = httpx.post(checkout, data=card())
        assert answer.status_code == 303, answer.text

    def worker(self) -> psutil.Process:
        """The worker's process, whichever runs now."""
        return self._part("flask", "worker")

    def web(self) -> psutil.Process:
        """The first of the web server's processes."""
        return self._part("granian", "--workers")

    def mail_server(self) -> psutil.Process:
        """The process of the stand-ins, the mail server among them."""
        return self._part("storefront.sandbox")

    @property
    def smtp_port(self) -> int:
        """Where the mail server listens."""
        return self.installation.ports["SANDBOX_SMTP_PORT"]

    def kill_web(self) -> None:
        """Ends all processes of the web server without warning; the launcher starts new ones."""
        first = self.web()
        for process in [*first.children(recursive=True), first]:
            process.send_signal(signal.SIGKILL)
        psutil.wait_procs([first], timeout=5)

    def kill_database(self, number: signal.Signals = signal.SIGKILL) -> float:
        """Ends the database server; gives the moment, for measuring until it is back."""
        server = self.installation.database_process
        assert server is not None
        server.send_signal(number)
        return time.monotonic()

    def charges(self, ref: str) -> list[Any]:
        """What was really charged for an application, as Stripe tells it."""
        payments = {row[0] for row in self.ask(PAYMENTS, ref)}
        intents = self.stripe.payment_intents.list({"limit": 100}).data
        return [
            intent
            for intent in intents
            if intent.status == "succeeded" and intent.metadata["payment"] in payments
        ]

    def finished(self, purchase: Purchase) -> bool:
        """Whether the mail with the policy has gone out and nothing is left to do."""
        left = self.ask(JOBS_LEFT)[0][0]
        sent = self.ask(MAILS_SENT, purchase.email)[0][0]
        issued = self.ask(DOCUMENTS, purchase.ref)[0][0]
        return bool(sent and issued and not left)

    def assert_exactly_one(self, *purchases: Purchase) -> None:
        """One charge, one number, one policy, one document, one mail for each purchase."""
        numbers = set()
        for purchase in purchases:
            assert len(self.charges(purchase.ref)) == 1
            policies = self.ask(POLICIES, purchase.ref)
            assert [row[0] for row in policies] == ["in_force"]
            numbers.add(policies[0][1])
            assert self.ask(DOCUMENTS, purchase.ref) == [(1,)]
            assert self.ask(SETTLED, purchase.ref) == [(1,)]
            assert self.ask(REFUNDS, purchase.ref) == [(0,)]
        emails = {purchase.email for purchase in purchases}
        names = [
            mail["attachments"][0]["name"] for email in emails for mail in self.policy_mails(email)
        ]
        assert sorted(names) == sorted(f"{number}.pdf" for number in numbers)
        assert len(numbers) == len(purchases)

    def _part(self, *words: str) -> psutil.Process:
        found: psutil.Process = eventually(lambda: self.running.part(*words), " ".join(words))
        return found


PAYMENTS = (
    "select p.ref from payment p join application a on a.id = p.application_id where a.ref = %s"
)
SETTLED = (
    "select count(*) from payment p join application a on a.id = p.application_id"
    " where a.ref = %s and p.state = 'settled'"
)
REFUNDS = (
    "select count(*) from refund r join payment p on p.id = r.payment_id"
    " join application a on a.id = p.application_id where a.ref = %s"
)
POLICIES = (
    "select p.state, p.number, p.id from policy p join application a on a.id = p.application_id"
    " where a.ref = %s"
)
DOCUMENTS = (
    "select count(*) from policy_document d join policy p on p.id = d.policy_id"
    " join application a on a.id = p.application_id where a.ref = %s"
)
MAILS_SENT = (
    "select count(*) from mail where recipient = %s and template = 'policy_issued'"
    " and sent_at is not null"
)
JOBS_LEFT = (
    "select count(*) from procrastinate_jobs where status in ('todo', 'doing')"
    " and (task_name like 'policies.%%' or task_name in ('mail.send', 'payments.handle_event',"
    " 'payments.send_refund'))"
)
BLOCKED = "select count(*) from pg_stat_activity where %s = any(pg_blocking_pids(pid))"


@contextmanager
def trap(site: Site, lock: str, *values: object) -> Iterator[Callable[[], bool]]:
    """Holds a lock that the next step needs; the value tells whether somebody waits for it."""
    with site.connect() as holder, holder.transaction():
        holder.execute(lock.encode(), values)
        pid = holder.info.backend_pid

        def sprung() -> bool:
            return bool(site.ask(BLOCKED, pid)[0][0])

        yield sprung
