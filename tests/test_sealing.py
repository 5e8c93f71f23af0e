"""What was written before decisions were encrypted and ends of chains sealed is brought to it, and kept."""

import json
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import text

from storefront import create_app
from storefront.applications.models import Application
from storefront.cli import alembic
from storefront.db import db
from storefront.evidence import digests
from tests.conftest import copy_database, make_settings

DECISION = {"outcome": "declined", "findings": [{"rule": "tumour"}], "terms": [], "until": None}
INSERT = text(
    "insert into application (ref, customer_id, quote_id, product_code, product_version, state,"
    " language, revision, answers, parties, declaration, currency, lines, decision, created_at,"
    " updated_at, expires_at, retain_until) values (:ref, 1, 1, 'term-life', 2, :state, 'zh', 1,"
    " cast(:answers as jsonb), '', '', 'CNY', '[]', cast(:decision as jsonb), now(), now(), now(),"
    " :until)"
)


RECORD = text(
    "insert into evidence_record (chain, position, at, kind, actor, details, details_sha256, previous,"
    " digest, retain_until) values (:chain, :position, now(), 'page', 'customer:1', '', '', '',"
    " :digest, now())"
)


@pytest.fixture
def old(template_url: str, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """An application on a database as it was before."""
    app = create_app(make_settings(copy_database(template_url), tmp_path_factory.mktemp("old")))
    with app.app_context():
        before = alembic.script_directory.get_revision("0017").down_revision
        alembic.downgrade(before)
    return app


@pytest.mark.rule("E-04")
def test_what_was_decided_before_is_sealed_and_nothing_is_lost(old: Flask) -> None:
    rows = (
        ("A1", "declined", {"a": 1}, DECISION),
        ("A2", "accepted", {"a": 1}, {**DECISION, "outcome": "standard"}),
        ("A3", "draft", {"a": 1}, None),
        ("A4", "declined", {}, DECISION),  # wiped before, but for this
    )
    with old.app_context():
        with db.engine.begin() as connection:
            connection.execute(text("set session_replication_role = replica"))
            for ref, state, answers, decision in rows:
                values = {"ref": ref, "state": state, "until": date(2031, 1, 1)}
                connection.execute(
                    INSERT,
                    {**values, "answers": json.dumps(answers), "decision": json.dumps(decision)},
                )
            connection.execute(text("set session_replication_role = origin"))
        alembic.upgrade()
        stored = dict(db.session.execute(text("select ref, decision from application")).all())
        assert "tumour" not in str(stored)
        found = dict(db.session.query(Application.ref, Application.decision).all())
        assert found == {"A1": DECISION, "A2": rows[1][3], "A3": None, "A4": None}
        db.session.rollback()

        alembic.downgrade(alembic.script_directory.get_revision("0017").down_revision)
        again = dict(db.session.execute(text("select ref, decision from application")).all())
        assert again["A1"] == DECISION
        db.session.rollback()
        db.engine.dispose()


@pytest.mark.rule("E-01")
def test_chains_from_before_are_sealed_where_they_end(old: Flask) -> None:
    records = [("A1", 1, "a"), ("A1", 2, "b"), ("A2", 7, "c")]
    with old.app_context():
        with db.engine.begin() as connection:
            for chain, position, digest in records:
                values = {"chain": chain, "position": position, "digest": digest}
                connection.execute(RECORD, values)
        alembic.upgrade()
        found = db.session.execute(text("select * from evidence_end order by chain")).all()
        expected = [(*end[:2], digests.end_seal(*end)) for end in records[1:]]
        assert [tuple(row) for row in found] == expected
        db.session.rollback()
        db.engine.dispose()
