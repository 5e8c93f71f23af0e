"""An underwriter's decision from a form or a command line: numbers read, exclusions looked up. Pure."""

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation

from werkzeug.datastructures import MultiDict

from storefront.catalog.definition import Exclusion, ProductDefinition, Text
from storefront.underwriting.rules import CHANGED_TERMS
from storefront.underwriting.ruling import Ruling, RulingInvalid
from storefront.underwriting.terms import NO_TERMS, Terms, Until

OWN_EXCLUSION = "own-wording"
LONGEST_TEXT = 2000
Typed = MultiDict[str, str]


def ruling_from(typed: Typed, definition: ProductDefinition, people: int) -> Ruling:
    """The decision that was typed. Raises RulingInvalid for what cannot be read.

    Fields of terms and of waiting count only for the outcomes that have them, so that a change of mind
    about the outcome does not fail on what was typed before.
    """
    faults: list[tuple[str, str]] = []
    outcome = typed.get("outcome", "")
    terms = [_terms(typed, definition, person, faults) for person in range(people)]
    until = None
    if outcome == "postponed":
        until = Until(int(_number(typed, "months", faults)))
    else:
        faults = [fault for fault in faults if fault[0] != "months"]
    for name in ("reasons", "note"):
        if len(typed.get(name, "")) > LONGEST_TEXT:
            faults.append((name, "too-long"))
    if outcome not in CHANGED_TERMS:
        terms, faults = [], [fault for fault in faults if "-" not in fault[0]]
    if faults:
        raise RulingInvalid(faults)
    return Ruling(outcome, typed.get("reasons", ""), typed.get("note", ""), tuple(terms), until)


def exclusions_from(
    definition: ProductDefinition, codes: Sequence[str], own: Mapping[str, str]
) -> tuple[Exclusion, ...]:
    """The product's exclusions of these codes, and one in the underwriter's own words (zh, en)."""
    chosen = [item for item in definition.underwriting.exclusions if item.code in codes]
    if own.get("zh") and own.get("en"):
        text = Text(zh=own["zh"], en=own["en"])
        chosen.append(Exclusion(code=OWN_EXCLUSION, text=text))
    return tuple(chosen)


def _terms(
    typed: Typed, definition: ProductDefinition, person: int, faults: list[tuple[str, str]]
) -> Terms:
    own = {
        language: typed.get(f"text_{language}-{person}", "").strip() for language in ("zh", "en")
    }
    if bool(own["zh"]) != bool(own["en"]):
        faults.append((f"text_{'en' if own['zh'] else 'zh'}-{person}", "both-languages"))
    return Terms(
        person,
        _number(typed, f"percent-{person}", faults),
        _number(typed, f"per_mille-{person}", faults),
        exclusions_from(definition, typed.getlist(f"exclusions-{person}"), own),
    )


def _number(typed: Typed, name: str, faults: list[tuple[str, str]]) -> Decimal:
    text = typed.get(name, "").strip()
    try:
        number = Decimal(text or "0")
    except InvalidOperation:
        faults.append((name, "not-a-number"))
        return NO_TERMS
    if not number.is_finite() or number != round(number, 2) or abs(number) > LONGEST_TEXT:
        faults.append((name, "out-of-range"))
        return NO_TERMS
    return number
