"""The sandbox's words, in English and Chinese, from one file of their own."""

import json
from functools import cache
from pathlib import Path

LANGUAGES = ("zh", "en")


@cache
def _texts() -> dict[str, dict[str, str]]:
    texts: dict[str, dict[str, str]] = json.loads(
        Path(__file__).with_name("texts.json").read_text(encoding="utf-8")
    )
    return texts


def text(language: str, key: str, **values: object) -> str:
    """One text; `%(name)s` stands for a value."""
    return _texts()[key][language] % values
