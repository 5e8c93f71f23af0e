"""The cover step of the form: an occupation is found and changed there as in the quote."""

import re

from sqlalchemy.orm import Session

from storefront import clock
from tests.applications.conftest import stored
from tests.plans import PLANS
from tests.visitor import Visitor

CHOICE = re.compile(r'name="occupation" [^>]*value="(\w+)"( checked)?')


def test_an_occupation_is_found_in_the_cover_step_and_decides_the_class(
    session: Session, buyer: Visitor
) -> None:
    product, answers, plan = PLANS["accident-year"](clock.local_date(clock.now()))
    ref = buyer.up_to("cover", product, answers, plan)
    revision = stored(ref).revision
    sent = {**answers, "occupation.search": "\u5382"}
    page = buyer.step(ref, "cover", **sent, action="find")
    assert page.status_code == 200
    offered = CHOICE.findall(page.text)
    assert offered
    assert not any(ticked for _code, ticked in offered)  # S-01
    assert 'value="500000"' in page.text  # nothing typed is lost
    assert stored(ref).revision == revision
    buyer.save(ref, "cover", **{**answers, "occupation": "G007"})
    assert stored(ref).answers["occupation_class"] == 5
    buyer.step(ref, "policyholder", **plan.holder_form())
    for step, data in plan.steps:
        buyer.fill_in(ref, step, data)
    for step in ("clauses", "exclusions"):
        buyer.step(ref, step, **{step: "yes"})
    buyer.step(ref, "summary", summary="yes")
    assert stored(ref).state == "referred"
