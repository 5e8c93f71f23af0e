"""ZIP files as people upload them."""

from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

from storefront.catalog.loader import PRODUCTS

CODE = "travel-accident"


def files(code: str = CODE) -> dict[str, str]:
    """The files of a product by their names inside its folder."""
    folder = PRODUCTS / code
    found = [path for path in folder.rglob("*") if path.is_file()]
    return {str(path.relative_to(folder)): path.read_text(encoding="utf-8") for path in found}


def dearer(code: str = CODE) -> dict[str, str]:
    """The next version of the travel product: death costs twice as much."""
    changed = files(code)
    changed["product.toml"] = changed["product.toml"].replace("version = 2\n", "version = 3\n", 1)
    name = "tables/travel-rates.csv"
    changed[name] = changed[name].replace("death,10000,0,,4.65", "death,10000,0,,9.30")
    return changed


def zipped(contents: dict[str, str | bytes] | dict[str, str], folder: str = "") -> bytes:
    """The files as a ZIP, all of them in a folder where one is named."""
    target = BytesIO()
    with ZipFile(target, "w", ZIP_DEFLATED) as archive:
        for name, content in contents.items():
            archive.writestr(f"{folder}/{name}" if folder else name, content)
    return target.getvalue()
