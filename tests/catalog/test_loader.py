"""Loading products from files: every fault is listed, and the product rules refuse a definition."""

import json
from pathlib import Path

import pytest

from storefront.catalog.bundle import ProductBundle
from storefront.catalog.insurers import load_insurers
from storefront.catalog.loader import CatalogInvalid, FileFault, load_all, load_product
from tests.catalog.conftest import Alter


def faults_of(folder: Path) -> tuple[FileFault, ...]:
    with pytest.raises(CatalogInvalid) as refused:
        load_product(folder)
    return refused.value.faults


def messages(folder: Path) -> str:
    return "\n".join(map(str, faults_of(folder)))


def test_every_shipped_product_loads_and_names_a_known_insurer() -> None:
    bundles = load_all()
    assert len(bundles) == 9
    insurers = load_insurers()
    for bundle in bundles.values():
        insurer = insurers[bundle.definition.insurer]
        assert bundle.definition.line in insurer.agreement.lines


def test_a_bundle_survives_json_with_its_hash_and_order(travel: ProductBundle) -> None:
    again = ProductBundle.from_json(json.loads(json.dumps(travel.to_json())))
    assert again == travel
    assert again.content_hash == travel.content_hash
    assert list(again.definition.rating["covers"]) == list(travel.definition.rating["covers"])


def test_the_hash_ignores_layout_and_notices_content(altered: Alter, travel: ProductBundle) -> None:
    spaced = load_product(altered("travel-accident", ("version = 2", "version   =   2")))
    assert spaced.content_hash == travel.content_hash
    changed = load_product(altered("travel-accident", ("max = 365", "max = 364")))
    assert changed.content_hash != travel.content_hash


def test_all_faults_of_all_files_are_listed_with_file_and_key(altered: Alter) -> None:
    folder = altered(
        "term-life",
        ('line = "life"', 'line = "lives"'),
        ('en = "Sex of the insured person"', 'english = "Sex"'),
        ("cooling_off_days = 15", "cooling_off_days = -1"),
    )
    altered("term-life", ("{#exclusions}", ""), file="clauses.en.md")
    (folder / "clauses.zh.md").unlink()
    found = {(fault.file, fault.key) for fault in faults_of(folder)}
    assert {
        ("term-life/product.toml", "line"),
        ("term-life/product.toml", "answers.sex.label.en"),
        ("term-life/product.toml", "answers.sex.label.english"),
        ("term-life/product.toml", "cooling_off_days"),
        ("term-life/clauses.zh.md", ""),
        ("term-life/clauses.en.md", ""),
    } <= found


def test_nothing_is_loaded_while_one_product_is_at_fault(altered: Alter) -> None:
    altered("motor-compulsory")
    root = altered("travel-accident", ("version = 2", "version = 0")).parent
    with pytest.raises(CatalogInvalid, match=r"travel-accident/product\.toml: version"):
        load_all(root)


def test_emphasis_that_markdown_does_not_close_is_a_fault(altered: Alter) -> None:
    folder = altered("term-life", ("请务必阅读。", "**请务必阅读。**合同"), file="clauses.zh.md")
    assert "clauses.zh.md: a ** is not closed" in messages(folder)


def test_a_file_that_is_not_toml_is_one_fault(altered: Alter) -> None:
    assert "not valid TOML" in messages(altered("motor-compulsory", ("version = 2", "version =")))


def test_rating_and_table_faults_name_their_place(altered: Alter) -> None:
    folder = altered("travel-accident", ('rates = "travel-rates"', 'rates = "no-such-table"'))
    assert "rating.rates: the table no-such-table is missing" in messages(folder)


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('key = "disability", op = ">"', 'key = "height", op = ">"', "nothing is called height"),
        ('vary = "days"', 'vary = "weeks"', "no answer is called weeks"),
        ('covers = ["medical"]', 'covers = ["dental"]', "no cover is called dental"),
        ('code = "disability"', 'code = "death"', "death occurs 2 times"),
        ('code = "travel-accident"', 'code = "travel"', "the folder is travel-accident"),
    ],
)
def test_broken_references_are_refused(altered: Alter, old: str, new: str, fault: str) -> None:
    assert fault in messages(altered("travel-accident", (old, new)))


@pytest.mark.rule("S-03")
@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        (
            '\nhelp = { zh = "配戴眼镜可以矫正的近视不算。", en = "Short sight that glasses correct does not count." }',
            "",
            "questions.impairment.help: S-03",
        ),
        ("或经鉴定的伤残？", "或其他疾病？", "questions.impairment.text: S-03"),
        ("have an assessed disability?", "any other illness?", "questions.impairment.text: S-03"),
    ],
)
def test_questions_are_explained_and_ask_for_one_thing(
    altered: Alter, old: str, new: str, fault: str
) -> None:
    assert fault in messages(altered("accident-year", (old, new)))


@pytest.mark.rule("P-04")
@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("常青定期寿险（互联网）", "常青定期寿险", "marketing_name.zh: P-04"),
        ("云杉示例人寿定期寿险（互联网）条款", "云杉示例人寿定期寿险条款", "clause_name.zh: P-04"),
        ('category = "term-life"', 'category = "nursing"', "P-04: nursing"),
        ('category = "term-life"', 'category = "medical"', "P-04: life insurance cannot be"),
    ],
)
def test_internet_life_products_are_limited(altered: Alter, old: str, new: str, fault: str) -> None:
    assert fault in messages(altered("term-life", (old, new)))


@pytest.mark.rule("P-04")
def test_ordinary_life_needs_ten_years(altered: Alter) -> None:
    category = ('category = "term-life"', 'category = "ordinary-life"')
    load_product(altered("term-life", category))
    shorter = altered("term-life", ("{ value = 10, label", "{ value = 9, label"))
    assert "P-04: ordinary-life needs a term of 10 years" in messages(shorter)


@pytest.mark.rule("P-05")
def test_a_health_product_waits_180_days_at_most(altered: Alter) -> None:
    as_health = ('line = "life"', 'line = "health"')
    waits = ('kind = "main"', 'kind = "main"\nwaiting_days = 181')
    assert "P-05: 181 days" in messages(altered("term-life", as_health, waits))
    load_product(altered("term-life", ("waiting_days = 181", "waiting_days = 180")))


@pytest.mark.rule("P-06")
@pytest.mark.parametrize("file", ["product.toml", "clauses.zh.md"])
def test_short_term_health_never_speaks_of_automatic_renewal(altered: Alter, file: str) -> None:
    folder = altered("travel-accident", ('line = "travel"', 'line = "health"'))
    load_product(folder)
    altered("travel-accident", ("旅行", "自动续保旅行"), file=file)
    assert "P-06" in messages(folder)


@pytest.mark.rule("S-01")
def test_a_rider_is_never_suggested(altered: Alter) -> None:
    folder = altered(
        "travel-accident", ("absent = 0\nexample", "absent = 0\nsuggest = 1000\nexample")
    )
    assert "S-01" in messages(folder)


@pytest.mark.rule("V-02")
def test_long_term_life_needs_fifteen_days_of_cooling_off(altered: Alter) -> None:
    folder = altered("term-life", ("cooling_off_days = 15", "cooling_off_days = 14"))
    assert "V-02" in messages(folder)


@pytest.mark.rule("N-01")
def test_long_term_life_needs_the_suitability_assessment(altered: Alter) -> None:
    assert "N-01" in messages(altered("term-life", ("suitability = true", "suitability = false")))
