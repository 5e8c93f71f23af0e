"""A statement counts only under the text that its page showed, in the language it was read in (S-02)."""

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront import clock
from storefront.applications import statements
from storefront.applications.models import Confirmation
from storefront.db import db
from storefront.evidence.models import EvidenceContent, EvidenceRecord
from tests.applications.conftest import stored
from tests.applications.underwriting import correct, life, text_hash
from tests.plans import PLANS
from tests.visitor import Visitor

STATEMENTS_INSIDE_STEPS = (
    ("term-life", "suitability", "suitability"),
    ("term-life", "health", "health"),
    ("term-life", "summary", "summary"),
    ("medical-year", "other-cover", "other-cover"),
    ("travel-accident", "insured", "children-data"),
    ("cyber-sme", "policyholder", "authorised"),
    ("cyber-sme", "controls", "controls"),
    ("employers-liability", "employees", "employee-data"),
)


def of_kind(session: Session, ref: str, kind: str) -> EvidenceRecord:
    """The newest record of a kind."""
    found = select(EvidenceRecord).where(EvidenceRecord.chain == ref, EvidenceRecord.kind == kind)
    record = session.scalar(found.order_by(EvidenceRecord.position.desc()).limit(1))
    assert record is not None, kind
    return record


@pytest.mark.rule("S-02")
@pytest.mark.parametrize(("code", "step", "kind"), STATEMENTS_INSIDE_STEPS)
def test_nothing_is_confirmed_before_its_page_was_shown(
    session: Session, buyer: Visitor, code: str, step: str, kind: str
) -> None:
    """The very request that would be right had the page been shown, with the right hash."""
    product, answers, plan = PLANS[code](clock.local_date(clock.now()))
    parts = [data for name, data in plan.whole(answers) if name == step]
    ref = buyer.up_to(step, product, answers, plan, unseen=True)
    for data in parts[:-1]:  # what comes before the statement, for example the upload of a list
        buyer.fill_in(ref, step, data)
    chain = stored(ref)
    forged = {
        "revision": str(chain.revision),
        "text_sha256": text_hash(session, ref, step),
        "shown_premium": str(chain.premium),
        **parts[-1],
    }
    buyer.get("/")

    buyer.post(f"/applications/{ref}/{step}", forged)
    assert kind not in {item.kind for item in stored(ref).confirmations}
    assert stored(ref).state == "draft"

    buyer.fill_in(ref, step, parts[-1])

    assert kind in {item.kind for item in stored(ref).confirmations}, buyer.problems()


@pytest.mark.rule("S-02")
@pytest.mark.rule("E-01")
@pytest.mark.parametrize("code", ["cyber-sme", "employers-liability", "medical-year", "term-life"])
def test_every_confirmation_is_of_a_text_that_a_page_showed(
    session: Session, buyer: Visitor, code: str
) -> None:
    product, answers, plan = PLANS[code](clock.local_date(clock.now()))
    ref = buyer.apply(product, answers, plan)

    assert stored(ref).state == "accepted"
    records = session.scalars(select(EvidenceRecord).where(EvidenceRecord.chain == ref)).all()
    shown = {record.details["text_sha256"] for record in records if record.kind.startswith("page:")}
    for item in stored(ref).confirmations:
        record = of_kind(session, ref, f"confirmed:{item.kind}")
        assert record.content_sha256 == item.text_sha256
        together = statements.page_hash(dict(texts_of(session, ref, item)))
        assert together in shown, item.kind


def texts_of(session: Session, ref: str, item: Confirmation) -> Iterator[tuple[str, str]]:
    """The texts that stood on one page with that of a confirmation."""
    for other in stored(ref).confirmations:
        if other.confirmed_at == item.confirmed_at:
            content = session.get_one(EvidenceContent, other.text_sha256)
            yield other.kind, str(content.body)


@pytest.mark.rule("S-02")
def test_what_was_read_in_one_language_is_not_confirmed_in_another(
    app: Flask, buyer: Visitor
) -> None:
    product, answers, plan = PLANS["term-life"](clock.local_date(clock.now()))
    ref = buyer.up_to("health", product, answers, plan, unseen=True)
    data = dict(plan.steps)["health"]
    read_in_chinese = buyer.get(f"/applications/{ref}/health")
    buyer.get("/language/en")  # in another tab
    buyer.page = read_in_chinese

    assert buyer.save(ref, "health", **data).status_code == 422
    with app.app_context():
        assert "health" not in {item.kind for item in stored(ref).confirmations}

    buyer.save(ref, "health", **data)  # the page that was shown again, in English
    with app.app_context():
        [item] = [item for item in stored(ref).confirmations if item.kind == "health"]
        text = db.session.get_one(EvidenceContent, item.text_sha256).body
    assert item.language == "en"
    assert text.endswith("I have answered every question truthfully and completely.")


@pytest.mark.rule("S-02")
def test_a_summary_that_has_changed_is_read_again(session: Session, buyer: Visitor) -> None:
    product, answers, plan = PLANS["term-life"](clock.local_date(clock.now()))
    ref = buyer.up_to("summary", product, answers, plan, unseen=True)
    before = buyer.get(f"/applications/{ref}/summary")
    changed = {**answers, "sum_insured": "200000", "start_date": plan.start_date}
    buyer.step(ref, "cover", **changed)
    found = {"revision": str(stored(ref).revision), "summary": "yes"}
    buyer.page = before
    buyer.save(ref, "summary", **found, shown_premium=str(stored(ref).premium))
    assert stored(ref).state == "draft"

    buyer.step(ref, "summary", summary="yes")
    assert stored(ref).state == "accepted"
    text = session.get_one(
        EvidenceContent, of_kind(session, ref, "confirmed:summary").content_sha256
    ).body
    assert ref in text
    assert "200,000" in text


@pytest.mark.rule("S-02")
def test_a_corrected_declaration_needs_the_text_of_its_page(
    session: Session, buyer: Visitor
) -> None:
    ref = life(buyer, {})
    first = of_kind(session, ref, "confirmed:health").position
    buyer.get(f"/applications/{ref}/declaration")
    buyer.save(ref, "declaration", **{"health": "yes", "text_sha256": "0" * 64})
    assert buyer.page.status_code == 422
    assert of_kind(session, ref, "confirmed:health").position == first

    correct(buyer, ref, **{"p0.heavy-smoking": "yes"})

    assert stored(ref).state == "counter_offered"
    assert of_kind(session, ref, "confirmed:health").position > first
