"""The control room: shows what is stored and tells the stand-ins how to misbehave."""

import json
import sqlite3
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, jsonify, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from storefront.sandbox import behaviour
from storefront.sandbox.behaviour import INSURER_MODES, STRIPE, STRIPE_MODES, Behaviour
from storefront.sandbox.state import settings, store
from storefront.sandbox.store import clear

control = Blueprint("control", __name__, url_prefix="/control")


class ControlError(ValueError):
    """The order cannot be understood; the message names the field."""


@control.errorhandler(ControlError)
def show_error(error: ControlError) -> tuple[Response, int]:
    return jsonify({"error": str(error)}), 400


@control.get("")
def show() -> Response | str:
    with store().reading() as db:
        state = _state(db)
        if request.accept_mimetypes.best_match(["application/json", "text/html"]) != "text/html":
            return jsonify(state)
        sessions = [
            json.loads(row["body"])
            for row in db.execute(
                "SELECT body FROM objects WHERE kind = 'checkout.session' ORDER BY seq DESC LIMIT 20"
            )
        ]
    return render_template(
        "sandbox/control.html",
        state=state,
        sessions=sessions,
        stripe_modes=STRIPE_MODES,
        insurer_modes=INSURER_MODES,
    )


@control.get("/ready")
def ready() -> Response:
    with store().reading() as db:
        db.execute("SELECT 1 FROM behaviours")
    return jsonify({"status": "ready"})


@control.post("/stripe")
def tell_stripe() -> AnyResponse:
    order = _order()
    return _tell(STRIPE, _behaviour(order, STRIPE_MODES))


@control.post("/insurer")
def tell_insurer() -> AnyResponse:
    order = _order()
    code = order.get("insurer") or None
    if code is not None and code not in settings().insurer_keys:
        raise ControlError("insurer: there is none with this code")
    return _tell(behaviour.insurer_room(code), _behaviour(order, INSURER_MODES))


@control.post("/reset")
def reset() -> AnyResponse:
    with store().writing() as db:
        clear(db)
    return _done()


def _order() -> Mapping[str, Any]:
    order = request.get_json() if request.is_json else request.form
    if not isinstance(order, Mapping):
        raise ControlError("the order must be a JSON object")
    return order


def _behaviour(order: Mapping[str, Any], modes: tuple[str, ...]) -> Behaviour:
    mode = order.get("mode", "normal")
    if mode not in modes:
        raise ControlError(f"mode: must be one of {', '.join(modes)}")
    return Behaviour(
        mode=mode,
        count=_number(order, "count", int, 1, Behaviour.count),
        seconds=_number(order, "seconds", float, 0, Behaviour.seconds),
        copies=_number(order, "copies", int, 1, Behaviour.copies),
    )


def _number(order: Mapping[str, Any], name: str, kind: type, least: int, default: Any) -> Any:
    value = order.get(name)
    if value is None or value == "":
        return default
    try:
        number = kind(value)
    except (TypeError, ValueError) as error:
        raise ControlError(f"{name}: must be a number") from error
    if not least <= number <= 1000:
        raise ControlError(f"{name}: must be from {least} to 1000")
    return number


def _tell(room: str, told: Behaviour) -> AnyResponse:
    with store().writing() as db:
        behaviour.tell(db, room, told)
    return _done()


def _done() -> AnyResponse:
    """JSON for programs, the page again for the person who used its form."""
    if request.mimetype == "application/x-www-form-urlencoded":
        return redirect("/control", 303)
    with store().reading() as db:
        return jsonify(_state(db))


def _state(db: sqlite3.Connection) -> dict[str, Any]:
    codes = settings().insurer_keys
    return {
        "stripe": vars(behaviour.current(db, STRIPE)),
        "insurers": {
            code: vars(behaviour.current(db, behaviour.insurer_room(code), behaviour.INSURERS))
            for code in codes
        },
        "counts": _counts(db),
    }


def _counts(db: sqlite3.Connection) -> dict[str, int]:
    groups = db.execute(
        "SELECT kind AS name, count(*) AS number FROM objects GROUP BY kind"
        " UNION ALL SELECT 'webhooks ' || state, count(*) FROM outbox GROUP BY state"
        " UNION ALL SELECT 'policies ' || insurer, count(*) FROM policies GROUP BY insurer"
        " UNION ALL SELECT 'mails', count(*) FROM mails HAVING count(*) > 0"
    )
    return {row["name"]: row["number"] for row in groups}
