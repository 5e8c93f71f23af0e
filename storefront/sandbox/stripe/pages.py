"""The hosted payment page: choose a method, pay, authorise or confirm, and go back to the shop."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, g, redirect, render_template, request
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from storefront.sandbox.state import settings, store
from storefront.sandbox.stripe import cards, payments
from storefront.sandbox.stripe.errors import StripeError
from storefront.sandbox.stripe.payments import Instrument, SessionClosedError
from storefront.sandbox.stripe.records import Call, get, line_items
from storefront.sandbox.stripe.session_params import KIND
from storefront.sandbox.stripe.sessions import return_url

pages = Blueprint("stripe_pages", __name__, url_prefix="/c/pay/<session_id>")
Page = str | Response | tuple[str, int]
PROBLEMS = ("declined", "not-confirmed", "not-authorised")
MARKS = {"cny": "¥", "hkd": "HK$", "usd": "US$", "eur": "€"}


@pages.app_template_filter("amount")
def amount(minor: int, currency: str) -> str:
    """Minor units as money to read."""
    return f"{MARKS[currency]}{minor // 100:,}.{minor % 100:02}"


@pages.get("")
def show(session_id: str) -> Page:
    with _paying(session_id) as (_, session):
        return _page(session, shown_fault=request.args.get("problem", ""))


@pages.post("")
def pay(session_id: str) -> Page:
    with _paying(session_id) as (call, session):
        method = request.form.get("method", "")
        if method not in session["payment_method_types"]:
            return _page(session, faults={"method": "fault.method"}), 422
        if method != "card":
            return redirect(f"{request.path}/authorize?method={method}", 303)
        card = cards.read(request.form, _this_month())
        if isinstance(card, dict):
            return _page(session, faults=card), 422
        if card.outcome == cards.CONFIRMS:
            payments.require_confirmation(call, session_id, card.instrument)
            return redirect(f"{request.path}/confirm", 303)
        if card.outcome == cards.DECLINES:
            payments.decline(call, session_id, card.instrument)
            return _page(session, shown_fault="declined"), 402
        return _back_to_shop(payments.succeed(call, session_id, card.instrument))


@pages.get("/authorize")
def authorize(session_id: str) -> Page:
    with _paying(session_id) as (_, session):
        method = _wallet(session, request.args.get("method", ""))
        return render_template("sandbox/authorize.html", session=session, method=method)


@pages.post("/authorize")
def finish_authorisation(session_id: str) -> Page:
    with _paying(session_id) as (call, session):
        instrument = Instrument(_wallet(session, request.form.get("method", "")))
        outcome = request.form.get("outcome")
        if outcome == "succeed":
            return _back_to_shop(payments.succeed(call, session_id, instrument))
        if outcome in ("succeed-later", "fail-later"):
            later = outcome.removesuffix("-later")
            return _back_to_shop(payments.settle_later(call, session_id, instrument, later))
        payments.fail_authorisation(call, session_id, instrument)
        return redirect(f"/c/pay/{session_id}?problem=not-authorised", 303)


@pages.get("/confirm")
def confirm(session_id: str) -> Page:
    with _paying(session_id) as (call, session):
        card = payments.awaiting_confirmation(call, session)
        if card is None:
            return redirect(f"/c/pay/{session_id}", 303)
        return render_template("sandbox/confirm.html", session=session, card=card)


@pages.post("/confirm")
def finish_confirmation(session_id: str) -> Page:
    with _paying(session_id) as (call, session):
        card = payments.awaiting_confirmation(call, session)
        if card is None:
            return redirect(f"/c/pay/{session_id}", 303)
        if request.form.get("outcome") == "complete":
            return _back_to_shop(payments.succeed(call, session_id, card))
        payments.fail_confirmation(call, session_id, card)
        return redirect(f"/c/pay/{session_id}?problem=not-confirmed", 303)


@pages.errorhandler(SessionClosedError)
def show_closed(_: SessionClosedError) -> tuple[str, int]:
    """The page of a session that is over: 200 to look at, 409 to pay."""
    session = g.session
    complete = session["status"] == "complete"
    page = render_template(
        "sandbox/closed.html",
        outcome="complete" if complete else "expired",
        back=return_url(session) if complete else session["cancel_url"],
    )
    return page, 409 if request.method == "POST" else 200


@contextmanager
def _paying(session_id: str) -> Iterator[tuple[Call, dict[str, Any]]]:
    """The session, open and to be paid; whoever posts first has it to himself until he is done."""
    request.form  # noqa: B018 - read here, so that a slow line keeps nobody from writing
    access = store().writing if request.method == "POST" else store().reading
    with access() as db:
        call = Call(db=db, now=int(time.time()), settings=settings())
        try:
            g.session = get(db, KIND, session_id)
        except StripeError as error:
            raise NotFound from error
        # English sessions get an English page, all others a Chinese one.
        g.language = "en" if (g.session["locale"] or "").startswith("en") else "zh"
        g.form_targets = _origins(g.session)
        g.line_items = line_items(db, session_id)["data"]
        yield call, payments.open_session(call, session_id)


def _page(
    session: dict[str, Any], faults: dict[str, str] | None = None, shown_fault: str = ""
) -> str:
    methods = session["payment_method_types"]
    chosen = request.form.get("method")
    return render_template(
        "sandbox/pay.html",
        session=session,
        items=g.line_items,
        faults=faults or {},
        problem=shown_fault if shown_fault in PROBLEMS else "",
        chosen=chosen if chosen in methods else methods[0],
        typed={field: request.form.get(f"card-{field}", "") for field in cards.FIELDS},
        test_cards={cards.grouped(number): does for number, does in cards.TEST_CARDS.items()},
    )


def _wallet(session: dict[str, Any], method: str) -> str:
    if method == "card" or method not in session["payment_method_types"]:
        raise NotFound
    return method


def _back_to_shop(session: dict[str, Any]) -> Response:
    return redirect(return_url(session), 303)


def _origins(session: dict[str, Any]) -> str:
    """Where a form of this page may lead: browsers hold redirects to the same rule."""
    parts = [urlsplit(url) for url in (session["success_url"], session["cancel_url"]) if url]
    return " ".join(sorted({f"{part.scheme}://{part.netloc}" for part in parts}))


def _this_month() -> tuple[int, int]:
    today = datetime.now().astimezone()
    return today.year, today.month
