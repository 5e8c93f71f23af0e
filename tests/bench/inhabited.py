"""Databases full of fictional business, each with a web process, to ask for the same page in turns."""

import re
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import httpx
from flask import Flask
from sqlalchemy.orm import Session

import config
from storefront import clock, create_app
from storefront.accounts import login
from storefront.accounts.models import Customer
from storefront.accounts.service import logins
from storefront.db import db, transaction
from storefront.roles import ROLES
from storefront.staff import service as staff
from storefront.staff.login import TOKEN
from storefront.staff.models import StaffMember
from tests.bench import servers, site
from tests.bench.figures import Figure
from tests.launch.installation import free_port

ROUNDS = 25
LONGEST_LOAD = 1800


@dataclass(frozen=True)
class Business:
    """A database of the bench: its name and how much is in it."""

    name: str
    policies: int
    claims: int


@dataclass(frozen=True)
class Visit:
    """The pages to ask for, and the customer who opens those whose names begin with "customer's"."""

    paths: dict[str, str]
    customer: Customer


@dataclass(frozen=True)
class Desk:
    """One database with its web process, the paths of its pages and the cookies of who opens them."""

    address: str
    cookies: dict[str, str]
    paths: dict[str, str]
    seconds: float
    megabytes: int

    def answer(self, name: str) -> httpx.Response:
        """One page, as the member of staff or as the customer whose claim it is."""
        who = "customer" if name.startswith("customer's") else "staff"
        return httpx.get(
            f"{self.address}{self.paths[name]}", cookies={"session": self.cookies[who]}, timeout=60
        )


@contextmanager
def opened(
    prepared: site.Site, business: Business, visit: Callable[[Session], Visit]
) -> Iterator[Desk]:
    """A copy of the database, filled and served; `visit` says which pages are asked for."""
    with prepared.app.app_context():
        db.engine.dispose()  # a database is copied while nobody is connected
    url = site.copy_database(prepared.environ["DATABASE_URL"], business.name)
    environ = {**prepared.environ, "DATABASE_URL": url}
    seconds, megabytes = _load(environ, business)
    port = free_port()
    with servers.running(
        servers.web_command(),
        {**environ, "PORT": str(port)},
        prepared.folder / f"{business.name}.log",
        f"http://127.0.0.1:{port}/healthz",
    ):
        yield Desk(f"http://127.0.0.1:{port}", *_enter(url, visit), seconds, megabytes)


def compared(
    few: Desk, many: Desk, aim: float, most: Callable[[str], float | None]
) -> list[Figure]:
    """Every page on both in turns: at most `aim` times as long, and where `most` says so in milliseconds."""
    return [_figure(name, in_turns(name, (few, many)), aim, most(name)) for name in few.paths]


def in_turns(name: str, desks: Sequence[Desk]) -> list[float]:
    """Median milliseconds of a page on each."""
    times: list[list[float]] = [[] for _ in desks]
    for _ in range(ROUNDS + 2):
        for desk, kept in zip(desks, times, strict=True):
            began = time.perf_counter()
            answer = desk.answer(name)
            kept.append((time.perf_counter() - began) * 1000)
            if answer.status_code != 200:
                raise SystemExit(f"{desk.paths[name]}: {answer.status_code}")
    return [statistics.median(kept[2:]) for kept in times]


def _figure(name: str, medians: Sequence[float], aim: float, most: float | None) -> Figure:
    few, many = medians
    ratio = many / few
    met = ratio <= aim and (most is None or many < most)
    said = f"≤ {aim} ×" + (f", < {most:.0f} ms" if most else "")
    return Figure(name, f"{few:.1f}", f"{many:.1f}", f"{ratio:.2f} ×", said, met)


def _load(environ: dict[str, str], business: Business) -> tuple[float, int]:
    """Fills it by the command; seconds, and the most memory the command took in MB."""
    wanted = ["--policies", str(business.policies), "--claims", str(business.claims)]
    command = ["-m", "flask", "--app", "wsgi", "demo", "load", *wanted]
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, *command], cwd=config.ROOT, env=environ, capture_output=True, text=True,
        timeout=LONGEST_LOAD, check=False,
    )  # fmt: skip
    told = re.search(r"at most (\d+) MB", done.stdout)
    if done.returncode or told is None:
        raise SystemExit(done.stderr or done.stdout)
    return time.monotonic() - began, int(told[1])


def _enter(url: str, visit: Callable[[Session], Visit]) -> tuple[dict[str, str], dict[str, str]]:
    """The cookies of a member who may do everything and of a customer, and the paths of the pages."""
    app = create_app(site.settings_for(url))
    with app.app_context():
        with transaction() as session:
            found = visit(session)
            device, now = "Firefox/1.0 Linux", clock.now()
            tokens = {
                "staff": (TOKEN, _member(session)),
                "customer": (
                    login.TOKEN, logins.open_session(session, found.customer, device, now),
                ),
            }  # fmt: skip
        db.engine.dispose()
    return {who: _cookie(app, *token) for who, token in tokens.items()}, found.paths


def _cookie(app: Flask, name: str, token: str) -> str:
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie[name] = token
    found = client.get_cookie("session")
    if found is None:
        raise SystemExit("the application gave no cookie")
    return found.value


def _member(session: Session) -> str:
    now = clock.now()
    row = StaffMember(
        email="bench@agency.example.com", name="Bench", password_hash="-", roles=sorted(ROLES),
        totp_confirmed_at=now, created_at=now,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return staff.open_session(session, row, staff.Visit("127.0.0.1"), now, verified=True)
