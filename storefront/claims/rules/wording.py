"""The wording of steps and findings, from wording.toml: sentences in both languages by code."""

import tomllib
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Literal

from storefront.catalog.definition import Text
from storefront.claims.rules.outcome import Effect, Finding, Return, Step
from storefront.money import round_fen

WORDING = Path(__file__).with_name("wording.toml")


@cache
def _texts(group: str) -> Mapping[str, Text]:
    data = tomllib.loads(WORDING.read_text(encoding="utf-8"))[group]
    return {code: Text.model_validate(text) for code, text in data.items()}


def codes(group: str) -> frozenset[str]:
    """The codes of a group of texts: steps, findings, returns."""
    return frozenset(_texts(group))


def _filled(text: Text, figures: Mapping[str, object]) -> Text:
    in_language = {
        language: {
            key: value.in_language(language) if isinstance(value, Text) else _plain(value)
            for key, value in figures.items()
        }
        for language in ("zh", "en")
    }
    return Text(zh=text.zh.format(**in_language["zh"]), en=text.en.format(**in_language["en"]))


def _plain(value: object) -> str:
    return f"{value:,.2f}" if isinstance(value, Decimal) else str(value)


def percent(ratio: Decimal) -> str:
    """A ratio as people write it: 0.6 → 60%."""
    return f"{(ratio * 100).normalize():f}%"


def step(code: str, amount: Decimal, clause: str = "", **figures: object) -> Step:
    """One line of a calculation."""
    label = _filled(_texts("steps")[code], figures)
    return Step(code=code, label=label, amount=round_fen(amount), clause=clause)


def finding(code: str, effect: Effect, clause: str = "", **figures: object) -> Finding:
    """One finding about the whole claim."""
    message = _filled(_texts("findings")[code], figures)
    return Finding(code=code, effect=effect, message=message, clause=clause)


def give_back(
    code: Literal["premiums", "cash-value"], amount: Decimal | None, clause: str
) -> Return:
    """What is returned to the policyholder instead of a benefit."""
    return Return(code=code, label=return_label(code), amount=amount, clause=clause)


def return_label(code: str) -> Text:
    """What goes back, in words, by its code."""
    return _texts("returns")[code]
