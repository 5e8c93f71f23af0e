"""Compiles the message catalogues that changed since they were last compiled."""

from pathlib import Path

import config

FOLDER = config.ROOT / "storefront" / "translations"


def compile_changed(folder: Path = FOLDER) -> None:
    """Writes a `.mo` file beside every `.po` file that is newer."""
    for source in folder.rglob("*.po"):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        from babel.messages import mofile, pofile  # slow to load and seldom needed

        with source.open("rb") as file:
            catalogue = pofile.read_po(file, locale=source.parts[-3])
        partial = target.with_suffix(".mo.partial")
        with partial.open("wb") as file:
            mofile.write_mo(file, catalogue)
        partial.replace(target)
