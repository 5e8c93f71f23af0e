"""What becomes of Stripe's objects by the passing of time alone."""

from collections.abc import Callable

from storefront.sandbox.stripe import payments, refunds, sessions
from storefront.sandbox.stripe.records import Call, get
from storefront.sandbox.stripe.session_params import KIND
from storefront.sandbox.timers import take_due


def _expire(call: Call, session_id: str) -> None:
    session = get(call.db, KIND, session_id)
    if session["status"] == "open":
        sessions.close(call, session)


ACTIONS: dict[str, Callable[[Call, str], None]] = {
    "expire": _expire,
    "async-succeed": lambda call, session_id: payments.settle_now(call, session_id, "succeed"),
    "async-fail": lambda call, session_id: payments.settle_now(call, session_id, "fail"),
    "refund-arrives": refunds.arrive,
}


def do_next(call: Call) -> bool:
    """Do the next thing whose time has come; False when nothing is due."""
    timer = take_due(call.db, call.now)
    if timer is None:
        return False
    action, target = timer
    ACTIONS[action](call, target)
    return True
