"""An uploaded ZIP of one product, unpacked within limits and read by the loader of the catalogue."""

import re
import tomllib
import zlib
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from storefront.catalog.bundle import ProductBundle
from storefront.catalog.loader import CatalogInvalid, FileFault, load_product

LARGEST_ZIP = 2 * 1024 * 1024
LARGEST_FILE = 2 * 1024 * 1024
LARGEST_SUM = 8 * 1024 * 1024
MOST_FILES = 60
FILE = re.compile(
    r"(?:(?P<folder>[a-z0-9-]{1,60})/)?"
    r"(?P<name>product\.toml|clauses\.(?:zh|en)\.md|tables/[a-z0-9-]{1,60}\.csv)"
)
CODE = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
ENCRYPTED = 0x1


def read(data: bytes) -> ProductBundle:
    """The product in a ZIP; CatalogInvalid with every fault, by file and key."""
    files = unpack(data)
    with TemporaryDirectory() as folder:
        root = Path(folder) / _code(files)
        for name, text in files.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        root.mkdir(exist_ok=True)
        return load_product(root)


def unpack(data: bytes) -> dict[str, str]:
    """The files of a product by name. Nothing is written, and no more is read than the limits allow.

    Raises CatalogInvalid: for what is no ZIP, is too large, and for each file no product has.
    """
    if len(data) > LARGEST_ZIP:
        raise CatalogInvalid([FileFault("ZIP", "", "larger than 2 MB")])
    try:
        with ZipFile(BytesIO(data)) as archive:
            return _unpacked(archive)
    except (BadZipFile, zlib.error, NotImplementedError, EOFError, OSError) as error:
        raise CatalogInvalid([FileFault("ZIP", "", "not a ZIP file that can be read")]) from error


def _unpacked(archive: ZipFile) -> dict[str, str]:
    entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    if len(entries) > MOST_FILES:
        raise CatalogInvalid([FileFault("ZIP", "", f"more than {MOST_FILES} files")])
    faults = list(_faults_of_names(entries))
    if faults:
        raise CatalogInvalid(faults)
    files: dict[str, str] = {}
    left = LARGEST_SUM
    for entry in entries:
        with archive.open(entry) as file:  # what its header says of its size may be untrue
            content = file.read(min(LARGEST_FILE, left) + 1)
        left -= len(content)
        if len(content) > LARGEST_FILE or left < 0:
            raise CatalogInvalid([FileFault(entry.filename, "", "too large when unpacked")])
        found = FILE.fullmatch(entry.filename)
        if found:
            files[found["name"]] = _text(entry.filename, content)
    return files


def _faults_of_names(entries: list[ZipInfo]) -> Iterator[FileFault]:
    folders, names = set(), set()
    for entry in entries:
        found = FILE.fullmatch(entry.filename)
        if found is None:
            yield FileFault(entry.filename[:100], "", "no product has a file of this name")
            continue
        if entry.flag_bits & ENCRYPTED or entry.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
            yield FileFault(entry.filename, "", "is encrypted, or packed in an unusual way")
        if found["name"] in names:
            yield FileFault(entry.filename, "", "occurs twice")
        folders.add(found["folder"])
        names.add(found["name"])
    if len(folders) > 1:
        yield FileFault("ZIP", "", "holds more than one folder")


def _text(name: str, content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise CatalogInvalid([FileFault(name, "", "is not UTF-8 text")]) from error


def _code(files: dict[str, str]) -> str:
    """The product's own code, which its folder has to be called after."""
    try:
        code = str(tomllib.loads(files.get("product.toml", "")).get("code", ""))
    except ValueError:
        code = ""
    return code if CODE.fullmatch(code) else "product"
