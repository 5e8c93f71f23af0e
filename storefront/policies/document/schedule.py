"""What is printed in a policy's schedule: texts already in the policy's language, typed figures."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal


@dataclass(frozen=True)
class Party:
    """A policyholder, insured person or named beneficiary; empty texts are left out in print."""

    name: str
    id_number: str  # masked; of a company its credit code, in full
    company: bool = False
    birth_date: date | None = None
    sex: str = ""
    relation: str = ""
    mobile: str = ""
    email: str = ""
    address: str = ""
    legal_representative: str = ""
    contact: str = ""  # who acts for a company
    premium: Decimal | None = None  # of an insured person, where several share the policy
    rank: int = 0
    share: str = ""


@dataclass(frozen=True)
class CoverLine:
    """One cover with what the policy pays for it."""

    name: str
    rider: bool
    limit: str
    deductible: str
    copay: str
    waiting: str


@dataclass(frozen=True)
class Organisation:
    """The insurer or the agency, by its full name, and how to reach it."""

    name: str
    licence: str
    address: str
    service_phone: str
    service_email: str
    claims_phone: str
    complaint_phone: str
    complaint_email: str
    website: str


@dataclass(frozen=True)
class Schedule:
    """One policy as it stands after one of its transactions."""

    language: str  # zh or en
    number: str
    issued_at: datetime
    verify_code: str
    verify_url: str
    clause_name: str
    marketing_name: str
    filing_number: str
    illustrative: bool
    start_at: datetime
    end_at: datetime  # the moment cover ends, which no longer belongs to it
    start_shifted: bool
    policyholder: Party
    insured: tuple[Party, ...]
    object_fields: tuple[tuple[str, str], ...]
    particulars: tuple[tuple[str, str], ...]  # the other answers the premium rests on
    covers: tuple[CoverLine, ...]
    premium_lines: tuple[tuple[str, Decimal], ...]
    premium: Decimal
    currency: str
    payment_plan: str
    cash_values: tuple[Decimal, ...]  # at the end of policy years 1, 2, …
    takes_beneficiaries: bool
    beneficiaries: tuple[Party, ...]  # none named: the statutory ones
    special_terms: tuple[str, ...]
    cooling_off_days: int
    cancellation: str
    insurer: Organisation
    agency: Organisation
