"""How each of the products is bought in tests: the answers of the quote and the steps after it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from itertools import count

from tests.employees import as_csv, rows
from tests.people import CHILD, COMPANY, HOLDER, Somebody, nth_adult, nth_child
from tests.visitor import HEALTHY, VEHICLE, Plan

Answers = dict[str, str]

FAMILY = {
    "depended_on": "true",
    "children": "1",
    "child_1": "8",
    "income": "120000",
    "years": "20",
    "budget": "500",
}
LICENCE = ("documents", {"attach": "business-licence"})
SECURE = {
    "backups": "yes",
    "backups-offline": "yes",
    "backups-restored": "yes",
    "second-factor": "yes",
    "patching": "yes",
    "patching-days": "14",
    "unsupported-systems": "no",
    "endpoint-protection": "yes",
    "training": "yes",
    "incident-plan": "no",
    "personal-records": "1200",
    "encryption": "yes",
    "earlier-incidents": "no",
    "known-weakness": "no",
    "controls": "yes",
}
SECURE_BY_ZONES = {"segmentation": "yes", "log-monitoring": "no", "supplier-access": "no"}
SIX_HEADS = {
    f"limits.{name}": "500000"
    for name in (
        "emergencyDetection", "emergencyPR", "emergencyNotify", "businessInterruption",
        "dataRecovery", "cyberExtortion",
    )
}  # fmt: skip
MEDICAL_QUESTIONS = (
    "tumour", "chronic", "hypertension", "asthma", "hospital-stay", "planned-treatment",
)  # fmt: skip
ILLNESS_QUESTIONS = (
    "serious", "nodule", "hypertension", "diabetes", "family", "earlier-decision",
)  # fmt: skip
ADULTS, CHILDREN = count(), count()
SUITABILITY = (
    ("suitability", {**FAMILY, "action": "assess"}),
    ("suitability", {"action": "next"}),
)


ONESELF = (("insured", {"action": "self"}), ("insured", {"action": "next"}))


def start_of(today: date) -> str:
    """The first day of cover, as it is typed."""
    return str(today + timedelta(days=10))


def about(somebody: Somebody, today: date) -> Answers:
    """What the quote of a cover for one person asks about them, and from when."""
    return {
        "birth_date": somebody.birth_date.isoformat(),
        "sex": somebody.sex,
        "start_date": start_of(today),
    }


def travel(today: date) -> tuple[str, Answers, Plan]:
    """A week for a parent and a child, with medical expenses."""
    answers = {
        "persons": "2",
        "days": "7",
        "death": "200000",
        "disability": "200000",
        "medical": "12000",
        "social_insurance": "true",
        "medical_deductible": "0",
    }
    # Whoever buys twice buys for two children: their death cover is limited over all policies.
    child = {**nth_child(next(CHILDREN)).form(relation="child"), "action": "add"}
    steps = (
        ("insured", {"action": "self"}),
        ("insured", child),
        ("insured", {"action": "next", "children-data": "yes", "elsewhere-1": "0"}),
    )
    return "travel-accident", answers, Plan(start_of(today), steps=steps)


def life(today: date, oneself: Somebody = HOLDER) -> tuple[str, Answers, Plan]:
    """Twenty years of term life on oneself, for the legal heirs."""
    answers = {
        **about(oneself, today),
        "sum_insured": "100000",
        "term_years": "20",
        "pay_years": "20",
    }
    steps = (
        *ONESELF,
        ("beneficiaries", {"kind": "statutory", "action": "next"}),
        ("health", {**HEALTHY, "health": "yes"}),
    )
    return "term-life", answers, Plan(start_of(today), oneself, steps, SUITABILITY)


def another_life(today: date) -> tuple[str, Answers, Plan]:
    """Term life of somebody whom nobody has insured yet: what adds up goes to an underwriter."""
    return life(today, nth_adult(next(ADULTS)))


def accident(today: date) -> tuple[str, Answers, Plan]:
    """A year of accident cover for oneself, an office worker."""
    answers = {
        **about(HOLDER, today),
        "sum_insured": "500000",
        "occupation": "",
        "occupation_class": "1",
    }
    steps = (
        *ONESELF,
        ("beneficiaries", {"kind": "statutory", "action": "next"}),
        ("health", {"p0.impairment": "no", "health": "yes"}),
    )
    return "accident-year", answers, Plan(start_of(today), steps=steps)


def illness(today: date) -> tuple[str, Answers, Plan]:
    """Critical illness for oneself, to the age of 70."""
    answers = {
        **about(HOLDER, today),
        "sum_insured": "300000",
        "cover_to_age": "70",
        "pay_years": "20",
    }
    healthy = {f"p0.{code}": "no" for code in ILLNESS_QUESTIONS}
    body = {"p0.height-cm": "175", "p0.weight-kg": "70"}
    steps = (
        *ONESELF,
        ("health", {**body, **healthy, "health": "yes"}),
    )
    return "critical-illness", answers, Plan(start_of(today), steps=steps, before_cover=SUITABILITY)


def another_family(today: date) -> tuple[str, Answers, Plan]:
    """Medical cover of a family that nobody has insured yet: one policy each is all there is."""
    return medical(today, nth_adult(next(ADULTS)))


def medical(today: date, parent: Somebody = HOLDER) -> tuple[str, Answers, Plan]:
    """A parent and a child, each at their own price, with some cover there already."""
    child = CHILD if parent is HOLDER else nth_child(next(CHILDREN))
    answers = {
        "persons": "2",
        "birth_date": parent.birth_date.isoformat(),
        "social_insurance": "true",
        "members.0.birth_date": child.birth_date.isoformat(),
        "members.0.social_insurance": "true",
        "start_date": start_of(today),
        "deductible": "10000",
    }
    healthy = {f"p{number}.{code}": "no" for number in (0, 1) for code in MEDICAL_QUESTIONS}
    cover = {"p0.hospital": "no", "p0.employer": "yes", "p1.hospital": "no", "p1.employer": "no"}
    steps = (
        ("insured", {"action": "self"}),
        ("insured", {**child.form(relation="child"), "action": "add"}),
        ("insured", {"action": "next", "children-data": "yes"}),
        ("other-cover", {**cover, "other-cover": "yes"}),
        ("health", {**healthy, "health": "yes"}),
    )
    return "medical-year", answers, Plan(start_of(today), parent, steps=steps)


def motor(today: date) -> tuple[str, Answers, Plan]:
    """A private car with three years without an accident."""
    answers = {"vehicle_class": "MC01", "float_code": "3"}
    plan = Plan(start_of(today), steps=(("object", dict(VEHICLE)),))
    return "motor-compulsory", answers, plan


def cyber(today: date) -> tuple[str, Answers, Plan]:
    """A software company with one common limit."""
    answers = {
        "limit": "1000000",
        "deductible": "1000",
        "per_event_limit": "5000",
        "renewal": "new",
        "risk_management": "average",
        "revenue": "30000000",
        "industry": "it",
        "instalments": "false",
    }
    steps = (("object", {"domain": "example.com"}), ("controls", dict(SECURE)), LICENCE)
    return "cyber-sme", answers, Plan(start_of(today), COMPANY, steps)


def cyber_by_heads(today: date) -> tuple[str, Answers, Plan]:
    """A company that takes two of the six heads."""
    answers = {
        "limits.emergencyDetection": "500000",
        "limits.dataRecovery": "500000",
        "security_level": "average",
        "other_deductible": "20000",
        "other_deductible_rate": "0",
        "renewal": "new",
    }
    steps = (("object", {"domain": ""}), ("controls", {**SECURE, **SECURE_BY_ZONES}), LICENCE)
    return "cyber-business", answers, Plan(start_of(today), COMPANY, steps)


def employer(today: date) -> tuple[str, Answers, Plan]:
    """A workshop with ten employees on a list."""
    answers = {
        "employees": "10",
        "limit_per_person": "500000",
        "industry_class": "2",
        "medical_ratio": "0.10",
        "lost_work_ratio": "0.10",
        "per_event_multiple": "5",
        "aggregate_multiple": "2",
        "medical_deductible": "0",
        "category": "frontline",
        "work_injury_insured": "false",
        "renewal": "new",
    }
    steps = (
        ("employees", {"file": as_csv(rows(10)).decode()}),
        ("employees", {"employee-data": "yes", "action": "next"}),
        LICENCE,
    )
    return "employers-liability", answers, Plan(start_of(today), COMPANY, steps)


PLANS: dict[str, Callable[[date], tuple[str, Answers, Plan]]] = {
    "accident-year": accident,
    "critical-illness": illness,
    "travel-accident": travel,
    "term-life": life,
    "medical-year": another_family,
    "motor-compulsory": motor,
    "cyber-sme": cyber,
    "cyber-business": cyber_by_heads,
    "employers-liability": employer,
}


def with_step(plan: Plan, step: str, **changes: str) -> Plan:
    """The plan with some fields of one step changed."""
    steps = tuple(
        (name, {**data, **changes} if name == step else data) for name, data in plan.steps
    )
    return replace(plan, steps=steps)
