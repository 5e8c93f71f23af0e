"""The worked cases of `cases/`: one file a product, its head changed by each case."""

import tomllib
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from storefront.applications.models import Application
from storefront.catalog import answers as catalog_answers
from storefront.catalog.bundle import ProductBundle
from storefront.catalog.facts import last_day
from storefront.catalog.loader import PRODUCTS, load_product
from storefront.claims.rules import Case, Contract, Incident, Loss, Transaction, Used, contract_at
from storefront.clock import local_midnight
from storefront.policies import contract as policy_contract

CASES = Path(__file__).with_name("cases")


@dataclass(frozen=True)
class Worked:
    """One case as it stands in its file, and what it should come to."""

    product: str
    name: str
    data: dict[str, Any]

    def build(self) -> Case:
        return build(self.product, self.data)


@cache
def bundle(code: str) -> ProductBundle:
    return load_product(PRODUCTS / code)


@cache
def all_cases() -> tuple[Worked, ...]:
    """Every case of every file, the head of the file merged into it."""
    found = []
    for path in sorted(CASES.glob("*.toml")):
        head = tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
        for case in head.pop("cases"):
            contract = {**head["contract"], **case.get("contract", {})}
            contract["answers"] = {**contract["answers"], **case.get("answers", {})}
            incident = {**head["incident"], **case.get("incident", {})}
            incident = {key: value for key, value in incident.items() if value != "unknown"}
            data = {**case, "contract": contract, "incident": incident}
            found.append(Worked(path.stem, case["name"], data))
    return tuple(found)


def content(code: str, answers: dict[str, Any], start: str, **parties: Any) -> dict[str, Any]:
    """The contract as the policy keeps it, made from answers by the policy's own code."""
    definition = bundle(code).definition
    if definition.start.key:
        answers = {**answers, definition.start.key: start}
    typed = catalog_answers.load(definition, _plain(answers))
    first = date.fromisoformat(start)
    end = last_day(definition, typed, first) + timedelta(days=1)
    application = Application(
        ref="A",
        product_code=code,
        product_version=definition.version,
        premium=Decimal(100),
        currency="CNY",
        lines=[],
        answers=catalog_answers.dump(typed),
        parties=parties,
        decision={},
    )
    period = policy_contract.Period(local_midnight(first), local_midnight(end), shifted=False)
    return policy_contract.content(application, definition, period, "P")


def build(code: str, data: dict[str, Any]) -> Case:
    """The case as the rules take it: the contract as of the incident from its stack of changes."""
    given, incident = dict(data["contract"]), Incident.model_validate(data["incident"])
    books = {
        key: given[key]
        for key in ("premium_due", "premiums_paid", "cash_value", "state")
        if key in given
    }
    as_of = contract_at(stack(code, given, data.get("changes", [])), incident.at)
    losses = [
        Loss.model_validate({"code": str(number), **loss})
        for number, loss in enumerate(data["losses"], 1)
    ]
    used = [
        Used.model_validate(
            {"claim": "earlier", "event": incident.event, "at": incident.at, **item}
        )
        for item in data.get("used", [])
    ]
    product = bundle(code)
    return Case(
        product=product.definition,
        contract=Contract.model_validate({**as_of, **books}),
        incident=incident,
        losses=tuple(losses),
        used=tuple(used),
        tables=product.tables,
    )


def stack(code: str, given: dict[str, Any], changes: list[dict[str, Any]]) -> list[Transaction]:
    """New business, and each change of the answers (or end of the contract) after it."""
    start = local_midnight(date.fromisoformat(given["start"]))
    answers = given["answers"]
    parties = given.get("parties", {})
    first = content(code, answers, given["start"], **parties) | given.get("content", {})
    found = [Transaction("new_business", start, start, first)]
    for change in changes:
        answers = {**answers, **change.get("answers", {})}
        at: datetime = change["effective_at"]
        kind = change.get("kind", "endorsement")
        changed = content(code, answers, given["start"], **parties) | given.get("content", {})
        found.append(Transaction(kind, at, change.get("recorded_at", at), changed))
    return found


def _plain(value: Any) -> Any:
    """What TOML reads, as the JSON of an application holds it."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return str(value) if isinstance(value, Decimal | date) else value
