"""The questionnaire about a company's security: complete, true, read by underwriting, kept for claims."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from storefront import clock
from storefront.applications import controls, declaration
from storefront.applications.models import Application
from storefront.catalog.definition import Question
from storefront.catalog.loader import load_all
from storefront.catalog.rules import definition_faults
from storefront.evidence.models import EvidenceRecord
from storefront.policies import contract
from tests.applications.conftest import stored
from tests.plans import PLANS, SECURE, SECURE_BY_ZONES, with_step
from tests.visitor import Visitor

CYBER = {code: load_all()[code].definition for code in ("cyber-sme", "cyber-business")}
GIVEN = {"cyber-sme": SECURE, "cyber-business": {**SECURE, **SECURE_BY_ZONES}}
NOW = datetime(2026, 11, 20, 2, tzinfo=UTC)
TODAY = date(2026, 11, 20)


def answers(code: str, **changes: str) -> dict[str, object]:
    given_ = {**GIVEN[code], **changes}
    found, faults = declaration.read_answers(CYBER[code].application.questionnaire, given_)
    assert faults == []
    return found


@pytest.mark.rule("S-03")
@pytest.mark.parametrize("code", sorted(CYBER))
def test_every_question_has_to_be_answered(code: str) -> None:
    questions = CYBER[code].application.questionnaire
    _, faults = declaration.read_answers(questions, {})
    assert faults == [(question.code, "unanswered") for question in questions]
    for question in questions:
        one_less = {key: value for key, value in GIVEN[code].items() if key != question.code}
        _, faults = declaration.read_answers(questions, one_less)
        assert (question.code, "unanswered") in faults


@pytest.mark.rule("S-03")
@given(st.dictionaries(st.sampled_from(sorted(GIVEN["cyber-business"])), st.text(max_size=12)))
def test_whatever_is_typed_is_an_answer_or_a_fault(typed: dict[str, str]) -> None:
    questions = CYBER["cyber-business"].application.questionnaire
    found, faults = declaration.read_answers(questions, typed)
    assert not set(found) & {code for code, _ in faults}
    asked = [question for question in questions if isinstance(question, Question)]
    assert {question.code for question in asked} <= set(found) | {code for code, _ in faults}


@pytest.mark.parametrize("code", sorted(CYBER))
def test_stored_answers_are_complete_for_the_version_they_were_given_to(code: str) -> None:
    definition = CYBER[code]
    parties = {"controls": controls.stored(answers(code), NOW)}
    assert controls.complete(definition, parties)
    assert not controls.complete(definition, {})
    questions = definition.application.questionnaire
    more = Question(code="newly-asked", text=questions[0].text)
    form = definition.application.model_copy(update={"questionnaire": (*questions, more)})
    assert not controls.complete(definition.model_copy(update={"application": form}), parties)


def test_the_contract_keeps_questions_and_answers_of_before_the_incident() -> None:
    parties = {"controls": controls.stored(answers("cyber-sme", **{"training": "no"}), NOW)}
    kept = controls.record(CYBER["cyber-sme"], parties)
    assert kept is not None
    by_code = {item["code"]: item for item in kept["answers"]}
    assert kept["confirmed_at"] == NOW.isoformat()
    assert by_code["training"]["answer"] is False
    assert by_code["patching-days"]["answer"] == "14"
    assert by_code["backups-offline"]["follow_up"]
    assert by_code["training"]["text"]["en"].startswith("Were the employees")
    assert "unsupported-isolated" not in by_code
    assert controls.record(load_all()["term-life"].definition, {}) is None


def test_a_code_asked_twice_is_refused() -> None:
    definition = CYBER["cyber-sme"]
    questions = definition.application.questionnaire
    form = definition.application.model_copy(update={"questionnaire": (*questions, questions[0])})
    faults = list(definition_faults(definition.model_copy(update={"application": form})))
    assert [fault.key for fault in faults][:1] == ["application.questionnaire"]


@pytest.mark.rule("S-03")
def test_an_unanswered_question_blocks_and_loses_nothing(session: Session, buyer: Visitor) -> None:
    ref = buyer.up_to("controls", *PLANS["cyber-sme"](clock.local_date(clock.now())))
    assert buyer.get(f"/applications/{ref}/clauses").url.path.endswith("/controls")
    assert " checked" not in buyer.page.text
    page = buyer.step(ref, "controls", **{**SECURE, "training": "", "backups-offline": ""})
    assert page.status_code == 422
    assert 'href="#training"' in page.text
    assert 'href="#backups-offline"' in page.text
    assert 'value="1200"' in page.text
    page = buyer.save(ref, "controls", **{**SECURE, "controls": ""})
    assert page.status_code == 422
    assert 'href="#confirm-controls"' in page.text
    assert stored(ref).parties.get("controls") is None
    buyer.save(ref, "controls", **SECURE)
    assert buyer.page.url.path.endswith("/documents")


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({}, "accepted"),
        ({"backups": "no"}, "referred"),
        ({"backups-offline": "no"}, "referred"),
        ({"second-factor": "no"}, "accepted"),  # referred above a million only
        ({"unsupported-systems": "yes", "unsupported-isolated": "yes"}, "accepted"),
        ({"unsupported-systems": "yes", "unsupported-isolated": "no"}, "referred"),
        ({"personal-records": "1000001"}, "referred"),
        ({"known-weakness": "yes"}, "postponed"),
    ],
)
def test_the_answers_decide(
    session: Session, buyer: Visitor, changes: dict[str, str], state: str
) -> None:
    product, quoted, plan = PLANS["cyber-sme"](clock.local_date(clock.now()))
    ref = buyer.apply(product, quoted, with_step(plan, "controls", **changes))
    assert stored(ref).state == state


def test_the_answers_are_encrypted_recorded_shown_and_go_into_the_contract(
    session: Session, buyer: Visitor
) -> None:
    ref = buyer.apply(*PLANS["cyber-business"](clock.local_date(clock.now())))
    application = stored(ref)
    raw = session.execute(
        text("select parties from application where ref = :ref"), {"ref": ref}
    ).scalar_one()
    assert "backups" not in raw
    kinds = session.scalars(select(EvidenceRecord.kind).where(EvidenceRecord.chain == ref)).all()
    assert {"answers:controls", "confirmed:controls"} <= set(kinds)
    period = contract.Period(NOW, NOW, shifted=False)
    content = contract.content(application, CYBER["cyber-business"], period, "P0")
    codes = [item["code"] for item in content["controls"]["answers"]]
    assert codes[:2] == ["backups", "backups-offline"]
    assert session.scalars(select(Application)).one().state == "accepted"
