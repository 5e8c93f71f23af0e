"""The whole form, through HTTP: from the quote to the underwriting decision."""

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from storefront import clock
from storefront.applications.models import Application
from storefront.catalog import service as catalog
from storefront.db import transaction
from storefront.evidence import service as evidence
from storefront.evidence.models import EvidenceContent, EvidenceRecord
from tests.applications.conftest import PASSWORD, new_customer, stored
from tests.plans import PLANS, with_step
from tests.visitor import HEALTHY, Visitor


@pytest.mark.parametrize(
    ("code", "premium"),
    [
        ("travel-accident", "32.68"),
        ("term-life", None),
        ("accident-year", None),
        ("critical-illness", None),
        ("motor-compulsory", "665.00"),
        ("cyber-sme", "10483.20"),
        ("cyber-business", None),
        ("employers-liability", "10200.00"),
    ],
)
def test_each_product_is_applied_for(
    session: Session, buyer: Visitor, code: str, premium: str | None
) -> None:
    product, answers, plan = PLANS[code](clock.local_date(clock.now()))
    ref = buyer.apply(product, answers, plan)
    application = stored(ref)
    assert application.state == "accepted", buyer.problems()
    assert premium is None or str(application.premium) == premium
    assert "pay-now" in buyer.page.text


def begun(buyer: Visitor, code: str) -> str:
    """The reference of an application just begun."""
    product, answers, _plan = PLANS[code](clock.local_date(clock.now()))
    return buyer.begin(buyer.quote(product, answers))


@pytest.mark.rule("S-01")
@pytest.mark.rule("S-02")
@pytest.mark.parametrize("code", sorted(PLANS))
def test_nothing_is_ticked_beforehand_and_no_step_can_be_passed_by(
    session: Session, buyer: Visitor, code: str
) -> None:
    ref = begun(buyer, code)
    for step in ("privacy", "cover", "policyholder", "clauses", "exclusions", "summary"):
        buyer.get(f"/applications/{ref}/notice")
        buyer.save(ref, step, **{step: "yes", "sensitive-data": "yes", "passing-on": "yes"})
        assert buyer.page.url.path.endswith("/notice")
    assert " checked" not in buyer.page.text
    assert stored(ref).confirmations == []


@pytest.mark.rule("S-02")
def test_an_unticked_statement_stops_and_says_so(session: Session, buyer: Visitor) -> None:
    ref = begun(buyer, "motor-compulsory")
    page = buyer.step(ref, "notice")
    assert page.status_code == 422
    assert 'href="#confirm-notice"' in page.text


@pytest.mark.rule("S-08")
def test_both_privacy_consents_are_needed(session: Session, buyer: Visitor) -> None:
    ref = begun(buyer, "motor-compulsory")
    buyer.step(ref, "notice", notice="yes")
    assert buyer.step(ref, "privacy", **{"sensitive-data": "yes"}).status_code == 422
    assert [item.kind for item in stored(ref).confirmations] == ["notice"]


@pytest.mark.rule("S-02")
@pytest.mark.rule("E-01")
def test_each_confirmation_keeps_the_exact_text(session: Session, buyer: Visitor) -> None:
    product, answers, plan = PLANS["term-life"](clock.local_date(clock.now()))
    ref = buyer.apply(product, answers, plan)
    records = session.scalars(
        select(EvidenceRecord).where(EvidenceRecord.chain == ref).order_by(EvidenceRecord.position)
    ).all()
    kinds = [record.kind for record in records]
    confirmed = [kind for kind in kinds if kind.startswith("confirmed:")]
    assert confirmed == [
        f"confirmed:{kind}"
        for kind in (
            "notice",
            "sensitive-data",
            "passing-on",
            "suitability",
            "health",
            "clauses",
            "exclusions",
            "summary",
        )
    ]
    for kind in ("page:notice", "page:exclusions", "answers:health", "decided"):
        assert kind in kinds
    exclusions = next(record for record in records if record.kind == "confirmed:exclusions")
    text = session.get_one(EvidenceContent, exclusions.content_sha256).body
    assert "{#exclusions}" in text
    assert evidence.faults_in_chain(session, ref) == []


@pytest.mark.rule("S-03")
def test_an_unanswered_health_question_blocks_and_loses_nothing(
    session: Session, buyer: Visitor
) -> None:
    product, answers, plan = PLANS["term-life"](clock.local_date(clock.now()))
    ref = buyer.up_to("health", product, answers, plan)
    given = {**HEALTHY, "p0.tumour": "", "p0.weight-kg": "71", "health": "yes"}
    page = buyer.step(ref, "health", **given)
    assert page.status_code == 422
    assert 'href="#p0.tumour"' in page.text
    assert 'value="71"' in page.text
    assert stored(ref).declaration == []


@pytest.mark.parametrize(
    ("answer", "state"),
    [("tumour", "declined"), ("diabetes", "referred"), ("heavy-smoking", "counter_offered")],
)
def test_the_declaration_decides_and_nothing_is_charged(
    session: Session, buyer: Visitor, answer: str, state: str
) -> None:
    product, answers, plan = PLANS["term-life"](clock.local_date(clock.now()))
    follow_ups = {"p0.diabetes-insulin": "no"}
    plan = with_step(plan, "health", **{f"p0.{answer}": "yes"}, **follow_ups)
    ref = buyer.apply(product, answers, plan)
    assert stored(ref).state == state
    assert "pay-now" not in buyer.page.text
    buyer.post(f"/payments/start/{ref}", {})
    assert buyer.page.status_code == 409


def test_two_tabs_do_not_overwrite_each_other(session: Session, buyer: Visitor) -> None:
    ref = begun(buyer, "motor-compulsory")
    first = buyer.get(f"/applications/{ref}/notice")
    buyer.save(ref, "notice", notice="yes")
    buyer.page = first
    page = buyer.save(ref, "notice", notice="yes")
    assert page.status_code == 409
    assert 'href="#revision"' in page.text
    buyer.save(ref, "notice", notice="yes")
    assert buyer.page.url.path.endswith("/privacy")


def test_wrong_particulars_are_named_at_their_fields_and_kept(
    session: Session, buyer: Visitor
) -> None:
    product, answers, plan = PLANS["motor-compulsory"](clock.local_date(clock.now()))
    ref = buyer.up_to("policyholder", product, answers, plan)
    wrong = {
        "name": "\u793a\u4f8b" * 40,
        "id_number": "110101199003070000",
        "mobile": "12",
        "address": "",
    }
    page = buyer.step(ref, "policyholder", **wrong)
    assert page.status_code == 422
    for field in ("name", "id_number", "mobile", "address"):
        assert f'href="#{field}"' in page.text
    assert 'value="110101199003070000"' in page.text
    assert stored(ref).parties.get("policyholder") is None


def test_somebody_elses_application_does_not_exist(
    session: Session, buyer: Visitor, app: Flask
) -> None:
    ref = begun(buyer, "motor-compulsory")
    with app.app_context(), transaction() as other:
        other.add(new_customer("other@example.com", PASSWORD))
    buyer.http.cookies.clear()
    buyer.log_in("other@example.com", PASSWORD)
    for path in (
        f"/applications/{ref}",
        f"/applications/{ref}/notice",
        f"/applications/{ref}/no-step",
    ):
        assert buyer.get(path).status_code == 404
    for action in ("notice", "withdraw", "reopen"):
        assert buyer.post(f"/applications/{ref}/{action}", {"revision": "1"}).status_code == 404


@pytest.mark.rule("M-03")
def test_a_price_that_changed_is_shown_and_confirmed_anew(session: Session, buyer: Visitor) -> None:
    product, answers, plan = PLANS["motor-compulsory"](clock.local_date(clock.now()))
    ref = buyer.up_to("summary", product, answers, plan)
    buyer.get(f"/applications/{ref}/summary")
    page = buyer.save(ref, "summary", summary="yes", shown_premium="600.00")
    assert page.url.path.endswith("/summary")
    assert stored(ref).state == "draft"
    buyer.save(ref, "summary", summary="yes")
    assert (stored(ref).state, str(stored(ref).premium)) == ("accepted", "665.00")


def test_names_and_numbers_are_encrypted_in_the_database(session: Session, buyer: Visitor) -> None:
    product, answers, plan = PLANS["motor-compulsory"](clock.local_date(clock.now()))
    ref = buyer.apply(product, answers, plan)
    row = session.execute(
        text("select parties || declaration from application where ref = :ref"), {"ref": ref}
    ).scalar_one()
    assert plan.holder.id_number not in row
    assert plan.holder.name not in row


def test_an_accepted_application_can_be_reopened_changed_and_withdrawn(
    session: Session, buyer: Visitor
) -> None:
    product, answers, plan = PLANS["motor-compulsory"](clock.local_date(clock.now()))
    ref = buyer.apply(product, answers, plan)
    buyer.post(f"/applications/{ref}/reopen", {})
    buyer.step(ref, "cover", vehicle_class="MC02", float_code="3", start_date=plan.start_date)
    buyer.step(ref, "summary", summary="yes")
    assert str(stored(ref).premium) == "770.00"
    buyer.post(f"/applications/{ref}/withdraw", {})
    assert stored(ref).state == "withdrawn"


@pytest.mark.rule("P-07")
def test_a_withdrawn_product_cannot_be_applied_for_any_more(
    session: Session, buyer: Visitor
) -> None:
    product, answers, plan = PLANS["motor-compulsory"](clock.local_date(clock.now()))
    ref = buyer.apply(product, answers, plan)
    buyer.post(f"/applications/{ref}/reopen", {})
    with transaction() as writer:
        catalog.withdraw(writer, product, clock.now())
    try:
        page = buyer.step(ref, "summary", summary="yes")
        assert page.status_code == 422
        assert stored(ref).state == "draft"
    finally:
        with transaction() as writer:
            writer.execute(text("update product_version set withdrawn_at = null"))


def run_out(ref: str) -> None:
    with transaction() as session:
        found = select(Application).where(Application.ref == ref).with_for_update()
        session.scalars(found).one().expires_at = clock.now()


def test_a_draft_nobody_touched_for_long_has_ended_and_says_so(
    session: Session, buyer: Visitor
) -> None:
    ref = begun(buyer, "motor-compulsory")
    buyer.get(f"/applications/{ref}/notice")
    run_out(ref)
    page = buyer.save(ref, "notice", notice="yes")
    assert (page.status_code, page.url.path) == (200, f"/applications/{ref}")
    assert stored(ref).state == "expired"
    other = begun(buyer, "motor-compulsory")
    run_out(other)
    assert buyer.get(f"/applications/{other}/notice").url.path == f"/applications/{other}"
    assert stored(other).state == "expired"
