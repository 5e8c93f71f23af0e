"""A spouse agrees to a death cover through a link of their own (S-05, S-07)."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from html import unescape

import httpx
import pytest
import time_machine
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from storefront import clock
from storefront.applications.closing import wipe
from storefront.applications.consent.models import InsuredConsent
from storefront.applications.consent.rules import MOST_ATTEMPTS
from storefront.applications.models import Application
from storefront.db import db, transaction
from storefront.evidence.models import EvidenceContent, EvidenceRecord
from storefront.mail import Mail
from tests.people import CHILD, HOLDER, SPOUSE
from tests.plans import PLANS
from tests.visitor import Visitor

LINK = re.compile(r"/consent/[\w-]{20,}")
EMAIL = "spouse@example.com"
HASH = re.compile(r'name="text_sha256" value="(\w+)"')


@pytest.fixture
def spouse(app: Flask) -> Iterator[Visitor]:
    """The insured person on a device of their own."""
    transport = httpx.WSGITransport(app=app, raise_app_exceptions=False)
    with httpx.Client(transport=transport, base_url="http://127.0.0.1") as http:
        yield Visitor(http)


@pytest.fixture
def ref(session: Session, buyer: Visitor) -> str:
    """Travel for two adults, at the step of consents."""
    ref = buyer.up_to("insured", *PLANS["travel-accident"](clock.local_date(clock.now())))
    buyer.step(ref, "insured", action="self")
    buyer.step(ref, "insured", **SPOUSE.form(relation="spouse"), action="add")
    buyer.step(ref, "insured", action="next")
    assert buyer.page.url.path.endswith("/consent")
    return ref


def show_code(buyer: Visitor, ref: str) -> str:
    """Has the code shown and gives the link in it."""
    buyer.get(f"/applications/{ref}/consent")
    page = buyer.post(f"/applications/{ref}/consent/code", {"action": "code:1"})
    link = LINK.search(page.text)
    assert link
    return link[0]


def ask(buyer: Visitor, ref: str) -> str:
    """Has a link mailed and gives it."""
    buyer.step(ref, "consent", action="send:1", **{"email-1": EMAIL})
    db.session.expire_all()
    sent = db.session.scalars(
        select(Mail).where(Mail.recipient == EMAIL).order_by(Mail.id.desc())
    ).first()
    assert sent is not None, buyer.problems()
    return str(LINK.findall(sent.context["link"])[0])


def answer(spouse: Visitor, link: str, choice: str, digits: str = SPOUSE.id_number[-4:]) -> str:
    spouse.get(link)
    found = HASH.search(spouse.page.text)
    data = {"answer": choice, "digits": digits, "text_sha256": found[1] if found else ""}
    return spouse.post(link, data).text


def standing(buyer: Visitor, ref: str) -> str:
    found = re.search(r'data-standing="(\w+)"', buyer.get(f"/applications/{ref}/consent").text)
    assert found
    return found[1]


@pytest.mark.rule("S-05")
def test_the_step_is_passed_only_once_the_insured_person_agreed(
    buyer: Visitor, spouse: Visitor, ref: str
) -> None:
    assert buyer.step(ref, "consent", action="next").status_code == 422
    for step in ("clauses", "exclusions", "summary"):
        buyer.save(ref, step, **{step: "yes"})
        assert buyer.page.url.path.endswith("/consent")
    link = ask(buyer, ref)
    assert standing(buyer, ref) == "asked"
    page = unescape(spouse.get(link).text)
    assert "200,000.00" in page
    assert HOLDER.name not in page
    assert f"{HOLDER.name[0]}**" in page  # the mask's stars are no markup
    assert "<strong>\u6d77\u68e0" in page
    assert SPOUSE.id_number not in page
    assert standing(buyer, ref) == "asked"
    answer(spouse, link, "agree")
    assert standing(buyer, ref) == "agreed"
    buyer.save(ref, "consent", action="next")
    assert buyer.page.url.path.endswith("/clauses")


@pytest.mark.rule("S-05")
@pytest.mark.rule("E-01")
def test_the_exact_text_is_in_the_evidence_and_no_token_in_the_database(
    session: Session, buyer: Visitor, spouse: Visitor, ref: str
) -> None:
    link = ask(buyer, ref)
    answer(spouse, link, "agree")
    db.session.expire_all()
    row = session.scalars(select(InsuredConsent)).one()
    kinds = session.execute(
        text(
            "select kind, content_sha256 from evidence_record where chain = :ref order by position"
        ),
        {"ref": ref},
    ).all()
    by_kind = {row.kind: row.content_sha256 for row in kinds}
    assert by_kind["consent:agreed"] == row.text_sha256
    assert {"consent:asked", "page:consent-link"} <= set(by_kind)
    stored = str(session.execute(text("select to_jsonb(c) from insured_consent c")).scalar_one())
    assert link.rpartition("/")[2] not in stored
    assert EMAIL not in stored


@pytest.mark.rule("S-05")
@pytest.mark.parametrize("again", ["agree", "refuse"])
def test_a_link_is_good_for_one_answer(
    buyer: Visitor, spouse: Visitor, ref: str, again: str
) -> None:
    link = ask(buyer, ref)
    answer(spouse, link, "refuse")
    answer(spouse, link, again)
    assert standing(buyer, ref) == "refused"


@pytest.mark.rule("S-05")
def test_a_refusal_stands_until_the_person_is_taken_off(
    buyer: Visitor, spouse: Visitor, ref: str
) -> None:
    answer(spouse, ask(buyer, ref), "refuse")
    page = buyer.step(ref, "consent", action="send:1", **{"email-1": EMAIL})
    assert page.status_code == 422
    assert standing(buyer, ref) == "refused"
    buyer.step(ref, "consent", action="remove:1")
    buyer.step(ref, "insured", action="next")
    assert buyer.page.url.path.endswith("/clauses")


@pytest.mark.rule("S-05")
def test_few_attempts_at_the_digits(buyer: Visitor, spouse: Visitor, ref: str) -> None:
    link = ask(buyer, ref)
    for _attempt in range(MOST_ATTEMPTS):
        answer(spouse, link, "agree", digits="0000")
    answer(spouse, link, "agree")
    assert standing(buyer, ref) == "locked"
    answer(spouse, ask(buyer, ref), "agree")
    assert standing(buyer, ref) == "agreed"


@pytest.mark.rule("S-05")
def test_a_link_expires_after_72_hours_and_a_newer_one_ends_it(
    buyer: Visitor, spouse: Visitor, ref: str
) -> None:
    first = ask(buyer, ref)
    second = ask(buyer, ref)
    assert first != second
    answer(spouse, first, "agree")
    assert standing(buyer, ref) == "asked"
    with time_machine.travel(clock.now() + timedelta(hours=72), tick=False):
        answer(spouse, second, "agree")
    with time_machine.travel(clock.now() + timedelta(hours=71), tick=False):
        answer(spouse, second, "agree")
    assert standing(buyer, ref) == "agreed"


@pytest.mark.rule("S-05")
@pytest.mark.parametrize("when", ["before", "after"])
def test_another_sum_insured_makes_the_consent_void(
    buyer: Visitor, spouse: Visitor, ref: str, when: str
) -> None:
    _code, answers, plan = PLANS["travel-accident"](clock.local_date(clock.now()))
    link = ask(buyer, ref)
    if when == "after":
        answer(spouse, link, "agree")
    more = {**answers, "death": "300000", "start_date": plan.start_date}
    buyer.step(ref, "cover", **more)
    if when == "before":
        answer(spouse, link, "agree")
    assert standing(buyer, ref) == "changed"
    for step in ("clauses", "summary"):
        buyer.get(f"/applications/{ref}/{step}")
        assert buyer.page.url.path.endswith("/consent")


@pytest.mark.rule("S-05")
@pytest.mark.parametrize("change", ["days", "start_date"])
def test_another_time_of_cover_makes_the_consent_void(
    buyer: Visitor, spouse: Visitor, ref: str, change: str
) -> None:
    _code, answers, plan = PLANS["travel-accident"](clock.local_date(clock.now()))
    answer(spouse, ask(buyer, ref), "agree")
    typed = {**answers, "start_date": plan.start_date}
    buyer.step(ref, "cover", **typed)
    assert standing(buyer, ref) == "agreed"
    later = date.fromisoformat(plan.start_date) + timedelta(days=1)
    buyer.step(ref, "cover", **{**typed, change: {"days": "8", "start_date": str(later)}[change]})
    assert standing(buyer, ref) == "changed"


def test_a_text_that_changed_meanwhile_is_read_again(
    buyer: Visitor, spouse: Visitor, ref: str
) -> None:
    link = ask(buyer, ref)
    spouse.get(link)
    data = {"answer": "agree", "digits": SPOUSE.id_number[-4:], "text_sha256": "0" * 64}
    assert spouse.post(link, data).status_code == 422
    assert standing(buyer, ref) == "asked"


def test_the_code_leads_to_the_same_page_and_is_shown_once(
    buyer: Visitor, spouse: Visitor, ref: str
) -> None:
    link = show_code(buyer, ref)
    assert "<svg" in buyer.page.text
    answer(spouse, link, "agree")
    assert standing(buyer, ref) == "agreed"


@pytest.mark.rule("E-01")
def test_the_page_with_the_code_is_on_record_without_the_link(
    session: Session, buyer: Visitor, ref: str
) -> None:
    link = show_code(buyer, ref)

    shown = select(EvidenceRecord).where(EvidenceRecord.kind == "page:code")
    record = session.scalars(shown).one()
    content = session.get_one(EvidenceContent, record.content_sha256).body
    assert record.chain == ref
    assert SPOUSE.name in content
    assert "<svg" not in content
    assert link.rpartition("/")[2] not in content


@pytest.mark.parametrize("email", ["", "nobody", "buyer@example.com"])
def test_the_address_has_to_be_somebody_elses(buyer: Visitor, ref: str, email: str) -> None:
    page = buyer.step(ref, "consent", action="send:1", **{"email-1": email})
    assert page.status_code == 422
    assert 'href="#email-1"' in page.text


@pytest.mark.rule("E-04")
def test_addresses_go_when_the_application_is_wiped(
    session: Session, buyer: Visitor, ref: str
) -> None:
    ask(buyer, ref)
    with transaction() as writer:
        row = writer.scalars(select(Application).where(Application.ref == ref)).one()
        wipe(writer, row, clock.now())
    assert session.scalars(select(InsuredConsent)).all() == []


def test_an_unknown_link_is_not_found(app: Flask, spouse: Visitor) -> None:
    assert spouse.get("/consent/no-such-link").status_code == 404


def test_a_minor_child_of_the_policyholder_is_not_asked(buyer: Visitor, ref: str) -> None:
    buyer.step(ref, "insured", action="remove:1")
    buyer.step(ref, "insured", **CHILD.form(relation="child"), action="add")
    buyer.step(ref, "insured", action="next", **{"children-data": "yes", "elsewhere-1": "0"})
    assert buyer.page.url.path.endswith("/clauses")


@pytest.mark.rule("S-07")
def test_another_beneficiary_makes_the_consent_void(
    session: Session, buyer: Visitor, spouse: Visitor
) -> None:
    code, answers, plan = PLANS["term-life"](clock.local_date(clock.now()))
    answers |= {"birth_date": SPOUSE.birth_date.isoformat(), "sex": SPOUSE.sex}
    ref = buyer.up_to("insured", code, answers, plan)
    buyer.step(ref, "insured", **SPOUSE.form(relation="spouse"), action="add")
    buyer.step(ref, "insured", action="next")
    buyer.step(ref, "beneficiaries", kind="statutory", action="next")
    assert buyer.page.url.path.endswith("/consent"), buyer.problems()
    buyer.step(ref, "consent", action="send:0", **{"email-0": EMAIL})
    db.session.expire_all()
    sent = session.scalars(select(Mail).where(Mail.recipient == EMAIL)).one()
    answer(spouse, LINK.findall(sent.context["link"])[0], "agree")
    assert standing(buyer, ref) == "agreed"
    child = CHILD.form(relation="child", rank="1", share="100")
    buyer.step(ref, "beneficiaries", **child, kind="named", action="add")
    buyer.step(ref, "beneficiaries", kind="named", action="next")
    assert standing(buyer, ref) == "changed"
