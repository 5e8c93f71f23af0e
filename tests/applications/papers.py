"""A product whose application asks for documents: compulsory motor cover with a few lines more."""

import shutil
from pathlib import Path

from storefront.catalog.loader import PRODUCTS

CODE = "motor-with-papers"
LICENCE, IDENTITY, EXTRA = "vehicle-licence", "identity-copy", "extra-papers"
LICENCE_NAME = "\u884c\u9a76\u8bc1"  # vehicle licence
DOCUMENTS = f"""
[[application.documents]]
code = "{LICENCE}"
name = {{ zh = "{LICENCE_NAME}", en = "Vehicle licence" }}
help = {{ zh = "\u6b63\u9762\u548c\u80cc\u9762", en = "Front and back." }}

[[application.documents]]
code = "{EXTRA}"
name = {{ zh = "\u5176\u4ed6\u6750\u6599", en = "Other papers" }}
required = false

[[application.documents]]
code = "{IDENTITY}"
name = {{ zh = "\u8eab\u4efd\u8bc1", en = "Identity card" }}
when = [{{ key = "vehicle_class", op = "==", value = "MC05" }}]
"""


def write_product(folder: Path) -> Path:
    """The folder of the product, with the tables that it shares beside it."""
    shutil.copytree(PRODUCTS / "motor-compulsory", folder / CODE)
    shutil.copytree(PRODUCTS / "_tables", folder / "_tables", dirs_exist_ok=True)
    file = folder / CODE / "product.toml"
    text = file.read_text().replace('code = "motor-compulsory"', f'code = "{CODE}"', 1)
    file.write_text(text + DOCUMENTS)
    return folder / CODE
