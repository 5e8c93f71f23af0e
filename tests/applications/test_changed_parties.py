"""The policyholder or an insured person becomes somebody else after others were named."""

from dataclasses import replace

import pytest
from sqlalchemy.orm import Session

from storefront import clock
from tests.applications.conftest import stored
from tests.people import ADDRESS, CHILD, HOLDER, SPOUSE, Somebody
from tests.plans import PLANS
from tests.visitor import Visitor

CHILD_TOLD = {"children-data": "yes", "elsewhere-1": "0"}
TRAVEL = "travel-accident"


def travellers(buyer: Visitor, *people: tuple[Somebody, str], death: str = "200000") -> str:
    """A journey of the policyholder and these people, at the step of the insured; gives its reference."""
    _code, answers, plan = PLANS[TRAVEL](clock.local_date(clock.now()))
    answers |= {"death": death}
    ref = buyer.up_to("insured", TRAVEL, answers, plan)
    buyer.step(ref, "insured", action="self")
    for somebody, relation in people:
        buyer.step(ref, "insured", **somebody.form(relation=relation), action="add")
    return ref


def relations(ref: str) -> list[str]:
    return [person["relation"] for person in stored(ref).parties["insured"]]


def confirmed(ref: str) -> set[str]:
    return {item.kind for item in stored(ref).confirmations}


@pytest.mark.rule("S-04")
def test_nobody_is_insured_twice_when_the_policyholder_becomes_one_of_them(
    session: Session, buyer: Visitor
) -> None:
    ref = travellers(buyer, (SPOUSE, "spouse"))
    buyer.step(ref, "policyholder", **SPOUSE.form(address=ADDRESS))
    numbers = [person["id_number"] for person in stored(ref).parties["insured"]]
    assert numbers == [SPOUSE.id_number]
    assert relations(ref) == ["self"]
    buyer.step(ref, "insured", action="next")
    assert buyer.page.url.path.endswith("/clauses"), buyer.problems()


@pytest.mark.rule("S-04")
def test_relations_and_statements_are_those_of_the_policyholder(
    session: Session, buyer: Visitor
) -> None:
    ref = travellers(buyer, (CHILD, "child"))
    buyer.step(ref, "insured", action="next", **CHILD_TOLD)
    assert "children-data" in confirmed(ref)
    buyer.step(ref, "policyholder", **SPOUSE.form(address=ADDRESS))
    assert relations(ref) == ["self"]
    assert "children-data" not in confirmed(ref)


def test_a_new_telephone_number_of_the_policyholder_changes_nobody_else(
    session: Session, buyer: Visitor
) -> None:
    ref = travellers(buyer, (CHILD, "child"))
    buyer.step(ref, "insured", action="next", **CHILD_TOLD)
    reachable = replace(HOLDER, mobile="13900000000")
    buyer.step(ref, "policyholder", **reachable.form(address=ADDRESS))
    assert relations(ref) == ["self", "child"]
    assert "children-data" in confirmed(ref)
    assert buyer.page.url.path.endswith("/insured")


@pytest.mark.rule("S-07")
def test_a_beneficiary_who_becomes_the_insured_is_none(session: Session, buyer: Visitor) -> None:
    code, answers, plan = PLANS["term-life"](clock.local_date(clock.now()))
    ref = buyer.up_to("insured", code, answers, plan)
    buyer.step(ref, "insured", action="self")
    buyer.step(ref, "insured", action="next")
    spouse = SPOUSE.form(relation="spouse", rank="1", share="100")
    buyer.step(ref, "beneficiaries", **spouse, kind="named", action="add")
    buyer.step(ref, "beneficiaries", kind="named", action="next")
    assert buyer.page.url.path.endswith("/health")
    hers = {**answers, "birth_date": SPOUSE.birth_date.isoformat(), "sex": SPOUSE.sex}
    buyer.step(ref, "cover", **hers)
    buyer.step(ref, "insured", action="remove:0")
    buyer.step(ref, "insured", **SPOUSE.form(relation="spouse"), action="add")
    buyer.step(ref, "insured", action="next")
    assert buyer.page.url.path.endswith("/beneficiaries"), buyer.problems()
    page = buyer.step(ref, "beneficiaries", kind="named", action="next")
    assert page.status_code == 422
    for later in ("consent", "health", "summary"):
        assert buyer.get(f"/applications/{ref}/{later}").url.path.endswith("/beneficiaries")
