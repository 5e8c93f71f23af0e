"""The evidence record finds whatever was changed behind its back."""

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from storefront import clock
from storefront.db import transaction
from storefront.evidence import checking, service
from storefront.evidence.service import Happening
from tests.evidence.chains import past_the_triggers

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
    with past_the_triggers() as connection:
        connection.execute(text(statement))


@pytest.mark.rule("E-01")
def test_an_untouched_chain_is_sound(chain: Session) -> None:
    assert checking.faults_in_chain(chain, CHAIN) == []
    assert list(checking.faults(chain, clock.now())) == []


@pytest.mark.rule("E-01")
@pytest.mark.parametrize(
    ("statement", "fault"),
    [
        (
            "update evidence_record set actor = 'customer:2' where position = 2",
            "record 2: was altered",
        ),
        (
            "update evidence_record set at = at + interval '1 s' where position = 3",
            "record 3: was altered",
        ),
        ("delete from evidence_record where position = 2", "record 2: is missing"),
        (
            "update evidence_record set details = (select details from evidence_record where position = 1)"
            " where position = 4",
            "record 4: its details were altered",
        ),
        ("update evidence_record set position = 9 where position = 4", "record 4: is missing"),
    ],
)
def test_tampering_is_found(chain: Session, statement: str, fault: str) -> None:
    tamper(statement)
    assert any(fault in str(found) for found in checking.faults_in_chain(chain, CHAIN))


@pytest.mark.rule("E-01")
def test_a_changed_text_is_found(chain: Session) -> None:
    tamper("update evidence_content set body = (select body from evidence_content limit 1)")
    altered = [fault for fault in checking.faults(chain, clock.now()) if fault.content]
    assert [(fault.chain, fault.position) for fault in altered] in ([(CHAIN, 1)], [(CHAIN, 2)])


def test_equal_texts_are_kept_once(chain: Session) -> None:
    assert chain.scalar(text("select count(*) from evidence_content")) == 2


def test_the_command_reports_and_fails_on_a_fault(app: Flask, chain: Session) -> None:
    sound = app.test_cli_runner().invoke(args=["evidence", "verify"])
    assert (
        sound.exit_code,
        "1 chains with 4 records and 0 anchors checked, 0 faults" in sound.output,
    ) == (0, True)
    tamper("delete from evidence_record where position = 1")
    broken = app.test_cli_runner().invoke(args=["evidence", "verify"])
    assert broken.exit_code == 1
