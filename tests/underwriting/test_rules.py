"""Underwriting: the strictest finding decides, terms add up, and every finding says why."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storefront.catalog.loader import load_all
from storefront.underwriting import rules
from storefront.underwriting.terms import Until, all_from_json, until_from_json
from tests.underwriting.forms import aimed_at, filled_in, read

BUNDLES = load_all()
PRODUCTS = {code: bundle.definition for code, bundle in BUNDLES.items()}
TERM_LIFE = PRODUCTS["term-life"]
ILLNESS = PRODUCTS["critical-illness"]
HEALTHY: dict[str, object] = {"sum_insured": Decimal(100_000), "age": 30, "bmi": Decimal(22)}
RAISED: dict[str, object] = {"hypertension": True, "systolic-highest": Decimal(150)}


def decide(**facts: object) -> rules.Decision:
    return rules.decide(TERM_LIFE, [{**HEALTHY, **facts}])


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({}, "standard"),
        ({"tumour": True}, "declined"),
        ({"tumour": False}, "standard"),
        (RAISED, "loaded"),
        ({"hypertension": True, "systolic-highest": Decimal(165)}, "refer"),
        ({"systolic-highest": Decimal(185)}, "postponed"),
        ({"sum_insured": Decimal(2_500_000)}, "refer"),
        ({"bmi": Decimal(33)}, "loaded"),
        ({"bmi": Decimal(36)}, "refer"),
        ({"dangerous-sport": True}, "excluded"),
    ],
)
def test_outcome(facts: dict[str, object], expected: str) -> None:
    assert decide(**facts).outcome == expected


def test_the_strictest_of_several_findings_decides() -> None:
    decision = decide(**{"hypertension": True, "systolic-highest": Decimal(190), "tumour": True})
    assert decision.outcome == "declined"
    assert [item.outcome for item in decision.findings] == ["declined", "postponed", "refer"]
    assert decision.until is None


def test_one_person_of_several_is_enough_and_each_has_an_outcome() -> None:
    decision = rules.decide(TERM_LIFE, [HEALTHY, {**HEALTHY, "tumour": True}])
    assert (decision.outcome, decision.findings[0].person) == ("declined", 1)
    assert [rules.outcome_of(decision, person) for person in (0, 1)] == ["standard", "declined"]


def test_loadings_of_one_person_add_up() -> None:
    decision = decide(**RAISED, **{"heavy-smoking": True, "dangerous-work": True})
    assert decision.outcome == "loaded"
    assert (decision.terms[0].percent, decision.terms[0].per_mille) == (Decimal(100), Decimal(2))


def test_above_the_cap_a_person_looks_at_it() -> None:
    decision = decide(**RAISED, **{"heavy-smoking": True, "bmi": Decimal(34)})
    assert decision.outcome == "refer"
    cap = decision.findings[0]
    assert cap.rule == rules.CAP_RULE
    assert set(cap.read) == {"hypertension", "systolic-highest", "heavy-smoking", "bmi"}
    assert decision.terms[0].percent == Decimal(150)  # what the underwriter starts from


def test_an_exclusion_is_named_and_goes_with_a_loading() -> None:
    facts: dict[str, object] = {
        "nodule": True, "nodule-thyroid-only": True, "nodule-advice": False, "family": True,
    }  # fmt: skip
    decision = rules.decide(ILLNESS, [facts])
    assert decision.outcome == "excluded"
    [terms] = decision.terms
    assert terms.percent == Decimal(25)
    assert [item.code for item in terms.exclusions] == ["thyroid"]
    assert terms.exclusions[0].text.en.endswith("are not covered.")


def test_postponed_says_until_when() -> None:
    assert decide(**{"systolic-highest": Decimal(185)}).until == Until(6)
    after = rules.decide(ILLNESS, [{"nodule-advice": True}]).until
    assert after is not None
    assert after.after[0].en == "once the result of the operation or biopsy is known"


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 11, 22), 6, date(2027, 5, 22)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2027, 8, 31), 6, date(2028, 2, 29)),
        (date(2026, 12, 1), 12, date(2027, 12, 1)),
        (date(2026, 12, 1), 0, None),
    ],
)
def test_months_of_waiting(day: date, months: int, expected: date | None) -> None:
    assert Until(months).first_day(day) == expected


def test_what_was_read_is_only_in_the_private_form() -> None:
    finding = decide(tumour=True).findings[0]
    assert (finding.rule, finding.read) == ("tumour", {"tumour": "True"})
    assert finding.to_json()["read"] == ["tumour"]
    assert finding.to_private_json()["read"] == {"tumour": "True"}


def test_stored_terms_are_read_again() -> None:
    decision = decide(**RAISED, **{"dangerous-sport": True})
    assert all_from_json(decision.to_json()) == decision.terms
    postponed = decide(**{"systolic-highest": Decimal(185)})
    assert until_from_json(postponed.to_json()) == postponed.until
    assert all_from_json({"outcome": "standard", "findings": []}) == ()


def test_milder_and_stricter() -> None:
    assert rules.is_milder("standard", "loaded")
    assert not rules.is_milder("refer", "excluded")
    assert not rules.is_milder("loaded", "loaded")


def rules_of_all() -> Iterator[tuple[str, str]]:
    for code, definition in PRODUCTS.items():
        yield from ((code, rule.code) for rule in definition.underwriting.rules)


@pytest.mark.rule("S-03")
@pytest.mark.parametrize(("code", "wanted"), list(rules_of_all()))
def test_every_rule_can_be_met_by_a_filled_in_form(code: str, wanted: str) -> None:
    """Otherwise the trial with any answers would say nothing about it."""
    bundle = BUNDLES[code]
    rule = next(rule for rule in bundle.definition.underwriting.rules if rule.code == wanted)
    form = aimed_at(bundle, rule)
    assert form is not None
    decision = rules.decide(bundle.definition, read(bundle, form))
    assert wanted in {finding.rule for finding in decision.findings}


@pytest.mark.rule("S-03")
@settings(max_examples=40)
@given(data=st.data())
@pytest.mark.parametrize("code", sorted(PRODUCTS))
def test_any_form_gives_one_explained_outcome(code: str, data: st.DataObject) -> None:
    bundle = BUNDLES[code]
    people = read(bundle, data.draw(filled_in(bundle)))
    decision = rules.decide(bundle.definition, people)

    assert decision.outcome in rules.STRICTNESS
    assert rules.state_for(decision.outcome)
    per_person = [rules.outcome_of(decision, person) for person in range(len(people))]
    assert decision.outcome == rules.strictest(per_person)
    # A rule may tell the customer something without changing the outcome.
    found = {finding.outcome for finding in decision.findings}
    assert (decision.outcome == "standard") == (found <= {"standard"})
    assert (decision.until is not None) == (decision.outcome == "postponed")
    for finding in decision.findings:
        assert finding.rule
        assert finding.message["zh"]
        assert finding.message["en"]
        assert finding.read
        assert set(finding.read) <= set(people[finding.person])
    if decision.outcome in rules.CHANGED_TERMS:
        assert rules.of_terms(decision.terms) == decision.outcome
    if decision.until:
        assert decision.until.months or decision.until.after


@given(data=st.data())
def test_another_finding_never_makes_it_milder(data: st.DataObject) -> None:
    bundle = BUNDLES["term-life"]
    [facts, *_others] = read(bundle, data.draw(filled_in(bundle)))
    before = rules.decide(TERM_LIFE, [facts]).outcome
    after = rules.decide(TERM_LIFE, [{**facts, "tumour": True}]).outcome
    assert not rules.is_milder(after, before)
