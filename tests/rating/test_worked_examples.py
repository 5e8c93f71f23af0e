"""Every product gives the premiums worked out by hand, to the fen."""

from decimal import Decimal

import pytest

from storefront.rating import PremiumLine
from tests.rating.bases import basis_of
from tests.rating.examples import EXAMPLES, MOTOR, TERM_LIFE, TRAVEL


@pytest.mark.parametrize("code", EXAMPLES)
def test_worked_example(code: str) -> None:
    answers, premium = EXAMPLES[code]
    assert str(basis_of(code).price(answers).total) == premium


@pytest.mark.parametrize(("sex", "unrounded"), [("M", "132.089535"), ("F", "50.517243")])
def test_term_life_before_rounding(sex: str, unrounded: str) -> None:
    premium = basis_of("term-life").price(TERM_LIFE | {"sex": sex})
    assert round(premium.unrounded, 6) == Decimal(unrounded)


def test_travel_lines_add_up_after_rounding_once() -> None:
    premium = basis_of("travel-accident").price(TRAVEL)
    assert premium.unrounded == Decimal("16.335")
    assert premium.lines == (
        PremiumLine("death", Decimal("6.98")),
        PremiumLine("disability", Decimal("3.42")),
        PremiumLine("medical", Decimal("5.94")),
    )


def test_motor_shows_what_the_float_takes_away() -> None:
    assert basis_of("motor-compulsory").price(MOTOR).lines == (
        PremiumLine("base", Decimal("950.00")),
        PremiumLine("float", Decimal("-285.00")),
    )


@pytest.mark.parametrize("float_code", [0, 4])
def test_motor_without_a_change_has_no_float_line(float_code: int) -> None:
    premium = basis_of("motor-compulsory").price(MOTOR | {"float_code": float_code})
    assert premium.lines == (PremiumLine("base", Decimal("950.00")),)
