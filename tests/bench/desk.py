"""The staff's pages with few and with a million policies, asked in turns on two databases beside each other."""

import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

import httpx
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

import config
from storefront import clock, create_app
from storefront.accounts import login
from storefront.accounts.models import Customer
from storefront.accounts.service import logins
from storefront.applications.models import Application
from storefront.claims.models import Claim
from storefront.db import db, transaction
from storefront.policies.models import Policy
from storefront.roles import ROLES
from storefront.staff import service as staff
from storefront.staff.login import TOKEN
from storefront.staff.models import StaffMember
from tests.bench import servers, site
from tests.bench.figures import Figure, Section
from tests.launch.installation import free_port

FEW, MANY = 10_000, 1_000_000
ROUNDS = 25
LISTS = ("applications", "policies", "claims", "payments", "customers")
AIM, SEARCH_MS = 1.5, 100
LOAD_SECONDS = 600


Row = TypeVar("Row", Customer, Policy, Claim)


@dataclass(frozen=True)
class Desk:
    """One database with its web process, the paths of its pages and the cookies of who opens them."""

    address: str
    cookies: dict[str, str]
    paths: dict[str, str]

    def answer(self, name: str) -> httpx.Response:
        """One page, as the member of staff or as the customer whose claim it is."""
        who = "customer" if name.startswith("customer's") else "staff"
        return httpx.get(
            f"{self.address}{self.paths[name]}", cookies={"session": self.cookies[who]}, timeout=60
        )


def lengths(prepared: site.Site) -> Section:
    """Every page of the desk with few and with many policies."""
    with ExitStack() as stack:
        few = stack.enter_context(_desk(prepared, "few", FEW))
        began = time.monotonic()
        many = stack.enter_context(_desk(prepared, "many", MANY))
        loaded = time.monotonic() - began
        figures = [_loading(loaded)]
        for name in few.paths:
            figures.append(_figure(name, *_in_turns(name, few, many)))
    return Section(
        "The desk",
        f"Milliseconds of one request after another, median of {ROUNDS} on each database in turns.",
        tuple(figures),
        (f"{FEW:,} policies", f"{MANY:,} policies", "ratio"),
    )


def _in_turns(name: str, few: Desk, many: Desk) -> tuple[float, float]:
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(ROUNDS + 2):
        for desk, kept in zip((few, many), times, strict=True):
            began = time.perf_counter()
            answer = desk.answer(name)
            kept.append((time.perf_counter() - began) * 1000)
            if answer.status_code != 200:
                raise SystemExit(f"{desk.paths[name]}: {answer.status_code}")
    return statistics.median(times[0][2:]), statistics.median(times[1][2:])


def _figure(name: str, few: float, many: float) -> Figure:
    ratio = many / few
    met = ratio <= AIM and (not name.startswith("search") or many < SEARCH_MS)
    aim = f"≤ {AIM} ×" + (f", < {SEARCH_MS} ms" if name.startswith("search") else "")
    return Figure(name, f"{few:.1f}", f"{many:.1f}", f"{ratio:.2f} ×", aim, met)


def _loading(seconds: float) -> Figure:
    return Figure(
        "loading them", "", f"{seconds:.0f} s", "", f"≤ {LOAD_SECONDS} s", seconds <= LOAD_SECONDS
    )


@contextmanager
def _desk(prepared: site.Site, name: str, policies: int) -> Iterator[Desk]:
    with prepared.app.app_context():
        db.engine.dispose()  # a database is copied while nobody is connected
    url = site.copy_database(prepared.environ["DATABASE_URL"], name)
    environ = {**prepared.environ, "DATABASE_URL": url}
    _load(environ, policies)
    port = free_port()
    with servers.running(
        servers.web_command(),
        {**environ, "PORT": str(port)},
        prepared.folder / f"{name}.log",
        f"http://127.0.0.1:{port}/healthz",
    ):
        yield Desk(f"http://127.0.0.1:{port}", *_enter(url))


def _load(environ: dict[str, str], policies: int) -> None:
    command = ["-m", "flask", "--app", "wsgi", "demo", "load", "--policies", str(policies)]
    done = subprocess.run(
        [sys.executable, *command], cwd=config.ROOT, env=environ, capture_output=True, text=True,
        timeout=1800, check=False,
    )  # fmt: skip
    if done.returncode:
        raise SystemExit(done.stderr)


def _enter(url: str) -> tuple[dict[str, str], dict[str, str]]:
    """The cookies of a member who may do everything and of a customer, and the paths of the pages."""
    app = create_app(site.settings_for(url))
    with app.app_context():
        with transaction() as session:
            claim = _middle(session, Claim)
            customer = session.get_one(Customer, claim.customer_id)
            tokens = {
                "staff": (TOKEN, _member(session)),
                "customer": (
                    login.TOKEN,
                    logins.open_session(session, customer, "Firefox/1.0 Linux", clock.now()),
                ),
            }
            paths = _paths(session, claim)
        db.engine.dispose()
    return {who: _cookie(app, *token) for who, token in tokens.items()}, paths


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


def _paths(session: Session, claim: Claim) -> dict[str, str]:
    """One page of each kind about something in the middle of the data."""
    customer = _middle(session, Customer)
    policy = _middle(session, Policy)
    vehicle = session.scalars(
        select(Application).where(Application.product_code == "motor-compulsory").limit(1)
    ).one()
    name, mobile = str(customer.name), str(customer.mobile)
    plate = vehicle.parties["object"]["plate"]
    month = clock.local_date(clock.now()) - timedelta(days=29)
    return {
        "home": "/staff/",
        "search by name": f"/staff/search/?q={name}",
        "search by part of a name": f"/staff/search/?q={name[1:]}",
        "search by mobile number": f"/staff/search/?q={mobile}",
        "search by last four figures": f"/staff/search/?q={mobile[-4:]}",
        "search by plate": f"/staff/search/?q={plate}",
        "search by policy number": f"/staff/search/?q={policy.number}",
        "search by identity number": f"/staff/search/?q={customer.id_number}",
        "dashboard": f"/staff/dashboard/?from={month}&to={month + timedelta(days=29)}",
        "customer": f"/staff/customers/{customer.id}",
        "policy": f"/staff/policies/{policy.number}",
        "claims": "/staff/claims/",
        "claim": f"/staff/claims/{claim.ref}",
        **{f"list of {name}": f"/staff/lists/{name}" for name in LISTS},
        "support": "/staff/support/",
        "customer's claims": "/claims/",
        "customer's claim": f"/claims/{claim.ref}",
    }


def _middle(session: Session, model: type[Row]) -> Row:
    number = session.scalar(select(func.max(model.id))) or 0
    return session.scalars(
        select(model).where(model.id >= number // 2).order_by(model.id).limit(1)
    ).one()
