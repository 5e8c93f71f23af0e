"""Web processes that have a version in their hands see the next one at once, without a restart."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from flask import Flask
from sqlalchemy.orm import Session

import config
from storefront import clock
from storefront.catalog import service
from storefront.catalog.bundle import ProductBundle
from storefront.db import db, transaction

ASKED = """
import os, sys
from sqlalchemy import create_engine
from sqlalchemy.orm import Session
from storefront import clock
from storefront.catalog import service
engine = create_engine(os.environ["ASKED_URL"])
for line in sys.stdin:
    with Session(engine) as session:
        found = [b for b in service.sellable(session, clock.now()) if b.definition.line == "travel"]
        print([b.definition.version for b in found], flush=True)
"""


@contextmanager
def process(url: str) -> Iterator["subprocess.Popen[str]"]:
    """Another process with a catalogue cache of its own, which answers each line."""
    running = subprocess.Popen(
        [sys.executable, "-c", ASKED],
        cwd=config.ROOT,
        env={**os.environ, "ASKED_URL": url},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield running
    finally:
        assert running.stdin and running.stdout
        running.stdin.close()
        running.wait(20)
        running.stdout.close()


def ask(running: "subprocess.Popen[str]") -> str:
    """The travel versions on sale as that process sees them."""
    assert running.stdin and running.stdout
    running.stdin.write("\n")
    running.stdin.flush()
    return running.stdout.readline().strip()


def test_every_process_sees_what_was_published_and_withdrawn(
    app: Flask, shop: Session, dearer: ProductBundle
) -> None:
    url = db.engine.url.render_as_string(hide_password=False)
    with ExitStack() as stack:
        processes = [stack.enter_context(process(url)) for _number in range(2)]
        assert [ask(running) for running in processes] == ["[2]", "[2]"]
        with transaction():
            service.publish(shop, dearer, clock.now())
        assert [ask(running) for running in processes] == ["[3]", "[3]"]
        with transaction():
            service.withdraw(shop, "travel-accident", clock.now())
        assert [ask(running) for running in processes] == ["[]", "[]"]
