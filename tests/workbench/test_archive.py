"""What may be uploaded: the files of one product and nothing else, within limits."""

from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest

from storefront.catalog.bundle import ProductBundle
from storefront.catalog.loader import CatalogInvalid
from storefront.workbench import archive
from tests.workbench.zips import CODE, dearer, files, zipped


def faults_of(data: bytes) -> list[tuple[str, str]]:
    with pytest.raises(CatalogInvalid) as caught:
        archive.read(data)
    return [(fault.file, fault.message) for fault in caught.value.faults]


def test_the_files_of_a_product_are_read(travel: ProductBundle) -> None:
    assert archive.read(zipped(files())).content_hash == travel.content_hash
    assert archive.read(zipped(files(), folder=CODE)).content_hash == travel.content_hash


def test_shared_tables_are_those_of_the_shop() -> None:
    assert archive.read(zipped(files("term-life"))).tables["mortality-2025"]


@pytest.mark.parametrize(
    "name",
    [
        "../product.toml",
        "/etc/passwd",
        "a/b/product.toml",
        "tables/../../x.csv",
        "tables/X.csv",
        "..\\product.toml",
        "clauses.fr.md",
        "run.sh",
    ],
)
def test_other_names_are_refused(name: str, tmp_path: Path) -> None:
    found = faults_of(zipped(files() | {name: "x"}))
    assert [message for _file, message in found] == ["no product has a file of this name"]


def test_what_is_no_archive_is_refused() -> None:
    for data in (b"", b"not a zip", zipped(files())[:-30]):
        assert faults_of(data) == [("ZIP", "not a ZIP file that can be read")]


def test_damaged_content_is_refused() -> None:
    data = bytearray(zipped(files()))
    data[2000:2100] = b"\0" * 100
    with pytest.raises(CatalogInvalid):
        archive.read(bytes(data))


def test_a_bomb_is_not_unpacked() -> None:
    bomb = zipped(files() | {"tables/bomb.csv": "0" * (archive.LARGEST_FILE + 1)})
    assert len(bomb) < 100_000
    assert faults_of(bomb) == [("tables/bomb.csv", "too large when unpacked")]


def test_many_files_that_are_too_much_together_are_refused() -> None:
    many = {f"tables/t{number}.csv": "0" * archive.LARGEST_FILE for number in range(5)}
    assert faults_of(zipped(many))[0][1] == "too large when unpacked"
    crowd = {f"tables/t{number}.csv": "" for number in range(archive.MOST_FILES + 1)}
    assert faults_of(zipped(crowd)) == [("ZIP", "more than 60 files")]
    assert faults_of(b"0" * (archive.LARGEST_ZIP + 1)) == [("ZIP", "larger than 2 MB")]


def test_the_same_file_twice_and_two_folders_are_refused() -> None:
    target = BytesIO()
    with ZipFile(target, "w") as file:
        file.writestr("a/product.toml", "x")
        file.writestr("b/product.toml", "x")
    found = faults_of(target.getvalue())
    assert found == [("b/product.toml", "occurs twice"), ("ZIP", "holds more than one folder")]


def test_text_in_another_encoding_is_a_fault() -> None:
    assert faults_of(zipped(files() | {"clauses.en.md": b"\xff\xfe"})) == [
        ("clauses.en.md", "is not UTF-8 text")
    ]


def test_every_fault_is_told_by_file_and_key() -> None:
    wrong = dearer()
    wrong["product.toml"] = wrong["product.toml"].replace('kind = "main"', 'kind = "mane"', 1)
    wrong["clauses.en.md"] = wrong["clauses.en.md"].replace("{#exclusions}", "")
    with pytest.raises(CatalogInvalid) as caught:
        archive.read(zipped(wrong))
    found = {(fault.file, fault.key) for fault in caught.value.faults}
    assert (f"{CODE}/product.toml", "covers.death.kind") in found
    assert (f"{CODE}/clauses.en.md", "") in found


def test_a_code_that_is_a_path_goes_nowhere() -> None:
    wrong = files()
    wrong["product.toml"] = wrong["product.toml"].replace(f'code = "{CODE}"', 'code = "../../x"', 1)
    with pytest.raises(CatalogInvalid) as caught:
        archive.read(zipped(wrong))
    assert ("product/product.toml", "code") in {(f.file, f.key) for f in caught.value.faults}
