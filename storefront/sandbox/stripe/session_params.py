"""A Checkout Session as it is asked for: its parameters checked, and the object they make."""

import re
from typing import Any

from storefront.sandbox.stripe.errors import StripeError, missing_object
from storefront.sandbox.stripe.params import Params
from storefront.sandbox.stripe.records import Call, blank, new_id

KIND = "checkout.session"
METHODS = ("card", "alipay", "wechat_pay")
CURRENCIES = ("cny", "hkd", "usd", "eur")
LOCALES = ("auto", "zh", "zh-HK", "zh-TW", "en", "en-GB")
SHORTEST, LONGEST = 30 * 60, 24 * 60 * 60
LARGEST_AMOUNT = 99_999_999
PARAMETERS = (
    "cancel_url",
    "client_reference_id",
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
)
INTENT_TEXTS = ("description", "receipt_email", "statement_descriptor_suffix")


def new_session(call: Call, params: Params) -> tuple[dict[str, Any], dict[str, Any]]:
    """The open session, and its hidden part: line items and what the payment intent will carry."""
    params.only(*PARAMETERS)
    params.required("mode")
    params.choice("mode", ("payment",))
    params.choice("ui_mode", ("hosted", "hosted_page"))
    session_id = new_id("cs_test_a1", 56)
    items = [_line_item(call, item) for item in params.items("line_items")]
    currency, total = _total(params, items)
    email = _email(params)
    params.required("success_url")
    methods = _methods(params)
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
        expires_at=_expires_at(params, call.now),
        locale=params.choice("locale", LOCALES),
        metadata=params.metadata(),
        payment_method_options=_options(params, methods),
        payment_method_types=methods,
        submit_type=params.choice("submit_type", ("auto", "book", "donate", "pay")),
        success_url=params.url("success_url"),
        url=f"{call.base_url}/c/pay/{session_id}",
    )
    return session, {"line_items": items, "payment_intent_data": _intent_data(params)}


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


def _intent_data(params: Params) -> dict[str, Any]:
    intent = params.inner("payment_intent_data")
    intent.only("metadata", *INTENT_TEXTS)
    return {"metadata": intent.metadata(), **{key: intent.text(key) for key in INTENT_TEXTS}}


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
