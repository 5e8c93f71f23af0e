"""What differs between two versions: by key, by row, by line."""

import dataclasses

from storefront.catalog.bundle import ProductBundle
from storefront.catalog.definition import Text
from storefront.workbench import diff, prices
from tests.workbench.conftest import version_after


def changed(bundle: ProductBundle, **update: object) -> ProductBundle:
    definition = bundle.definition.model_copy(update={"version": 9, **update})
    return dataclasses.replace(bundle, definition=definition)


def test_the_number_alone_is_no_difference(travel: ProductBundle) -> None:
    assert not diff.between(travel, changed(travel))


def test_a_change_is_named_by_the_key_of_its_entry(travel: ProductBundle) -> None:
    covers = list(travel.definition.covers)
    covers[2] = covers[2].model_copy(update={"waiting_days": 3})
    found = diff.between(travel, changed(travel, covers=tuple(covers)))
    assert found.definition == (diff.Change("covers.medical.waiting_days", "0", "3"),)


def test_an_entry_more_in_front_changes_no_other(travel: ProductBundle) -> None:
    first = travel.definition.covers[0].model_copy(update={"code": "luggage"})
    found = diff.between(travel, changed(travel, covers=(first, *travel.definition.covers)))
    paths = {change.path for change in found.definition}
    assert all(path.startswith(("covers.luggage.", "covers.*")) for path in paths)
    assert all(c.old is None for c in found.definition if c.path.startswith("covers.luggage."))


def test_another_order_of_entries_is_a_difference(travel: ProductBundle) -> None:
    found = diff.between(travel, changed(travel, covers=travel.definition.covers[::-1]))
    assert [change.path for change in found.definition] == ["covers.*"]


def test_what_is_left_out_stands_last_as_removed(travel: ProductBundle) -> None:
    summary = Text(zh="x", en="x")
    found = diff.between(travel, changed(travel, valid_to=None, summary=summary))
    assert found.definition[-1] == diff.Change("valid_to", "2029-12-31", None)
    assert found.definition[0].path == "summary.zh"


def test_a_table_differs_by_row(travel: ProductBundle, dearer: ProductBundle) -> None:
    (table,) = diff.between(travel, dearer).tables
    assert table.name == "travel-rates"
    assert {row.kind for row in table.rows} == {"changed"}
    assert all(row.cells[0] == ("death", "death") for row in table.rows)


def test_rows_come_and_go(travel: ProductBundle) -> None:
    rows = travel.tables["travel-rates"]
    more = [*rows[1:], dict.fromkeys(rows[0], "9")]
    (table,) = diff.between(
        travel, version_after(travel, tables={**travel.tables, "travel-rates": more})
    ).tables
    assert sorted(row.kind for row in table.rows) == ["added", "removed"]


def test_a_table_that_is_new_has_only_new_rows(travel: ProductBundle) -> None:
    more = {**travel.tables, "extra": [{"a": "1", "b": "2"}]}
    (table,) = diff.between(travel, version_after(travel, tables=more)).tables
    assert table.columns == ("a", "b")
    assert table.rows == (diff.RowChange("added", ((None, "1"), (None, "2"))),)


def test_clauses_differ_by_line_with_a_little_around() -> None:
    old, new = "\n".join("abcdefghij"), "\n".join("abXdefghij")
    assert diff.lines(old, new) == (
        diff.Line("same", "b"),
        diff.Line("removed", "c"),
        diff.Line("added", "X"),
        diff.Line("same", "d"),
    )
    assert diff.lines(old, old) == ()


def test_places_far_apart_are_parted_by_a_gap() -> None:
    kinds = [line.kind for line in diff.lines("\n".join("abcdefghij"), "\n".join("XbcdefghiY"))]
    assert kinds.count("gap") == 1


def test_examples_are_priced_by_both(travel: ProductBundle, dearer: ProductBundle) -> None:
    table = prices.compared(travel, dearer)
    assert table.changed == len(table.pairs) == len(travel.definition.examples.values)
    assert all(pair.percent and pair.percent > 0 for pair in table.pairs)
    assert prices.compared(travel, changed(travel)).changed == 0


def test_other_examples_are_priced_alike_by_the_old_one(travel: ProductBundle) -> None:
    answers = tuple(
        field.model_copy(update={"example": "500000"}) if field.key == "death" else field
        for field in travel.definition.answers
    )
    assert prices.compared(travel, changed(travel, answers=answers)).changed == 0


def test_a_first_version_has_nothing_before_it(travel: ProductBundle) -> None:
    table = prices.compared(None, travel)
    assert all(pair.old is None and pair.percent is None for pair in table.pairs)


def test_what_the_old_version_does_not_ask_has_no_old_price(
    travel: ProductBundle, dearer: ProductBundle
) -> None:
    answers = tuple(field for field in travel.definition.answers if field.key != "days")
    table = prices.compared(changed(travel, answers=answers), dearer)
    assert all(pair.old is None for pair in table.pairs)
