"""Reads products from files and refuses them with every fault of every file; nothing is half loaded."""

import csv
import tomllib
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import ValidationError

from storefront.catalog import answers, clauses, pricing, rules
from storefront.catalog.bundle import ProductBundle
from storefront.catalog.definition import ProductDefinition
from storefront.catalog.faults import AnswersInvalid
from storefront.rating import SpecError, Table, parse_table

PRODUCTS = Path(__file__).parent / "products"
SHARED_TABLES = "_tables"
LANGUAGES = ("zh", "en")


class FileFault(NamedTuple):
    """One fault: the file, the key or line in it, and a sentence."""

    file: str
    key: str
    message: str

    def __str__(self) -> str:
        return (
            f"{self.file}: {self.key}: {self.message}"
            if self.key
            else f"{self.file}: {self.message}"
        )


class CatalogInvalid(Exception):
    """Files that cannot be loaded; `faults` lists every fault found in any of them."""

    def __init__(self, faults: list[FileFault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(map(str, faults)))


def load_all(root: Path = PRODUCTS) -> dict[str, ProductBundle]:
    """All products under a folder by code; raises CatalogInvalid with the faults of all of them."""
    bundles: dict[str, ProductBundle] = {}
    faults: list[FileFault] = []
    for folder in product_folders(root):
        try:
            bundles[folder.name] = load_product(folder)
        except CatalogInvalid as invalid:
            faults.extend(invalid.faults)
    if faults:
        raise CatalogInvalid(faults)
    return bundles


def product_folders(root: Path = PRODUCTS) -> list[Path]:
    """The folders under a root that hold a product."""
    return sorted(path.parent for path in root.glob("*/product.toml"))


def load_product(folder: Path) -> ProductBundle:
    """One product from its folder; tables that products share stand beside it in `_tables`."""
    faults: list[FileFault] = []
    definition = _read_definition(folder, faults)
    texts = {language: _read_clauses(folder, language, faults) for language in LANGUAGES}
    tables = _read_tables(folder / "tables", faults)
    if definition is None:
        raise CatalogInvalid(faults)
    tables |= _read_shared(folder.parent / SHARED_TABLES, definition, faults)
    bundle = ProductBundle(definition, texts, tables)
    faults.extend(_bundle_faults(folder, bundle))
    if faults:
        raise CatalogInvalid(faults)
    return bundle


def _read_definition(folder: Path, faults: list[FileFault]) -> ProductDefinition | None:
    path = folder / "product.toml"
    name = _name(path)
    try:
        data = tomllib.loads(_read(path), parse_float=Decimal)
        return ProductDefinition.model_validate(data)
    except OSError as error:
        faults.append(FileFault(name, "", error.strerror or str(error)))
    except ValidationError as error:
        faults.extend(
            FileFault(name, _located(data, fault["loc"]), fault["msg"])
            for fault in error.errors(include_url=False)
        )
    except ValueError as error:
        faults.append(FileFault(name, "", f"not valid TOML: {error}"))
    return None


def _located(data: Mapping[str, Any], location: tuple[int | str, ...]) -> str:
    """The key path, with the code or key of a list entry instead of its number."""
    parts: list[str] = []
    here: Any = data
    for part in location:
        if isinstance(part, int) and isinstance(here, list):
            here = here[part]
            named = here.get("key") or here.get("code") if isinstance(here, dict) else None
            parts.append(str(named or part))
        else:
            here = here.get(part) if isinstance(here, dict) else None
            parts.append(str(part))
    return ".".join(parts)


def _read_clauses(folder: Path, language: str, faults: list[FileFault]) -> str:
    path = folder / f"clauses.{language}.md"
    try:
        text = _read(path)
    except OSError as error:
        faults.append(FileFault(_name(path), "", error.strerror or str(error)))
        return ""
    if "**" in clauses.to_html(text):
        faults.append(FileFault(_name(path), "", "a ** is not closed; mind the sign before it"))
    found = clauses.sections(text)
    for anchor in rules.SECTIONS:
        if anchor not in found:
            faults.append(FileFault(_name(path), "", f"no section is marked {{#{anchor}}}"))
    return text


def _read_tables(folder: Path, faults: list[FileFault]) -> dict[str, Table]:
    tables: dict[str, Table] = {}
    for path in sorted(folder.glob("*.csv")):
        try:
            tables[path.stem] = parse_table(_read(path))
        except (ValueError, csv.Error) as error:
            faults.append(FileFault(_name(path), "", f"not a table: {error}"))
    return tables


def _read_shared(
    folder: Path, definition: ProductDefinition, faults: list[FileFault]
) -> dict[str, Table]:
    """The shared tables that a definition names; the bundled ones serve products kept elsewhere."""
    tables = _read_tables(PRODUCTS / SHARED_TABLES, faults) | _read_tables(folder, faults)
    missing = [name for name in definition.shared_tables if name not in tables]
    for name in missing:
        message = f"no shared table is called {name}"
        faults.append(FileFault(f"{definition.code}/product.toml", "shared_tables", message))
    return {name: tables[name] for name in definition.shared_tables if name in tables}


def _bundle_faults(folder: Path, bundle: ProductBundle) -> Iterator[FileFault]:
    definition, file = bundle.definition, f"{folder.name}/product.toml"
    if definition.code != folder.name:
        yield FileFault(file, "code", f"is {definition.code}, but the folder is {folder.name}")
    for key, message in rules.bundle_faults(definition, bundle.clauses, bundle.tables):
        in_clauses = key.startswith("clauses.")
        yield FileFault(
            f"{folder.name}/{key}.md" if in_clauses else file, "" if in_clauses else key, message
        )
    try:
        pricing.price(bundle, answers.example(definition))
    except SpecError as error:
        for fault in error.faults:
            yield FileFault(file, f"rating.{fault.key}", fault.message)
    except AnswersInvalid as invalid:
        for wrong in invalid.faults:
            yield FileFault(file, f"answers.{wrong.key}.example", wrong.code)


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def _name(path: Path) -> str:
    """A file as people see it: the product folder and what is in it."""
    parent = path.parent
    return (
        f"{parent.parent.name}/tables/{path.name}"
        if parent.name == "tables"
        else f"{parent.name}/{path.name}"
    )
