"""The evidence record finds whatever was changed behind its back."""

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from storefront import clock
from storefront.db import db, transaction
from storefront.evidence import service
from storefront.evidence.service import Happening

CHAIN = "A0CHAIN"


@pytest.fixture
def chain(session: Session) -> Session:
    now = clock.now()
    for number in range(4):
        with transaction():
            happening = Happening(
                CHAIN, "page:notice", "customer:1", f"text {number % 2}", {"n": number}
            )
            service.record(session, happening, now, clock.local_date(now))
    return session


def tamper(statement: str) -> None:
    """Does what the triggers refuse, as somebody with the database's own rights could."""
    with db.engine.begin() as connection:
        connection.execute(text("set session_replication_role = replica"))
        connection.execute(text(statement))
        connection.execute(text("set session_replication_role = origin"))
    db.session.expire_all()


@pytest.mark.rule("E-01")
def test_an_untouched_chain_is_sound(chain: Session) -> None:
    assert service.faults_in_chain(chain, CHAIN) == []
    assert service.faults_in_contents(chain) == []


@pytest.mark.rule("E-01")
@pytest.mark.parametrize(
    ("statement", "fault"),
    [
        (
            "update evidence_record set actor = 'customer:2' where position = 2",
            "record 2 was altered",
        ),
        (
            "update evidence_record set at = at + interval '1 s' where position = 3",
            "record 3 was altered",
        ),
        ("delete from evidence_record where position = 2", "record 2 is missing"),
        (
            "update evidence_record set details = (select details from evidence_record where position = 1)"
            " where position = 4",
            "details of record 4 were altered",
        ),
        ("update evidence_record set position = 9 where position = 4", "record 4 is missing"),
    ],
)
def test_tampering_is_found(chain: Session, statement: str, fault: str) -> None:
    tamper(statement)
    assert any(fault in found for found in service.faults_in_chain(chain, CHAIN))


@pytest.mark.rule("E-01")
def test_a_changed_text_is_found(chain: Session) -> None:
    tamper("update evidence_content set body = (select body from evidence_content limit 1)")
    assert len(service.faults_in_contents(chain)) == 1


def test_equal_texts_are_kept_once(chain: Session) -> None:
    assert chain.scalar(text("select count(*) from evidence_content")) == 2


def test_the_command_reports_and_fails_on_a_fault(app: Flask, chain: Session) -> None:
    sound = app.test_cli_runner().invoke(args=["evidence", "verify"])
    assert (sound.exit_code, "1 chains checked, 0 faults" in sound.output) == (0, True)
    tamper("delete from evidence_record where position = 1")
    broken = app.test_cli_runner().invoke(args=["evidence", "verify"])
    assert broken.exit_code == 1
