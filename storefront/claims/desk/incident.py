"""What an adjuster finds out about the incident as a whole, as a form."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask_babel import gettext as _

from storefront.catalog.definition import ProductDefinition

ANSWERS = ("at_fault", "capacity", "return_delayed")
CONTROL, SPECIAL, MISSTATED = "control-", "special-", "misstated-"
TICKS = ("intent", "decisive", "causal")
LONGEST_EVENT = 60
Errors = list[tuple[str, str]]


def read(form: Mapping[str, str], definition: ProductDefinition, errors: Errors) -> dict[str, Any]:
    """The facts of the form by the names of `rules.Incident`; what was left empty is taken back."""
    found: dict[str, Any] = {name: answer(form[name]) for name in ANSWERS if name in form}
    if "cause" in form:
        found["cause"] = form["cause"] or None
    if "event" in form:
        found["event"] = " ".join(form["event"].split())[:LONGEST_EVENT] or None
    if "public_on" in form:
        found["public_on"] = _day(form, "public_on", errors)
    if f"{MISSTATED}known_on" in form:
        found["misstatement"] = _misstatement(form, errors)
    if "incident" in form:
        rules = definition.claims
        exclusions = rules.exclusions if rules else ()
        chosen = [item.code for item in exclusions if form.get(f"exclusion-{item.code}")]
        found["exclusions"] = chosen or None
        found["controls"] = _controls(form) or None
        found["special_terms"] = _special_terms(form) or None
    return found


def answer(text: str) -> bool | None:
    """Yes, no, or not known."""
    return {"yes": True, "no": False}.get(text)


def _controls(form: Mapping[str, str]) -> dict[str, bool]:
    """What was found of measures, and of questions of the application, by code."""
    found = {
        key.removeprefix(CONTROL): answer(form[key]) for key in form if key.startswith(CONTROL)
    }
    return {code: value for code, value in found.items() if value is not None}


def _special_terms(form: Mapping[str, str]) -> list[int]:
    places = [key.removeprefix(SPECIAL) for key in form if key.startswith(SPECIAL) and form[key]]
    return sorted(int(place) for place in places if place.isdecimal())


def _misstatement(form: Mapping[str, str], errors: Errors) -> dict[str, Any] | None:
    """An answer of the application that was wrong (V-08); without a day nothing was found."""
    ticked = {name: bool(form.get(f"{MISSTATED}{name}")) for name in TICKS}
    if any(ticked.values()) and not form[f"{MISSTATED}known_on"].strip():
        errors.append((f"{MISSTATED}known_on", _("Please say since when it is known.")))
    known_on = _day(form, f"{MISSTATED}known_on", errors)
    return None if known_on is None else {"known_on": known_on, **ticked}


def _day(form: Mapping[str, str], key: str, errors: Errors) -> str | None:
    text = form[key].strip()
    try:
        return date.fromisoformat(text).isoformat() if text else None
    except ValueError:
        errors.append((key, _("Please enter a date such as 2026-05-31.")))
        return None
