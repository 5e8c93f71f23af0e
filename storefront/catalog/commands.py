"""`flask catalog …` for the people who make products, and `flask rate …` for everybody who prices."""

import csv
import json
import sys
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from typing import Any, NoReturn, TextIO

import click
from flask import Flask
from flask.cli import AppGroup, with_appcontext
from flask_babel import force_locale
from sqlalchemy import select

from storefront import clock
from storefront.catalog import alone, answers, batch, messages, pricing, service
from storefront.catalog.bundle import ProductBundle
from storefront.catalog.faults import AnswersInvalid, Fault
from storefront.catalog.insurers import load_insurers
from storefront.catalog.loader import (
    PRODUCTS,
    CatalogInvalid,
    load_all,
    load_product,
    product_folders,
)
from storefront.catalog.models import ProductVersion
from storefront.db import db, transaction
from storefront.errors import NotFound
from storefront.extensions import LANGUAGES

MOST_REPORTED = 100
"""Bad rows told on the terminal; all of them stand in the result file."""

folder_option = click.option(
    "--folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=PRODUCTS,
    help="Folder with one folder for each product.",
)


def init_app(app: Flask) -> None:
    """Registers the commands."""
    app.cli.add_command(catalog)
    app.cli.add_command(rate)


@click.group(cls=AppGroup)
def catalog() -> None:
    """Check, publish, list, show and withdraw products."""


@catalog.command()
@folder_option
def check(folder: Path) -> None:
    """Read every product and list every fault by file and key."""
    bundles, insurers = _load(folder), load_insurers()
    for bundle in bundles:
        if bundle.definition.insurer not in insurers:
            _fail([f"{bundle.definition.code}: no insurer is called {bundle.definition.insurer}"])
    click.echo(f"{len(bundles)} products are in order")


@catalog.command()
@folder_option
@click.option("--because", default="", help="Why one person alone may publish; kept in the audit.")
@click.argument("codes", nargs=-1)
def publish(folder: Path, because: str, codes: tuple[str, ...]) -> None:
    """Publish products from their files: all, or those named.

    In production this fills a new installation; later versions go through the desk, where two people
    agree, or need a reason here (decision 21).
    """
    bundles = [b for b in _load(folder) if not codes or b.definition.code in codes]
    unknown = set(codes) - {bundle.definition.code for bundle in bundles}
    if unknown:
        _fail([f"no product is called {code}" for code in sorted(unknown)])
    try:
        with transaction() as session:
            for name, new in alone.publish(session, bundles, because.strip(), clock.now()):
                click.echo(f"{name}: {'published' if new else 'already published'}")
    except service.PublishRefused as refused:
        _fail([str(refused)])


@catalog.command("list")
def list_() -> None:
    """List every published version and whether it is on sale."""
    session, now = db.session, clock.now()
    on_sale = {(b.definition.code, b.definition.version) for b in service.sellable(session, now)}
    columns = (
        ProductVersion.code,
        ProductVersion.version,
        ProductVersion.valid_from,
        ProductVersion.valid_to,
        ProductVersion.withdrawn_at,
    )
    for row in session.execute(select(*columns).order_by(*columns[:2])):
        state = "withdrawn" if row.withdrawn_at else "not on sale"
        if (row.code, row.version) in on_sale:
            state = "on sale"
        click.echo(f"{row.code} {row.version}  {row.valid_from} – {row.valid_to or ''}  {state}")


@catalog.command()
@click.argument("code")
@click.option("--version", type=int, help="A published version; the one on sale without it.")
def show(code: str, version: int | None) -> None:
    """Print a published version as JSON."""
    try:
        if version is None:
            bundle = service.current(db.session, code, clock.now())
        else:
            bundle = service.get(db.session, code, version)
    except NotFound:
        _fail([f"no such version of {code} is published"])
    _print(bundle.definition.model_dump(mode="json") | {"content_hash": bundle.content_hash})


@catalog.command()
@click.argument("code")
def withdraw(code: str) -> None:
    """Take every version of a product off sale; its policies live on."""
    with transaction() as session:
        count = service.withdraw(session, code, clock.now())
    if not count:
        _fail([f"nothing of {code} is on sale"])
    click.echo(f"{code}: {count} versions withdrawn")


@click.command()
@with_appcontext
@click.argument("code")
@click.option(
    "--answers", "answers_file", type=click.File(encoding="utf-8"), help="JSON; - is stdin."
)
@click.option("--csv", "csv_file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--out", type=click.Path(dir_okay=False, writable=True, path_type=Path))
@click.option("--language", type=click.Choice(list(LANGUAGES)), default="zh", show_default=True)
def rate(
    code: str, answers_file: TextIO | None, csv_file: Path | None, out: Path | None, language: str
) -> None:
    """Price one set of answers, or a CSV file of them, from the product files."""
    if (answers_file is None) == (csv_file is None) or (csv_file is None) != (out is None):
        raise click.UsageError("give either --answers FILE, or --csv IN with --out OUT")
    bundle = _load_one(code)
    with force_locale(LANGUAGES[language]):
        if answers_file is not None:
            _rate_one(bundle, _read_answers(answers_file), language)
        elif csv_file is not None and out is not None:
            _rate_file(bundle, csv_file, out)


def _rate_one(bundle: ProductBundle, given: dict[str, Any], language: str) -> None:
    definition = bundle.definition
    try:
        priced = pricing.price(bundle, answers.parse(definition, answers.flatten(given)))
    except AnswersInvalid as invalid:
        faults = [
            {"key": f.key, "code": f.code, "message": messages.sentence(definition, f)}
            for f in invalid.faults
        ]
        _refuse("invalid-answers", faults=faults)
    _print(
        {
            "product": definition.code,
            "version": definition.version,
            "currency": priced.currency,
            "premium": str(priced.total),
            "unrounded": format(priced.unrounded, "f"),
            "lines": [
                {
                    "code": line.code,
                    "name": line.name.in_language(language),
                    "amount": str(line.amount),
                }
                for line in priced.lines
            ],
        }
    )


def _rate_file(bundle: ProductBundle, source: Path, target: Path) -> None:
    """The result replaces the target only once it is complete."""
    partial = target.with_name(f"{target.name}.part")
    try:
        with (
            source.open(encoding="utf-8-sig", newline="") as read,
            partial.open("w", encoding="utf-8", newline="") as written,
        ):
            rows, refused = _rate_rows(bundle, read, written, source.stat().st_size)
        partial.replace(target)
    except (batch.HeaderInvalid, csv.Error) as error:
        _refuse("invalid-file", message=str(error))
    except UnicodeDecodeError:
        _refuse("invalid-file", message="the file is not UTF-8 text")
    finally:
        partial.unlink(missing_ok=True)
    _print(
        {
            "product": bundle.definition.code,
            "rows": rows,
            "priced": rows - refused,
            "refused": refused,
        }
    )


def _rate_rows(bundle: ProductBundle, read: TextIO, written: TextIO, size: int) -> tuple[int, int]:
    reader, writer = csv.reader(read), csv.writer(written, lineterminator="\n")
    header = batch.read_header(reader)
    _warn_of_columns(bundle, header)
    writer.writerow([*header, batch.PREMIUM, batch.ERROR])
    rows = refused = 0
    with click.progressbar(length=size, label=bundle.definition.code, file=sys.stderr) as bar:
        for chunk in batch.price_file(bundle, header, reader):
            for result in chunk:
                error = _row_error(bundle, result.faults)
                if error:
                    refused += 1
                    _report(result.line, error, refused)
                writer.writerow([*result.cells, result.premium or "", error])
            rows += len(chunk)
            bar.update(read.buffer.tell() - bar.pos)
    return rows, refused


def _row_error(bundle: ProductBundle, faults: Iterable[Fault]) -> str:
    return "; ".join(f"{f.key}: {messages.sentence(bundle.definition, f)}" for f in faults)


def _report(line: int, error: str, count: int) -> None:
    if count <= MOST_REPORTED:
        click.echo(f"line {line}: {error}", err=True)
    if count == MOST_REPORTED:
        click.echo("further bad rows stand in the result file only", err=True)


def _warn_of_columns(bundle: ProductBundle, header: list[str]) -> None:
    """A column that is no answer, such as an own number, is only repeated."""
    keys = set(answers.names_of(bundle.definition))
    others = [name for name in header if name not in keys]
    if others:
        click.echo(f"columns that are no answers are only repeated: {', '.join(others)}", err=True)


def _read_answers(file: TextIO) -> dict[str, Any]:
    try:
        given = json.loads(file.read(), parse_float=Decimal)
    except ValueError as error:
        _refuse("invalid-json", message=str(error))
    if not isinstance(given, dict):
        _refuse("invalid-json", message="the answers have to be an object")
    return given


def _load_one(code: str) -> ProductBundle:
    folders = {folder.name: folder for folder in product_folders()}
    if code not in folders:
        _refuse("unknown-product", message=f"no product is called {code}", known=sorted(folders))
    try:
        return load_product(folders[code])
    except CatalogInvalid as invalid:
        _fail(map(str, invalid.faults))


def _load(folder: Path) -> list[ProductBundle]:
    try:
        return list(load_all(folder).values())
    except CatalogInvalid as invalid:
        _fail(map(str, invalid.faults))


def _print(data: dict[str, Any]) -> None:
    click.echo(json.dumps(data, ensure_ascii=False, indent=2))


def _refuse(error: str, **details: Any) -> NoReturn:
    """What the caller gave is wrong: a JSON error, exit status 2."""
    _print({"error": error, **details})
    raise SystemExit(2)


def _fail(lines: Iterable[str]) -> NoReturn:
    """What the files or the database hold is wrong: lines on stderr, exit status 1."""
    for line in lines:
        click.echo(line, err=True)
    raise SystemExit(1)
