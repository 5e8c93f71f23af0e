"""The letters of a claim as values, and as HTML to be set; nothing here knows the database."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from storefront.policies.document.typeset import compose


@dataclass(frozen=True)
class Line:
    """One line of a calculation, with the article behind it."""

    label: Mapping[str, str]
    amount: Decimal
    clause: str


@dataclass(frozen=True)
class Part:
    """One head of loss: what of the claim was insured, and what its tightest limit had left before."""

    name: Mapping[str, str]
    payable: Decimal
    lines: tuple[Line, ...]
    eligible: Decimal
    eligible_clause: str
    limit_left: Decimal | None
    limit_clause: str


@dataclass(frozen=True)
class Letter:
    """Everything that stands in the letter."""

    language: str  # zh or en
    ref: str
    policy_number: str
    product: str
    clauses: str
    claim_type: str
    addressee: str
    incident_at: datetime
    decided_at: datetime
    number: int
    outcome: str
    amount: Decimal
    wording: str
    clause: str
    parts: tuple[Part, ...]
    returns: tuple[Line, ...]
    last_day: date | None  # of the contract, where the claim ended it
    insurer: str
    contact: str
    page: str
    complaints: str


@dataclass(frozen=True)
class GoodwillLetter:
    """Everything that stands in the letter about a payment out of goodwill."""

    language: str  # zh or en
    ref: str
    policy_number: str
    product: str
    addressee: str
    incident_at: datetime
    decided_at: datetime
    amount: Decimal
    insurer: str
    contact: str
    page: str
    complaints: str


def html(letter: Letter) -> str:
    """The letter as HTML, in its own language."""
    return compose("pdf/claim_letter.html", letter.language, {"letter": letter})


def goodwill_html(letter: GoodwillLetter) -> str:
    """The letter about a payment out of goodwill as HTML, in its own language."""
    return compose("pdf/claim_goodwill.html", letter.language, {"letter": letter})
