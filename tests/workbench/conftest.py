"""Products with versions of their own; what a test publishes is gone after it."""

import dataclasses
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from storefront import clock
from storefront.catalog import loader, service
from storefront.catalog.bundle import ProductBundle
from storefront.db import transaction
from tests.staff.conftest import colleague, desk  # noqa: F401 - fixtures

Change = Callable[..., ProductBundle]


@pytest.fixture
def travel() -> ProductBundle:
    """The travel product as its files have it."""
    return loader.load_product(loader.PRODUCTS / "travel-accident")


@pytest.fixture
def dearer(travel: ProductBundle) -> ProductBundle:
    """The next version of it: death costs twice as much."""
    rates = [
        row | {"rate": str(2 * float(row["rate"]))} if row.get("line") == "death" else row
        for row in travel.tables["travel-rates"]
    ]
    return version_after(travel, tables={**travel.tables, "travel-rates": rates})


def version_after(bundle: ProductBundle, **changes: object) -> ProductBundle:
    """The next version of a product with some of its parts changed."""
    number = bundle.definition.version + 1
    definition = bundle.definition.model_copy(update={"version": number})
    return dataclasses.replace(bundle, **{"definition": definition, **changes})


@pytest.fixture
def shop(app: Flask, session: Session) -> Iterator[Session]:
    """The catalogue with the products of the files alone, before the test and after it."""
    with transaction():
        session.execute(text("delete from product_version"))
        service.publish_all(session, clock.now())
    yield session
    session.rollback()
    with transaction():
        session.execute(text("delete from product_version"))
        service.publish_all(session, clock.now())
