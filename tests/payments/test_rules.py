"""The pure rules: which states follow, what money leads to, how much may go back."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from storefront.payments import rules
from storefront.payments.rules import Outcome, PaymentFacts, SessionFacts, Verdict

NOW = datetime(2026, 3, 1, tzinfo=UTC)
PAYMENT = PaymentFacts(
    state="pending",
    amount=Decimal("132.09"),
    currency="CNY",
    application_state="accepted",
    premium=Decimal("132.09"),
    offer_ends=NOW + timedelta(days=1),
    paid_elsewhere=False,
)
PAID = SessionFacts("cs_1", "complete", "paid", 13209, "cny", intent_id="pi_1", paid_at=NOW)
OPEN = replace(PAID, status="open", payment_status="unpaid", paid_at=None)


@pytest.mark.parametrize(
    ("state", "target", "allowed"),
    [
        ("created", "pending", True),
        ("created", "settled", True),
        ("pending", "settled", True),
        ("pending", "expired", True),
        ("failed", "settled", True),
        ("expired", "settled", True),
        ("pending", "created", False),
        ("expired", "pending", False),
        ("failed", "expired", False),
        ("settled", "failed", False),
        ("settled", "settled", False),
    ],
)
def test_a_payment_only_moves_along_its_table(state: str, target: str, allowed: bool) -> None:
    if allowed:
        assert rules.payment_move(state, target) == target
        return
    with pytest.raises(rules.ForbiddenMove):
        rules.payment_move(state, target)


@pytest.mark.parametrize(
    ("state", "target", "allowed"),
    [
        ("created", "sent", True),
        ("created", "done", True),
        ("sent", "done", True),
        ("sent", "failed", True),
        ("done", "failed", True),
        ("failed", "created", True),
        ("done", "sent", False),
        ("done", "created", False),
        ("sent", "created", False),
        ("failed", "done", False),
    ],
)
def test_a_refund_only_moves_along_its_table(state: str, target: str, allowed: bool) -> None:
    if allowed:
        assert rules.refund_move(state, target) == target
        return
    with pytest.raises(rules.ForbiddenMove):
        rules.refund_move(state, target)


JUDGEMENTS = {
    "paid": (PAYMENT, PAID, Outcome(Verdict.SETTLE)),
    "paid though given up": (replace(PAYMENT, state="expired"), PAID, Outcome(Verdict.SETTLE)),
    "heard of again": (replace(PAYMENT, state="settled"), PAID, Outcome(Verdict.IGNORE)),
    "less": (PAYMENT, replace(PAID, amount=13208), Outcome(Verdict.HOLD, "amount")),
    "more": (PAYMENT, replace(PAID, amount=13210), Outcome(Verdict.HOLD, "amount")),
    "nothing": (
        PAYMENT,
        replace(PAID, payment_status="no_payment_required", amount=0),
        Outcome(Verdict.HOLD, "amount"),
    ),
    "other currency": (PAYMENT, replace(PAID, currency="hkd"), Outcome(Verdict.HOLD, "currency")),
    "amount before withdrawal": (
        replace(PAYMENT, application_state="withdrawn"),
        replace(PAID, amount=1),
        Outcome(Verdict.HOLD, "amount"),
    ),
    "withdrawn": (
        replace(PAYMENT, application_state="withdrawn"),
        PAID,
        Outcome(Verdict.REFUND, "withdrawn"),
    ),
    "paid elsewhere": (
        replace(PAYMENT, paid_elsewhere=True),
        PAID,
        Outcome(Verdict.REFUND, "duplicate"),
    ),
    "paid application": (
        replace(PAYMENT, application_state="paid"),
        PAID,
        Outcome(Verdict.REFUND, "duplicate"),
    ),
    "being changed": (
        replace(PAYMENT, application_state="draft"),
        PAID,
        Outcome(Verdict.HOLD, "application"),
    ),
    "new premium": (
        replace(PAYMENT, premium=Decimal("133.00")),
        PAID,
        Outcome(Verdict.HOLD, "premium"),
    ),
    "too late": (
        PAYMENT,
        replace(PAID, paid_at=PAYMENT.offer_ends),
        Outcome(Verdict.REFUND, "late"),
    ),
    "open": (PAYMENT, OPEN, Outcome(Verdict.IGNORE)),
    "declined, still open": (
        PAYMENT,
        replace(OPEN, failure="card_declined"),
        Outcome(Verdict.NOTE, "card_declined"),
    ),
    "closed": (PAYMENT, replace(OPEN, status="expired"), Outcome(Verdict.EXPIRE)),
    "closed, given up before": (
        replace(PAYMENT, state="failed"),
        replace(OPEN, status="expired"),
        Outcome(Verdict.IGNORE),
    ),
    "on its way": (
        PAYMENT,
        replace(OPEN, status="complete", intent_status="processing"),
        Outcome(Verdict.IGNORE),
    ),
    "failed later": (
        PAYMENT,
        replace(OPEN, status="complete", intent_status="requires_payment_method"),
        Outcome(Verdict.FAIL, "payment_failed"),
    ),
}


@pytest.mark.parametrize("case", JUDGEMENTS)
@pytest.mark.rule("M-03")
@pytest.mark.rule("M-05")
def test_what_a_session_means(case: str) -> None:
    payment, checkout, expected = JUDGEMENTS[case]
    assert rules.judge(payment, checkout, NOW) == expected


def test_money_without_a_known_moment_counts_from_now() -> None:
    unknown = replace(PAID, paid_at=None)
    assert rules.judge(PAYMENT, unknown, NOW).verdict == Verdict.SETTLE
    assert rules.judge(PAYMENT, unknown, PAYMENT.offer_ends).reason == "late"


@pytest.mark.parametrize("amount", ["0", "-1.00", "100.01"])
def test_a_refund_is_positive_and_no_more_than_what_is_left(amount: str) -> None:
    with pytest.raises(rules.OverRefund):
        rules.check_refund(Decimal(amount), Decimal("100.00"))


class Paying(RuleBasedStateMachine):
    """One application, two payments, any order of what may happen to them."""

    def __init__(self) -> None:
        super().__init__()
        self.application = "accepted"
        self.states = ["pending", "pending"]
        self.held: list[str | None] = [None, None]
        self.paid = [False, False]
        self.begun = 0
        self.refunds: list[tuple[int, str, Decimal]] = []

    @rule(which=st.integers(0, 1))
    def customer_pays(self, which: int) -> None:
        self.paid[which] = True

    @rule(state=st.sampled_from(["withdrawn", "draft", "accepted", "expired"]))
    @precondition(lambda self: self.application != "paid")
    def application_moves(self, state: str) -> None:
        self.application = state

    @rule(
        which=st.integers(0, 1),
        amount=st.sampled_from([13209, 13209, 13209, 13208]),
        expired=st.booleans(),
    )
    def stripe_tells(self, which: int, amount: int, expired: bool) -> None:
        checkout = (
            PAID if self.paid[which] else replace(OPEN, status="expired" if expired else "open")
        )
        other = 1 - which
        facts = replace(
            PAYMENT,
            state=self.states[which],
            application_state=self.application,
            paid_elsewhere=self.states[other] == "settled" and self.held[other] is None,
        )
        outcome = rules.judge(facts, replace(checkout, amount=amount), NOW)
        if outcome.verdict == Verdict.EXPIRE:
            self.states[which] = rules.payment_move(self.states[which], "expired")
        if outcome.verdict in (Verdict.SETTLE, Verdict.HOLD, Verdict.REFUND):
            self.states[which] = rules.payment_move(self.states[which], "settled")
            self.held[which] = outcome.reason
        if outcome.verdict == Verdict.SETTLE:
            self.begun += 1
            self.application = "paid"
        if outcome.verdict == Verdict.REFUND:
            self._refund(which, PAYMENT.amount)

    @rule(which=st.integers(0, 1), fen=st.integers(-1, 14000))
    def somebody_asks_for_a_refund(self, which: int, fen: int) -> None:
        if self.states[which] == "settled":
            self._refund(which, Decimal(fen).scaleb(-2))

    @rule(
        data=st.data(),
        state=st.sampled_from(["sent", "done", "failed"]),
    )
    @precondition(lambda self: self.refunds)
    def bank_answers(self, data: st.DataObject, state: str) -> None:
        place = data.draw(st.integers(0, len(self.refunds) - 1))
        which, present, amount = self.refunds[place]
        if state in rules.REFUND_MOVES[present]:
            self.refunds[place] = (which, rules.refund_move(present, state), amount)

    @invariant()
    def at_most_one_policy_begins_and_only_for_money(self) -> None:
        good = [
            place
            for place in (0, 1)
            if self.states[place] == "settled" and self.held[place] is None
        ]
        assert self.begun == len(good) <= 1
        assert all(self.paid[place] for place in (0, 1) if self.states[place] == "settled")

    @invariant()
    def refunds_never_exceed_what_was_paid(self) -> None:
        for which in (0, 1):
            gone = sum(
                (
                    amount
                    for place, state, amount in self.refunds
                    if place == which and state != "failed"
                ),
                Decimal(0),
            )
            assert 0 <= gone <= (PAYMENT.amount if self.paid[which] else 0)

    def _refund(self, which: int, amount: Decimal) -> None:
        taken = [(state, money) for place, state, money in self.refunds if place == which]
        try:
            rules.check_refund(amount, rules.left_to_refund(PAYMENT.amount, taken))
        except rules.OverRefund:
            return
        self.refunds.append((which, "created", amount))


TestPaying = Paying.TestCase
