"""Checkout Sessions: created, looked up, listed, expired. Paying them is in `payments`."""

import re
from typing import Any
from urllib.parse import quote

from storefront.sandbox.stripe import events
from storefront.sandbox.stripe.errors import StripeError, missing_object
from storefront.sandbox.stripe.listing import PAGING, page
from storefront.sandbox.stripe.params import Params
from storefront.sandbox.stripe.records import (
    Call,
    blank,
    expand,
    find,
    get,
    line_items,
    list_of,
    new_id,
    put,
)
from storefront.sandbox.timers import set_timer

KIND = "checkout.session"
METHODS = ("card", "alipay", "wechat_pay")
CURRENCIES = ("cny", "hkd", "usd", "eur")
LOCALES = ("auto", "zh", "zh-HK", "zh-TW", "en", "en-GB")
STATUSES = ("open", "complete", "expired")
SHORTEST, LONGEST = 30 * 60, 24 * 60 * 60
LARGEST_AMOUNT = 99_999_999
PARAMETERS = [
    "cancel_url",
    "client_reference_id",
    "currency",
    "customer_email",
    "expand",
    "expires_at",
    "line_items",
    "locale",
    "metadata",
    "mode",
    "payment_intent_data",
    "payment_method_options",
    "payment_method_types",
    "submit_type",
    "success_url",
    "ui_mode",
]
INTENT_TEXTS = ("description", "receipt_email", "statement_descriptor_suffix")


def create(call: Call, params: Params) -> dict[str, Any]:
    """Open a session. Times are Unix seconds, amounts minor units."""
    params.only(*PARAMETERS)
    params.choice("mode", ("payment",)) or _raise(params.missing("mode"))
    params.choice("ui_mode", ("hosted", "hosted_page"))
    session_id = new_id("cs_test_a1", 56)
    items = [_line_item(call, item) for item in params.items("line_items")]
    currency, total = _total(params, items)
    email = _email(params)
    success_url = params.url("success_url") or _raise(params.missing("success_url"))
    methods = _methods(params)
    expires_at = _expires_at(params, call.now)
    session = blank(
        KIND,
        id=session_id,
        amount_subtotal=total,
        amount_total=total,
        cancel_url=params.url("cancel_url"),
        client_reference_id=params.text("client_reference_id", 200),
        created=call.now,
        currency=currency,
        customer_details=customer_details(email, None) if email else None,
        customer_email=email,
        expires_at=expires_at,
        locale=params.choice("locale", LOCALES),
        metadata=params.metadata(),
        payment_method_options=_options(params, methods),
        payment_method_types=methods,
        submit_type=params.choice("submit_type", ("auto", "book", "donate", "pay")),
        success_url=success_url,
        url=f"{call.base_url}/c/pay/{session_id}",
    )
    intent = params.inner("payment_intent_data")
    intent.only("metadata", *INTENT_TEXTS)
    hidden = {
        "line_items": items,
        "payment_intent_data": {
            "metadata": intent.metadata(),
            **{key: intent.text(key) for key in INTENT_TEXTS},
        },
    }
    put(call.db, session, hidden)
    set_timer(call.db, expires_at, "expire", session_id)
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
    return session["success_url"].replace("{CHECKOUT_SESSION_ID}", quote(session["id"]))


def customer_details(email: str | None, name: str | None) -> dict[str, Any]:
    address = dict.fromkeys(("city", "country", "line1", "line2", "postal_code", "state"))
    return {
        "address": address if name else None,
        "business_name": None,
        "email": email,
        "individual_name": None,
        "name": name,
        "phone": None,
        "tax_exempt": "none",
        "tax_ids": [] if name else None,
    }


def _raise(error: StripeError) -> str:
    raise error


def _line_item(call: Call, item: Params) -> dict[str, Any]:
    item.only("price_data", "quantity", "price")
    if price := item.text("price"):
        raise missing_object("price", price, item.name("price"), status=400)
    data, quantity = item.inner("price_data"), item.integer("quantity", 1)
    if quantity is None:
        raise item.missing("quantity")
    data.only("currency", "product_data", "unit_amount", "tax_behavior")
    product = data.inner("product_data")
    product.only("name", "description", "metadata", "images")
    unit_amount = data.integer("unit_amount")
    if unit_amount is None:
        raise data.missing("unit_amount")
    currency, name = _currency(data), product.required("name")
    amount = unit_amount * quantity
    return {
        "id": new_id("li_1"),
        "object": "item",
        "adjustable_quantity": None,
        "amount_discount": 0,
        "amount_subtotal": amount,
        "amount_tax": 0,
        "amount_total": amount,
        "currency": currency,
        "description": name,
        "metadata": {},
        "price": _price(call.now, currency, unit_amount),
        "quantity": quantity,
    }


def _price(now: int, currency: str, unit_amount: int) -> dict[str, Any]:
    return {
        "id": new_id("price_1"),
        "object": "price",
        "active": False,
        "billing_scheme": "per_unit",
        "created": now,
        "currency": currency,
        "custom_unit_amount": None,
        "livemode": False,
        "lookup_key": None,
        "metadata": {},
        "nickname": None,
        "product": new_id("prod_", 14),
        "recurring": None,
        "tax_behavior": "unspecified",
        "tiers_mode": None,
        "transform_quantity": None,
        "type": "one_time",
        "unit_amount": unit_amount,
        "unit_amount_decimal": str(unit_amount),
    }


def _currency(data: Params) -> str:
    currency = data.required("currency").lower()
    if currency not in CURRENCIES:
        raise StripeError(
            f"Invalid currency: {currency}. Stripe currently supports these currencies:"
            f" {', '.join(CURRENCIES)}",
            param=data.name("currency"),
        )
    return currency


def _total(params: Params, items: list[dict[str, Any]]) -> tuple[str, int]:
    if not items:
        raise params.missing("line_items")
    currencies = {item["currency"] for item in items}
    if len(currencies) > 1:
        raise StripeError("All line items must have the same currency.", param="line_items")
    total = sum(item["amount_total"] for item in items)
    if total <= 0:
        raise StripeError(
            "The Checkout Session's total amount must be greater than zero.",
            code="amount_too_small",
            param="line_items",
        )
    if total > LARGEST_AMOUNT:
        raise StripeError(
            f"The Checkout Session's total amount must be no more than {LARGEST_AMOUNT}.",
            code="amount_too_large",
            param="line_items",
        )
    return currencies.pop(), total


def _email(params: Params) -> str | None:
    email = params.text("customer_email", 800)
    if email and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", email):
        raise StripeError(
            f"Invalid email address: {email}", code="email_invalid", param="customer_email"
        )
    return email


def _methods(params: Params) -> list[str]:
    methods = params.texts("payment_method_types") or ["card"]
    for number, method in enumerate(methods):
        if method not in METHODS:
            raise StripeError(
                f"Invalid payment_method_types[{number}]: must be one of {', '.join(METHODS)}",
                param=f"payment_method_types[{number}]",
            )
    if len(set(methods)) < len(methods):
        raise StripeError(
            "You cannot specify the same payment method twice.", param="payment_method_types"
        )
    return methods


def _options(params: Params, methods: list[str]) -> dict[str, Any]:
    options = params.inner("payment_method_options")
    options.only(*METHODS)
    for method in options.values:
        options.inner(method).only("client", "setup_future_usage", "request_three_d_secure")
    wechat = options.inner("wechat_pay")
    client = wechat.choice("client", ("web",))
    if "wechat_pay" in methods and client is None:
        raise wechat.missing("client")
    return options.values


def _expires_at(params: Params, now: int) -> int:
    expires_at = params.integer("expires_at")
    if expires_at is None:
        return now + LONGEST
    if expires_at < now + SHORTEST:
        raise StripeError(
            "The `expires_at` timestamp must be at least 30 minutes from Checkout Session"
            " creation.",
            param="expires_at",
        )
    if expires_at > now + LONGEST:
        raise StripeError(
            "The `expires_at` timestamp must be less than 24 hours from Checkout Session creation.",
            param="expires_at",
        )
    return expires_at
