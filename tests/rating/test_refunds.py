"""What goes back after a cancellation, and what a short term costs."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storefront.rating.refunds import (
    net_unearned_refund,
    pro_rata_premium,
    pro_rata_refund,
    short_rate_premium,
    short_rate_refund,
    short_rate_scale,
)
from tests.rating.bases import tables_of

PUBLIC = short_rate_scale(tables_of("cyber-sme")["short-rates"], "public-liability")


@pytest.mark.rule("V-03")
def test_one_year_cover_gives_the_net_premium_of_the_days_left() -> None:
    refund = net_unearned_refund(Decimal(365), Decimal("0.35"), 100, 365)
    assert str(refund) == "172.25"


def test_compulsory_motor_gives_the_premium_of_the_days_left() -> None:
    assert str(pro_rata_refund(Decimal(950), 100, 365)) == "689.73"


def test_short_rate_in_month_five() -> None:
    assert str(short_rate_refund(Decimal(1200), 5, PUBLIC)) == "600.00"


def test_short_rate_scale_has_all_months() -> None:
    assert list(PUBLIC) == list(range(1, 13))
    assert PUBLIC[9] == Decimal("0.85")
    assert short_rate_refund(Decimal(1200), 12, PUBLIC) == 0


def test_short_terms() -> None:
    assert str(pro_rata_premium(Decimal(10_200), 73, 365)) == "2040.00"
    assert str(short_rate_premium(Decimal("10483.20"), 1, PUBLIC)) == "1048.32"


@given(st.decimals(0, 10**8, places=2), st.integers(0, 365), st.integers(1, 365))
def test_a_refund_is_never_more_than_was_paid(premium: Decimal, begun: int, more: int) -> None:
    whole = begun + more
    refund = pro_rata_refund(premium, begun, whole)
    assert 0 <= net_unearned_refund(premium, Decimal("0.35"), begun, whole) <= refund <= premium


@pytest.mark.parametrize(("begun", "whole"), [(-1, 365), (366, 365), (0, 0)])
def test_days_that_do_not_fit(begun: int, whole: int) -> None:
    with pytest.raises(ValueError, match="do not fit"):
        pro_rata_refund(Decimal(100), begun, whole)


def test_a_month_that_no_scale_lists() -> None:
    with pytest.raises(ValueError, match="no share for 13 months"):
        short_rate_refund(Decimal(100), 13, PUBLIC)


def test_a_loading_of_the_whole_premium() -> None:
    with pytest.raises(ValueError, match="below 1"):
        net_unearned_refund(Decimal(100), Decimal(1), 1, 365)
