"""What an adjudication finds: heads with their figures line by line, findings, what is returned.

It is plain data in both languages, so that what was found once can be shown for ever.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Literal

from storefront.catalog.definition.base import Part, Text

Effect = Literal["bar", "question", "warning", "note"]
"""bar: pays nothing; question: a person has to look; warning: told, nothing more; note: for the record."""


class Step(Part):
    """One line of the calculation: what it is, its amount, and the article behind it ("" for none)."""

    code: str
    label: Text
    amount: Decimal
    clause: str = ""


class Finding(Part):
    """A reason that bars or questions payment; without `heads` it is about the whole claim."""

    code: str
    effect: Effect
    message: Text
    clause: str = ""
    heads: tuple[str, ...] = ()


class Head(Part):
    """The figures of one head of loss, and the steps that lead to them.

    `limit_code` names the limit that was tightest, whose amount, use before and rest stand beside it;
    None where no limit applies. `loss`, `deductible_used`, `days` and `grades` count for claims to come;
    what others paid may use a deductible up as well.
    """

    code: str
    cover: str
    claim_type: str
    person: str = ""
    claimed: Decimal
    eligible: Decimal
    paid_elsewhere: Decimal
    deductible: Decimal
    ratio: Decimal
    limit_code: str | None = None
    limit: Decimal | None = None
    used: Decimal | None = None
    limit_left: Decimal | None = None
    payable: Decimal
    loss: Decimal = Decimal(0)
    deductible_used: Decimal = Decimal(0)
    days: int = 0
    grades: tuple[int, ...] = ()
    steps: tuple[Step, ...] = ()


class Return(Part):
    """What goes back to the policyholder instead; the amount is None until somebody has computed it."""

    code: Literal["premiums", "cash-value"]
    label: Text
    amount: Decimal | None
    clause: str


class Adjudication(Part):
    """The whole result. `ends_contract`: once paid or returned, the policy is at its end."""

    heads: tuple[Head, ...]
    findings: tuple[Finding, ...] = ()
    returns: tuple[Return, ...] = ()
    ends_contract: bool = False

    @property
    def payable(self) -> Decimal:
        """The sum over all heads, in yuan."""
        return sum((head.payable for head in self.heads), Decimal(0))

    @property
    def clear(self) -> bool:
        """Whether no person has to look before it is decided: nothing is barred or in question."""
        return not any(finding.effect in ("bar", "question") for finding in self.findings)

    @property
    def outcome(self) -> Literal["approved", "partly_approved", "declined"]:
        """The decision that the figures suggest: partly, where a head or an expense is excluded.

        A deductible, a ratio or a limit is what was agreed, so it does not make an approval partial.
        """
        if not self.payable:
            return "declined"
        refused = any(step.code == "refused" for head in self.heads for step in head.steps)
        barred = any(finding.effect == "bar" for finding in self.findings)
        return "partly_approved" if refused or barred else "approved"

    def to_json(self) -> dict[str, Any]:
        return self.model_dump(mode="json")

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Adjudication:
        return cls.model_validate(data)
