"""Pure decisions about applications: states, steps and their order, parties, shares, the term."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Literal
from zoneinfo import ZoneInfo

from storefront.accumulation.rules import DEATH
from storefront.applications.figures import ADULT_AGE, CARE_AGE, CHILD_AGE, MINOR_LIMITS
from storefront.catalog.definition import ApplicationDocument, ProductDefinition, all_hold
from storefront.catalog.facts import amount_of, last_day

SHANGHAI = ZoneInfo("Asia/Shanghai")

TRANSITIONS: Mapping[str, frozenset[str]] = {
    "draft": frozenset({"submitted", "withdrawn", "expired"}),
    "submitted": frozenset({"accepted", "referred", "postponed", "declined", "counter_offered"}),
    "referred": frozenset(
        {
            "submitted",
            "accepted",
            "counter_offered",
            "postponed",
            "declined",
            "withdrawn",
            "expired",
        }
    ),
    # A corrected declaration leads back to `submitted`, and is decided on anew.
    "counter_offered": frozenset({"submitted", "draft", "accepted", "withdrawn", "expired"}),
    "accepted": frozenset({"submitted", "draft", "paid", "withdrawn", "expired"}),
    # By an appeal, which never makes it worse; or a draft again, without those who were refused.
    "declined": frozenset({"draft", "postponed", "counter_offered", "accepted"}),
    "postponed": frozenset({"draft", "counter_offered", "accepted"}),
    "withdrawn": frozenset(),
    "expired": frozenset(),
    "paid": frozenset({"withdrawn"}),  # the insurer refused after payment; the money goes back
}

# In these the customer may go back to the steps and change anything.
CHANGEABLE = frozenset({"counter_offered", "accepted"})

# In these states an application insures nobody, and nothing of it counts against a limit (S-06).
HOLDS_NOTHING = frozenset({"draft", "declined", "postponed", "withdrawn", "expired"})

# What each step has the customer confirm, every statement by itself (S-02, S-08).
STATEMENTS: Mapping[str, tuple[str, ...]] = {
    "notice": ("notice",),
    "privacy": ("sensitive-data", "passing-on"),
    "care": ("care",),
    "clauses": ("clauses",),
    "exclusions": ("exclusions",),
}


Consent = Literal["none", "statement", "guardian", "link"]
INSURED_STATEMENTS = ("insured-consent", "guardian", "children-data")
"""What the policyholder may have to state for the insured persons."""


class ForbiddenTransition(Exception):
    """A step that the state machine does not know."""


def next_state(state: str, wanted: str) -> str:
    """The wanted state, if it may follow; raises ForbiddenTransition."""
    if wanted not in TRANSITIONS[state]:
        raise ForbiddenTransition(f"an application cannot go from {state} to {wanted}")
    return wanted


@dataclass(frozen=True)
class Facts:
    """What of an application decides which steps it has and which are done."""

    answers_fit: bool
    start_chosen: bool
    policyholder: Mapping[str, Any] | None
    policyholder_age: int | None
    insured_fit: bool
    object_complete: bool
    beneficiaries_chosen: bool
    declared: bool
    controls_declared: bool
    employees_fit: bool
    assessed: bool
    mismatched: bool
    own_will: bool
    confirmed: frozenset[str]
    diligence: bool = False
    diligence_answered: bool = False
    other_cover_told: bool = True
    links_needed: bool = False
    links_given: bool = True
    documents: tuple[ApplicationDocument, ...] = ()
    attached: frozenset[str] = frozenset()


def steps(definition: ProductDefinition, facts: Facts) -> tuple[str, ...]:
    """The steps of an application in their order; which there are follows from the definition."""
    care = facts.policyholder_age is not None and facts.policyholder_age >= CARE_AGE
    wanted = (
        ("notice", True),  # T-04: before anything else
        ("privacy", True),  # S-08: before the first identity number
        ("suitability", definition.suitability),  # N-01: before the application proper
        ("cover", True),
        ("own-will", facts.mismatched),  # N-02: after the cover, which may be changed to fit
        ("policyholder", True),
        ("care", care),
        ("insured", definition.insured.max > 0),
        ("other-cover", definition.reimburses_medical),  # N-04
        ("object", bool(definition.application.extra)),
        ("beneficiaries", definition.beneficiaries),
        ("consent", facts.links_needed),  # S-05, S-07: amount and beneficiaries are known now
        ("health", bool(definition.questions)),
        ("employees", definition.application.employee_list is not None),
        ("controls", bool(definition.application.questionnaire)),
        ("diligence", facts.diligence),  # S-11
        ("documents", bool(facts.documents)),
        ("clauses", True),
        ("exclusions", True),
        ("summary", True),
    )
    return tuple(name for name, needed in wanted if needed)


def done(definition: ProductDefinition, facts: Facts, step: str) -> bool:
    """Whether a step needs nothing more."""
    if step in STATEMENTS:
        return facts.confirmed.issuperset(STATEMENTS[step])
    checks = {
        "suitability": facts.assessed,
        "own-will": facts.own_will,
        "cover": facts.answers_fit and facts.start_chosen,
        "policyholder": facts.policyholder is not None,
        "insured": facts.insured_fit,
        "other-cover": facts.other_cover_told,
        "consent": facts.links_given,
        "object": facts.object_complete,
        "beneficiaries": facts.beneficiaries_chosen,
        "health": facts.declared,
        "controls": facts.controls_declared,
        "diligence": facts.diligence_answered,
        "documents": not missing_documents(facts.documents, facts.attached),
        "employees": facts.employees_fit,
    }
    return checks.get(step, False)


def first_open(definition: ProductDefinition, facts: Facts) -> str:
    """The first step that is not done; `summary` when everything before it is (S-02)."""
    order = steps(definition, facts)
    return next((step for step in order if not done(definition, facts, step)), "summary")


def may_open(definition: ProductDefinition, facts: Facts, step: str) -> bool:
    """Whether a step can be shown: all before it are done, so no confirmation can be passed by."""
    order = steps(definition, facts)
    if step not in order:
        return False
    return order.index(step) <= order.index(first_open(definition, facts))


def required_documents(
    definition: ProductDefinition, facts: Mapping[str, object]
) -> tuple[ApplicationDocument, ...]:
    """The documents that the application asks for, by answers, derived facts and `policyholder_kind`."""
    return tuple(item for item in definition.application.documents if all_hold(item.when, facts))


def missing_documents(
    documents: Sequence[ApplicationDocument], attached: frozenset[str]
) -> list[ApplicationDocument]:
    """Those that have to be there and are not."""
    return [item for item in documents if item.required and item.code not in attached]


def period(
    definition: ProductDefinition, answers: Mapping[str, object], start: date
) -> tuple[datetime, datetime]:
    """First and last moment of cover (UTC): from the start's clock time to the end of the last day."""
    hour, minute = (int(part) for part in definition.start.at.split(":"))
    last = last_day(definition, answers, start)
    begins = datetime.combine(start, time(hour, minute), SHANGHAI)
    ends = datetime.combine(last + timedelta(days=1), time(hour, minute), SHANGHAI)
    return begins.astimezone(UTC), ends.astimezone(UTC)


def start_window(definition: ProductDefinition, today: date) -> tuple[date, date]:
    """Earliest and latest first day of cover when applying today."""
    window = definition.start
    return today + timedelta(days=window.earliest_days), today + timedelta(days=window.latest_days)


def death_benefits(
    definition: ProductDefinition, answers: Mapping[str, object]
) -> dict[str, Decimal]:
    """What each cover pays for the death of one insured person under this product, yuan."""
    amounts = (
        (cover.code, amount_of(cover.limit, answers))
        for cover in definition.covers
        if cover.death_benefit
    )
    return {code: amount for code, amount in amounts if amount}


def death_benefit(definition: ProductDefinition, answers: Mapping[str, object]) -> Decimal:
    """The largest of them, yuan."""
    return max(death_benefits(definition, answers).values(), default=Decimal(0))


def accumulated(
    definition: ProductDefinition,
    answers: Mapping[str, object],
    person: Mapping[str, Any],
    age: int,
) -> list[tuple[str, Decimal, Decimal | None, Decimal]]:
    """(kind, amount, limit, declared elsewhere) of everything that adds up over policies, in yuan.

    Death benefits of one person add up whatever the product (S-06); other limits are the product's.
    """
    death = counted_death_benefit(definition, answers)
    elsewhere = Decimal(person.get("cover_elsewhere") or 0)
    found: list[tuple[str, Decimal, Decimal | None, Decimal]] = []
    if death:
        found.append((DEATH, death, minor_limit(age), elsewhere))
    for limit in definition.insured.limits:
        amount = amount_of(definition.cover(limit.cover).limit, answers)
        if amount:
            kind = f"{definition.code}:{limit.cover}"
            found.append((kind, amount, limit.at_most, Decimal(0)))
    return found


def counted_death_benefit(definition: ProductDefinition, answers: Mapping[str, object]) -> Decimal:
    """All death benefits of one insured person that count for minors (S-06), yuan."""
    amounts = (
        amount_of(cover.limit, answers)
        for cover in definition.covers
        if cover.death_benefit and cover.counts_for_minors
    )
    return sum((amount for amount in amounts if amount is not None), Decimal(0))


def insured_statements(consents: Sequence[Consent], youngest: int | None) -> tuple[str, ...]:
    """What the policyholder states for the insured persons; `youngest` is the lowest age today."""
    needed = (
        ("insured-consent", "statement" in consents),
        ("guardian", "guardian" in consents),
        ("children-data", youngest is not None and youngest < CHILD_AGE),  # S-08
    )
    return tuple(kind for kind, wanted in needed if wanted)


def minor_limit(age: int) -> Decimal | None:
    """The most that death may pay for somebody of this age, over all policies (S-06)."""
    return next((limit for below, limit in MINOR_LIMITS if age < below), None)


def shares_fault(named: Sequence[Mapping[str, Any]]) -> int | None:
    """The first rank whose shares do not add up to 100 per cent (S-07); None where all do."""
    sums: dict[int, Decimal] = {}
    for person in named:
        rank = int(person["rank"])
        sums[rank] = sums.get(rank, Decimal(0)) + Decimal(person["share"])
    return next((rank for rank in sorted(sums) if sums[rank] != 100), None)


def consent_of(relation: str, age: int, death: bool) -> Consent:
    """Whose consent an insured person needs, and in which form (S-04, S-05, S-07, S-09).

    A parent insuring a minor child needs nobody's consent but its own. Death cover on anybody else
    needs that person's own consent by a `link`; for other cover the policyholder confirms it in a
    `statement`, for a minor the consent of its `guardian`.
    """
    if relation == "self" or (relation == "child" and age < ADULT_AGE):
        return "none"
    if age < ADULT_AGE:
        return "guardian"
    return "link" if death else "statement"
