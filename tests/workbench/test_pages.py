"""The products as staff read and compare them."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from storefront import clock
from storefront.catalog import loader, service
from storefront.catalog.bundle import ProductBundle
from storefront.db import transaction


def test_every_product_is_listed_with_what_is_on_sale(
    shop: Session, desk: FlaskClient, dearer: ProductBundle
) -> None:
    with transaction():
        service.publish(shop, dearer, clock.now())
    page = desk.get("/staff/products/").text
    for folder in loader.product_folders():
        assert f"<code>{folder.name}</code>" in page
    assert f"/staff/products/travel-accident/{dearer.definition.version}" in page


@pytest.mark.parametrize("code", [folder.name for folder in loader.product_folders()])
def test_every_product_can_be_read_in_full(shop: Session, desk: FlaskClient, code: str) -> None:
    definition = service.current(shop, code, clock.now()).definition
    page = desk.get(f"/staff/products/{code}/{definition.version}").text
    for cover in definition.covers:
        assert cover.name.zh in page
    for table in service.current(shop, code, clock.now()).tables:
        assert f"Table {table}, " in page
    assert "{#liability}" in page


def test_two_versions_stand_side_by_side(
    shop: Session, desk: FlaskClient, travel: ProductBundle, dearer: ProductBundle
) -> None:
    with transaction():
        service.publish(shop, dearer, clock.now())
    old, new = travel.definition.version, dearer.definition.version
    page = desk.get(f"/staff/products/travel-accident/compare?old={old}&new={new}").text
    assert "Example premiums that change: 10 of 10" in page
    assert "travel-rates" in page
    older = desk.get(f"/staff/products/travel-accident/{old}").text
    assert "Followed by a later one" in older


def test_what_is_not_there_is_not_found(shop: Session, desk: FlaskClient) -> None:
    for path in ("nothing/1", "travel-accident/99", "travel-accident/compare?old=1"):
        assert desk.get(f"/staff/products/{path}").status_code == 404
