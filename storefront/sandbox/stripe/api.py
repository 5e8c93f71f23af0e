"""Stripe's HTTP API: who asks, what they ask, and the answer's headers."""

import hmac
import sqlite3
import time
from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, g, jsonify, request

from storefront.sandbox import behaviour
from storefront.sandbox.dropping import drop_connection
from storefront.sandbox.state import settings, store
from storefront.sandbox.stripe import events, idempotency, refunds, sessions
from storefront.sandbox.stripe.errors import StripeError, server_error
from storefront.sandbox.stripe.idempotency import Answer, KeysInUse
from storefront.sandbox.stripe.listing import PAGING, page
from storefront.sandbox.stripe.params import Params, parse
from storefront.sandbox.stripe.records import API_VERSION, Call, expand, get, new_id

Work = Callable[[Call, Params], dict[str, Any]]
FAULTS = ("slow", "error", "down")

api = Blueprint("stripe_api", __name__, url_prefix="/v1")
keys_in_use = KeysInUse()


@api.before_request
def authenticate() -> None:
    g.request_id = new_id("req_", 14)
    key = _presented_key()
    if not key:
        raise StripeError(
            "You did not provide an API key. You need to provide your API key in the"
            " Authorization header, using Bearer auth (e.g. 'Authorization: Bearer"
            " YOUR_SECRET_KEY').",
            status=401,
        )
    if not hmac.compare_digest(key.encode(), settings().stripe_api_key.encode()):
        raise StripeError(
            f"Invalid API Key provided: {key[:8]}{'*' * 12}{key[-4:] if len(key) > 16 else ''}",
            status=401,
        )


def _presented_key() -> str:
    scheme, _, credentials = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return credentials.strip()
    if scheme.lower() == "basic":
        try:
            return b64decode(credentials, validate=True).decode().partition(":")[0]
        except (Base64Error, UnicodeDecodeError):
            return ""
    return ""


@api.after_request
def add_headers(response: Response) -> Response:
    response.headers["Request-Id"] = g.request_id
    response.headers["Stripe-Version"] = request.headers.get("Stripe-Version", API_VERSION)
    if key := request.headers.get("Idempotency-Key"):
        response.headers["Idempotency-Key"] = key
    return response


@api.errorhandler(StripeError)
def show_error(error: StripeError) -> Response:
    return _response(Answer(error.status, error.body()))


def _response(answer: Answer) -> Response:
    response = jsonify(answer.body)
    response.status_code = answer.status
    if answer.original_request:
        response.headers["Idempotent-Replayed"] = "true"
        response.headers["Original-Request"] = answer.original_request
    if answer.status >= 500:
        # A key's answer is replayed anyway, so that the library's own retry is pointless.
        response.headers["Stripe-Should-Retry"] = "false"
    return response


def _read(work: Work) -> Response:
    told = _told()
    if told.mode == "slow":
        time.sleep(told.seconds)
    if told.mode == "error":
        raise server_error()
    with store().reading() as db:
        body = work(_call(db), Params(parse(request.args.items(multi=True))))
    return _answer_as_told(told, Answer(200, body))


def _write(work: Work) -> Response:
    key = request.headers.get("Idempotency-Key", "")
    told = _told()
    if not key:
        return _answer_as_told(told, _do(work, told, key))
    idempotency.check(key)
    with keys_in_use.hold(key):
        return _answer_as_told(told, _do(work, told, key))


def _told() -> behaviour.Behaviour:
    """The fault this call shall suffer."""
    with store().reading() as db:
        told = behaviour.current(db, behaviour.STRIPE)
    if told.mode in FAULTS:
        with store().writing() as db:
            told = behaviour.take(db, behaviour.STRIPE)
    return told


def _do(work: Work, told: behaviour.Behaviour, key: str) -> Answer:
    """Do the work once per key: its effects and its answer are stored together or not at all."""
    if told.mode == "slow":
        time.sleep(told.seconds)
    pairs = list(request.form.items(multi=True))
    print_of_body = idempotency.fingerprint(pairs)
    with store().writing() as db:
        if key and (earlier := idempotency.recall(db, key, request.path, print_of_body)):
            return earlier
        call = _call(db)
        try:
            if told.mode == "error":
                raise server_error()
            answer = Answer(200, work(call, Params(parse(pairs))))
        except StripeError as error:
            if not error.executed:
                raise
            answer = Answer(error.status, error.body())
        if key:
            idempotency.remember(
                db, key, request.path, print_of_body, answer, request_id=g.request_id, now=call.now
            )
    return answer


def _answer_as_told(told: behaviour.Behaviour, answer: Answer) -> Response:
    """The answer, or a line that breaks after the work was done."""
    if told.mode == "down":
        return drop_connection()
    return _response(answer)


def _call(db: sqlite3.Connection) -> Call:
    return Call(
        db=db,
        now=int(time.time()),
        settings=settings(),
        base_url=request.host_url.rstrip("/"),
        request_id=g.request_id,
        idempotency_key=request.headers.get("Idempotency-Key"),
    )


@api.post("/checkout/sessions")
def create_session() -> Response:
    return _write(sessions.create)


@api.get("/checkout/sessions")
def list_sessions() -> Response:
    return _read(sessions.listed)


@api.get("/checkout/sessions/<session_id>")
def retrieve_session(session_id: str) -> Response:
    return _read(lambda call, params: sessions.retrieve(call, session_id, params))


@api.get("/checkout/sessions/<session_id>/line_items")
def list_line_items(session_id: str) -> Response:
    return _read(lambda call, params: sessions.items_of(call, session_id, params))


@api.post("/checkout/sessions/<session_id>/expire")
def expire_session(session_id: str) -> Response:
    return _write(lambda call, params: sessions.expire(call, session_id, params))


@api.get("/payment_intents")
def list_payment_intents() -> Response:
    def work(call: Call, params: Params) -> dict[str, Any]:
        params.only(*PAGING)
        answer = page(call.db, "payment_intent", "/v1/payment_intents", params)
        return expand(call.db, answer, params.texts("expand"))

    return _read(work)


@api.get("/payment_intents/<object_id>", defaults={"kind": "payment_intent"})
@api.get("/charges/<object_id>", defaults={"kind": "charge"})
@api.get("/refunds/<object_id>", defaults={"kind": "refund"})
def retrieve_object(object_id: str, kind: str) -> Response:
    def work(call: Call, params: Params) -> dict[str, Any]:
        params.only("expand")
        return expand(call.db, get(call.db, kind, object_id), params.texts("expand"))

    return _read(work)


@api.post("/refunds")
def create_refund() -> Response:
    return _write(refunds.create)


@api.get("/refunds")
def list_refunds() -> Response:
    return _read(refunds.listed)


@api.get("/events")
def list_events() -> Response:
    return _read(events.listed)


@api.get("/events/<event_id>")
def retrieve_event(event_id: str) -> Response:
    return _read(lambda call, params: events.retrieve(call, event_id))


@api.route("/<path:path>", methods=["GET", "POST", "DELETE"])
def unrecognized(path: str) -> Response:
    raise StripeError(
        f"Unrecognized request URL ({request.method}: /v1/{path}). If you are trying to list"
        " objects, remove the trailing slash. If you are trying to retrieve an object, make sure"
        " you passed a valid (non-empty) identifier in your code.",
        status=404,
    )
