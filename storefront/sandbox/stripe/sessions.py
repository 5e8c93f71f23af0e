"""Checkout Sessions: created, looked up, listed, expired. Paying them is in `payments`."""

from typing import Any
from urllib.parse import quote

from storefront.sandbox.stripe import events
from storefront.sandbox.stripe.errors import StripeError, missing_object
from storefront.sandbox.stripe.listing import PAGING, page
from storefront.sandbox.stripe.params import Params
from storefront.sandbox.stripe.records import Call, expand, find, get, line_items, list_of, put
from storefront.sandbox.stripe.session_params import KIND, new_session
from storefront.sandbox.timers import set_timer

STATUSES = ("open", "complete", "expired")


def create(call: Call, params: Params) -> dict[str, Any]:
    """Open a session that expires by itself. Times are Unix seconds, amounts minor units."""
    session, hidden = new_session(call, params)
    put(call.db, session, hidden)
    set_timer(call.db, session["expires_at"], "expire", session["id"])
    return expand(call.db, session, params.texts("expand"))


def retrieve(call: Call, session_id: str, params: Params) -> dict[str, Any]:
    params.only("expand")
    return expand(call.db, get(call.db, KIND, session_id, "session"), params.texts("expand"))


def listed(call: Call, params: Params) -> dict[str, Any]:
    params.only(*PAGING, "payment_intent", "status")
    conditions: list[tuple[str, Any]] = []
    if intent := params.text("payment_intent"):
        conditions.append(("payment_intent = ?", intent))
    if status := params.choice("status", STATUSES):
        conditions.append(("label = ?", status))
    answer = page(call.db, KIND, "/v1/checkout/sessions", params, conditions)
    return expand(call.db, answer, params.texts("expand"))


def items_of(call: Call, session_id: str, params: Params) -> dict[str, Any]:
    params.only("limit", "starting_after", "ending_before", "expand")
    get(call.db, KIND, session_id, "session")
    answer = line_items(call.db, session_id)
    items = answer["data"]
    places = {item["id"]: place for place, item in enumerate(items)}
    for key in ("starting_after", "ending_before"):
        if (cursor := params.text(key)) and cursor not in places:
            raise missing_object("item", cursor, key, status=400)
    start = places.get(params.text("starting_after") or "", -1) + 1
    end = places.get(params.text("ending_before") or "", len(items))
    limit = min(params.integer("limit", 1) or 10, 100)
    chosen = items[start:end]
    return list_of(answer["url"], chosen[:limit], has_more=len(chosen) > limit)


def expire(call: Call, session_id: str, params: Params) -> dict[str, Any]:
    """Close an open session at the merchant's wish."""
    params.only("expand")
    session = get(call.db, KIND, session_id, "session")
    if session["status"] != "open":
        raise StripeError(
            'Only Checkout Sessions with a status in ["open"] can be expired. This Checkout'
            f" Session has a status of `{session['status']}`.",
            param="session",
            executed=True,
        )
    return expand(call.db, close(call, session), params.texts("expand"))


def close(call: Call, session: dict[str, Any]) -> dict[str, Any]:
    """End an open session; the payment it may have begun ends with it."""
    session.update(status="expired", url=None)
    put(call.db, session)
    intent = find(call.db, session["payment_intent"] or "")
    if intent is not None:
        intent.update(status="canceled", canceled_at=call.now, next_action=None)
        events.emit(call, "payment_intent.canceled", put(call.db, intent))
    events.emit(call, "checkout.session.expired", session)
    return session


def return_url(session: dict[str, Any]) -> str:
    """Where the customer goes after paying."""
    url: str = session["success_url"]
    return url.replace("{CHECKOUT_SESSION_ID}", quote(session["id"]))
