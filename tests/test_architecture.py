"""Rules about the code itself that no tool checks: addresses, commits, texts, length."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

import config
from storefront import access
from tests.rules_plugin import known_rules

ROOT = config.ROOT
FOLDERS = ("storefront", "templates", "static", "migrations", "tests")
LONGEST_FILE = 300
LONGEST_TEST = 400
HAN = re.compile("[\u3400-\u9fff]")
# Judged against Chinese names and words: the very rule is about them.
MAY_HOLD_HAN = {
    "config.py",
    "storefront/catalog/question_checks.py",
    "storefront/catalog/rules.py",
    "storefront/identity.py",
}
MAY_COMMIT = {"storefront/db.py"}
NUMBERS = re.compile(r"(^|_)(id|position|page|year)$")


def sources(*suffixes: str) -> list[Path]:
    """The project's own files of some kinds."""
    found = [path for folder in FOLDERS for path in (ROOT / folder).rglob("*")]
    found += ROOT.glob("*.py")
    return sorted(path for path in found if path.suffix in suffixes and "vendor" not in path.parts)


def name_of(path: Path) -> str:
    """Short name for a failure."""
    return str(path.relative_to(ROOT))


def addresses(app: Flask) -> Iterator[tuple[str, str, list[tuple[str, str]]]]:
    """Endpoint, address without its parameters, and (converter, name) of each parameter."""
    for rule in app.url_map.iter_rules():
        parameters = re.findall(r"<(?:(\w+)(?:\([^)]*\))?:)?(\w+)>", rule.rule)
        yield rule.endpoint, re.sub(r"<[^>]*>", "", rule.rule), parameters


def test_addresses_are_kebab_case(app: Flask) -> None:
    odd = [
        path
        for endpoint, path, _ in addresses(app)
        if not endpoint.endswith("static") and not re.fullmatch(r"[a-z0-9/.-]*", path)
    ]

    assert odd == []


def test_numbers_in_addresses_are_typed(app: Flask) -> None:
    untyped = [
        f"{endpoint}: {name}"
        for endpoint, _, parameters in addresses(app)
        for converter, name in parameters
        if NUMBERS.search(name) and converter != "int"
    ]

    assert untyped == []


def test_every_view_says_who_may_use_it(app: Flask) -> None:
    known = re.compile(r"public|customer|staff:[a-z.-]+")

    declared = {name: access.declared(app, name) for name in app.view_functions}

    assert all(value and known.fullmatch(value) for value in declared.values()), declared


def test_an_undeclared_view_stops_the_start(app: Flask) -> None:
    other = Flask("other")
    other.add_url_rule("/open", "open", lambda: "")

    with pytest.raises(RuntimeError, match="open"):
        access.check_all_declared(other)


def test_only_the_entry_points_commit() -> None:
    """`db.transaction` commits for them; services never open one (they are given a session)."""
    faults = []
    for path in sources(".py"):
        name = name_of(path)
        if not name.startswith("storefront/") or name in MAY_COMMIT:
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            called = node.func if isinstance(node, ast.Call) else None
            is_service = "service" in name or path.name == "rules.py"
            if isinstance(called, ast.Attribute) and called.attr == "commit":
                faults.append(f"{name}:{called.lineno} commits")
            if is_service and isinstance(called, ast.Name) and called.id == "transaction":
                faults.append(f"{name}:{called.lineno} opens a transaction")

    assert faults == []


def test_texts_stand_in_the_catalogue_and_in_product_data() -> None:
    faults = [
        f"{name_of(path)}: {text[:40]}"
        for path in sources(".py", ".html", ".txt")
        if name_of(path) not in MAY_HOLD_HAN and not name_of(path).startswith("tests/")
        for text in texts_of(path)
        if HAN.search(text)
    ]

    assert faults == []


def test_no_file_is_too_long_to_be_read() -> None:
    too_long = []
    for path in sources(".py", ".html"):
        name = name_of(path)
        longest = LONGEST_TEST if name.startswith("tests/") else LONGEST_FILE
        if not name.startswith("migrations/") and len(path.read_text().splitlines()) > longest:
            too_long.append(name)

    assert too_long == []


def test_nothing_is_left_for_later() -> None:
    words = re.compile(r"\b(TODO|FIXME|XXX)\b|except Exception|except:|pytest\.mark\.skip")
    faults = [
        name_of(path)
        for path in sources(".py", ".html", ".js", ".css")
        if path != Path(__file__) and words.search(path.read_text())
    ]

    assert faults == []


def test_every_rule_has_a_meaning_and_is_listed_once() -> None:
    text = (ROOT / "docs" / "rules.md").read_text()

    assert len(known_rules()) == len(re.findall(r"^\| [A-Z]-\d\d ", text, re.MULTILINE)) > 50


def texts_of(path: Path) -> Iterator[str]:
    """All text of a template; of Python what the program uses, not what it says about itself."""
    content = path.read_text()
    if path.suffix != ".py":
        yield content
        return
    tree = ast.parse(content)
    bodies = [getattr(node, "body", []) for node in ast.walk(tree)]
    documentation = {
        id(statement.value)
        for body in bodies
        if isinstance(body, list)
        for statement in body
        if isinstance(statement, ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and id(node) not in documentation:
            yield str(node.value)


def test_each_journey_has_addresses_of_its_own() -> None:
    """Journeys share a site in an order that nobody knows; an account is registered there once."""
    found = [
        literal.value
        for path in (ROOT / "tests" / "journeys").glob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call | ast.Assign)
        for literal in (node.args if isinstance(node, ast.Call) else [node.value])
        if isinstance(literal, ast.Constant) and str(literal.value).endswith("@example.com")
        if not isinstance(node, ast.Call) or getattr(node.func, "id", "") == "register"
    ]

    assert sorted(found) == sorted(set(found))
