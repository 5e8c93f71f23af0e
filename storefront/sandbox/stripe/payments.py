"""What happens to a session's payment: it succeeds, is declined, or settles later."""

from dataclasses import dataclass
from typing import Any

from storefront.sandbox.stripe import events
from storefront.sandbox.stripe.records import (
    Call,
    blank,
    find,
    get,
    hidden_part,
    list_of,
    new_id,
    put,
)
from storefront.sandbox.stripe.session_params import KIND, customer_details
from storefront.sandbox.timers import set_timer

SETTLE_LATER_SECONDS = 2
DECLINED = {
    "code": "card_declined",
    "decline_code": "generic_decline",
    "doc_url": "https://stripe.com/docs/error-codes/card-declined",
    "message": "Your card was declined.",
    "type": "card_error",
}
NOT_AUTHENTICATED = {
    "code": "payment_intent_authentication_failure",
    "doc_url": "https://stripe.com/docs/error-codes/payment-intent-authentication-failure",
    "message": "The provided payment method has failed authentication. You can provide payment"
    " method data or a new payment method to attempt this payment again.",
    "type": "invalid_request_error",
}
NOT_AUTHORISED = {
    "code": "payment_intent_payment_attempt_failed",
    "doc_url": "https://stripe.com/docs/error-codes/payment-intent-payment-attempt-failed",
    "message": "The payment failed.",
    "type": "card_error",
}


@dataclass(frozen=True)
class Instrument:
    """What the customer pays with; the card's digits beyond the last four are never kept."""

    method: str
    name: str | None = None
    last4: str | None = None
    exp_month: int | None = None
    exp_year: int | None = None


class SessionClosedError(Exception):
    """The session is complete or expired and takes no payment any more."""


def open_session(call: Call, session_id: str) -> dict[str, Any]:
    """The session, if it can still be paid."""
    session = get(call.db, KIND, session_id)
    if session["status"] != "open" or session["expires_at"] <= call.now:
        raise SessionClosedError
    return session


def succeed(call: Call, session_id: str, instrument: Instrument) -> dict[str, Any]:
    """Charge the session's amount and complete it."""
    session, intent = _begin(call, session_id, instrument)
    _charge(call, intent, instrument, session)
    return _complete(call, session, instrument, "paid")


def decline(call: Call, session_id: str, instrument: Instrument) -> None:
    """Record a charge that the bank refused; the session stays open for another try."""
    session, intent = _begin(call, session_id, instrument)
    _refuse(call, intent, instrument, session)


def require_confirmation(call: Call, session_id: str, instrument: Instrument) -> None:
    """The bank wants to hear from the customer before it decides."""
    session, intent = _begin(call, session_id, instrument)
    intent.update(
        status="requires_action",
        next_action={
            "type": "redirect_to_url",
            "redirect_to_url": {"url": f"{session['url']}/confirm", "return_url": session["url"]},
        },
    )
    put(call.db, intent, {"instrument": vars(instrument)})


def awaiting_confirmation(call: Call, session: dict[str, Any]) -> Instrument | None:
    """The card whose bank waits for the customer, if one does."""
    intent = find(call.db, session["payment_intent"] or "")
    if intent is None or intent["status"] != "requires_action":
        return None
    return Instrument(**hidden_part(call.db, intent["id"])["instrument"])


def fail_confirmation(call: Call, session_id: str, instrument: Instrument) -> None:
    """The customer did not confirm: nothing was charged, and the session stays open."""
    _, intent = _begin(call, session_id, instrument)
    _note_failure(call, intent, NOT_AUTHENTICATED)


def fail_authorisation(call: Call, session_id: str, instrument: Instrument) -> None:
    """The wallet was not authorised: nothing was charged, and the session stays open."""
    _, intent = _begin(call, session_id, instrument)
    _note_failure(call, intent, NOT_AUTHORISED)


def settle_later(
    call: Call, session_id: str, instrument: Instrument, outcome: str
) -> dict[str, Any]:
    """Complete the session unpaid; `outcome` ("succeed" or "fail") follows some seconds later."""
    session, intent = _begin(call, session_id, instrument)
    intent.update(status="processing")
    put(call.db, intent, {"instrument": vars(instrument)})
    set_timer(call.db, call.now + SETTLE_LATER_SECONDS, f"async-{outcome}", session_id)
    return _complete(call, session, instrument, "unpaid")


def settle_now(call: Call, session_id: str, outcome: str) -> None:
    """The delayed outcome of `settle_later`."""
    session = get(call.db, KIND, session_id)
    intent = get(call.db, "payment_intent", session["payment_intent"])
    instrument = Instrument(**hidden_part(call.db, intent["id"])["instrument"])
    if outcome == "succeed":
        _charge(call, intent, instrument, session)
        session.update(payment_status="paid")
        events.emit(call, "checkout.session.async_payment_succeeded", put(call.db, session))
    else:
        _refuse(call, intent, instrument, session)
        events.emit(call, "checkout.session.async_payment_failed", session)


def _begin(
    call: Call, session_id: str, instrument: Instrument
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The session and its payment intent, which the first attempt to pay creates."""
    session = open_session(call, session_id)
    if session["payment_intent"] is None:
        intent = _new_intent(call, session)
        session.update(payment_intent=intent["id"])
        put(call.db, session)
    else:
        intent = get(call.db, "payment_intent", session["payment_intent"])
    intent.update(payment_method=new_id("pm_1"), next_action=None)
    return session, intent


def _new_intent(call: Call, session: dict[str, Any]) -> dict[str, Any]:
    intent_id = new_id("pi_3")
    asked = hidden_part(call.db, session["id"])["payment_intent_data"]
    intent = blank(
        "payment_intent",
        id=intent_id,
        amount=session["amount_total"],
        client_secret=f"{intent_id}_secret_{new_id('', 25)}",
        created=call.now,
        currency=session["currency"],
        payment_method_options=session["payment_method_options"],
        payment_method_types=session["payment_method_types"],
        **asked,
    )
    return put(call.db, intent)


def _charge(
    call: Call, intent: dict[str, Any], instrument: Instrument, session: dict[str, Any]
) -> None:
    charge = _new_charge(call, intent, instrument, session)
    charge.update(
        amount_captured=intent["amount"],
        balance_transaction=new_id("txn_3"),
        captured=True,
        outcome=_outcome("approved_by_network", None, "Payment complete.", "authorized"),
        paid=True,
        status="succeeded",
    )
    intent.update(
        amount_received=intent["amount"],
        last_payment_error=None,
        latest_charge=charge["id"],
        status="succeeded",
    )
    put(call.db, intent)
    events.emit(call, "charge.succeeded", put(call.db, charge))
    events.emit(call, "payment_intent.succeeded", intent)


def _refuse(
    call: Call, intent: dict[str, Any], instrument: Instrument, session: dict[str, Any]
) -> None:
    charge = _new_charge(call, intent, instrument, session)
    charge.update(
        failure_code=DECLINED["code"],
        failure_message=DECLINED["message"],
        outcome=_outcome(
            "declined_by_network",
            DECLINED["decline_code"],
            "The bank did not return any further details with this decline.",
            "issuer_declined",
        ),
    )
    intent.update(latest_charge=charge["id"])
    events.emit(call, "charge.failed", put(call.db, charge))
    _note_failure(call, intent, {**DECLINED, "charge": charge["id"]})


def _note_failure(call: Call, intent: dict[str, Any], error: dict[str, Any]) -> None:
    intent.update(last_payment_error=error, payment_method=None, status="requires_payment_method")
    events.emit(call, "payment_intent.payment_failed", put(call.db, intent))


def _complete(
    call: Call,
    session: dict[str, Any],
    instrument: Instrument,
    payment_status: str,
) -> dict[str, Any]:
    session.update(
        customer_details=customer_details(session["customer_email"], instrument.name),
        payment_status=payment_status,
        status="complete",
        url=None,
    )
    events.emit(call, "checkout.session.completed", put(call.db, session))
    return session


def _new_charge(
    call: Call, intent: dict[str, Any], instrument: Instrument, session: dict[str, Any]
) -> dict[str, Any]:
    charge_id = new_id("ch_3")
    charge = blank(
        "charge",
        id=charge_id,
        amount=intent["amount"],
        created=call.now,
        currency=intent["currency"],
        description=intent["description"],
        metadata=intent["metadata"],
        payment_intent=intent["id"],
        payment_method=intent["payment_method"],
        payment_method_details=_details(intent["amount"], instrument),
        receipt_email=intent["receipt_email"],
        refunds=list_of(f"/v1/charges/{charge_id}/refunds", []),
    )
    charge["billing_details"].update(email=session["customer_email"], name=instrument.name)
    return charge


def _details(amount: int, instrument: Instrument) -> dict[str, Any]:
    if instrument.method != "card":
        return {"type": instrument.method, instrument.method: {"transaction_id": new_id("", 28)}}
    card = blank(
        "card_details",
        amount_authorized=amount,
        exp_month=instrument.exp_month,
        exp_year=instrument.exp_year,
        fingerprint=new_id("", 16),
        last4=instrument.last4,
    )
    card["overcapture"]["maximum_amount_capturable"] = amount
    return {"type": "card", "card": card}


def _outcome(network_status: str, reason: str | None, message: str, kind: str) -> dict[str, Any]:
    return {
        "advice_code": None,
        "network_advice_code": None,
        "network_decline_code": None,
        "network_status": network_status,
        "reason": reason,
        "risk_level": "normal",
        "seller_message": message,
        "type": kind,
    }
