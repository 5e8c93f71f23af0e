"""Every action that the code writes into the audit has words for those who read it."""

import ast
from collections.abc import Iterator
from pathlib import Path

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from storefront import roles
from storefront.audit import words
from storefront.staff.views import unmasking
from tests.staff.people import log_in, make_member

CODE = Path(words.__file__).parents[1]
HELPERS = ("_audit", "_record", "_record_decision", "_leave_trace")
"""Functions that write the audit for their module; the action is among what they are given."""
DECISIONS = ("request", "approved", "refused", "withdrawn")
# What is put together while the program runs, by how it is written there.
COMPOSED = {
    "f'{kind}.unmask'": [f"{kind}.unmask" for kind in unmasking.KINDS.split(", ")],
    "f'payouts.{what}'": ["payouts.approve", "payouts.dismiss"],
    "f'payments.{decision}'": ["payments.released", "payments.refunded"],
    "f'payments.{done}'": ["payments.released", "payments.refunded"],
    "f'complaints.{complaint.stage}'": ["complaints.decided", "complaints.reviewed"],
    "f'{ask.kind}.request'": [],
    "f'{approval.kind}.{decision}'": [
        f"{kind}.{decision}"
        for kind in ("member.roles", "refund.large", "products.approve")
        for decision in DECISIONS
    ],
    "f'claims.{kind}'": [
        *(f"claims.ex-gratia-{state}" for state in ("requested", "agreed", "refused")),
        "claims.taken-over", "claims.complex",
    ],
}  # fmt: skip


def actions() -> Iterator[str]:
    """Every action that is written down somewhere."""
    for path in CODE.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        if "Deed(" in text:
            yield from _written(ast.parse(text))


def _written(module: ast.Module) -> Iterator[str]:
    for call in ast.walk(module):
        if not isinstance(call, ast.Call):
            continue
        name = getattr(call.func, "attr", getattr(call.func, "id", ""))
        given = call.args[:1] if name == "Deed" else call.args if name in HELPERS else []
        for argument in given:
            code = ast.unparse(argument)
            if isinstance(argument, ast.JoinedStr) and "." in code:
                yield from COMPOSED[code]
            elif isinstance(argument, ast.Constant) and (name == "Deed" or "." in code):
                yield str(argument.value)


def test_every_action_has_words_and_no_words_are_left_over() -> None:
    assert set(actions()) == set(words.ACTIONS)


def test_the_audit_shows_words(client: FlaskClient, session: Session) -> None:
    desk = log_in(client, make_member(session, roles.ROLES))
    desk.get("/staff/customers/1")
    page = desk.get("/staff/audit").text
    assert "登录" in page
    assert ">members.login" not in page
    assert 'value="members.login"' in page  # what the address is narrowed by stays the code
    assert "登录" in desk.get("/staff/audit/1").text
    assert "登录" in desk.get("/staff/lists/audit").text
