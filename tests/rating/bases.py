"""The rate bases of every product, built from the tables the catalogue ships."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from storefront.rating import Basis, LevelBasis, Table, build, parse_table

PRODUCTS = Path("storefront/catalog/products")
SPECS: dict[str, dict[str, Any]] = tomllib.loads(
    Path(__file__).with_name("specs.toml").read_text("utf-8")
)


def tables_of(code: str) -> dict[str, Table]:
    """The tables of a product and those shared by several, by file name."""
    files = [*PRODUCTS.glob("_tables/*.csv"), *PRODUCTS.glob(f"{code}/tables/*.csv")]
    return {file.stem: parse_table(file.read_text("utf-8")) for file in files}


@cache
def basis_of(code: str) -> Basis:
    return build(SPECS[code], tables_of(code))


def level(code: str) -> LevelBasis:
    """The basis of a product whose premium stays level."""
    basis = basis_of(code)
    assert isinstance(basis, LevelBasis)
    return basis
