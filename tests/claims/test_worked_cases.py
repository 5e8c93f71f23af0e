"""Cases worked by hand over all products: what each head comes to, line by line, and why not."""

from decimal import Decimal

import pytest

from storefront.claims.rules import Adjudication, Head, adjudicate
from tests.claims.worked import Worked, all_cases, bundle

CASES = [
    pytest.param(
        worked,
        marks=[pytest.mark.rule(rule) for rule in worked.data.get("rules", ())],
        id=f"{worked.product}: {worked.name}",
    )
    for worked in all_cases()
]


@pytest.mark.parametrize("worked", CASES)
def test_a_worked_case(worked: Worked) -> None:
    found = adjudicate(worked.build())

    assert [
        {key: getattr(head, key) for key in expected}
        for head, expected in zip(found.heads, worked.data["heads"], strict=True)
    ] == worked.data["heads"]
    assert sorted({finding.code for finding in found.findings}) == sorted(
        worked.data.get("findings", [])
    )
    assert {item.code: item.amount for item in found.returns} == worked.data.get("returns", {})
    assert found.ends_contract == worked.data.get("ends_contract", False)
    if "outcome" in worked.data:
        assert found.outcome == worked.data["outcome"]
    for head in found.heads:
        assert_lines_add_up(head)
    assert Adjudication.from_json(found.to_json()) == found


def assert_lines_add_up(head: Head) -> None:
    """The last line is what is paid, every line is in fen, and no line stands without words."""
    assert head.steps[-1].code == "payable"
    assert head.steps[-1].amount == head.payable
    for step in head.steps:
        assert step.amount == step.amount.quantize(Decimal("0.01"))
        assert "{" not in step.label.zh + step.label.en


@pytest.mark.parametrize("worked", CASES)
def test_the_arithmetic_tells_every_payment(worked: Worked) -> None:
    for head in worked.data["heads"]:
        assert f"{Decimal(head['payable']):,.2f}" in worked.data["arithmetic"]


def test_there_are_enough_cases_of_every_product() -> None:
    products = [worked.product for worked in all_cases()]

    assert len(products) >= 120
    assert min(products.count(code) for code in set(products)) >= 8
    assert len(set(products)) == 9


def test_every_line_names_an_article_that_the_clauses_have() -> None:
    """But for what the customer claimed and the sums at the end."""
    without = {"claimed", "payable", "barred"}
    for worked in all_cases():
        clauses = bundle(worked.product).clauses["en"]
        for head in adjudicate(worked.build()).heads:
            for step in head.steps:
                if step.code not in without:
                    article = step.clause.partition(".")[0]
                    assert f"**Article {article}" in clauses, (worked.name, step)
