"""Refunds of a charge, whole or in part; cards at once, wallets some seconds later."""

from typing import Any

from storefront.sandbox.stripe import events
from storefront.sandbox.stripe.errors import StripeError
from storefront.sandbox.stripe.listing import PAGING, page
from storefront.sandbox.stripe.params import Params
from storefront.sandbox.stripe.records import Call, blank, expand, get, new_id, put
from storefront.sandbox.timers import set_timer

KIND = "refund"
REASONS = ("duplicate", "fraudulent", "requested_by_customer")
WALLET_REFUND_SECONDS = 1


def create(call: Call, params: Params) -> dict[str, Any]:
    """Give back `amount` minor units, or all that is left."""
    params.only("amount", "charge", "expand", "metadata", "payment_intent", "reason")
    asked, metadata = params.integer("amount", 1), params.metadata()
    reason = params.choice("reason", REASONS)
    charge = _charge(call, params)
    left = charge["amount_captured"] - charge["amount_refunded"]
    amount = _checked_amount(charge, left, asked)
    method = charge["payment_method_details"]["type"]
    refund = blank(
        KIND,
        id=new_id("re_3"),
        amount=amount,
        balance_transaction=new_id("txn_3"),
        charge=charge["id"],
        created=call.now,
        currency=charge["currency"],
        destination_details={
            "type": method,
            method: {"type": "refund"} if method == "card" else {},
        },
        metadata=metadata,
        payment_intent=charge["payment_intent"],
        payment_method=charge["payment_method"],
        reason=reason,
        status="succeeded" if method == "card" else "pending",
    )
    put(call.db, refund)
    charge["amount_refunded"] += amount
    charge["refunded"] = charge["amount_refunded"] == charge["amount"]
    charge["refunds"]["data"].insert(0, refund)
    events.emit(call, "charge.refunded", put(call.db, charge))
    events.emit(call, "refund.created", refund)
    if refund["status"] == "pending":
        set_timer(call.db, call.now + WALLET_REFUND_SECONDS, "refund-arrives", refund["id"])
    else:
        events.emit(call, "refund.updated", refund)
    return expand(call.db, refund, params.texts("expand"))


def arrive(call: Call, refund_id: str) -> None:
    """A wallet's refund has reached the customer."""
    refund = get(call.db, KIND, refund_id)
    refund.update(status="succeeded")
    events.emit(call, "refund.updated", put(call.db, refund))


def listed(call: Call, params: Params) -> dict[str, Any]:
    params.only(*PAGING, "charge", "payment_intent")
    conditions: list[tuple[str, Any]] = []
    if intent := params.text("payment_intent"):
        get(call.db, "payment_intent", intent, "payment_intent")
        conditions.append(("payment_intent = ?", intent))
    if charge := params.text("charge"):
        conditions.append(("json_extract(body, '$.charge') = ?", charge))
    answer = page(call.db, KIND, "/v1/refunds", params, conditions)
    return expand(call.db, answer, params.texts("expand"))


def _charge(call: Call, params: Params) -> dict[str, Any]:
    """The successful charge to refund, named by itself or by its payment intent."""
    intent_id, charge_id = params.text("payment_intent"), params.text("charge")
    if intent_id:
        intent = get(call.db, "payment_intent", intent_id, "payment_intent")
        if intent["status"] != "succeeded":
            raise StripeError(
                f"This PaymentIntent ({intent_id}) does not have a successful charge to refund.",
                code="payment_intent_unexpected_state",
                param="payment_intent",
            )
        return get(call.db, "charge", intent["latest_charge"])
    if charge_id:
        charge = get(call.db, "charge", charge_id, "charge")
        if not charge["paid"]:
            raise StripeError(f"Charge {charge_id} is not refundable.", param="charge")
        return charge
    raise StripeError(
        "One of the following params should be provided for this request: payment_intent or"
        " charge.",
        code="parameter_missing",
    )


def _checked_amount(charge: dict[str, Any], left: int, asked: int | None) -> int:
    if left == 0:
        raise StripeError(
            f"Charge {charge['id']} has already been refunded.",
            code="charge_already_refunded",
            executed=True,
        )
    if asked is not None and asked > left:
        raise StripeError(
            f"Refund amount ({_money(asked)}) is greater than unrefunded amount on charge"
            f" ({_money(left)})",
            param="amount",
            executed=True,
        )
    return left if asked is None else asked


def _money(amount: int) -> str:
    return f"{amount // 100}.{amount % 100:02}"
