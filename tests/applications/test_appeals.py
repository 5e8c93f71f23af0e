"""Declined and postponed: why, what else fits, when again, and one appeal to somebody else."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront import clock
from storefront.accumulation.models import Exposure
from storefront.applications.decisions import appeals, work
from storefront.applications.decisions.models import UnderwritingAppeal
from storefront.catalog.definition import UnderwritingRule
from storefront.catalog.loader import PRODUCTS, load_product
from storefront.errors import Forbidden
from storefront.underwriting.ruling import Ruling, RulingInvalid
from storefront.underwriting.terms import Until
from storefront.worklist.models import WorkItem
from tests.applications.conftest import stored
from tests.applications.underwriting import (
    DECLINED,
    POSTPONED,
    REASON,
    REFERRED,
    life,
    mails,
    rule,
)
from tests.plans import medical, with_step
from tests.staff.people import make_member
from tests.visitor import Visitor

NOTE = "The reports confirm what was declared."
STAYS = Ruling("declined", REASON, NOTE)


def rule_of(code: str) -> UnderwritingRule:
    definition = load_product(PRODUCTS / "term-life").definition
    return next(rule for rule in definition.underwriting.rules if rule.code == code)


def appeal(buyer: Visitor, ref: str) -> None:
    buyer.get(f"/applications/{ref}/appeal")
    buyer.post(f"/applications/{ref}/appeal", {"reason": "The lump was found to be harmless."})


def test_a_decline_says_why_and_what_else_fits(session: Session, buyer: Visitor) -> None:
    life(buyer, DECLINED)
    page = buyer.page.text
    message = rule_of("tumour").message
    assert message.zh in page
    assert "/products/accident-year" in page
    assert "/products/critical-illness" not in page  # asks about tumours too
    [mail] = mails(session, "underwriting_refused")
    assert mail.context["reasons"][0]["text"] == message.model_dump()
    assert [item["code"] for item in mail.context["alternatives"]] == ["accident-year"]


def test_a_postponement_says_until_when(session: Session, buyer: Visitor) -> None:
    ref = life(buyer, POSTPONED)
    assert 'id="until"' in buyer.page.text
    [mail] = mails(session, "underwriting_refused")
    assert mail.context["first_day"]
    assert stored(ref).state == "postponed"


def test_one_appeal_goes_to_another_underwriter(session: Session, buyer: Visitor) -> None:
    ref = life(buyer, REFERRED)
    first, second = (make_member(session, ["underwriter"]).member for _number in range(2))
    rule(ref, STAYS, first)
    appeal(buyer, ref)
    appeal(buyer, ref)
    assert len(session.scalars(select(UnderwritingAppeal)).all()) == 1
    item = session.scalars(select(WorkItem).where(WorkItem.kind == work.APPEAL)).one()
    assert item.barred_id == first.id
    with pytest.raises(Forbidden):
        rule(ref, Ruling("standard", REASON), first)

    rule(ref, Ruling("standard", REASON), second)

    assert stored(ref).state == "accepted"
    row = appeals.of(session, stored(ref))
    assert row is not None
    assert (row.upheld, row.decided_at is not None) == (True, True)


@pytest.mark.rule("S-06")
def test_an_appeal_that_succeeds_reserves_again_what_is_left(
    session: Session, buyer: Visitor
) -> None:
    product, answers, plan = medical(clock.local_date(clock.now()))
    refused = buyer.apply(product, answers, with_step(plan, "health", **DECLINED))
    assert stored(refused).state == "declined"
    other = buyer.apply(product, answers, plan)
    assert stored(other).state == "accepted", buyer.problems()
    appeal(buyer, refused)
    with pytest.raises(RulingInvalid) as taken:
        rule(refused, Ruling("standard", REASON))
    assert taken.value.faults == [("outcome", "over-limit")]
    buyer.get(f"/applications/{other}")
    buyer.post(f"/applications/{other}/withdraw", {})

    rule(refused, Ruling("standard", REASON))

    assert stored(refused).state == "accepted"
    held = select(Exposure.application_id).where(Exposure.state == "reserved").distinct()
    assert session.scalars(held).all() == [stored(refused).id]
    assert stored(buyer.apply(product, answers, plan)).state == "draft"


def test_an_appeal_that_fails_is_answered_and_final(session: Session, buyer: Visitor) -> None:
    ref = life(buyer, DECLINED)
    appeal(buyer, ref)
    assert buyer.page.url.path.endswith("/questions")
    assert 'type="file"' in buyer.page.text
    rule(ref, STAYS, make_member(session, ["underwriter"]).member)
    assert stored(ref).state == "declined"
    assert [mail.context["appealed"] for mail in mails(session, "underwriting_refused")] == [
        False,
        True,
    ]
    page = buyer.get(f"/applications/{ref}").text
    assert NOTE in page
    assert "/complaints" in page
    assert 'id="appeal"' not in page
    appeal(buyer, ref)
    assert buyer.page.url.path == f"/applications/{ref}"


def test_an_appeal_never_makes_it_worse(session: Session, buyer: Visitor) -> None:
    ref = life(buyer, POSTPONED)
    appeal(buyer, ref)
    with pytest.raises(RulingInvalid, match="worse-than-before"):
        rule(ref, STAYS)
    rule(ref, Ruling("postponed", REASON, NOTE, (), Until(3)))
    assert stored(ref).state == "postponed"


def test_who_was_not_refused_cannot_appeal(session: Session, buyer: Visitor) -> None:
    ref = life(buyer, REFERRED)
    buyer.get(f"/applications/{ref}/appeal")
    assert buyer.page.url.path == f"/applications/{ref}"
    appeal(buyer, ref)
    assert session.scalars(select(UnderwritingAppeal)).all() == []


def test_an_appeal_needs_a_reason(session: Session, buyer: Visitor) -> None:
    ref = life(buyer, DECLINED)
    buyer.get(f"/applications/{ref}/appeal")
    assert buyer.post(f"/applications/{ref}/appeal", {"reason": "-"}).status_code == 422
    assert 'href="#reason"' in buyer.page.text
