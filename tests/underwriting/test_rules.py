"""Underwriting: the strictest finding decides, and every finding says why."""

from decimal import Decimal

import pytest

from storefront.catalog.loader import load_all
from storefront.underwriting import rules

TERM_LIFE = load_all()["term-life"].definition
HEALTHY: dict[str, object] = {"sum_insured": Decimal(100_000), "age": 30, "bmi": Decimal(22)}


def outcome(**facts: object) -> str:
    return rules.decide(TERM_LIFE, [{**HEALTHY, **facts}]).outcome


@pytest.mark.parametrize(
    ("facts", "expected", "state"),
    [
        ({}, "standard", "accepted"),
        ({"tumour": True}, "declined", "declined"),
        ({"tumour": False}, "standard", "accepted"),
        ({"hypertension": True}, "refer", "referred"),
        ({"systolic-highest": Decimal(185)}, "postponed", "postponed"),
        ({"sum_insured": Decimal(2_500_000)}, "refer", "referred"),
        ({"bmi": Decimal(33)}, "refer", "referred"),
    ],
)
def test_outcome_and_state(facts: dict[str, object], expected: str, state: str) -> None:
    assert outcome(**facts) == expected
    assert rules.state_for(expected) == state


def test_the_strictest_of_several_findings_decides() -> None:
    decision = rules.decide(
        TERM_LIFE,
        [{**HEALTHY, "hypertension": True, "systolic-highest": Decimal(190), "tumour": True}],
    )
    assert decision.outcome == "declined"
    assert [finding.outcome for finding in decision.findings] == ["declined", "postponed", "refer"]


def test_one_person_of_several_is_enough() -> None:
    decision = rules.decide(TERM_LIFE, [HEALTHY, {**HEALTHY, "tumour": True}])
    assert (decision.outcome, decision.findings[0].person) == ("declined", 1)


def test_every_finding_names_rule_answers_and_wording() -> None:
    for rule in TERM_LIFE.underwriting.rules:
        assert rule.message.zh
        assert rule.message.en
    finding = rules.decide(TERM_LIFE, [{**HEALTHY, "tumour": True}]).findings[0]
    assert (finding.rule, finding.read) == ("tumour", {"tumour": "True"})


def test_other_terms_than_standard_are_for_a_person() -> None:
    assert rules.state_for("loaded") == rules.state_for("excluded") == "referred"
