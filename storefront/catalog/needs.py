"""What people come for, as data; products name the needs that they answer."""

import tomllib
from functools import cache
from pathlib import Path

from storefront.catalog.definition import Text

NEEDS = Path(__file__).parent / "needs.toml"


@cache
def needs() -> dict[str, Text]:
    """The needs by slug, in the order in which they are shown."""
    data = tomllib.loads(NEEDS.read_text(encoding="utf-8"))
    return {slug: Text.model_validate(text) for slug, text in data.items()}
