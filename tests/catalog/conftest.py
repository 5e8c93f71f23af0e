"""Product folders to alter, and the products that ship with the storefront."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from storefront.catalog.bundle import ProductBundle
from storefront.catalog.loader import PRODUCTS, load_product

Alter = Callable[..., Path]


@pytest.fixture(scope="session")
def term_life() -> ProductBundle:
    return load_product(PRODUCTS / "term-life")


@pytest.fixture(scope="session")
def travel() -> ProductBundle:
    return load_product(PRODUCTS / "travel-accident")


@pytest.fixture(scope="session")
def motor() -> ProductBundle:
    return load_product(PRODUCTS / "motor-compulsory")


@pytest.fixture
def altered(tmp_path: Path) -> Alter:
    """A copy of a shipped product with texts of one of its files replaced."""

    def copy(code: str, *replacements: tuple[str, str], file: str = "product.toml") -> Path:
        folder = tmp_path / code
        if not folder.exists():
            shutil.copytree(PRODUCTS / code, folder)
        path = folder / file
        content = path.read_text(encoding="utf-8")
        for old, new in replacements:
            assert old in content, old
            content = content.replace(old, new, 1)
        path.write_text(content, encoding="utf-8")
        return folder

    return copy
