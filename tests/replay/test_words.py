"""Every kind of record that the code writes has a name in the replay."""

import ast
from collections.abc import Iterator
from pathlib import Path

from flask import Flask

from storefront import evidence
from storefront.replay import timeline

CODE = Path(evidence.__file__).parents[1]
PLACES = {"prove": 2, "Happening": 1, "happened": 2}
"""Which argument of these functions is the kind of the record."""


def kinds() -> Iterator[str]:
    """Every kind that is written down somewhere; pages name themselves."""
    for path in CODE.rglob("*.py"):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(call, ast.Call):
                continue
            place = PLACES.get(getattr(call.func, "attr", getattr(call.func, "id", "")))
            given = call.args[place : place + 1] if place is not None else []
            for kind in given:
                if isinstance(kind, ast.Constant) and not str(kind.value).startswith("page:"):
                    yield str(kind.value)


def test_every_kind_has_a_name(app: Flask) -> None:
    found = set(kinds())
    assert {"claim-reported", "consent:asked", "asked", "confirmed:bank-account"} <= found
    with app.test_request_context():
        titles = {kind: timeline.title_of(kind, {}) for kind in found}
    assert {
        kind for kind, title in titles.items() if title.endswith(kind.partition(":")[2] or kind)
    } == set()
