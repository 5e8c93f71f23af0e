"""What underwriting knows of every insured person, also where nothing is declared."""

import pytest
from sqlalchemy.orm import Session

from storefront import clock
from storefront.applications.risk import facts_of
from storefront.catalog.known_facts import derived
from storefront.catalog.loader import load_all
from tests.applications.underwriting import drafted
from tests.plans import PLANS
from tests.visitor import Visitor

PRODUCTS = {code: bundle.definition for code, bundle in load_all().items()}


def test_everybody_is_looked_at_though_nothing_is_declared(
    session: Session, buyer: Visitor
) -> None:
    ref = buyer.apply(*PLANS["travel-accident"](clock.local_date(clock.now())))
    parent, child = facts_of(drafted(session, ref))
    assert (parent["age"], child["age"]) == (36, 8)
    assert (parent["policyholder_kind"], child["policyholder_kind"]) == ("person", "person")


def test_a_company_is_known_as_one_and_has_no_age(session: Session, buyer: Visitor) -> None:
    ref = buyer.apply(*PLANS["cyber-sme"](clock.local_date(clock.now())))
    [company] = facts_of(drafted(session, ref))
    assert company["policyholder_kind"] == "company"
    assert "age" not in company


@pytest.mark.parametrize(
    ("code", "where", "known"),
    [
        ("term-life", "underwriting.rules.x.when", {"age", "age_at_end", "bmi"}),
        ("term-life", "answers.x.shown_when", {"age", "age_at_end"}),
        ("travel-accident", "underwriting.rules.x.when", {"age", "term_days"}),
        ("travel-accident", "checks.0.when", {"term_days"}),
        ("motor-compulsory", "application.documents.x.when", {"policyholder_kind"}),
        ("motor-compulsory", "underwriting.rules.x.when", {"policyholder_kind"}),
    ],
)
def test_only_what_can_be_known_at_a_place_may_be_read_there(
    code: str, where: str, known: set[str]
) -> None:
    questions = PRODUCTS[code].questions
    found = derived(PRODUCTS[code], where, {question.code for question in questions})
    everywhere = {"age", "age_at_end", "term_days", "bmi", "policyholder_kind"}
    if where.startswith("underwriting"):
        known = known | {"policyholder_kind"}
    assert found & everywhere == known


def test_sums_are_known_to_rules_only_and_only_where_they_add_up() -> None:
    rules = "underwriting.rules.x.when"
    assert "accumulated-here.critical-illness" in derived(
        PRODUCTS["critical-illness"], rules, set()
    )
    assert "accumulated.death" not in derived(PRODUCTS["critical-illness"], rules, set())
    assert "accumulated.death" in derived(PRODUCTS["term-life"], rules, set())
    assert "accumulated.death" not in derived(PRODUCTS["term-life"], "checks.0.when", set())
