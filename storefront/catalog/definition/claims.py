"""What governs claims of a product across its claim types: limits, exclusions, duties, deadlines.

Every entry names the article of the clauses it stands in, so that a customer can look each up.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from storefront.catalog.definition.base import AnswerKey, Code, Part, Text, added_later
from storefront.catalog.definition.terms import Amount

Article = Annotated[str, StringConstraints(pattern=r"^[1-9]\d?(\.[1-9]\d?)?$")]
"""The number of an article of the clauses, or of one item in its list: 6 or 6.3."""


class Limit(Part):
    """The most that is paid for some covers together, for one event or in one period of insurance.

    Without an `amount` it is the sum insured of its one cover. `factors` are further answers that
    multiply the amount. `sharing`: several losses over the limit share it, or take it in turn.
    `ends_contract`: the contract is at its end once the limit is used up.
    """

    code: Code
    covers: tuple[Code, ...] = Field(min_length=1)
    per: Literal["event", "period"]
    each: Literal["person", "all"] = "all"
    amount: Amount | None = None
    factors: tuple[AnswerKey, ...] = ()
    sharing: Literal["in-turn", "pro-rata"] = "in-turn"
    ends_contract: bool = False
    clause: Article


class Exclusion(Part):
    """A circumstance or a kind of expense that is not paid for, with what happens instead.

    Without `covers` it holds for all. `recover`: paid, and claimed back from who is to blame. `cause`:
    an incident that came about by it falls under the exclusion, or a person has to look whether it does.
    """

    code: Code
    text: Text
    clause: Article
    covers: tuple[Code, ...] = ()
    effect: Literal["bar", "recover"] = "bar"
    returns: Literal["premiums", "cash-value"] | None = None
    cause: Literal["illness"] | None = added_later(None)
    cause_effect: Literal["bar", "question"] = added_later("bar")


class Control(Part):
    """A measure of prevention that every insured promises; what was stated is in the questionnaire."""

    code: Code
    text: Text
    clause: Article


class Waiting(Part):
    """What a waiting period means: `pays` instead of the benefit; accidents have none.

    `counts`: an illness falls into it by when it first showed itself, or by when it was diagnosed.
    """

    counts: Literal["onset", "diagnosis"] = "onset"
    pays: Literal["nothing", "premiums"] = "nothing"
    after_reinstatement: bool = False
    clause: Article


class Contest(Part):
    """Until when a misstatement can be held against the insured (V-08)."""

    days: int = Field(gt=0)
    years: int | None = Field(default=None, gt=0)
    clause: Article


class Suicide(Part):
    """C-06: for how many years after start or reinstatement suicide is not covered; 0 for always."""

    years: int = Field(ge=0)
    clause: Article
    returns: Literal["cash-value"] | None = None


class MinorLimit(Part):
    """S-06: the most paid at the death of a person below an age, over all insurers."""

    below: int = Field(gt=0)
    limit: Decimal = Field(gt=0)


class Wage(Part):
    """The wage that counts: a floor and a cap as multiples of the local average in a table by city."""

    table: Code
    floor: Decimal = Field(gt=0)
    cap: Decimal = Field(gt=0)
    clause: Article


class ClaimRules(Part):
    """The articles by matter (`term`, `late-report`, `limitation`), and the rules over all claim types."""

    clauses: dict[Code, Article]
    limitation_years: int = Field(gt=0)
    report_within_hours: int | None = Field(default=None, gt=0)
    extension_hours: int = Field(default=0, ge=0)
    """How long cover goes on without a premium while a return is delayed."""
    contest: Contest | None = None
    """None where the insurer can never rescind."""
    limits: tuple[Limit, ...] = ()
    exclusions: tuple[Exclusion, ...] = ()
    controls: tuple[Control, ...] = ()
    waiting: Waiting | None = None
    suicide: Suicide | None = None
    minors: tuple[MinorLimit, ...] = ()
    wage: Wage | None = None
    needs_fault: bool = False
