"""Uploads through HTTP: pieces, forms, what is sent back, and who is let in."""

from collections.abc import Callable
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront.attachments import service
from storefront.attachments.rules import CHUNK_BYTES
from storefront.audit.models import AuditEntry
from tests.attachments import samples
from tests.attachments.conftest import NOTE, SKETCH, reread, send
from tests.staff.people import log_in, make_member

Work = Callable[[], None]
ANNA, BEN, CARL = ({"X-Tester": name} for name in ("anna", "ben", "carl"))
BEGIN, FORM = "/attachments/of/note/N1/begin", "/attachments/of/note/N1/form"
FILES = "/attachments/of/note/N1/files/identity"


def begun(client: FlaskClient, data: bytes, name: str = "card.jpg") -> dict[str, object]:
    """What the server answers to an announcement."""
    form = {"purpose": "identity", "name": name, "size": str(len(data)), "mark": name}
    answer = client.post(BEGIN, data=form, headers=ANNA)
    assert answer.status_code == 200, answer.text
    found: dict[str, object] = answer.json
    return found


def piece(client: FlaskClient, ref: object, offset: int, data: bytes) -> tuple[int, object]:
    """Sends one piece; gives status and answer."""
    answer = client.post(f"/attachments/{ref}/piece?offset={offset}", data=data, headers=ANNA)
    return answer.status_code, answer.json


def test_pieces_one_after_the_other(client: FlaskClient, session: Session, work: Work) -> None:
    data = samples.noisy(2000, 1500, quality=95)
    upload = begun(client, data)
    assert (upload["offset"], upload["piece"]) == (0, CHUNK_BYTES)
    assert len(data) > 2 * CHUNK_BYTES

    for offset in range(0, len(data), CHUNK_BYTES):
        status, answer = piece(client, upload["ref"], offset, data[offset : offset + CHUNK_BYTES])
        assert status == 200, answer
    work()

    found = client.get(f"/attachments/{upload['ref']}", headers=ANNA).json
    assert (found["state"], found["offset"]) == ("ready", len(data))
    original = client.get(f"/attachments/{upload['ref']}/original", headers=ANNA)
    assert original.data == data


def test_a_lost_answer_loses_nothing(client: FlaskClient) -> None:
    data = samples.noisy(800, 600)
    upload = begun(client, data)
    piece(client, upload["ref"], 0, data[:1000])

    assert piece(client, upload["ref"], 0, data[:1000]) == (409, {"offset": 1000})
    assert client.get(f"/attachments/{upload['ref']}", headers=ANNA).json["offset"] == 1000
    assert begun(client, data)["offset"] == 1000


@pytest.mark.parametrize("offset", ["-1", "x", "", "9" * 40])
def test_nonsense_for_an_offset_is_answered_with_the_right_one(
    client: FlaskClient, offset: str
) -> None:
    upload = begun(client, samples.photo())

    answer = client.post(
        f"/attachments/{upload['ref']}/piece?offset={offset}", data=b"x", headers=ANNA
    )

    assert (answer.status_code, answer.json) == (409, {"offset": 0})


def test_a_piece_that_is_too_large_is_not_read(client: FlaskClient) -> None:
    upload = begun(client, samples.photo())

    answer = client.post(
        f"/attachments/{upload['ref']}/piece?offset=0", data=bytes(CHUNK_BYTES + 1), headers=ANNA
    )

    assert answer.status_code == 413


@pytest.mark.parametrize(
    ("size", "status"), [("0", 422), ("x", 422), ("", 422), ("9" * 30, 422), ("100", 200)]
)
def test_announcements_are_judged(client: FlaskClient, size: str, status: int) -> None:
    form = {"purpose": "identity", "name": "a\0.jpg", "size": size, "mark": "\0" * 900}

    answer = client.post(BEGIN, data=form, headers=ANNA)

    assert answer.status_code == status
    assert answer.json.get("message") if status == 422 else answer.json["ref"]


def test_a_form_takes_several_files_and_says_what_is_wrong(
    client: FlaskClient, session: Session, work: Work
) -> None:
    chosen = [
        (BytesIO(samples.photo()), "card.jpg"),
        (BytesIO(b""), "nothing.jpg"),
        (BytesIO(b"MZ" + bytes(90)), "run.pdf"),
    ]

    answer = client.post(FORM, data={"purpose": "identity", "file": chosen}, headers=ANNA)
    work()

    assert (answer.status_code, answer.location) == (303, "/notes/N1")
    rows = {row.file_name: row for row in service.of(session, NOTE.kind, NOTE.ref)}
    assert {name: row.state for name, row in rows.items()} == {
        "card.jpg": "ready",
        "run.pdf": "refused",
    }
    assert rows["card.jpg"].uploaded_by == "customer:anna"
    listed = client.get(FILES, headers=ANNA).text
    assert "card.jpg" in listed and "preview" in listed and "run.pdf" in listed


def test_a_form_without_a_file_leads_back(client: FlaskClient) -> None:
    for data in ({}, {"purpose": "identity"}, {"file": "text"}):
        assert client.post(FORM, data=data, headers=ANNA).status_code == 303


def test_removal(client: FlaskClient, session: Session, work: Work) -> None:
    ref = send(NOTE, samples.photo())
    work()

    assert client.post(f"/attachments/{ref}/remove", headers=BEN).status_code == 404
    assert client.post(f"/attachments/{ref}/remove", headers=ANNA).status_code == 303

    assert client.get(f"/attachments/{ref}/file", headers=ANNA).status_code == 404
    assert client.post(f"/attachments/{ref}/remove", headers=ANNA).status_code == 404


def test_what_is_sent_back_can_do_no_harm(
    client: FlaskClient, session: Session, work: Work
) -> None:
    picture, paper = send(NOTE, samples.photo(), "card.HEIC"), send(NOTE, samples.pdf(), "a.html")
    work()

    shown = client.get(f"/attachments/{picture}/file", headers=ANNA)
    saved = [
        client.get(f"/attachments/{picture}/original", headers=ANNA),
        client.get(f"/attachments/{paper}/file", headers=ANNA),
    ]

    assert shown.headers["Content-Disposition"] == "inline; filename=card.jpg"
    assert [answer.headers["Content-Disposition"] for answer in saved] == [
        "attachment; filename=card.jpg",
        "attachment; filename=a.html.pdf",
    ]
    for answer in (shown, *saved):
        assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cache-Control"] == "private, no-store"
    assert samples.MAKER.encode() not in shown.data
    assert client.get(f"/attachments/{paper}/preview", headers=ANNA).status_code == 404


def addresses(app: Flask, ref: str) -> list[tuple[str, str]]:
    """Method and address of every view of attachments, for one file and its owner."""
    found = []
    for rule in app.url_map.iter_rules():
        if rule.endpoint.startswith("attachments."):
            values = {"ref": ref, "kind": "note", "owner": "N1", "purpose": "identity"}
            values |= {"what": "file"}
            _, path = rule.build({key: values[key] for key in rule.arguments}) or ("", "")
            found += [(method, path) for method in rule.methods or () if method in ("GET", "POST")]
    return found


def test_nobody_else_gets_in_anywhere(
    app: Flask, client: FlaskClient, session: Session, work: Work
) -> None:
    ref = send(NOTE, samples.photo())
    work()

    for method, path in addresses(app, ref):
        for headers in (CARL, {}):
            answer = client.open(path, method=method, headers=headers, data={"purpose": "identity"})
            assert answer.status_code == 404, f"{method} {path}"
    assert len(addresses(app, ref)) >= 7


def test_unknown_owners_and_files_are_not_found(client: FlaskClient) -> None:
    for path in (
        "/attachments/of/nothing/N1/files/identity",
        "/attachments/D0000000000000",
        "/attachments/x/file",
    ):
        assert client.get(path, headers=ANNA).status_code == 404


def test_staff_need_the_permission_and_are_written_down(
    client: FlaskClient, session: Session, work: Work
) -> None:
    note, sketch = send(NOTE, samples.photo()), send(SKETCH, samples.photo())
    work()
    assessor = make_member(session, ["assessor"])

    log_in(client, make_member(session, ["product"]))
    assert client.get(f"/attachments/{note}/file").status_code == 404
    log_in(client, assessor)
    assert client.get(f"/attachments/{note}/file").status_code == 200
    assert client.get(f"/attachments/{note}/preview").status_code == 200
    assert client.get(f"/attachments/{sketch}/file").status_code == 404

    entries = session.scalars(
        select(AuditEntry).where(AuditEntry.action == "attachments.read").order_by(AuditEntry.id)
    ).all()
    assert [(entry.member_id, entry.subject) for entry in entries] == [(assessor.id, "N1")] * 2
    assert [entry.after["what"] for entry in entries] == ["file", "preview"]
    assert entries[0].after["file"] == note


def test_staff_who_may_write_attach_in_their_own_name(
    client: FlaskClient, session: Session
) -> None:
    log_in(client, make_member(session, ["assessor"]))

    answer = client.post(
        FORM, data={"purpose": "survey", "file": [(BytesIO(samples.pdf()), "survey.pdf")]}
    )

    assert answer.status_code == 303
    assert reread(session, service.of(session, "note", "N1")[0].ref).uploaded_by.startswith(
        "staff:"
    )
