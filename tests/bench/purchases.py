"""Whole purchases through HTTP, from the product to the signed document, and the memory they take."""

import statistics
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass

import httpx
import psutil
from sqlalchemy import text

from storefront import clock
from storefront.db import db
from tests.accounts.actors import PASSWORD, make_customer
from tests.bench import servers
from tests.bench.figures import Figure, Section
from tests.bench.site import Site
from tests.plans import PLANS, another_life
from tests.visitor import Visitor

BUYERS = 4
PURCHASES_EACH = 5
PRODUCTS = ("travel-accident", "term-life", "motor-compulsory")  # none waits for a document
LONGEST_SECONDS = 180
PAID_UNTIL_DELIVERED = text(
    "select extract(epoch from policy.delivered_at - payment.settled_at)::float"
    " from policy join payment using (application_id) where policy.delivered_at is not null"
)


class Buyer(Visitor):
    """A visitor who trusts the pages: checking them would cost the machine more than serving them."""

    def _opened(self, page: httpx.Response) -> httpx.Response:
        self.page = page
        if page.status_code >= 400:
            raise RuntimeError(self.problems())
        return page


@dataclass(frozen=True)
class Memory:
    """Megabytes: as the system shows them, and with shared pages split among their users."""

    resident: float
    proportional: float


@contextmanager
def logged_in(site: Site, number: int) -> Iterator[Buyer]:
    """One of the buyers, each from an address of its own, because requests are limited by address."""
    transport = httpx.HTTPTransport(local_address=f"127.0.1.{number + 1}")
    with httpx.Client(transport=transport, base_url=site.url(), timeout=30) as http:
        buyer = Buyer(http)
        buyer.log_in(_email(number), PASSWORD)
        yield buyer


def buying(site: Site) -> tuple[Section, Section]:
    """All buyers at once, each one purchase after the other; then the memory of every process."""
    for number in range(BUYERS):
        make_customer(site.app, _email(number))
    began = time.monotonic()
    with ThreadPoolExecutor(BUYERS) as pool:
        list(pool.map(lambda number: _buy_all(site, number), range(BUYERS)))
    paid = time.monotonic() - began
    count = BUYERS * PURCHASES_EACH
    waits = _wait_for_documents(site, count)
    delivered = time.monotonic() - began
    bought = Section(
        "Purchases through HTTP",
        f"{BUYERS} buyers at once, {count} purchases of all products in turns: quote, every step "
        "of the application, payment at the sandbox, policy, signed document, mail. One web and "
        "one worker process, with the sandbox, PostgreSQL and the buyers on the same machine.",
        (
            Figure("paid", f"{count / paid:.2f} a second"),
            Figure("delivered with document", f"{count / delivered:.2f} a second"),
            Figure("from payment to document, median", f"{statistics.median(waits):.1f} s"),
        ),
    )
    return bought, _memory_section(site)


def _buy_all(site: Site, number: int) -> None:
    products = [{**PLANS, "term-life": another_life}[code] for code in PRODUCTS]
    with logged_in(site, number) as buyer, httpx.Client(timeout=30) as stripe:
        for turn in range(PURCHASES_EACH):
            plan = products[(number + turn) % len(products)]
            ref = buyer.apply(*plan(clock.local_date(clock.now())))
            checkout = buyer.post(f"/payments/start/{ref}", {}, follow=False).headers["Location"]
            answer = stripe.post(checkout, data=_card())
            if answer.status_code != 303:
                raise RuntimeError(f"{checkout}: {answer.status_code}")


def _card() -> dict[str, str]:
    return {
        "method": "card",
        "card-number": "4242 4242 4242 4242",
        "card-expiry": "12/40",
        "card-cvc": "123",
        "card-name": "Li Hua",
    }


def _wait_for_documents(site: Site, count: int) -> list[float]:
    """Seconds from payment to document of every policy, once all are there."""
    deadline = time.monotonic() + LONGEST_SECONDS
    with site.app.app_context():
        while True:
            waits = list(db.session.scalars(PAID_UNTIL_DELIVERED))
            db.session.rollback()
            if len(waits) == count:
                return waits
            if time.monotonic() > deadline:
                raise SystemExit(f"only {len(waits)} of {count} policies have their document")
            time.sleep(0.1)


def _memory_section(site: Site) -> Section:
    parts = {
        "web": site.processes["web"],
        "worker": site.processes["worker"],
        "sandbox": site.processes["sandbox"],
        "PostgreSQL, all processes": site.database_process,
    }
    return Section(
        "Memory after the purchases",
        "RSS counts pages that processes share once for each, PSS splits them.",
        tuple(
            Figure(name, f"{memory.resident:.0f} MB", f"{memory.proportional:.0f} MB")
            for name, memory in ((name, _memory(part)) for name, part in parts.items())
        ),
        ("RSS", "PSS", ""),
    )


def _memory(process: psutil.Process) -> Memory:
    parts = [part.memory_full_info() for part in servers.family(process)]
    return Memory(sum(part.rss for part in parts) / 1e6, sum(part.pss for part in parts) / 1e6)


def _email(number: int) -> str:
    return f"buyer-{number}@example.com"
