"""A definition or table that cannot be used is refused with everything wrong with it."""

from typing import Any

import pytest

from storefront.rating import BASES, SpecError, SpecFault, build, parse_table
from tests.rating.bases import PRODUCTS, SPECS, tables_of

Rows = list[dict[str, str]]


def faults(code: str, tables: dict[str, Rows] | None = None, **change: Any) -> list[SpecFault]:
    with pytest.raises(SpecError) as refused:
        build(SPECS[code] | change, tables_of(code) | (tables or {}))
    return list(refused.value.faults)


def test_every_basis_has_a_product() -> None:
    assert {spec["basis"] for spec in SPECS.values()} == set(BASES)


def test_every_table_tells_its_source() -> None:
    for file in PRODUCTS.glob("*/tables/*.csv"):
        assert file.read_text("utf-8").startswith("# source: "), file
    for file in PRODUCTS.glob("_tables/*.csv"):
        assert file.read_text("utf-8").startswith("# source: "), file


def test_unknown_basis() -> None:
    assert [fault.key for fault in faults("term-life", basis="magic")] == ["basis"]


def test_all_faults_of_a_definition_are_listed_by_key() -> None:
    found = faults(
        "term-life",
        interest=True,
        term_years=["10"],
        surprise=1,
        age={"at_least": 60, "at_most": 18},
        cash_value={"interest_addition": "two", "start": "0.8", "ramp_years": 0, "loadings": "x"},
    )
    assert {fault.key for fault in found} == {
        "interest",
        "term_years.0",
        "surprise",
        "age",
        "cash_value.interest_addition",
        "cash_value.ramp_years",
    }


def test_numbers_stay_as_written() -> None:
    basis = build(SPECS["cyber-sme"] | {"rate": 0.0104}, tables_of("cyber-sme"))
    assert basis == build(SPECS["cyber-sme"], tables_of("cyber-sme"))


def test_a_table_that_is_not_there() -> None:
    assert faults("term-life", deaths="nowhere") == [
        SpecFault("deaths", "the table nowhere is missing or empty")
    ]


def test_a_factor_and_a_line_that_are_not_there() -> None:
    use = {"factor": "moon", "answer": "moon", "lines": ["space"]}
    found = faults("travel-accident", coefficients=[use])
    assert [fault.key for fault in found] == ["coefficients.0", "coefficients.0.lines"]


def change(code: str, table: str, row: int, **cells: str) -> dict[str, Rows]:
    rows = [dict(r) for r in tables_of(code)[table]]
    rows[row].update(cells)
    return {table: rows}


@pytest.mark.parametrize(
    ("code", "table", "row", "cells", "where"),
    [
        ("term-life", "mortality-2025", 3, {"male": "x"}, "mortality-2025:4"),
        ("term-life", "mortality-2025", 3, {"male": "1.5"}, "mortality-2025:4"),
        ("term-life", "mortality-2025", 3, {"age": "4"}, "mortality-2025:4"),
        ("accident-year", "accident-disability-2021", 1, {"age_from": "9"}, None),
        ("medical-year", "medical-rates", 0, {"premium": "-1"}, "medical-rates:1"),
        ("medical-year", "medical-rates", 0, {"age_from": "0.5"}, "medical-rates:1"),
        ("travel-accident", "travel-rates", 3, {"low": "2001"}, "travel-rates:4"),
        ("travel-accident", "travel-rates", 0, {"per": "0"}, "travel-rates:1"),
        ("travel-accident", "travel-factors", 1, {"kind": "point"}, "travel-factors:1"),
        ("travel-accident", "travel-factors", 9, {"low": "1.5"}, "travel-factors:10"),
        ("motor-compulsory", "motor-base", 1, {"vehicle_class": "MC01"}, "motor-base:2"),
        ("motor-compulsory", "motor-float", 1, {"change": "-1.1"}, "motor-float:2"),
        ("cyber-sme", "cyber-sme-factors", 1, {"key": "0"}, "cyber-sme-factors:2"),
        ("cyber-sme", "cyber-sme-factors", 36, {"key": "water"}, "cyber-sme-factors:38"),
        ("cyber-sme", "cyber-sme-factors", 0, {"factor": "limit"}, None),
        ("cyber-sme", "cyber-sme-factors", 21, {"high": "0.1"}, "cyber-sme-factors:22"),
        ("cyber-sme", "cyber-sme-factors", 21, {"value": "0.9"}, "cyber-sme-factors:22"),
        ("cyber-business", "cyber-business-rates", 0, {"rate": "NaN"}, "cyber-business-rates:1"),
    ],
)
def test_faulty_cells_are_named_by_table_and_row(
    code: str, table: str, row: int, cells: dict[str, str], where: str | None
) -> None:
    keys = {fault.key for fault in faults(code, change(code, table, row, **cells))}
    assert keys and (where is None or where in keys)


def test_a_column_that_is_not_there() -> None:
    rows = [{"age": row["age"]} for row in tables_of("term-life")["mortality-2025"]]
    assert faults("term-life", {"mortality-2025": rows}) == [
        SpecFault("mortality-2025", "the column male is missing"),
        SpecFault("mortality-2025", "the column female is missing"),
    ]


def test_a_mortality_table_that_ends_too_early() -> None:
    rows = tables_of("term-life")["mortality-2025"][:70]
    assert faults("term-life", {"mortality-2025": rows}) == [
        SpecFault("mortality-2025", "the ages up to 70 are needed")
    ]


def test_loadings_for_every_listed_number_of_payments() -> None:
    rows = [row for row in tables_of("term-life")["cash-value-loadings"] if row["pay_from"] != "2"]
    assert faults("term-life", {"cash-value-loadings": rows}) == [
        SpecFault("cash-value-loadings", "no loadings for 5 years of payment")
    ]


def test_notes_and_blank_lines_are_no_rows() -> None:
    text = '# source: somewhere\n# a note\na,b\n1,"x, y"\n\n# in between\n2\n'
    assert parse_table(text) == [{"a": "1", "b": "x, y"}, {"a": "2", "b": ""}]
