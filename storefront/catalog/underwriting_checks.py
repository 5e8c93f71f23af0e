"""Why the underwriting rules of a definition are refused: terms that are missing, or make no sense.

Each check yields the key at fault and a sentence, for `catalog.rules`.
"""

from collections import Counter
from collections.abc import Iterator, Mapping

from storefront.catalog.definition import ProductDefinition, UnderwritingRule

Faults = Iterator[tuple[str, str]]

# Of each group at least one is needed; anything not named here is not allowed.
TERMS: Mapping[str, tuple[str, ...]] = {
    "loaded": ("percent", "per_mille"),
    "excluded": ("exclusion",),
    "postponed": ("months", "after"),
}


def faults(definition: ProductDefinition) -> Faults:
    """Every reason to refuse the underwriting part of a definition."""
    for code, count in Counter(item.code for item in definition.underwriting.exclusions).items():
        if count > 1:
            yield "underwriting.exclusions", f"{code} occurs {count} times"
    for rule in definition.underwriting.rules:
        for message in _faults_of_terms(definition, rule):
            yield f"underwriting.rules.{rule.code}.params", message
    loaded = [rule for rule in definition.underwriting.rules if rule.outcome == "loaded"]
    if loaded:
        yield from _faults_of_loading(definition, loaded)


def _faults_of_terms(definition: ProductDefinition, rule: UnderwritingRule) -> Iterator[str]:
    allowed = TERMS.get(rule.outcome, ())
    given = rule.params.model_fields_set
    if allowed and not given.intersection(allowed):
        yield f"{rule.outcome} needs {' or '.join(allowed)}"
    for name in sorted(given.difference(allowed)):
        yield f"{rule.outcome} has no {name}"
    known = {item.code for item in definition.underwriting.exclusions}
    if rule.params.exclusion is not None and rule.params.exclusion not in known:
        yield f"no exclusion is called {rule.params.exclusion}"


def _faults_of_loading(definition: ProductDefinition, loaded: list[UnderwritingRule]) -> Faults:
    if definition.underwriting.cap is None:
        yield "underwriting.cap", "loadings need a cap"
    if definition.insured.max > 1 and definition.insured.pricing == "once":
        yield "underwriting.rules", "a loading needs a premium of each insured person"
    if any(rule.params.per_mille for rule in loaded):
        main = next(cover for cover in definition.covers if cover.kind == "main")
        if main.limit.text is not None:
            yield "underwriting.rules", "per_mille needs a main cover with an amount"
        if definition.payment.frequency != "annual" and definition.term.fixed != 1:
            yield "underwriting.rules", "per_mille a year needs a premium for a year"
