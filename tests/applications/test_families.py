"""A family on one medical policy: everybody at their own price, and what they have already (N-04)."""

from dataclasses import replace

import pytest
from sqlalchemy.orm import Session

from storefront import clock
from tests.applications.conftest import stored
from tests.people import CHILD, HOLDER, SPOUSE, Somebody
from tests.plans import PLANS, life, medical, with_step
from tests.visitor import Visitor


def up_to_insured(buyer: Visitor, holder: Somebody = HOLDER) -> str:
    """An application of the family at the step of its people."""
    code, answers, plan = medical(clock.local_date(clock.now()))
    return buyer.up_to("insured", code, answers, replace(plan, holder=holder))


def add(buyer: Visitor, ref: str, somebody: Somebody, relation: str) -> int:
    return buyer.step(ref, "insured", **somebody.form(relation=relation), action="add").status_code


def test_each_members_premium_is_frozen_in_the_order_of_the_people(
    session: Session, buyer: Visitor
) -> None:
    product, answers, plan = medical(clock.local_date(clock.now()))
    application = stored(buyer.apply(product, answers, plan))
    assert application.state == "accepted", buyer.problems()
    assert len(application.person_premiums) == 2
    assert sum(map(float, application.person_premiums)) == float(application.premium or 0)
    assert application.parties["other_cover"][0]["employer"] is True


@pytest.mark.rule("S-10")
def test_only_who_was_priced_is_insured_and_answers_follow_their_person(
    session: Session, buyer: Visitor
) -> None:
    ref = up_to_insured(buyer)
    assert add(buyer, ref, SPOUSE, "spouse") == 422
    assert 'href="#id_number"' in buyer.page.text
    assert add(buyer, ref, CHILD, "child") == 200
    assert stored(ref).answers["birth_date"] == CHILD.birth_date.isoformat()
    buyer.step(ref, "insured", action="next", **{"children-data": "yes"})
    assert buyer.page.status_code == 422
    buyer.step(ref, "insured", action="self")
    assert buyer.step(ref, "insured", action="self").status_code == 422
    answers = stored(ref).answers
    assert answers["members"][0]["birth_date"] == HOLDER.birth_date.isoformat()


@pytest.mark.rule("S-08")
def test_children_under_14_need_a_consent_of_their_own(session: Session, buyer: Visitor) -> None:
    ref = up_to_insured(buyer)
    buyer.step(ref, "insured", action="self")
    add(buyer, ref, CHILD, "child")
    page = buyer.step(ref, "insured", action="next")
    assert page.status_code == 422
    assert 'href="#confirm-children-data"' in page.text
    buyer.step(ref, "insured", action="next", **{"children-data": "yes"})
    assert buyer.page.url.path.endswith("/other-cover")
    assert "children-data" in [item.kind for item in stored(ref).confirmations]


@pytest.mark.rule("N-04")
def test_existing_cover_is_asked_of_everybody_and_the_overlap_is_confirmed(
    session: Session, buyer: Visitor
) -> None:
    ref = up_to_insured(buyer)
    buyer.step(ref, "insured", action="self")
    add(buyer, ref, CHILD, "child")
    buyer.step(ref, "insured", action="next", **{"children-data": "yes"})
    told = {"p0.hospital": "yes", "p0.employer": "no", "p1.hospital": "no"}
    page = buyer.step(ref, "other-cover", **told, **{"other-cover": "yes"})
    assert page.status_code == 422
    assert 'href="#p1.employer"' in page.text
    page = buyer.step(ref, "other-cover", **told, **{"p1.employer": "no"})
    assert 'href="#confirm-other-cover"' in page.text
    assert "other_cover" not in stored(ref).parties
    buyer.step(ref, "other-cover", **told, **{"p1.employer": "no", "other-cover": "yes"})
    assert buyer.page.url.path.endswith("/health")
    buyer.step(ref, "insured", action="remove:0")
    buyer.step(ref, "insured", action="self")
    buyer.step(ref, "insured", action="next", **{"children-data": "yes"})
    assert buyer.page.url.path.endswith("/other-cover")


@pytest.mark.rule("S-09")
@pytest.mark.parametrize("relation", ["spouse", "parent", "other-relative"])
def test_nobody_but_parents_insures_a_minor_for_death(
    session: Session, buyer: Visitor, relation: str
) -> None:
    ref = buyer.up_to("insured", *PLANS["travel-accident"](clock.local_date(clock.now())))
    assert add(buyer, ref, CHILD, relation) == 422
    assert 'href="#relation' in buyer.page.text


@pytest.mark.rule("N-03")
def test_a_parent_over_65_gets_a_word_of_care_before_insuring_anybody(
    session: Session, buyer: Visitor
) -> None:
    born = clock.local_date(clock.now()).replace(month=1, day=1)
    grandparent = Somebody("示例爷", born.replace(year=born.year - 66), "M", serial=7)
    ref = up_to_insured(buyer, grandparent)
    assert buyer.page.url.path.endswith("/care")
    buyer.step(ref, "care", care="yes")
    assert buyer.page.url.path.endswith("/insured")


@pytest.mark.rule("S-06")
def test_cover_elsewhere_is_asked_for_each_minor_and_what_is_left_is_told(
    session: Session, buyer: Visitor
) -> None:
    code, answers, plan = PLANS["travel-accident"](clock.local_date(clock.now()))
    ref = buyer.up_to("insured", code, {**answers, "persons": "1"}, plan)
    add(buyer, ref, CHILD, "child")
    for given, place in (("much", "elsewhere-0"), ("1", "insured-list")):
        typed = {"elsewhere-0": given, "action": "next", "children-data": "yes"}
        page = buyer.step(ref, "insured", **typed)
        assert page.status_code == 422
        assert f'href="#{place}"' in page.text
    assert stored(ref).parties["insured"][0].get("cover_elsewhere") is None


@pytest.mark.rule("S-06")
def test_whether_a_minor_is_covered_elsewhere_cannot_be_left_open(
    session: Session, buyer: Visitor
) -> None:
    today = clock.local_date(clock.now())
    pupil = Somebody("示例学", today.replace(year=today.year - 15, day=1), "F", mobile="", serial=8)
    code, answers, plan = PLANS["travel-accident"](today)
    ref = buyer.up_to("insured", code, {**answers, "persons": "1", "death": "500000"}, plan)
    add(buyer, ref, pupil, "child")
    for step in ("/clauses", ""):
        assert buyer.get(f"/applications/{ref}{step}").url.path.endswith("/insured")
    page = buyer.step(ref, "insured", action="next")
    assert page.status_code == 422
    assert 'href="#elsewhere-0"' in page.text
    page = buyer.step(ref, "insured", action="next", **{"elsewhere-0": "400000"})
    assert page.status_code == 422
    buyer.step(ref, "insured", action="next", **{"elsewhere-0": "0"})
    assert buyer.page.url.path.endswith("/clauses"), buyer.problems()


def test_nobody_holds_two_of_these_policies_at_a_time(session: Session, buyer: Visitor) -> None:
    product, answers, plan = medical(clock.local_date(clock.now()))
    assert stored(buyer.apply(product, answers, plan)).state == "accepted"
    assert stored(buyer.apply(product, answers, plan)).state == "draft"


def declined_child(buyer: Visitor) -> str:
    """A family of which the child cannot be insured."""
    product, answers, plan = medical(clock.local_date(clock.now()))
    return buyer.apply(product, answers, with_step(plan, "health", **{"p1.tumour": "yes"}))


def test_a_family_goes_on_without_the_member_who_is_declined(
    session: Session, buyer: Visitor
) -> None:
    ref = declined_child(buyer)
    assert stored(ref).state == "declined"
    assert f"/applications/{ref}/without" in buyer.page.text
    both = stored(ref).premium
    buyer.post(f"/applications/{ref}/reopen", {})
    assert stored(ref).state == "declined"  # nothing else may be changed
    buyer.get(f"/applications/{ref}")
    buyer.post(f"/applications/{ref}/without", {})
    assert buyer.page.url.path.endswith("/summary"), buyer.problems()
    application = stored(ref)
    assert [person["id_number"] for person in application.parties["insured"]] == [HOLDER.id_number]
    assert "children-data" not in {item.kind for item in application.confirmations}
    buyer.step(ref, "summary", summary="yes")
    application = stored(ref)
    assert application.state == "accepted", buyer.problems()
    assert application.premium and both and application.premium < both
    assert len(application.person_premiums) == 1


def test_whoever_was_declined_does_not_come_back_with_other_answers(
    session: Session, buyer: Visitor
) -> None:
    ref = declined_child(buyer)
    buyer.post(f"/applications/{ref}/without", {})
    _product, answers, plan = medical(clock.local_date(clock.now()))
    buyer.step(ref, "cover", **{**answers, "start_date": plan.start_date})
    for step, data in plan.steps[1:]:
        buyer.step(ref, step, **data)
    buyer.step(ref, "summary", summary="yes")
    assert stored(ref).state == "referred", buyer.problems()


def test_one_person_alone_has_nobody_to_go_on_with(session: Session, buyer: Visitor) -> None:
    product, answers, plan = life(clock.local_date(clock.now()))
    ref = buyer.apply(product, answers, with_step(plan, "health", **{"p0.tumour": "yes"}))
    assert "/without" not in buyer.page.text
    buyer.post(f"/applications/{ref}/without", {})
    assert stored(ref).state == "declined"
