"""Underwriting: facts in, one outcome out, with every finding that led to it. Pure.

All rules of the product are looked at for each insured person. The strictest finding decides, for the
person and over all; the loadings and exclusions of one person add up. Nothing found means the standard
terms.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from storefront.catalog.definition import (
    LoadingCap,
    ProductDefinition,
    Text,
    UnderwritingRule,
    all_hold,
)
from storefront.underwriting.terms import NO_TERMS, Terms, Until

STRICTNESS = ("standard", "loaded", "excluded", "refer", "postponed", "declined")
STATES = {
    "standard": "accepted",
    "loaded": "counter_offered",
    "excluded": "counter_offered",
    "refer": "referred",
    "postponed": "postponed",
    "declined": "declined",
}
CHANGED_TERMS = ("loaded", "excluded")
"""Outcomes that a customer has to accept before anything can be paid."""

CAP_RULE = "loading-cap"


@dataclass(frozen=True)
class Finding:
    """A rule that applies to one insured person: what it read and what the customer is told.

    `read` holds health answers: it is stored encrypted only, see `to_json` and `to_private_json`.
    """

    rule: str
    outcome: str
    person: int
    read: Mapping[str, str]
    message: Mapping[str, str]

    def to_json(self) -> dict[str, Any]:
        """Plain data that names which answers were read, but not what they say."""
        return {
            "rule": self.rule,
            "outcome": self.outcome,
            "person": self.person,
            "read": sorted(self.read),
            "message": dict(self.message),
        }

    def to_private_json(self) -> dict[str, Any]:
        """The same with the answers: for encrypted columns only."""
        return {**self.to_json(), "read": dict(self.read)}


@dataclass(frozen=True)
class Decision:
    """The outcome with all findings, the strictest first, and the terms of each insured person.

    Of a decision that is still open (`refer`), the terms are what the rules by themselves would ask for.
    """

    outcome: str
    findings: tuple[Finding, ...] = ()
    terms: tuple[Terms, ...] = ()
    until: Until | None = None

    def to_json(self) -> dict[str, Any]:
        """Plain data for the application row; what was read stays in encrypted columns."""
        return {
            "outcome": self.outcome,
            "findings": [finding.to_json() for finding in self.findings],
            "terms": [terms.to_json() for terms in self.terms],
            "until": self.until.to_json() if self.until else None,
        }


def decide(definition: ProductDefinition, persons: Sequence[Mapping[str, object]]) -> Decision:
    """The decision over the facts of every insured person (one entry where nobody is named)."""
    findings: list[Finding] = []
    terms: list[Terms] = []
    applying: list[UnderwritingRule] = []
    for number, facts in enumerate(persons):
        rules = [rule for rule in definition.underwriting.rules if all_hold(rule.when, facts)]
        asked = _terms(definition, number, rules)
        findings += [_finding(rule, number, facts) for rule in rules]
        cap = definition.underwriting.cap
        if cap and (asked.percent > cap.percent or asked.per_mille > cap.per_mille):
            findings.append(_above(cap, number, rules, facts))
        terms.append(asked)
        applying += rules
    findings.sort(key=lambda finding: -STRICTNESS.index(finding.outcome))
    outcome = strictest([finding.outcome for finding in findings])
    until = _until(applying) if outcome == "postponed" else None
    return Decision(outcome, tuple(findings), tuple(terms), until)


def strictest(outcomes: Sequence[str]) -> str:
    """The one of several outcomes that counts; the standard one where there is none."""
    return max(outcomes, key=STRICTNESS.index, default="standard")


def outcome_of(decision: Decision, person: int) -> str:
    """What was decided about one insured person."""
    return strictest([item.outcome for item in decision.findings if item.person == person])


def state_for(outcome: str) -> str:
    """The state of the application that an outcome leads to.

    Whatever changes the terms is offered to the customer, and paid for only once accepted.
    """
    return STATES[outcome]


def is_milder(outcome: str, earlier: str) -> bool:
    """Whether an outcome is better for the customer than an earlier one."""
    return STRICTNESS.index(outcome) < STRICTNESS.index(earlier)


def of_terms(terms: Sequence[Terms]) -> str:
    """The outcome that terms amount to."""
    if any(item.exclusions for item in terms):
        return "excluded"
    return "loaded" if any(item.percent or item.per_mille for item in terms) else "standard"


def _terms(definition: ProductDefinition, person: int, rules: Sequence[UnderwritingRule]) -> Terms:
    """Loadings add up; an exclusion that several rules ask for counts once."""
    loaded = [rule.params for rule in rules if rule.outcome == "loaded"]
    codes = dict.fromkeys(
        rule.params.exclusion for rule in rules if rule.outcome == "excluded"
    )  # a dictionary keeps the order of the rules
    return Terms(
        person=person,
        percent=sum((params.percent or NO_TERMS for params in loaded), NO_TERMS),
        per_mille=sum((params.per_mille or NO_TERMS for params in loaded), NO_TERMS),
        exclusions=tuple(definition.underwriting.exclusion(code) for code in codes if code),
    )


def _finding(rule: UnderwritingRule, person: int, facts: Mapping[str, object]) -> Finding:
    read = {condition.key: str(facts.get(condition.key)) for condition in rule.when}
    return Finding(rule.code, rule.outcome, person, read, rule.message.model_dump())


def _above(
    cap: LoadingCap, person: int, rules: Sequence[UnderwritingRule], facts: Mapping[str, object]
) -> Finding:
    read = {
        condition.key: str(facts.get(condition.key))
        for rule in rules
        if rule.outcome == "loaded"
        for condition in rule.when
    }
    return Finding(CAP_RULE, cap.outcome, person, read, cap.message.model_dump())


def _until(rules: Sequence[UnderwritingRule]) -> Until:
    """The longest wait, and everything that has to happen before."""
    params = [rule.params for rule in rules if rule.outcome == "postponed"]
    after: list[Text] = []
    for item in params:
        if item.after is not None and item.after not in after:
            after.append(item.after)
    return Until(max((item.months or 0 for item in params), default=0), tuple(after))
