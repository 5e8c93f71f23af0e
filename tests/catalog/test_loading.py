"""Loadings on a premium: worked by hand, and always adding up to the fen."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storefront.catalog import answers, pricing
from storefront.catalog.bundle import ProductBundle
from storefront.catalog.definition import Text
from storefront.catalog.loading import Loading, with_loadings
from storefront.catalog.pricing import Priced, PricedLine

D = Decimal


def priced(*persons: str) -> Priced:
    """A premium of one line, by what each person pays."""
    each = tuple(map(D, persons))
    total = sum(each, D(0))
    return Priced(total, total, (PricedLine("main", Text(zh="main", en="main"), total),), each)


def test_half_as_much_again_on_a_level_premium(term_life: ProductBundle) -> None:
    """132.09 × 50% = 66.045, half up 66.05; 132.09 + 66.05 = 198.14 a year."""
    standard = pricing.price(term_life, answers.example(term_life.definition))
    loaded = with_loadings(standard, [Loading(0, percent=D(50))])
    assert standard.total == D("132.09")
    assert loaded.total == D("198.14")
    assert [(line.code, line.amount) for line in loaded.lines[-1:]] == [
        ("loading-percent-1", D("66.05"))
    ]
    assert loaded.lines[-1].name.en == "Loading of 50%"


def test_per_mille_of_the_sum_insured(term_life: ProductBundle) -> None:
    """100,000 × 2‰ = 200 a year, whatever the premium; 132.09 + 66.05 + 200.00 = 398.14."""
    standard = pricing.price(term_life, answers.example(term_life.definition))
    both = Loading(0, percent=D(50), per_mille=D(2), sum_insured=D(100_000))
    loaded = with_loadings(standard, [both])
    assert [line.amount for line in loaded.lines[-2:]] == [D("66.05"), D("200.00")]
    assert loaded.total == D("398.14")


def test_one_member_of_a_family_is_loaded_on_its_own_share() -> None:
    """Of 100.01 + 50.03 + 266.00, the second pays 20%: 10.006, half up 10.01."""
    loaded = with_loadings(priced("100.01", "50.03", "266.00"), [Loading(1, percent=D(20))])
    assert loaded.persons == (D("100.01"), D("60.04"), D("266.00"))
    assert loaded.total == D("426.05")
    assert loaded.lines[-1].name.en == "Insured person 2: Loading of 20%"


@pytest.mark.parametrize(
    ("premium", "percent", "expected"),
    [("0.10", "5", "0.01"), ("0.09", "5", "0.00"), ("33.33", "12.5", "4.17"), ("1", "0.5", "0.01")],
)
def test_rounded_half_up(premium: str, percent: str, expected: str) -> None:
    loaded = with_loadings(priced(premium), [Loading(0, percent=D(percent))])
    assert loaded.lines[-1].amount == D(expected)


def test_no_loading_changes_nothing() -> None:
    standard = priced("132.09")
    assert with_loadings(standard, []) == standard
    assert with_loadings(standard, [Loading(0)]) == standard


AMOUNTS = st.decimals("0.01", "100000", places=2)
RATES = st.decimals("0.1", "300", places=1)


@given(
    persons=st.lists(AMOUNTS, min_size=1, max_size=6),
    percent=RATES,
    per_mille=RATES,
    sum_insured=AMOUNTS,
    data=st.data(),
)
def test_it_always_adds_up(
    persons: list[Decimal],
    percent: Decimal,
    per_mille: Decimal,
    sum_insured: Decimal,
    data: st.DataObject,
) -> None:
    person = data.draw(st.integers(0, len(persons) - 1))
    standard = priced(*map(str, persons))
    loaded = with_loadings(standard, [Loading(person, percent, per_mille, sum_insured)])
    assert sum(line.amount for line in loaded.lines) == loaded.total == sum(loaded.persons)
    exact = persons[person] * percent / 100 + sum_insured * per_mille / 1000
    assert abs(loaded.total - standard.total - exact) <= D("0.01")
    assert loaded.unrounded - standard.unrounded == exact
    others = [number for number in range(len(persons)) if number != person]
    assert [loaded.persons[number] for number in others] == [persons[n] for n in others]
