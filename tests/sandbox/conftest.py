"""One sandbox process and one webhook receiver for these tests; every test starts empty."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.sandbox import process
from tests.sandbox.process import Receiver, Sandbox, http


@pytest.fixture(scope="package")
def shared_receiver() -> Iterator[Receiver]:
    with process.receiving() as receiver:
        yield receiver


@pytest.fixture(scope="package")
def shared_sandbox(
    tmp_path_factory: pytest.TempPathFactory, shared_receiver: Receiver
) -> Iterator[Sandbox]:
    with process.running(
        tmp_path_factory.mktemp("sandbox"),
        STRIPE_WEBHOOK_URL=f"{shared_receiver.url}/stripe/webhook",
        INSURER_CALLBACK_URL=f"{shared_receiver.url}/insurer/callback",
    ) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(shared_sandbox: Sandbox) -> Sandbox:
    http.post(f"{shared_sandbox.url}/control/reset").raise_for_status()
    return shared_sandbox


@pytest.fixture
def receiver(sandbox: Sandbox, shared_receiver: Receiver) -> Receiver:
    shared_receiver.clear()
    return shared_receiver


def order(**changes: Any) -> dict[str, Any]:
    """Parameters of a Checkout Session over 132.09 yuan."""
    return {
        "mode": "payment",
        "line_items": [
            {
                "price_data": {
                    "currency": "cny",
                    "product_data": {"name": "Travel accident"},
                    "unit_amount": 13209,
                },
                "quantity": 1,
            }
        ],
        "client_reference_id": "PAY-1",
        "metadata": {"payment": "PAY-1"},
        "payment_intent_data": {"metadata": {"payment": "PAY-1"}},
        "customer_email": "li@example.com",
        "success_url": "http://shop.example/done?session={CHECKOUT_SESSION_ID}",
        "cancel_url": "http://shop.example/back",
        "payment_method_types": ["card", "alipay", "wechat_pay"],
        "payment_method_options": {"wechat_pay": {"client": "web"}},
        **changes,
    }


def card(number: str = "4242 4242 4242 4242", **changes: str) -> dict[str, str]:
    """The hosted page's form, filled in with a card."""
    return {
        "method": "card",
        "card-number": number,
        "card-expiry": "12/40",
        "card-cvc": "123",
        "card-name": "Li Hua",
        **changes,
    }
