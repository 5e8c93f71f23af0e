"""Around the worked cases: older versions, the stack of a contract, the words, what ends a contract."""

import tomllib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from pydantic import ValidationError

from storefront.catalog.definition import Benefit
from storefront.claims import rules
from storefront.claims.rules import Loss, Transaction, adjudicate, contract_at
from storefront.claims.rules.wording import WORDING
from tests.claims.worked import all_cases

DAY = timedelta(days=1)
START = datetime(2026, 12, 1, tzinfo=UTC)


@pytest.mark.parametrize("code", ["travel-accident", "medical-year", "employers-liability"])
def test_a_version_from_before_is_computed_and_left_to_a_person(code: str) -> None:
    worked = next(w for w in all_cases() if w.product == code)
    case = worked.build()
    before = case.product.model_copy(update={"claims": None})
    found = adjudicate(replace(case, product=before))

    assert "by-hand" in {finding.code for finding in found.findings}
    assert not found.clear


def stack(*kinds: str) -> list[Transaction]:
    """New business, and one transaction of each kind every ten days after."""
    return [
        Transaction(kind, START + 10 * number * DAY, START + 10 * number * DAY, {"number": number})
        for number, kind in enumerate(("new_business", *kinds))
    ]


@pytest.mark.rule("C-08")
@pytest.mark.parametrize(
    ("kinds", "day", "number", "state"),
    [
        ((), 5, 0, "in_force"),
        ((), -5, 0, "in_force"),
        (("endorsement",), 9, 0, "in_force"),
        (("endorsement",), 10, 1, "in_force"),
        (("endorsement", "endorsement"), 19, 1, "in_force"),
        (("endorsement", "cancellation"), 19, 1, "in_force"),
        (("endorsement", "cancellation"), 20, 2, "cancelled"),
        (("lapse", "reinstatement"), 15, 1, "lapsed"),
        (("lapse", "reinstatement"), 20, 2, "in_force"),
        (("surrender",), 30, 1, "surrendered"),
        (("termination",), 30, 1, "terminated"),
    ],
)
def test_the_contract_as_of_a_day(
    kinds: tuple[str, ...], day: int, number: int, state: str
) -> None:
    found = contract_at(stack(*kinds), START + day * DAY)

    assert (found["content"], found["state"]) == ({"number": number}, state)
    assert found["begun_at"] == START
    assert found["changed_since"] is False


def test_a_change_recorded_later_that_reaches_back_is_marked() -> None:
    late = Transaction("endorsement", START + DAY, START + 30 * DAY, {"number": 1})

    assert contract_at([*stack(), late], START + 20 * DAY)["changed_since"] is True
    assert contract_at([*stack(), late], START + 40 * DAY)["changed_since"] is False


def test_every_wording_is_used_and_complete_in_both_languages() -> None:
    source = "".join(path.read_text() for path in sorted(Path(rules.__file__).parent.glob("*.py")))
    source += "".join(
        f'"limit-{per}-{each}"' for per in ("event", "period") for each in ("all", "person")
    )
    for group, texts in tomllib.loads(WORDING.read_text()).items():
        for code, text in texts.items():
            assert f'"{code}"' in source, (group, code)
            assert set(text) == {"zh", "en"}
            assert all(text.values())


@pytest.mark.parametrize(
    "wrong",
    [{"claimed": -1}, {"grades": [0]}, {"grades": [11]}, {"days": -1}, {"weather": "rain"}],
)
def test_facts_out_of_range_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Loss.model_validate({"code": "1", "cover": "death", **wrong})


def test_a_ratio_of_cyber_cover_is_taken_of_what_the_limit_of_the_head_leaves() -> None:
    """min(limit of the head, loss - deduction) x ratio: of 500,000, not of the whole loss."""
    worked = next(w for w in all_cases() if w.product == "cyber-business")
    case = worked.build()
    loss = Loss(code="1", cover="data-recovery", claimed=Decimal(2_000_000), consent=True)
    types = tuple(
        claim_type.model_copy(update={"benefit": with_ratio(claim_type.benefit, "0.8")})
        for claim_type in case.product.claim_types
    )
    product = case.product.model_copy(update={"claim_types": types})
    head = adjudicate(replace(case, product=product, losses=(loss,), used=())).heads[0]
    assert head.payable == Decimal(400_000)
    assert "ratio" in [step.code for step in head.steps]


def with_ratio(benefit: Benefit, ratio: str) -> Benefit:
    return benefit.model_copy(update={"params": {**benefit.params, "ratio": ratio}})
