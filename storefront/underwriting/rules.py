"""Underwriting: facts in, one outcome out, with every finding that led to it. Pure.

All rules of the product are looked at; the strictest finding decides. Nothing found means the
standard terms.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from storefront.catalog.definition import ProductDefinition, UnderwritingRule, all_hold

STRICTNESS = ("standard", "loaded", "excluded", "refer", "postponed", "declined")
AUTOMATIC = {"standard": "accepted", "postponed": "postponed", "declined": "declined"}


@dataclass(frozen=True)
class Finding:
    """A rule that applies to one insured person: what it read and what the customer is told."""

    rule: str
    outcome: str
    person: int
    read: Mapping[str, str]
    message: Mapping[str, str]


@dataclass(frozen=True)
class Decision:
    """The outcome with all findings, the strictest first."""

    outcome: str
    findings: tuple[Finding, ...]

    def to_json(self) -> dict[str, Any]:
        """Plain data for the application row; what was read stays in the encrypted declaration."""
        return {
            "outcome": self.outcome,
            "findings": [
                {
                    "rule": finding.rule,
                    "outcome": finding.outcome,
                    "person": finding.person,
                    "read": sorted(finding.read),
                    "message": dict(finding.message),
                }
                for finding in self.findings
            ],
        }


def decide(definition: ProductDefinition, persons: Sequence[Mapping[str, object]]) -> Decision:
    """The decision over the facts of every insured person (one entry where nobody is named)."""
    findings = [
        _finding(rule, number, facts)
        for number, facts in enumerate(persons)
        for rule in definition.underwriting.rules
        if all_hold(rule.when, facts)
    ]
    findings.sort(key=lambda finding: -STRICTNESS.index(finding.outcome))
    outcome = findings[0].outcome if findings else "standard"
    return Decision(outcome, tuple(findings))


def state_for(outcome: str) -> str:
    """The state of the application that an outcome leads to.

    Whatever needs other terms than the standard ones is for a person to settle.
    """
    return AUTOMATIC.get(outcome, "referred")


def _finding(rule: UnderwritingRule, person: int, facts: Mapping[str, object]) -> Finding:
    read = {condition.key: str(facts.get(condition.key)) for condition in rule.when}
    return Finding(rule.code, rule.outcome, person, read, rule.message.model_dump())
