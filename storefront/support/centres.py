"""Service centres by city, from `centres.toml`: addresses in words, telephone, opening hours."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).parent / "centres.toml"


@cache
def all_centres() -> tuple[dict[str, Any], ...]:
    """Every centre: city, name, address, way and hours in both languages, phone."""
    return tuple(tomllib.loads(FILE.read_text())["centres"])


def search(city: str) -> list[dict[str, Any]]:
    """The centres of cities whose name holds the text, in either language; all for an empty one."""
    wanted = city.strip().casefold()
    return [
        centre
        for centre in all_centres()
        if any(wanted in name.casefold() for name in centre["city"].values())
    ]
