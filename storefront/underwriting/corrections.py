"""Decisions over an application that was decided on before: what changed, and what still stands. Pure."""

import tomllib
from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from pathlib import Path

from storefront.catalog.definition import Text
from storefront.underwriting.rules import Decision, Finding, is_milder, strictest

WORDING = Path(__file__).parent / "wording.toml"
CHANGED_RULE = "declaration-changed"


def after_earlier(decision: Decision, earlier: Iterable[str]) -> Decision:
    """The decision, referred to a person where a changed declaration made it milder than it was.

    `earlier` are the outcomes for other health answers about the same people: nobody gets rid of an
    answer by giving another one, and a correction in good faith is looked at by somebody who can ask.
    """
    if not is_milder(decision.outcome, strictest([*earlier, "standard"])):
        return decision
    if decision.outcome == "refer":
        return decision
    finding = Finding(CHANGED_RULE, "refer", 0, {}, _wording()[CHANGED_RULE].model_dump())
    return replace(decision, outcome="refer", findings=(finding, *decision.findings))


@cache
def _wording() -> dict[str, Text]:
    data = tomllib.loads(WORDING.read_text(encoding="utf-8"))
    return {name: Text.model_validate(text) for name, text in data.items()}
