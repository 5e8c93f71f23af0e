"""Documents that an application asks for: when, until when they may change, and who sees them."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from storefront import clock, jobs
from storefront.applications import rules
from storefront.attachments import service as attachments
from storefront.attachments.models import Attachment
from storefront.catalog import service as catalog
from storefront.catalog.loader import load_product
from storefront.catalog.rules import definition_faults
from storefront.db import db, transaction
from storefront.evidence.models import EvidenceRecord
from tests.applications.conftest import PASSWORD, new_customer, stored
from tests.applications.papers import CODE, EXTRA, IDENTITY, LICENCE, LICENCE_NAME, write_product
from tests.attachments import samples
from tests.plans import PLANS
from tests.staff.people import log_in, make_member
from tests.visitor import Visitor

DOCUMENT_REF = re.compile(r"/attachments/(D\w{13})/")


@pytest.fixture
def papers(app: Flask, tmp_path: Path) -> Iterator[None]:
    """The product with documents on sale, until the test is over."""
    with app.app_context(), transaction() as session:
        catalog.publish(session, load_product(write_product(tmp_path)), clock.now())
    yield
    with app.app_context(), db.engine.begin() as connection:
        connection.execute(text("set session_replication_role = replica"))
        connection.execute(text("delete from product_version where code = :code"), {"code": CODE})
        connection.execute(text("set session_replication_role = origin"))


@pytest.fixture
def applied(papers: None, buyer: Visitor) -> str:
    """An application that has everything but the documents."""
    _, answers, plan = PLANS["motor-compulsory"](clock.local_date(clock.now()))
    return buyer.up_to("clauses", CODE, answers, plan)


def attach(
    visitor: Visitor, ref: str, data: bytes, code: str = LICENCE, name: str = "a.jpg"
) -> int:
    """Sends the form of a document; gives the status of the answer."""
    token = re.search(r'name="csrf_token" value="([^"]+)"', visitor.page.text)
    answer = visitor.http.post(
        f"/attachments/of/application/{ref}/form",
        data={"purpose": code, "csrf_token": token[1] if token else ""},
        files={"file": (name, data)},
    )
    return answer.status_code


def work(app: Flask) -> None:
    """Lets the files be checked."""
    jobs.run_worker(app, stop_when_empty=True)


def attached(app: Flask, buyer: Visitor, ref: str) -> str:
    """Attaches the required document; gives its reference, with the page of the step open."""
    attach(buyer, ref, samples.photo())
    work(app)
    buyer.get(f"/applications/{ref}/documents")
    found = DOCUMENT_REF.search(buyer.page.text)
    assert found
    return found[1]


def finish(visitor: Visitor, ref: str) -> None:
    """The steps after the documents, to the end."""
    for step in ("clauses", "exclusions"):
        visitor.step(ref, step, **{step: "yes"})
    visitor.step(ref, "summary", summary="yes")


def test_a_required_document_is_waited_for(app: Flask, buyer: Visitor, applied: str) -> None:
    assert buyer.page.url.path.endswith("/documents"), buyer.problems()
    assert LICENCE_NAME in buyer.page.text

    answer = buyer.save(applied, "documents", action="next")
    assert answer.status_code == 422
    assert 'id="error-summary"' in answer.text and f'href="#file-{LICENCE}"' in answer.text

    assert attach(buyer, applied, samples.photo()) == 303
    assert buyer.save(applied, "documents", action="next").status_code == 422
    work(app)
    buyer.get(f"/applications/{applied}/documents")
    assert "/preview" in buyer.page.text
    buyer.save(applied, "documents", action="next")
    assert buyer.page.url.path.endswith("/clauses")


def test_no_step_behind_the_documents_opens_without_them(
    session: Session, buyer: Visitor, applied: str
) -> None:
    for step in ("clauses", "exclusions", "summary"):
        buyer.get(f"/applications/{applied}/{step}")
        assert buyer.page.url.path.endswith("/documents")
        buyer.save(applied, step, **{step: "yes"})
    assert stored(applied).state == "draft"


def test_a_document_nobody_asks_for_is_not_taken(
    session: Session, buyer: Visitor, applied: str
) -> None:
    assert attach(buyer, applied, samples.photo(), code="no-such-document") == 404
    assert session.scalars(select(Attachment)).all() == []


def test_a_refused_file_is_none(app: Flask, buyer: Visitor, applied: str) -> None:
    attach(buyer, applied, samples.pdf(change=samples.with_script), name="form.pdf")
    work(app)

    answer = buyer.save(applied, "documents", action="next")

    assert answer.status_code == 422
    assert 'data-state="refused"' in answer.text


def test_what_was_attached_stands_in_the_record_and_can_no_longer_change(
    app: Flask, session: Session, buyer: Visitor, applied: str
) -> None:
    document = attached(app, buyer, applied)
    buyer.save(applied, "documents", action="next")
    finish(buyer, applied)
    assert stored(applied).state == "accepted", buyer.problems()

    assert attach(buyer, applied, samples.photo(), EXTRA) == 409
    assert buyer.post(f"/attachments/{document}/remove", {}).status_code == 409
    assert buyer.http.get(f"/attachments/{document}/file").status_code == 200

    row = session.scalars(select(Attachment)).one()
    record = session.scalars(
        select(EvidenceRecord).where(EvidenceRecord.kind == "answers:documents")
    ).one()
    assert record.details["given"]["files"] == [
        {"document": LICENCE, "ref": document, "sha256": row.sha256}
    ]


def test_a_file_taken_away_closes_the_steps_behind_it(
    app: Flask, buyer: Visitor, applied: str
) -> None:
    document = attached(app, buyer, applied)
    buyer.save(applied, "documents", action="next")
    buyer.step(applied, "clauses", clauses="yes")

    buyer.get(f"/applications/{applied}/documents")
    buyer.post(f"/attachments/{document}/remove", {})
    buyer.get(f"/applications/{applied}/summary")

    assert buyer.page.url.path.endswith("/documents")


def test_another_customer_finds_nothing(
    app: Flask, session: Session, buyer: Visitor, applied: str
) -> None:
    document = attached(app, buyer, applied)
    with transaction():
        session.add(new_customer("other@example.com", PASSWORD))
    buyer.http.cookies.clear()
    buyer.log_in("other@example.com", PASSWORD)
    buyer.get("/account/")

    for path in ("", "/file", "/preview", "/original"):
        assert buyer.http.get(f"/attachments/{document}{path}").status_code == 404
    assert attach(buyer, applied, samples.photo()) == 404
    files = f"/attachments/of/application/{applied}/files/{LICENCE}"
    assert buyer.http.get(files).status_code == 404


def test_underwriters_see_it_and_may_not_change_it(
    app: Flask, session: Session, buyer: Visitor, applied: str
) -> None:
    attach(buyer, applied, samples.photo())
    work(app)
    ref = attachments.of(session, "application", applied)[0].ref
    reader = log_in(app.test_client(), make_member(session, ["underwriter"]))
    stranger = log_in(app.test_client(), make_member(session, ["product"]))

    assert reader.get(f"/attachments/{ref}/file").status_code == 200
    assert reader.post(f"/attachments/{ref}/remove").status_code == 404
    assert stranger.get(f"/attachments/{ref}/file").status_code == 404


def test_documents_follow_from_answers_and_policyholder(tmp_path: Path) -> None:
    definition = load_product(write_product(tmp_path)).definition

    def asked(**facts: str) -> list[str]:
        return [item.code for item in rules.required_documents(definition, facts)]

    assert asked(policyholder_kind="person", vehicle_class="MC01") == [LICENCE, EXTRA]
    assert asked(policyholder_kind="company") == ["business-licence", LICENCE, EXTRA]
    assert asked(policyholder_kind="person", vehicle_class="MC05") == [LICENCE, EXTRA, IDENTITY]
    documents = rules.required_documents(definition, {})
    assert [item.code for item in rules.missing_documents(documents, frozenset())] == [LICENCE]


def test_a_definition_with_a_broken_document_is_refused(tmp_path: Path) -> None:
    file = write_product(tmp_path) / "product.toml"
    good = load_product(file.parent).definition
    assert not list(definition_faults(good))

    documents = good.application.documents
    broken = documents[3].model_copy(
        update={"when": (documents[3].when[0].model_copy(update={"key": "no_such"}),)}
    )
    form = good.application.model_copy(update={"documents": (*documents, broken)})
    faults = list(definition_faults(good.model_copy(update={"application": form})))

    assert {fault.key for fault in faults} == {
        "application.documents",
        f"application.documents.{IDENTITY}.when",
    }
