"""Pure parts: clocks in working and calendar days, notices about time, stages, bank numbers."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from storefront import clock
from storefront.claims import bank, clocks, notices, stages
from storefront.claims.notices import ContractTime

SHANGHAI = ZoneInfo("Asia/Shanghai")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI).astimezone(UTC)


@pytest.mark.parametrize(
    ("kind", "line", "complex_claim", "start", "last_day"),
    [
        # a Monday; 5 working days without a holiday
        pytest.param("guidance", "travel", False, "2026-03-02T15:00", "2026-03-03",
                     marks=pytest.mark.rule("C-01")),
        pytest.param("missing", "travel", False, "2026-03-06T15:00", "2026-03-10",
                     marks=pytest.mark.rule("C-01")),
        pytest.param("decision", "travel", False, "2026-03-02T09:00", "2026-03-09",
                     marks=pytest.mark.rule("C-02")),
        # 30 September 2026: a week of holidays, then a Saturday that is worked
        pytest.param("decision", "travel", False, "2026-09-30T09:00", "2026-10-13",
                     marks=pytest.mark.rule("C-02")),
        pytest.param("decision", "cyber", True, "2026-03-02T09:00", "2026-04-01",
                     marks=pytest.mark.rule("C-02")),
        pytest.param("told", "travel", False, "2026-03-06T09:00", "2026-03-09",
                     marks=pytest.mark.rule("C-02")),
        pytest.param("refusal", "travel", False, "2026-03-06T09:00", "2026-03-09",
                     marks=pytest.mark.rule("C-03")),
        pytest.param("paid", "travel", False, "2026-03-06T09:00", "2026-03-16",
                     marks=pytest.mark.rule("C-03")),
        pytest.param("advance", "travel", False, "2026-03-01T09:00", "2026-04-30",
                     marks=pytest.mark.rule("C-04")),
        pytest.param("guidance", "motor", False, "2026-03-06T09:00", "2026-03-07",
                     marks=pytest.mark.rule("C-07")),
        pytest.param("decision", "motor", True, "2026-03-06T09:00", "2026-03-11",
                     marks=pytest.mark.rule("C-07")),
        pytest.param("paid", "motor", False, "2026-03-06T09:00", "2026-03-16",
                     marks=pytest.mark.rule("C-07")),
    ],
)  # fmt: skip
def test_the_last_day_of_every_deadline(
    kind: str, line: str, complex_claim: bool, start: str, last_day: str
) -> None:
    row = clocks.deadline(kind, line, complex_claim=complex_claim)
    due = clocks.due_at(row, at(start))
    assert clock.local_date(due - timedelta(seconds=1)) == date.fromisoformat(last_day)
    assert clocks.kept(due, due, due)
    assert clocks.kept(due, due + timedelta(seconds=1), due) is False
    assert clocks.kept(due, None, due) is None
    assert clocks.kept(due, None, due + timedelta(seconds=1)) is False


@pytest.mark.rule("C-05")
def test_limitation_is_five_years_for_life_and_two_for_others() -> None:
    assert [clocks.limitation_years(line) for line in ("life", "travel", "health")] == [5, 2, 2]


CONTRACT = ContractTime(at("2026-03-01T00:00"), at("2026-04-01T00:00"), waiting_days=10)


@pytest.mark.rule("C-08")
@pytest.mark.parametrize(
    ("incident", "codes"),
    [
        ("2026-02-28T23:59", ["before-cover"]),
        ("2026-03-01T00:00", ["waiting-period"]),
        ("2026-03-10T23:59", ["waiting-period"]),
        ("2026-03-11T00:00", []),
        ("2026-03-31T23:59", []),
        ("2026-04-01T00:00", ["after-cover"]),
    ],
)
def test_the_term_and_the_waiting_period_have_sharp_ends(incident: str, codes: list[str]) -> None:
    moment = at(incident)
    found = notices.notices(CONTRACT, moment, moment, 2, moment)
    assert [item.code for item in found] == codes


@pytest.mark.rule("C-05")
@pytest.mark.parametrize(("now", "late"), [("2028-03-15T23:00", False), ("2028-03-16T00:00", True)])
def test_late_is_after_the_same_day_years_later(now: str, late: bool) -> None:
    incident = at("2026-03-15T12:00")
    found = notices.notices(CONTRACT, incident, incident, 2, at(now))
    assert ([item.code for item in found] == ["late"]) is late


@given(st.text(alphabet="0123456789", min_size=15, max_size=18))
def test_every_single_wrong_digit_of_a_card_is_found(body: str) -> None:
    card = "62" + body[2:]
    good = next(f"{card}{digit}" for digit in range(10) if bank.luhn(f"{card}{digit}"))
    for place in range(len(good)):
        wrong = str((int(good[place]) + 1) % 10)
        assert not bank.luhn(good[:place] + wrong + good[place + 1 :])


@pytest.mark.parametrize(
    ("typed", "slug"),
    [
        ("123456789", None),
        ("6228 4804 0256 4890 018", None),
        ("6228480402564890019", "check-digit"),
        ("12345678", "length"),
        ("1" * 26, "length"),
        ("12345678x", "digits"),
        ("", "digits"),
    ],
)
def test_numbers_of_accounts(typed: str, slug: str | None) -> None:
    if slug is None:
        assert bank.parse_number(typed).isdecimal()
        return
    with pytest.raises(bank.BankNumberError) as error:
        bank.parse_number(typed)
    assert error.value.slug == slug


@pytest.mark.rule("E-03")
def test_a_dispute_is_kept_two_years_longer() -> None:
    contract, closed = date(2036, 1, 1), date(2027, 1, 1)
    assert stages.retain_until(contract, closed, 10, 0) == date(2037, 1, 1)
    assert stages.retain_until(contract, closed, 5, 2) == date(2038, 1, 1)


class ClaimMachine(RuleBasedStateMachine):
    """Any order of steps; what the tables allow keeps stage and decision in agreement."""

    def __init__(self) -> None:
        super().__init__()
        self.stage, self.decision = "reported", "pending"

    def step(self, stage: str, decision: str) -> None:
        if stage == self.stage or (decision != self.decision and decision == "pending"):
            decision = decision if decision == "pending" else self.decision
        try:
            new = stages.next_stage(self.stage, stage)
            kept = decision == self.decision
            self.decision = decision if kept else stages.next_decision(self.decision, decision)
            self.stage = new
        except stages.ForbiddenTransition:
            return

    @rule()
    def ask_documents(self) -> None:
        if self.decision == "pending":
            self.step("documents", "pending")

    @rule()
    def assess(self) -> None:
        self.step("assessment", "pending")

    @rule(outcome=st.sampled_from(["approved", "partly_approved", "declined"]))
    def decide(self, outcome: str) -> None:
        if self.stage == "assessment":
            self.step("decided", outcome)

    @rule()
    def pay(self) -> None:
        if self.decision in stages.PAYING_OUTCOMES:
            self.step("paying", self.decision)

    @rule(outcome=st.sampled_from(["withdrawn", "closed_without_payment"]))
    def give_up(self, outcome: str) -> None:
        if self.decision == "pending":
            self.step("closed", outcome)

    @rule()
    def close(self) -> None:
        if self.decision != "pending":
            self.step("closed", self.decision)

    @invariant()
    def agree(self) -> None:
        if self.stage in ("reported", "documents", "assessment"):
            assert self.decision == "pending"
        if self.stage == "paying":
            assert self.decision in stages.PAYING_OUTCOMES
        if self.stage in ("decided", "closed"):
            assert self.decision != "pending"


TestClaimMachine = ClaimMachine.TestCase


@pytest.mark.parametrize(
    ("stage", "wanted"), [("reported", "paying"), ("documents", "decided"), ("closed", "paying")]
)
def test_steps_nobody_may_take(stage: str, wanted: str) -> None:
    with pytest.raises(stages.ForbiddenTransition):
        stages.next_stage(stage, wanted)
