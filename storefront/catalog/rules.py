"""Why a definition is refused: broken references between its parts, and the regulator's product rules.

Each check yields faults for the people who write definitions, not for customers.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from storefront.catalog import claim_checks, known_facts, question_checks, underwriting_checks
from storefront.catalog.definition import Condition, ProductDefinition
from storefront.catalog.members import MEMBERS, OWN, own_keys


class DefinitionFault(NamedTuple):
    """One reason to refuse a definition: the key it stands at, and a sentence."""

    key: str
    message: str


MAXIMUM_WAITING_DAYS = 180  # P-05, RH §27
MINIMUM_ORDINARY_YEARS = 10  # P-04, R108 §8
MINIMUM_COOLING_OFF_DAYS = 15  # V-02, RH §15
INTERNET = "\u4e92\u8054\u7f51"  # hulianwang, "internet"
AUTO_RENEWAL = "\u81ea\u52a8\u7eed\u4fdd"  # zidong xubao, "automatic renewal"
AUTO_RENEWAL_ENGLISH = ("auto-renew", "auto renew", "automatic renewal", "automatically renew")

SECTIONS = (
    "liability",
    "exclusions",
    "sum-insured",
    "term",
    "premium",
    "duties",
    "claims",
    "cancellation",
    "definitions",
)
"""The sections every set of clauses has; pages, documents and confirmations link to them by name."""


def bundle_faults(
    definition: ProductDefinition,
    clauses: Mapping[str, str],
    tables: Mapping[str, Sequence[Mapping[str, str]]],
) -> Iterator[DefinitionFault]:
    """Every reason to refuse a product version; clauses are at fault under `clauses.<language>`."""
    yield from definition_faults(definition)
    for language, text in clauses.items():
        for _rule, message in forbidden_words(definition, text):
            yield DefinitionFault(f"clauses.{language}", message)
    for key, message in claim_checks.faults(definition, clauses, tables):
        yield DefinitionFault(key, message)


def definition_faults(definition: ProductDefinition) -> Iterator[DefinitionFault]:
    """Every reason to refuse a definition that is well-formed in itself."""
    yield from _repeated_codes(definition)
    yield from _own_prices(definition)
    yield from _broken_references(definition)
    yield from _preselected_riders(definition)
    yield from _internet_life(definition)
    yield from _waiting_periods(definition)
    yield from _long_term_duties(definition)
    for checks in (underwriting_checks, question_checks):
        for key, message in checks.faults(definition):
            yield DefinitionFault(key, message)
    for text in definition.texts():
        yield from forbidden_words(definition, text.zh)
        yield from forbidden_words(definition, text.en)


def forbidden_words(definition: ProductDefinition, text: str) -> Iterator[DefinitionFault]:
    """P-06: short-term health never speaks of automatic renewal, in the clauses neither."""
    if definition.line != "health" or definition.long_term:
        return
    lowered = text.lower()
    if AUTO_RENEWAL in text or any(words in lowered for words in AUTO_RENEWAL_ENGLISH):
        yield DefinitionFault("", "P-06: short-term health must not mention automatic renewal")


def _repeated_codes(definition: ProductDefinition) -> Iterator[DefinitionFault]:
    groups = {
        "answers": [field.key for field in definition.answers],
        "covers": [cover.code for cover in definition.covers],
        "questions": [question.code for question in definition.questions],
        "application.questionnaire": [
            code
            for question in definition.application.questionnaire
            for code in (question.code, *(item.code for item in question.follow_ups))
        ],
        "claim_types": [claim_type.code for claim_type in definition.claim_types],
        "underwriting.rules": [rule.code for rule in definition.underwriting.rules],
        "application.documents": [item.code for item in definition.application.documents],
    }
    for name, codes in groups.items():
        for code, count in Counter(codes).items():
            if count > 1:
                yield DefinitionFault(name, f"{code} occurs {count} times")


def _own_prices(definition: ProductDefinition) -> Iterator[DefinitionFault]:
    if definition.insured.pricing == OWN and not own_keys(definition):
        yield DefinitionFault("insured.pricing", "nobody is asked anything of its own")
    if definition.asks(MEMBERS):
        yield DefinitionFault(f"answers.{MEMBERS}", "this name is taken")


def _broken_references(definition: ProductDefinition) -> Iterator[DefinitionFault]:
    answers = {field.key for field in definition.answers}
    declared = {question.code for question in definition.questions}
    declared |= {item.code for question in definition.questions for item in question.follow_ups}
    declared |= {
        code
        for question in definition.application.questionnaire
        for code in (question.code, *(item.code for item in question.follow_ups))
    }
    entries = {
        f"{field.key}.{entry.key}" for field in definition.answers for entry in field.entries
    }
    asked = answers | entries | declared
    for where, conditions in _all_conditions(definition):
        known = asked | known_facts.derived(definition, where, declared)
        for condition in conditions:
            for key in (condition.key, condition.other):
                if key is not None and key not in known:
                    yield DefinitionFault(where, f"nothing is called {key}")
    for where, answer in _all_answer_references(definition):
        if answer is not None and answer not in answers:
            yield DefinitionFault(where, f"no answer is called {answer}")
    if definition.refund.table not in (None, *definition.shared_tables):
        yield DefinitionFault("refund.table", f"{definition.refund.table} is not in shared_tables")
    covers = {cover.code for cover in definition.covers}
    for limit in definition.insured.limits:
        if limit.cover not in covers:
            yield DefinitionFault("insured.limits", f"no cover is called {limit.cover}")
    for claim_type in definition.claim_types:
        for code in sorted(set(claim_type.benefit.covers) - covers):
            yield DefinitionFault(f"claim_types.{claim_type.code}", f"no cover is called {code}")


def _all_conditions(definition: ProductDefinition) -> Iterator[tuple[str, Iterable[Condition]]]:
    for field in definition.answers:
        yield f"answers.{field.key}.shown_when", field.shown_when
        yield f"answers.{field.key}.required_when", field.required_when
        for choice in field.choices:
            yield f"answers.{field.key}.choices.{choice.value}.when", choice.when
    for number, check in enumerate(definition.checks):
        yield f"checks.{number}.when", check.when
    for rule in definition.underwriting.rules:
        yield f"underwriting.rules.{rule.code}.when", rule.when
    for extra in definition.application.extra:
        yield f"application.extra.{extra.key}.shown_when", extra.shown_when
    for document in definition.application.documents:
        yield f"application.documents.{document.code}.when", document.when


def _all_answer_references(definition: ProductDefinition) -> Iterator[tuple[str, str | None]]:
    for cover in definition.covers:
        yield f"covers.{cover.code}.limit.key", cover.limit.key
        yield f"covers.{cover.code}.limit.factor", cover.limit.factor
        if cover.deductible:
            yield f"covers.{cover.code}.deductible.key", cover.deductible.key
    for number, check in enumerate(definition.checks):
        yield f"checks.{number}.key", check.key
    yield "start.key", definition.start.key
    yield "term.key", definition.term.key
    yield "payment.years_key", definition.payment.years_key
    yield "payment.instalments_key", definition.payment.instalments_key
    if needed := definition.application.employee_list:
        yield "application.employee_list.count", needed.count
        yield "application.employee_list.category", needed.category
        yield "application.employee_list.work_injury_insured", needed.work_injury_insured
    vary = definition.examples.vary
    yield "examples.vary", "birth_date" if vary == "age" else vary
    yield "examples.series", definition.examples.series


def _preselected_riders(definition: ProductDefinition) -> Iterator[DefinitionFault]:
    """S-01: the amount of a rider is left to the customer; left empty, it is not taken."""
    riders = {cover.limit.key for cover in definition.covers if cover.kind == "rider"}
    for field in definition.answers:
        if field.key in riders and (field.suggest is not None or field.absent is None):
            message = "S-01: a rider is never suggested, and needs a value for not taking it"
            yield DefinitionFault(f"answers.{field.key}", message)


def _internet_life(definition: ProductDefinition) -> Iterator[DefinitionFault]:
    """P-04: which personal insurance may be sold online, and under which name."""
    if definition.line not in ("life", "health", "accident", "travel"):
        return
    category = definition.category
    if category == "nursing":
        yield DefinitionFault("category", "P-04: nursing insurance is not sold online")
    if definition.line == "life" and category not in ("term-life", "ordinary-life", "annuity"):
        yield DefinitionFault("category", f"P-04: life insurance cannot be {category}")
    for key, name in (
        ("clause_name.zh", definition.clause_name.zh),
        ("marketing_name.zh", definition.marketing_name.zh),
    ):
        if INTERNET not in name:
            yield DefinitionFault(key, f"P-04: the name does not contain {INTERNET}")
    if category in ("ordinary-life", "annuity") and _shortest(definition) < MINIMUM_ORDINARY_YEARS:
        message = f"P-04: {category} needs a term of {MINIMUM_ORDINARY_YEARS} years or more"
        yield DefinitionFault("term", message)


def _shortest(definition: ProductDefinition) -> float:
    """The shortest term in years that can be chosen; a term to an age counts as long."""
    term = definition.term
    if term.kind == "to-age":
        return float("inf")
    in_a_year = 1 if term.kind == "years" else 365
    if term.fixed is not None:
        return term.fixed / in_a_year
    for field in definition.answers:
        if field.key == term.key:
            chosen = [float(choice.value) for choice in field.choices]
            return min(chosen, default=float(field.min or 0)) / in_a_year
    return float("inf")


def _waiting_periods(definition: ProductDefinition) -> Iterator[DefinitionFault]:
    if definition.line != "health":
        return
    for cover in definition.covers:
        if cover.waiting_days > MAXIMUM_WAITING_DAYS:
            message = f"P-05: {cover.waiting_days} days, more than {MAXIMUM_WAITING_DAYS}"
            yield DefinitionFault(f"covers.{cover.code}.waiting_days", message)


def _long_term_duties(definition: ProductDefinition) -> Iterator[DefinitionFault]:
    if definition.line in ("life", "health") and definition.long_term:
        if definition.cooling_off_days < MINIMUM_COOLING_OFF_DAYS:
            message = f"V-02: long-term cover needs {MINIMUM_COOLING_OFF_DAYS} days or more"
            yield DefinitionFault("cooling_off_days", message)
        if definition.line == "life" and not definition.suitability:
            message = "N-01: life insurance over one year needs the suitability assessment"
            yield DefinitionFault("suitability", message)
    if (definition.refund.basis == "cash-value") != ("cash_value" in definition.rating):
        message = "a cash-value refund, and nothing else, needs rating.cash_value"
        yield DefinitionFault("refund.basis", message)
