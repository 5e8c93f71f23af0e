"""Why the claims part of a definition is refused: parameters, covers, articles and tables that are not there.

Each check yields the key at fault and a sentence, for `catalog.rules`.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from pydantic import ValidationError

from storefront.catalog.definition import ClaimType, ProductDefinition
from storefront.catalog.definition.benefits import LossOfHead, SumInsured, Terms, WorkInjury
from storefront.catalog.definition.claims import ClaimRules

Faults = Iterator[tuple[str, str]]

_ARTICLE = re.compile(r"\*\*Article (\d+)\b")
_ITEM = re.compile(r"^(\d+)\. ", re.M)
_COLUMNS = {
    "conditions": ("code", "lasting_days"),
    "benefits": ("grade", "lump_sum_months", "monthly_share", "monthly_paid_by"),
    "wage": ("city", "monthly_wage"),
}


def faults(
    definition: ProductDefinition,
    clauses: Mapping[str, str],
    tables: Mapping[str, Sequence[Mapping[str, str]]],
) -> Faults:
    """Every reason to refuse the claims part of a product version."""
    for claim_type in definition.claim_types:
        try:
            terms = claim_type.benefit.terms
        except ValidationError as error:
            for fault in error.errors(include_url=False):
                where = ".".join(map(str, fault["loc"]))
                yield f"claim_types.{claim_type.code}.benefit.params.{where}", fault["msg"]
        else:
            yield from _terms(definition, claim_type, terms, tables)
    if definition.claims is not None:
        yield from _rules(definition, definition.claims, tables)
        yield from _articles(definition, articles_in(clauses.get("en", "")))


def articles_in(text: str) -> frozenset[str]:
    """The numbers of the articles of English clauses, and of the items listed in them: 6 and 6.3."""
    parts = _ARTICLE.split(text)[1:]
    found: set[str] = set()
    for number, body in zip(parts[::2], parts[1::2], strict=True):
        found |= {number, *(f"{number}.{item}" for item in _ITEM.findall(body))}
    return frozenset(found)


def _terms(
    definition: ProductDefinition,
    claim_type: ClaimType,
    terms: Terms,
    tables: Mapping[str, Sequence[Mapping[str, str]]],
) -> Faults:
    """Covers, answers and tables that the parameters of a benefit name."""
    where = f"claim_types.{claim_type.code}.benefit.params"
    covers: set[str] = set()
    if isinstance(terms, SumInsured):
        covers = set(terms.less)
        yield from _table(where, "conditions", terms.conditions, tables)
    elif isinstance(terms, WorkInjury):
        yield from _table(where, "benefits", terms.benefits, tables)
    elif isinstance(terms, LossOfHead):
        covers = {*terms.needs_consent, *terms.within_days_of_publicity}
    for code in sorted(covers - {cover.code for cover in definition.covers}):
        yield where, f"no cover is called {code}"
    for name in ("deductible", "deductible_rate", "waiting_days", "months", "insured_key"):
        key = getattr(terms, name, None)
        if key is not None and not definition.asks(key):
            yield f"{where}.{name}", f"no answer is called {key}"


def _rules(
    definition: ProductDefinition,
    rules: ClaimRules,
    tables: Mapping[str, Sequence[Mapping[str, str]]],
) -> Faults:
    known = {cover.code for cover in definition.covers}
    named: dict[str, list[tuple[str, tuple[str, ...]]]] = {
        "limits": [(limit.code, limit.covers) for limit in rules.limits],
        "exclusions": [(item.code, item.covers) for item in rules.exclusions],
        "controls": [(item.code, ()) for item in rules.controls],
    }
    for group, entries in named.items():
        for code, covers in entries:
            for cover in sorted(set(covers) - known):
                yield f"claims.{group}.{code}", f"no cover is called {cover}"
        for (code, _covers), count in Counter(entries).items():
            if count > 1:
                yield f"claims.{group}", f"{code} occurs {count} times"
    for limit in rules.limits:
        amount_key = limit.amount.key if limit.amount else None
        for key in (amount_key, *limit.factors):
            if key is not None and not definition.asks(key):
                yield f"claims.limits.{limit.code}", f"no answer is called {key}"
        if limit.amount is None and len(limit.covers) > 1:
            yield f"claims.limits.{limit.code}", "several covers together need an amount"
    if rules.wage:
        yield from _table("claims", "wage", rules.wage.table, tables)


def _table(
    where: str,
    use: str,
    name: str | None,
    tables: Mapping[str, Sequence[Mapping[str, str]]],
) -> Faults:
    if name is None:
        return
    rows = tables.get(name)
    if not rows:
        yield f"{where}.{use}", f"the table {name} is missing or empty"
    elif missing := [column for column in _COLUMNS[use] if column not in rows[0]]:
        yield f"{where}.{use}", f"the table {name} has no column {', '.join(missing)}"


def _articles(definition: ProductDefinition, known: frozenset[str]) -> Faults:
    """Articles that are pointed at and that the clauses do not have."""
    rules = definition.claims
    named: list[tuple[str, str]] = [
        (f"claim_types.{claim_type.code}.benefit.clauses.{matter}", article)
        for claim_type in definition.claim_types
        for matter, article in claim_type.benefit.clauses.items()
    ]
    if rules:
        named += [(f"claims.clauses.{matter}", number) for matter, number in rules.clauses.items()]
        for group in ("limits", "exclusions", "controls"):
            for item in getattr(rules, group):
                named.append((f"claims.{group}.{item.code}", item.clause))
        for name in ("waiting", "suicide", "contest", "wage"):
            if item := getattr(rules, name):
                named.append((f"claims.{name}", item.clause))
    for where, article in named:
        if article not in known:
            yield where, f"the clauses have no article {article}"
