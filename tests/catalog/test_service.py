"""Publishing: immutable numbered versions, agreements in force, versions that take over at a date."""

import dataclasses
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from storefront.catalog import service, shelf
from storefront.catalog.bundle import ProductBundle
from storefront.catalog.definition import Text
from storefront.catalog.insurers import load_insurers
from storefront.errors import NotFound

NOW = datetime(2026, 11, 20, 4, tzinfo=UTC)


@pytest.fixture
def shop(session: Session) -> Session:
    """A session in a transaction that is never committed, with the insurers known."""
    session.execute(text("delete from product_version"))
    service.sync_insurers(session, load_insurers())
    return session


def version_of(bundle: ProductBundle, **changes: object) -> ProductBundle:
    definition = bundle.definition.model_copy(update=changes)
    return dataclasses.replace(bundle, definition=definition)


@pytest.fixture
def term_life(term_life: ProductBundle) -> ProductBundle:
    """As it was when it was published first."""
    return version_of(term_life, version=1)


def test_what_was_published_is_found_again(shop: Session, term_life: ProductBundle) -> None:
    assert service.publish(shop, term_life, NOW)
    assert service.current(shop, "term-life", NOW) == term_life
    version = term_life.definition.version
    assert service.get(shop, "term-life", version) == term_life
    assert service.is_sellable(shop, "term-life", version, NOW)
    with pytest.raises(NotFound):
        service.get(shop, "term-life", version + 1)


def test_publishing_the_same_again_changes_nothing(shop: Session, term_life: ProductBundle) -> None:
    assert service.publish(shop, term_life, NOW)
    assert not service.publish(shop, term_life, NOW)


def test_a_published_version_never_changes(shop: Session, term_life: ProductBundle) -> None:
    service.publish(shop, term_life, NOW)
    with pytest.raises(service.PublishRefused, match="raise the version number"):
        service.publish(shop, version_of(term_life, filing_number="other"), NOW)
    with pytest.raises(DatabaseError), shop.begin_nested():
        shop.execute(text("update product_version set content_hash = 'x'"))


def test_a_lower_version_cannot_follow(shop: Session, term_life: ProductBundle) -> None:
    service.publish(shop, version_of(term_life, version=3), NOW)
    with pytest.raises(service.PublishRefused, match="version 3 is published already"):
        service.publish(shop, version_of(term_life, version=2), NOW)


def test_a_new_version_takes_over_at_its_date(shop: Session, term_life: ProductBundle) -> None:
    later = NOW + timedelta(days=10)
    service.publish(shop, version_of(term_life, version=1), NOW)
    service.publish(shop, version_of(term_life, version=2, valid_from=later.date()), NOW)
    assert service.current(shop, "term-life", NOW).definition.version == 1
    assert service.current(shop, "term-life", later).definition.version == 2
    assert service.get(shop, "term-life", 1).definition.version == 1


@pytest.mark.rule("P-07")
def test_only_in_date_versions_are_sold(shop: Session, term_life: ProductBundle) -> None:
    service.publish(shop, term_life, NOW)
    before, after = NOW.replace(year=2025), NOW.replace(year=2030)
    for moment in (before, after):
        assert not service.is_sellable(shop, "term-life", term_life.definition.version, moment)
        with pytest.raises(NotFound):
            service.current(shop, "term-life", moment)


@pytest.mark.rule("P-07")
def test_publishing_needs_an_agreement_in_force(shop: Session, term_life: ProductBundle) -> None:
    with pytest.raises(service.PublishRefused, match="no agreement"):
        service.publish(shop, term_life, NOW.replace(year=2031))
    with pytest.raises(service.PublishRefused, match="no agreement with yunshan for travel"):
        service.publish(shop, version_of(term_life, line="travel", category="travel-accident"), NOW)


@pytest.mark.rule("P-07")
def test_nothing_is_sold_once_the_agreement_has_ended(
    shop: Session, term_life: ProductBundle
) -> None:
    service.publish(shop, term_life, NOW)
    service.current(shop, "term-life", NOW)
    shop.execute(text("update insurer_agreement set valid_to = '2026-11-01'"))
    assert not service.is_sellable(shop, "term-life", term_life.definition.version, NOW)
    with pytest.raises(NotFound):
        service.current(shop, "term-life", NOW)


def test_a_withdrawn_product_is_not_sold_but_stays(shop: Session, term_life: ProductBundle) -> None:
    service.publish(shop, term_life, NOW)
    assert service.withdraw(shop, "term-life", NOW) == 1
    assert not service.is_sellable(shop, "term-life", term_life.definition.version, NOW)
    assert service.get(shop, "term-life", term_life.definition.version) == term_life
    with pytest.raises(NotFound):
        service.current(shop, "term-life", NOW)


def test_a_product_is_called_as_its_latest_version_is_also_when_withdrawn(
    shop: Session, term_life: ProductBundle
) -> None:
    renamed = Text(zh="新名定期寿险（互联网）", en="Renamed term life")
    service.publish(shop, term_life, NOW)
    assert shelf.names(shop).products == {"term-life": term_life.definition.marketing_name}
    service.publish(shop, version_of(term_life, version=2, marketing_name=renamed), NOW)
    service.withdraw(shop, "term-life", NOW)
    assert shelf.names(shop).products == {"term-life": renamed}
    assert shelf.names(shop).insurers["yunshan"].en == load_insurers()["yunshan"].short_name.en


@pytest.mark.rule("P-04")
def test_a_definition_against_the_rules_is_refused(shop: Session, term_life: ProductBundle) -> None:
    with pytest.raises(service.PublishRefused, match="P-04"):
        service.publish(shop, version_of(term_life, category="nursing"), NOW)


def test_a_page_costs_one_query(shop: Session, term_life: ProductBundle) -> None:
    service.publish(shop, term_life, NOW)
    service.current(shop, "term-life", NOW)
    statements: list[str] = []
    engine = shop.get_bind().engine
    listener = lambda *args: statements.append(args[2])  # noqa: E731
    event.listen(engine, "before_cursor_execute", listener)
    try:
        service.current(shop, "term-life", NOW)
        service.insurer(shop, "yunshan", NOW)
    finally:
        event.remove(engine, "before_cursor_execute", listener)
    assert len(statements) == 2


def test_all_shipped_products_are_published(shop: Session) -> None:
    published = service.publish_all(shop, NOW)
    assert all(new for _, new in published)
    assert {bundle.definition.code for bundle, _ in published} == {
        bundle.definition.code for bundle in service.sellable(shop, NOW)
    }
    assert not any(new for _, new in service.publish_all(shop, NOW))
