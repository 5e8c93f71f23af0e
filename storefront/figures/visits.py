"""Counts how often the pages of products are opened, without noting who opened them.

Each process counts in memory and adds its counts to the database every few seconds; those of a process
that dies are lost, which a statistic can bear and a page's speed could not otherwise.
"""

import re
import threading
import time
from collections import Counter
from datetime import date

import structlog
from flask import Flask, Response, request
from sqlalchemy import Table
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import OperationalError

from storefront import channel, clock
from storefront.db import db
from storefront.figures.models import VisitCount

COUNTED = "catalog.product"
SECONDS = 10
MACHINES = re.compile(
    r"bot|crawl|spider|slurp|headless|preview|monitor|curl|wget|python|httpx|java/|go-http", re.I
)
_log = structlog.get_logger()
_counts: Counter[tuple[date, str, str]] = Counter()
_turn = threading.Lock()
_last = time.monotonic()


def init_app(app: Flask) -> None:
    """Counts the answers of the product pages."""
    app.after_request(_count)


def flush() -> None:
    """Adds what was counted to the database, in a connection of its own."""
    with _turn:
        counted = dict(_counts)
        _counts.clear()
    if not counted:
        return
    table = VisitCount.__table__
    assert isinstance(table, Table)  # noqa: S101 - tells the type checker what a mapped class has
    statement = insert(table).values(
        [
            {"day": day, "product": product, "channel": way, "hits": hits}
            for (day, product, way), hits in counted.items()
        ]
    )
    with db.engine.begin() as connection:
        connection.execute(
            statement.on_conflict_do_update(
                index_elements=["day", "product", "channel"],
                set_={"hits": table.c.hits + statement.excluded.hits},
            )
        )


def _count(response: Response) -> Response:
    global _last  # noqa: PLW0603 - one clock for the process
    if request.endpoint == COUNTED and response.status_code == 200 and _is_person():
        product = str((request.view_args or {})["code"])
        with _turn:
            _counts[clock.local_date(clock.now()), product, channel.present()] += 1
    if _counts and time.monotonic() - _last > SECONDS:
        _last = time.monotonic()
        try:
            flush()
        except OperationalError:
            _log.warning("visits.database-lost")
    return response


def _is_person() -> bool:
    """A browser that opens the page for somebody: no machine, no page fetched on suspicion."""
    agent = request.user_agent.string
    fetched_ahead = request.headers.get("Sec-Purpose", "").startswith("prefetch")
    return (
        request.method == "GET" and bool(agent) and not fetched_ahead and not MACHINES.search(agent)
    )
