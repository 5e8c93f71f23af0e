"""The suitability step of a long-term application: assessed first, going on against advice by own will."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront import clock
from storefront.advice import rules as advice
from storefront.advice.models import SuitabilityRecord
from storefront.db import transaction
from storefront.evidence.models import EvidenceContent, EvidenceRecord
from tests.advice.conftest import BASE
from tests.applications.conftest import PASSWORD, new_customer, stored
from tests.plans import FAMILY, PLANS
from tests.visitor import Visitor

pytestmark = pytest.mark.usefixtures("session")


def at_the_step(
    buyer: Visitor, code: str = "term-life", **changes: str
) -> tuple[str, dict[str, str]]:
    """An application up to the personal data; gives its reference and the answers of the quote."""
    product, answers, _plan = PLANS[code](clock.local_date(clock.now()))
    answers |= changes
    ref = buyer.begin(buyer.quote(product, answers))
    buyer.step(ref, "notice", notice="yes")
    buyer.step(ref, "privacy", **{"sensitive-data": "yes", "passing-on": "yes"})
    return ref, answers


def assessed(buyer: Visitor, ref: str, **changes: str) -> None:
    buyer.step(ref, "suitability", **{**FAMILY, **changes}, action="assess")
    buyer.save(ref, "suitability", action="next")


@pytest.mark.rule("N-01")
def test_a_long_term_application_is_assessed_before_anything_else(buyer: Visitor) -> None:
    ref, answers = at_the_step(buyer)
    assert buyer.page.url.path.endswith("/suitability")
    buyer.save(ref, "cover", **answers)
    assert buyer.page.url.path.endswith("/suitability")
    assert " checked" not in buyer.page.text
    assessed(buyer, ref)
    assert buyer.page.url.path.endswith("/cover")
    application = stored(ref)
    assert application.suitability is not None
    assert application.suitability.customer_id == application.customer_id


@pytest.mark.rule("N-01")
@pytest.mark.parametrize("code", ["travel-accident", "motor-compulsory"])
def test_property_and_short_cover_are_exempt(buyer: Visitor, code: str) -> None:
    at_the_step(buyer, code)
    assert buyer.page.url.path.endswith("/cover")


@pytest.mark.rule("N-01")
def test_questions_left_open_stop_and_lose_nothing(buyer: Visitor) -> None:
    ref, _ = at_the_step(buyer)
    page = buyer.step(ref, "suitability", **{**FAMILY, "income": ""}, action="assess")
    assert page.status_code == 422
    assert 'href="#field-income"' in page.text
    assert 'name="child_1" id="field-child_1" value="8"' in page.text
    buyer.save(ref, "suitability", action="next")
    assert stored(ref).suitability is None


@pytest.mark.rule("N-01")
def test_an_assessment_made_before_the_login_is_taken_with_one_click(buyer: Visitor) -> None:
    buyer.http.cookies.delete("session")
    buyer.get("/advice")
    buyer.post("/advice", {**BASE, "years": "20"})
    shown = buyer.page.url.path.rpartition("/")[2]
    buyer.log_in("buyer@example.com", PASSWORD)
    ref, _ = at_the_step(buyer)
    buyer.save(ref, "suitability", action="next")
    assert buyer.page.url.path.endswith("/cover")
    record = stored(ref).suitability
    assert record is not None
    assert record.ref == shown
    assert record.customer_id == stored(ref).customer_id


@pytest.mark.rule("N-01")
def test_an_assessment_older_than_a_year_is_not_offered(buyer: Visitor) -> None:
    ref, _ = at_the_step(buyer)
    assessed(buyer, ref)
    with transaction() as session:
        record = session.scalars(select(SuitabilityRecord)).one()
        record.created_at -= advice.VALID_FOR
    buyer.get(f"/applications/{ref}")
    assert buyer.page.url.path.endswith("/suitability")
    assert 'value="assess"' in buyer.page.text
    assert 'name="assessment"' not in buyer.page.text


@pytest.mark.rule("N-02")
def test_a_mismatch_advises_to_stop_and_needs_a_statement_of_its_own(
    buyer: Visitor, session: Session
) -> None:
    ref, answers = at_the_step(buyer, sum_insured="3000000")
    assessed(buyer, ref, income="12000")
    buyer.save(ref, "cover", **answers)
    assert buyer.page.url.path.endswith("/own-will")
    buyer.save(ref, "policyholder")
    assert buyer.page.url.path.endswith("/own-will")
    assert buyer.save(ref, "own-will", action="next").status_code == 422
    buyer.save(ref, "own-will", **{"own-will": "yes"})
    assert buyer.page.url.path.endswith("/policyholder")
    assert "own-will" in [item.kind for item in stored(ref).confirmations]
    said = session.scalars(
        select(EvidenceRecord).where(
            EvidenceRecord.chain == ref, EvidenceRecord.kind == "confirmed:own-will"
        )
    ).one()
    assert "3,000,000" in session.get_one(EvidenceContent, said.content_sha256).body


@pytest.mark.rule("N-02")
def test_consent_is_to_exactly_one_mismatch_and_cover_that_fits_needs_none(buyer: Visitor) -> None:
    ref, answers = at_the_step(buyer, sum_insured="2900000")
    assessed(buyer, ref, income="12000")
    buyer.save(ref, "cover", **answers)
    buyer.save(ref, "own-will", **{"own-will": "yes"})
    buyer.step(ref, "cover", **{**answers, "sum_insured": "3000000"})
    buyer.get(f"/applications/{ref}/policyholder")
    assert buyer.page.url.path.endswith("/own-will")
    buyer.step(ref, "cover", **{**answers, "sum_insured": "100000"})
    assert buyer.page.url.path.endswith("/policyholder")


@pytest.mark.rule("N-05")
def test_it_is_kept_for_five_years_after_the_contract(buyer: Visitor) -> None:
    product, answers, plan = PLANS["term-life"](clock.local_date(clock.now()))
    application = stored(buyer.apply(product, answers, plan))
    record = application.suitability
    assert record is not None and application.start_date is not None
    assert record.retain_until.year == application.start_date.year + 20 + 5


def test_a_browser_brings_no_assessment_of_another_customer(buyer: Visitor) -> None:
    ref, _ = at_the_step(buyer)
    assessed(buyer, ref)
    with transaction() as session:
        other = new_customer("other@example.com", PASSWORD)
        session.add(other)
        session.flush()
        record = session.scalars(select(SuitabilityRecord)).one()
        record.customer_id = other.id
        buyer.http.cookies.set("advice", record.ref)
    buyer.get(f"/applications/{ref}/suitability")
    assert 'name="assessment"' not in buyer.page.text
