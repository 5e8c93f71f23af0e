"""The commands as people call them; rating needs no database."""

import csv
import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import delete, select

from storefront import create_app
from storefront.audit.models import AuditEntry
from storefront.catalog.loader import PRODUCTS, load_product
from storefront.catalog.models import ProductVersion
from storefront.db import db, transaction
from tests.catalog.test_pricing import EXAMPLES
from tests.conftest import copy_database, make_settings

TERM_LIFE = {
    "birth_date": "1996-06-15",
    "sex": "M",
    "start_date": "2026-12-01",
    "sum_insured": 100000,
    "term_years": 20,
    "pay_years": 20,
}
WORKED = {
    "term-life": TERM_LIFE,
    "travel-accident": {
        "days": 7,
        "death": 200000,
        "disability": 200000,
        "medical": 12000,
        "social_insurance": True,
        "medical_deductible": 0,
    },
    "motor-compulsory": {"vehicle_class": "MC01", "float_code": 3},
    "critical-illness": {
        "birth_date": "1996-06-15",
        "sex": "F",
        "start_date": "2026-12-01",
        "sum_insured": 300000,
        "cover_to_age": 70,
        "pay_years": 20,
    },
    "accident-year": {
        "birth_date": "1996-06-15",
        "sex": "M",
        "start_date": "2026-12-01",
        "sum_insured": 500000,
        "occupation_class": 1,
    },
    "medical-year": {
        "birth_date": "1996-06-15",
        "start_date": "2026-12-01",
        "social_insurance": True,
        "deductible": 10000,
    },
    "cyber-sme": {
        "limit": 1000000,
        "deductible": 1000,
        "per_event_limit": 5000,
        "renewal": "new",
        "risk_management": "average",
        "revenue": 30000000,
        "industry": "it",
        "instalments": False,
    },
    "employers-liability": {
        "employees": 10,
        "limit_per_person": 500000,
        "industry_class": 2,
        "medical_ratio": 0.10,
        "lost_work_ratio": 0.10,
        "per_event_multiple": 5,
        "aggregate_multiple": 2,
        "medical_deductible": 0,
        "category": "frontline",
        "work_injury_insured": False,
        "renewal": "new",
    },
}


def run(app: Flask, *args: str, given: object = None) -> Result:
    return app.test_cli_runner().invoke(args=args, input=json.dumps(given))


@pytest.mark.parametrize(("code", "changes", "total"), EXAMPLES)
def test_worked_examples(app: Flask, code: str, changes: dict[str, str], total: str) -> None:
    result = run(app, "rate", code, "--answers", "-", given=WORKED[code] | changes)
    assert result.exit_code == 0, result.output
    answer = json.loads(result.stdout)
    assert answer["premium"] == total
    assert set(answer) == {"product", "version", "currency", "premium", "unrounded", "lines"}


def test_the_answer_has_the_unrounded_premium_and_named_lines(app: Flask) -> None:
    answer = json.loads(
        run(app, "rate", "term-life", "--answers", "-", "--language", "en", given=TERM_LIFE).stdout
    )
    assert answer["unrounded"].startswith("132.089535")
    assert answer["lines"] == [
        {"code": "death", "name": "Death or total disability", "amount": "132.09"}
    ]


def test_the_limits_of_heads_are_given_as_a_map(app: Flask) -> None:
    given = {
        "limits": {
            "emergencyDetection": 1000000,
            "emergencyPR": 200000,
            "businessInterruption": 2000000,
            "dataRecovery": 500000,
            "cyberExtortion": 500000,
        },
        "security_level": "low",
        "bi_waiting_days": 5,
        "bi_deductible_rate": 0.2,
        "other_deductible": 50000,
        "other_deductible_rate": 0.1,
        "bi_months": 6,
        "renewal": "renewed-once",
        "loss_ratio": 0.3,
    }
    answer = json.loads(run(app, "rate", "cyber-business", "--answers", "-", given=given).stdout)
    assert answer["premium"] == "9578.52"
    assert len(answer["lines"]) == 5
    refused = run(app, "rate", "cyber-business", "--answers", "-", given=given | {"limits": {}})
    assert refused.exit_code == 2
    assert json.loads(refused.stdout)["faults"][0]["key"] == "limits"


def test_bad_answers_name_each_key_and_exit_2(app: Flask) -> None:
    given = TERM_LIFE | {"sex": "X", "sum_insured": 1, "pay_years": None, "colour": "red"}
    result = run(app, "rate", "term-life", "--answers", "-", "--language", "en", given=given)
    assert result.exit_code == 2
    answer = json.loads(result.stdout)
    assert answer["error"] == "invalid-answers"
    assert {fault["key"] for fault in answer["faults"]} == {
        "sex",
        "sum_insured",
        "pay_years",
        "colour",
    }
    assert all(fault["message"].endswith(".") for fault in answer["faults"])


@pytest.mark.parametrize(
    ("code", "text", "error"),
    [
        ("term-life", "{", "invalid-json"),
        ("term-life", "[]", "invalid-json"),
        ("../term-life", "{}", "unknown-product"),
    ],
)
def test_unusable_input_is_a_json_error(app: Flask, code: str, text: str, error: str) -> None:
    result = app.test_cli_runner().invoke(args=["rate", code, "--answers", "-"], input=text)
    assert result.exit_code == 2
    assert json.loads(result.stdout)["error"] == error


def write_csv(path: Path, rows: list[dict[str, object]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def rate_file(app: Flask, code: str, source: Path) -> tuple[Result, list[dict[str, str]]]:
    out = source.with_name("out.csv")
    result = run(app, "rate", code, "--csv", str(source), "--out", str(out), "--language", "en")
    assert result.exit_code == 0, result.output
    with out.open(encoding="utf-8", newline="") as file:
        return result, list(csv.DictReader(file))


def test_a_file_is_priced_row_by_row_and_bad_rows_are_named(app: Flask, tmp_path: Path) -> None:
    good = {"id": "a", **TERM_LIFE}
    source = write_csv(
        tmp_path / "in.csv",
        [good, good | {"sex": "F"}, good | {"pay_years": "30"}, good | {"sex": "", "id": "d"}],
    )
    result, rows = rate_file(app, "term-life", source)
    assert [row["premium"] for row in rows] == ["132.09", "50.52", "", ""]
    assert [bool(row["error"]) for row in rows] == [False, False, True, True]
    assert rows[3]["id"] == "d"
    assert "line 4: pay_years: " in result.stderr
    assert "line 5: sex: " in result.stderr
    assert json.loads(result.stdout) == {
        "product": "term-life",
        "rows": 4,
        "priced": 2,
        "refused": 2,
    }


def test_hidden_and_empty_answers_count_as_in_a_single_quote(app: Flask, tmp_path: Path) -> None:
    base = {"days": 7, "death": 200000, "disability": 200000, "medical": 0}
    rider = {"social_insurance": "true", "medical_deductible": 500, "hospital_cash": ""}
    source = write_csv(
        tmp_path / "in.csv",
        [
            base | rider | {"medical_deductible": 0},
            base | rider,
            base | rider | {"medical": 12000},
            base | rider | {"medical": 12000, "social_insurance": ""},
            base | rider | {"disability": 300000},
        ],
    )
    _, rows = rate_file(app, "travel-accident", source)
    assert [row["premium"] for row in rows] == ["10.40", "10.40", "14.55", "", ""]
    assert rows[3]["error"].startswith("social_insurance: ")
    assert rows[4]["error"].startswith("disability: ")


@pytest.mark.parametrize("text", ["", "sex,sex\n", "sex,premium\n", "sex\n\xff\n"])
def test_an_unusable_file_leaves_the_result_alone(app: Flask, tmp_path: Path, text: str) -> None:
    source, out = tmp_path / "in.csv", tmp_path / "out.csv"
    source.write_bytes(text.encode("latin-1"))
    out.write_text("before", encoding="utf-8")
    result = run(app, "rate", "term-life", "--csv", str(source), "--out", str(out))
    assert result.exit_code == 2
    assert json.loads(result.stdout)["error"] == "invalid-file"
    assert out.read_text(encoding="utf-8") == "before"
    assert sorted(tmp_path.iterdir()) == [source, out]


def test_check_lists_every_fault(app: Flask, tmp_path: Path) -> None:
    assert "products are in order" in run(app, "catalog", "check").stdout
    folder = tmp_path / "broken"
    folder.mkdir()
    (folder / "product.toml").write_text("", encoding="utf-8")
    result = run(app, "catalog", "check", "--folder", str(tmp_path))
    assert result.exit_code == 1
    assert "broken/product.toml: code: Field required" in result.stderr
    assert "broken/clauses.zh.md: No such file or directory" in result.stderr


def test_publish_list_show(app: Flask) -> None:
    assert run(app, "catalog", "publish").exit_code == 0
    name = f"term-life {load_product(PRODUCTS / 'term-life').definition.version}"
    assert f"{name}: already published" in run(app, "catalog", "publish", "term-life").stdout
    assert f"{name}  2026-01-01 – 2029-12-31  on sale" in run(app, "catalog", "list").stdout
    shown = json.loads(run(app, "catalog", "show", "term-life").stdout)
    assert shown["filing_number"]
    assert run(app, "catalog", "show", "term-life", "--version", "9").exit_code == 1
    assert run(app, "catalog", "withdraw", "no-such-product").exit_code == 1


@pytest.fixture
def production(template_url: str, tmp_path: Path) -> Iterator[Flask]:
    """A new installation in production, on a database of its own."""
    app = create_app(make_settings(copy_database(template_url), tmp_path))
    app.extensions["settings"].storefront_env = "production"
    with app.app_context(), transaction() as session:
        session.execute(delete(ProductVersion))
    yield app
    with app.app_context():
        db.engine.dispose()


def test_in_production_one_alone_fills_the_catalogue_and_needs_a_reason_afterwards(
    production: Flask, tmp_path: Path
) -> None:
    folder = tmp_path / "products"
    for code in ("term-life", "travel-accident"):
        shutil.copytree(PRODUCTS / code, folder / code)
    publish = ("catalog", "publish", "--folder", str(folder))
    assert run(production, *publish, "term-life").exit_code == 0
    assert run(production, *publish, "term-life").exit_code == 0  # nothing new

    refused = run(production, *publish)
    assert refused.exit_code == 1
    assert "travel-accident" in refused.stderr
    assert "two people" in refused.stderr
    assert "travel-accident" not in run(production, "catalog", "list").stdout

    assert run(production, *publish, "--because", "The desk is down").exit_code == 0
    with production.app_context():
        entries = select(AuditEntry).where(AuditEntry.action == "products.publish")
        found = [
            (entry.subject.split()[0], entry.member_id, entry.reason)
            for entry in db.session.scalars(entries.order_by(AuditEntry.id))
        ]
    assert found == [("term-life", None, None), ("travel-accident", None, "The desk is down")]
