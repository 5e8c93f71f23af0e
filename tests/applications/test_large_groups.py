"""As many people as a product insures go through the whole form: twenty travellers, a family of six."""

import re
from collections.abc import Iterator
from decimal import Decimal

import httpx
import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront import clock
from storefront.applications.consent import rules as consents
from storefront.db import db
from storefront.mail import Mail
from tests.applications.conftest import stored
from tests.people import HOLDER, SPOUSE, Somebody, nth_adult, nth_child
from tests.plans import MEDICAL_QUESTIONS, PLANS, medical
from tests.visitor import Plan, Visitor

LINK = re.compile(r"/consent/[\w-]{20,}")
HASH = re.compile(r'name="text_sha256" value="(\w+)"')
TRAVELLERS, FAMILY = 20, 6


@pytest.fixture
def others(app: Flask) -> Iterator[Visitor]:
    """The other travellers on their own devices."""
    transport = httpx.WSGITransport(app=app, raise_app_exceptions=False)
    with httpx.Client(transport=transport, base_url="http://127.0.0.1") as http:
        yield Visitor(http)


def at_the_consents(buyer: Visitor, relatives: list[Somebody]) -> str:
    """A journey with relatives who all have to agree; gives its reference."""
    code, answers, plan = PLANS["travel-accident"](clock.local_date(clock.now()))
    answers |= {"persons": str(len(relatives) + 1)}
    ref = buyer.up_to("insured", code, answers, plan)
    buyer.step(ref, "insured", action="self")
    for relative in relatives:
        buyer.step(ref, "insured", **relative.form(relation="other-relative"), action="add")
    buyer.step(ref, "insured", action="next")
    assert buyer.page.url.path.endswith("/consent"), buyer.problems()
    return ref


def ask(buyer: Visitor, ref: str, place: int) -> int:
    email = f"traveller{place}@example.com"
    page = buyer.step(ref, "consent", action=f"send:{place}", **{f"email-{place}": email})
    return page.status_code


def agree(others: Visitor, place: int, relative: Somebody) -> None:
    db.session.expire_all()
    email = f"traveller{place}@example.com"
    mail = db.session.scalars(
        select(Mail).where(Mail.recipient == email).order_by(Mail.id.desc())
    ).first()
    assert mail is not None
    link = LINK.findall(mail.context["link"])[0]
    found = HASH.search(others.get(link).text)
    digits = relative.id_number[-4:]
    others.post(
        link, {"answer": "agree", "digits": digits, "text_sha256": found[1] if found else ""}
    )


@pytest.mark.rule("S-05")
def test_twenty_travellers_are_asked_and_insured_in_one_go(
    session: Session, buyer: Visitor, others: Visitor
) -> None:
    relatives = [nth_adult(number) for number in range(TRAVELLERS - 1)]
    ref = at_the_consents(buyer, relatives)
    for place, relative in enumerate(relatives, start=1):
        assert ask(buyer, ref, place) == 200, buyer.problems()
        agree(others, place, relative)
    buyer.step(ref, "consent", action="next")
    for step in ("clauses", "exclusions"):
        buyer.step(ref, step, **{step: "yes"})
    buyer.step(ref, "summary", summary="yes")
    application = stored(ref)
    assert application.state == "accepted", buyer.problems()
    assert len(application.parties["insured"]) == TRAVELLERS


def test_who_asks_too_often_is_told_at_the_step(session: Session, buyer: Visitor) -> None:
    ref = at_the_consents(buyer, [nth_adult(30)])
    most = consents.links_per_hour(2)
    assert [ask(buyer, ref, 1) for _time in range(most)] == [200] * most
    assert ask(buyer, ref, 1) == 422
    assert 'href="#email-1"' in buyer.page.text
    sent = select(Mail).where(Mail.recipient == "traveller1@example.com")
    assert len(session.scalars(sent).all()) == most


def family_of(size: int) -> tuple[dict[str, str], list[Somebody]]:
    """Quoted answers of the policyholder with so many relatives in all, and those relatives."""
    _code, answers, _plan = medical(clock.local_date(clock.now()))
    relatives = [SPOUSE, *(nth_child(60 + number) for number in range(size - 2))]
    answers = {key: value for key, value in answers.items() if not key.startswith("members")}
    answers["persons"] = str(size)
    for number, relative in enumerate(relatives):
        answers[f"members.{number}.birth_date"] = relative.birth_date.isoformat()
        answers[f"members.{number}.social_insurance"] = "true"
    return answers, relatives


def test_a_family_of_six_is_insured_each_at_a_price_of_its_own(
    session: Session, buyer: Visitor
) -> None:
    answers, relatives = family_of(FAMILY)
    healthy = {f"p{n}.{code}": "no" for n in range(FAMILY) for code in MEDICAL_QUESTIONS}
    cover = {f"p{n}.{key}": "no" for n in range(FAMILY) for key in ("hospital", "employer")}
    relations = ["spouse", *["child"] * (FAMILY - 2)]
    added = tuple(
        ("insured", {**relative.form(relation=relation), "action": "add"})
        for relative, relation in zip(relatives, relations, strict=True)
    )
    stated = {"insured-consent": "yes", "children-data": "yes"}
    steps = (
        ("insured", {"action": "self"}),
        *added,
        ("insured", {"action": "next", **stated}),
        ("other-cover", {**cover, "other-cover": "yes"}),
        ("health", {**healthy, "health": "yes"}),
    )
    ref = buyer.apply("medical-year", answers, Plan(answers["start_date"], HOLDER, steps))
    application = stored(ref)
    assert application.state == "accepted", buyer.problems()
    assert len(application.person_premiums) == FAMILY
    assert sum(map(Decimal, application.person_premiums)) == application.premium
