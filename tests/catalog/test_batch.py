"""A batch gives what single quotes give, whatever stands in the rows."""

import csv
from decimal import Decimal
from io import StringIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storefront.catalog import answers, batch, pricing
from storefront.catalog.bundle import ProductBundle
from storefront.catalog.faults import AnswersInvalid
from storefront.catalog.loader import load_all

CELLS = {
    "birth_date": ["1996-06-15", "1958-01-01", "2027-01-01", "15.6.1996", ""],
    "sex": ["M", "F", "X", ""],
    "start_date": ["2026-12-01", ""],
    "sum_insured": ["100000", "100,000", "55555", "3000000", "NaN", ""],
    "term_years": ["10", "20", "30", "11", " 20 "],
    "pay_years": ["5", "20", "30", ""],
    "cover_to_age": ["70", "60"],
    "days": ["7", "365", "0", "seven"],
    "death": ["200000", "10000"],
    "disability": ["200000", "100000"],
    "medical": ["0", "12000", ""],
    "social_insurance": ["true", "no", "", "maybe"],
    "medical_deductible": ["0", "500", "55", ""],
    "hospital_cash": ["", "100", "5"],
    "vehicle_class": ["MC01", "MC99"],
    "float_code": ["0", "3", ""],
}
CODES = ["term-life", "critical-illness", "travel-accident", "motor-compulsory"]


@pytest.fixture(scope="module")
def bundles() -> dict[str, ProductBundle]:
    return load_all()


def single(bundle: ProductBundle, row: dict[str, str]) -> tuple[Decimal | None, list[str]]:
    try:
        return pricing.price(bundle, answers.parse(bundle.definition, row)).total, []
    except AnswersInvalid as invalid:
        return None, sorted(f"{fault.key} {fault.code}" for fault in invalid.faults)


@pytest.mark.parametrize("code", CODES)
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_a_batch_and_single_quotes_never_differ(
    bundles: dict[str, ProductBundle], code: str, data: st.DataObject
) -> None:
    bundle = bundles[code]
    names = answers.names_of(bundle.definition)
    row = st.fixed_dictionaries({name: st.sampled_from(CELLS[name]) for name in names})
    rows = data.draw(st.lists(row, min_size=1, max_size=20))
    reader = csv.reader(StringIO("\n".join(",".join(f'"{r[n]}"' for n in names) for r in rows)))
    results = [result for chunk in batch.price_file(bundle, names, reader) for result in chunk]
    found = [
        (result.premium, sorted(f"{fault.key} {fault.code}" for fault in result.faults))
        for result in results
    ]
    assert found == [single(bundle, r) for r in rows]


def test_a_row_with_missing_cells_is_named(bundles: dict[str, ProductBundle]) -> None:
    names = answers.names_of(bundles["motor-compulsory"].definition)
    reader = csv.reader(StringIO("MC01\n\nMC01,3\n"))
    results = [
        result
        for chunk in batch.price_file(bundles["motor-compulsory"], names, reader)
        for result in chunk
    ]
    assert [fault.code for fault in results[0].faults] == ["wrong-number-of-cells"]
    assert (results[1].line, results[1].premium) == (3, Decimal("665.00"))


def test_answers_that_are_not_asked_for_count_as_not_given(
    bundles: dict[str, ProductBundle],
) -> None:
    definition = bundles["travel-accident"].definition
    row = {
        "days": "7",
        "death": "200000",
        "disability": "200000",
        "medical": "0",
        "social_insurance": "no",
        "medical_deductible": "500",
        "hospital_cash": "",
    }
    judge = batch.RowJudge(definition, list(row))
    for text in ("0", "500"):
        cells = list((row | {"medical_deductible": text}).values())
        assert judge.read(cells) == answers.parse(definition, row)
