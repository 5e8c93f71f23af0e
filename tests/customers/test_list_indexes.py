"""Every filter and every sorting of every list has an index: no page reads or sorts a whole table."""

from collections.abc import Iterator

import pytest
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session

from storefront.catalog.wording import NamesOf
from storefront.customers.lists import reading
from storefront.customers.lists.declared import LISTS
from storefront.customers.lists.kinds import Listing
from tests.customers import planning

FIRST_DAY = {"from": "2026-01-01", "to": "2026-01-31"}


def plan(session: Session, listing: Listing, filters: dict[str, str], sort: str) -> str:
    """How the database would find a page of many."""
    asked = reading.statement(listing, listing.columns, filters, sort=sort)
    compiled = asked.compile(dialect=postgresql.dialect(), compile_kwargs={"literal_binds": True})  # type: ignore[no-untyped-call]
    return planning.plan(session, str(compiled).replace("%%", "%"))


def sortings() -> Iterator[tuple[str, str]]:
    for listing in LISTS.values():
        for column in listing.columns:
            if column.sort is not None:
                yield listing.name, column.key
                yield listing.name, f"-{column.key}"


def filters() -> Iterator[tuple[str, str, str]]:
    for listing in LISTS.values():
        for item in listing.filters:
            # The names of the catalogue are known once there is one.
            words = () if isinstance(item.words, NamesOf) else item.words
            for value in words or ("7" if item.number else "anything",):
                yield listing.name, item.key, value


@pytest.mark.parametrize(("name", "sort"), list(sortings()))
def test_a_sorted_page_of_any_days_needs_no_sorting(session: Session, name: str, sort: str) -> None:
    listing = LISTS[name]
    days = FIRST_DAY if sort.removeprefix("-") == "created" else {}

    found = plan(session, listing, days, sort)

    assert "Sort" not in found, found
    assert "Seq Scan" not in found, found


@pytest.mark.parametrize(("name", "key", "value"), list(filters()))
def test_a_filter_is_answered_by_an_index(
    session: Session, name: str, key: str, value: str
) -> None:
    found = plan(session, LISTS[name], {key: value}, LISTS[name].first_sort)

    assert "Seq Scan" not in found, found
    if key == "customer":  # has few of anything, which may be sorted
        return
    assert "Sort" not in found, found
    whole = {"customers", "referrals"}  # read in their order, they hold little that does not fit
    if name not in whole and (name, key) != ("complaints", "topic"):
        assert "Index Cond" in found and value in found.partition("Index Cond")[2], found
