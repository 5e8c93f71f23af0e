"""`flask --app wsgi evidence export REF --out FILE`: a sale as a signed archive."""

from pathlib import Path

import click
from flask import current_app

from storefront import clock
from storefront.audit import service as audit
from storefront.db import transaction
from storefront.errors import NotFound
from storefront.evidence.commands import commands
from storefront.replay import export, sale


@commands.command("export")
@click.argument("ref")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True)
def export_sale(ref: str, out: Path) -> None:
    """Write the sale of a reference as a signed ZIP: pages, records, hashes, how to verify."""
    now = clock.now()
    try:
        with transaction() as session:
            found = sale.find(session, ref)
            files = export.files_of(session, found, now)
            deed = audit.Deed("evidence.export", "application", found.ref, after={"by": "command"})
            audit.record(session, None, deed, now)
    except NotFound as missing:
        raise click.ClickException(f"nothing is recorded under {ref}") from missing
    out.write_bytes(export.archive(files, export.signer(current_app.extensions["settings"])))
    click.echo(f"{out}: {len(files)} files, signed")
