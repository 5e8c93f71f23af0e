"""Events: what happened, kept for the list and queued for the webhook."""

import json
import sqlite3
from typing import Any

from storefront.sandbox import behaviour, outbox
from storefront.sandbox.stripe.listing import PAGING, page
from storefront.sandbox.stripe.params import Params
from storefront.sandbox.stripe.records import API_VERSION, Call, blank, get, new_id, put

SHUFFLE_SECONDS = 1.0


def emit(call: Call, kind: str, subject: dict[str, Any]) -> None:
    """Record that something of this kind happened to the subject and tell the webhook."""
    event = blank(
        "event",
        id=new_id("evt_1"),
        api_version=API_VERSION,
        created=call.now,
        data={"object": subject},
        request={"id": call.request_id, "idempotency_key": call.idempotency_key},
        type=kind,
    )
    put(call.db, event)
    if not call.settings.stripe_webhook_url:
        return
    told = behaviour.current(call.db, behaviour.STRIPE)
    shuffled = told.mode == "shuffle-webhooks" or told.copies > 1
    outbox.queue(
        call.db,
        signer=outbox.STRIPE_SIGNER,
        reference=event["id"],
        url=call.settings.stripe_webhook_url,
        body=json.dumps({**event, "pending_webhooks": 1}, indent=2),
        now=call.now,
        copies=told.copies,
        spread=SHUFFLE_SECONDS if shuffled else 0.0,
    )


def retrieve(call: Call, event_id: str) -> dict[str, Any]:
    return _with_pending(call.db, get(call.db, "event", event_id))


def listed(call: Call, params: Params) -> dict[str, Any]:
    params.only(*PAGING, "type", "types")
    conditions = []
    kind, kinds = params.text("type"), params.texts("types")
    if kind:
        # Stripe takes "charge.*" as a prefix.
        conditions.append(("label GLOB ?", kind))
    if kinds:
        conditions.append(("label IN (SELECT value FROM json_each(?))", json.dumps(kinds)))
    answer = page(call.db, "event", "/v1/events", params, conditions)
    answer["data"] = [_with_pending(call.db, event) for event in answer["data"]]
    return answer


def _with_pending(db: sqlite3.Connection, event: dict[str, Any]) -> dict[str, Any]:
    row = db.execute(
        "SELECT count(*) AS number FROM outbox WHERE reference = ? AND state = 'pending'",
        (event["id"],),
    ).fetchone()
    return {**event, "pending_webhooks": row["number"]}
