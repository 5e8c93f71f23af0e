"""From an upload to a version on sale, by two people; and off sale again."""

from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from storefront import clock, mail
from storefront.audit.models import AuditEntry
from storefront.catalog import service as catalog
from storefront.catalog.bundle import ProductBundle
from storefront.catalog.definition import Text
from storefront.catalog.loader import CatalogInvalid
from storefront.db import transaction
from storefront.errors import Conflict, Forbidden, Refused
from storefront.staff import approvals
from storefront.workbench import jobs, service
from storefront.workbench.models import ProductDraft
from storefront.worklist.models import WorkItem
from tests.payments.support import new_application, new_customer
from tests.staff.people import Colleague, make_member
from tests.workbench.conftest import version_after

CODE = "travel-accident"


@pytest.fixture
def other(session: Session) -> Colleague:
    """A second person for products."""
    return make_member(session, ["product"])


def uploaded(session: Session, bundle: ProductBundle, by: Colleague) -> int:
    with transaction():
        return service.upload(session, bundle, by.member, clock.now()).id


def asked(session: Session, bundle: ProductBundle, by: Colleague) -> int:
    draft_id = uploaded(session, bundle, by)
    with transaction():
        return service.ask(session, draft_id, "new rates", by.member, clock.now())


def decide(session: Session, approval_id: int, by: Colleague, approve: bool = True) -> None:
    with transaction():
        approvals.decide(session, approval_id, by.member, clock.now(), approve=approve)


def newer_text(bundle: ProductBundle) -> ProductBundle:
    new = version_after(bundle)
    summary = Text(zh=bundle.definition.summary.zh + "!", en="Better said.")
    return version_after(bundle, definition=new.definition.model_copy(update={"summary": summary}))


def actions(session: Session) -> list[str]:
    logins = AuditEntry.action == "members.login"
    return list(session.scalars(select(AuditEntry.action).where(~logins).order_by(AuditEntry.id)))


def test_another_person_approves_and_it_is_on_sale(
    shop: Session, dearer: ProductBundle, colleague: Colleague, other: Colleague
) -> None:
    before = catalog.current(shop, CODE, clock.now()).definition.version
    approval_id = asked(shop, dearer, colleague)
    item = shop.scalars(select(WorkItem).where(WorkItem.kind == service.APPROVAL)).one()
    assert (item.permission, item.barred_id) == ("products.approve", colleague.id)
    assert catalog.current(shop, CODE, clock.now()).definition.version == before

    decide(shop, approval_id, other)

    now_sold = catalog.current(shop, CODE, clock.now())
    assert now_sold.content_hash == dearer.content_hash
    assert catalog.is_sellable(shop, CODE, before, clock.now())  # quotes of it keep their price
    assert item.closed_by_id == other.id
    assert actions(shop) == [
        "products.upload", "products.approve.request", "products.approve.approved",
        "products.publish",
    ]  # fmt: skip


def test_who_uploaded_it_does_not_approve(
    shop: Session, dearer: ProductBundle, colleague: Colleague
) -> None:
    approval_id = asked(shop, dearer, colleague)
    with pytest.raises(Forbidden):
        decide(shop, approval_id, colleague)
    draft_id = shop.scalars(select(ProductDraft.id)).one()
    with pytest.raises(Refused), transaction():
        service.publish(shop, draft_id, colleague.member, clock.now())


def test_only_who_uploaded_it_asks(
    shop: Session, dearer: ProductBundle, colleague: Colleague, other: Colleague
) -> None:
    draft_id = uploaded(shop, dearer, colleague)
    with pytest.raises(Forbidden), transaction():
        service.ask(shop, draft_id, "x", other.member, clock.now())


@pytest.mark.parametrize(
    "change",
    [
        "approved_by_id = uploaded_by_id, approved_at = now()",
        "published_at = now()",
        "bundle = '{}'",
        "content_hash = 'x'",
        "needs_approval = false",
    ],
)
def test_the_database_keeps_two_people_and_the_content(
    shop: Session, dearer: ProductBundle, colleague: Colleague, change: str
) -> None:
    uploaded(shop, dearer, colleague)
    with pytest.raises(DatabaseError), transaction():
        shop.execute(text(f"update product_draft set {change}"))  # noqa: S608
    shop.rollback()


def test_plain_texts_need_no_second_person(
    shop: Session, travel: ProductBundle, colleague: Colleague
) -> None:
    draft_id = uploaded(shop, newer_text(travel), colleague)
    with transaction():
        service.publish(shop, draft_id, colleague.member, clock.now())
    assert catalog.current(shop, CODE, clock.now()).definition.summary.en == "Better said."


def test_price_contract_and_new_products_need_approval(
    travel: ProductBundle, dearer: ProductBundle
) -> None:
    clauses = {**travel.clauses, "en": travel.clauses["en"] + "\nMore."}
    assert service.needs_approval(None, travel)
    assert service.needs_approval(travel, dearer)
    assert service.needs_approval(travel, version_after(travel, clauses=clauses))
    assert not service.needs_approval(travel, newer_text(travel))


def test_a_refusal_publishes_nothing_and_it_may_be_discarded(
    shop: Session, dearer: ProductBundle, colleague: Colleague, other: Colleague
) -> None:
    decide(shop, asked(shop, dearer, colleague), other, approve=False)
    draft_id = shop.scalars(select(ProductDraft.id)).one()
    with transaction():
        service.discard(shop, draft_id, other.member, clock.now())
    assert catalog.current(shop, CODE, clock.now()).definition.version == 2
    with pytest.raises(Conflict), transaction():
        service.ask(shop, draft_id, "again", colleague.member, clock.now())


def test_what_waits_is_discarded_by_who_asked_alone(
    shop: Session, dearer: ProductBundle, colleague: Colleague, other: Colleague
) -> None:
    approval_id = asked(shop, dearer, colleague)
    draft_id = shop.scalars(select(ProductDraft.id)).one()
    with pytest.raises(Forbidden), transaction():
        service.discard(shop, draft_id, other.member, clock.now())
    with transaction():
        service.discard(shop, draft_id, colleague.member, clock.now())
    with pytest.raises(Conflict):
        decide(shop, approval_id, other)


def test_one_draft_of_a_product_at_a_time(
    shop: Session, dearer: ProductBundle, colleague: Colleague, other: Colleague
) -> None:
    uploaded(shop, dearer, colleague)
    with pytest.raises(Conflict):
        uploaded(shop, dearer, other)


def test_published_or_lower_numbers_are_faults(
    shop: Session, travel: ProductBundle, colleague: Colleague
) -> None:
    first = travel.definition.model_copy(update={"version": 1})
    for bundle in (travel, version_after(travel, definition=first)):
        with pytest.raises(CatalogInvalid) as caught:
            uploaded(shop, bundle, colleague)
        assert caught.value.faults[0].key == "version"


def test_a_version_published_meanwhile_has_to_be_compared_first(
    shop: Session, dearer: ProductBundle, colleague: Colleague, other: Colleague
) -> None:
    approval_id = asked(shop, version_after(dearer), colleague)
    with transaction():
        catalog.publish(shop, dearer, clock.now())
    with pytest.raises(Conflict):
        decide(shop, approval_id, other)
    shop.rollback()
    assert catalog.current(shop, CODE, clock.now()).content_hash == dearer.content_hash


def test_withdrawing_ends_sales_and_tells_who_applies(shop: Session, colleague: Colleague) -> None:
    with transaction():
        customer = new_customer(shop)
        states = ("draft", "paid", "withdrawn")
        refs = [new_application(shop, customer, clock.now(), state=state).ref for state in states]
    code: Any = shop.scalar(text("select product_code from application limit 1"))
    version: Any = shop.scalar(text("select product_version from application limit 1"))
    with transaction():
        service.withdraw(shop, code, "loss ratio", colleague.member, clock.now())
    assert not catalog.is_sellable(shop, code, version, clock.now())
    jobs.tell_withdrawn(code=code)
    jobs.tell_withdrawn(code=code)
    letters = shop.scalars(select(mail.Mail).where(mail.Mail.template == "product_withdrawn")).all()
    assert [letter.context["ref"] for letter in letters] == refs[:1]
    assert actions(shop) == ["products.withdraw"]
    with pytest.raises(Conflict), transaction():
        service.withdraw(shop, code, "again", colleague.member, clock.now())
