"""What the desk adds and reads: reports of surveys, the adjuster's name, invoices, letters."""

import io

import pytest
from flask.testing import FlaskClient

from storefront import clock
from storefront.attachments import service as attachments
from tests.accounts.actors import enter
from tests.attachments import samples
from tests.claims.support import Case, claim_of, covered, medical_claim
from tests.policies.support import Office
from tests.staff.people import log_in, make_member

pytestmark = pytest.mark.usefixtures("office")


@pytest.fixture
def case(office: Office) -> Case:
    return covered(office)


@pytest.fixture
def ref(office: Office, client: FlaskClient, case: Case) -> str:
    """A claim that a person has to assess."""
    return claim_of(office.session, medical_claim(case, client, "6000")).ref


@pytest.fixture
def desk(office: Office) -> FlaskClient:
    return log_in(office.app.test_client(), make_member(office.session, ["assessor"]))


def note(desk: FlaskClient, ref: str, kind: str, by_whom: str) -> None:
    today = clock.local_date(clock.now()).isoformat()
    written = {"kind": kind, "on_day": today, "by_whom": by_whom, "text": "现场无异常"}
    assert desk.post(f"/staff/claims/{ref}/notes", data=written).status_code == 303


def upload(desk: FlaskClient, ref: str, purpose: str) -> int:
    file = (io.BytesIO(samples.photo(300, 200)), "report.jpg")
    data = {"purpose": purpose, "file": file}
    return desk.post(f"/attachments/of/claim-desk/{ref}/form", data=data).status_code


def test_a_report_is_kept_with_its_hash_and_stays(
    office: Office, desk: FlaskClient, ref: str
) -> None:
    note(desk, ref, "survey", "某公估")
    assert "note-1" in desk.get(f"/staff/claims/{ref}/course").text
    assert upload(desk, ref, "note-1") == 303
    office.work()
    [kept] = attachments.of(office.session, "claim-desk", ref)
    page = desk.get(f"/staff/claims/{ref}/course").text
    assert "report.jpg" in page
    assert str(kept.sha256) in page
    assert desk.post(f"/attachments/{kept.ref}/remove").status_code == 409
    assert desk.get(f"/attachments/{kept.ref}/original").status_code == 200
    files = desk.get(f"/attachments/of/claim-desk/{ref}/files/note-1").text
    assert f"{kept.ref}/remove" not in files
    assert upload(desk, "C00000000000", "note-1") == 404


def test_the_customer_sees_no_file_of_the_desk(
    office: Office, client: FlaskClient, case: Case, desk: FlaskClient, ref: str
) -> None:
    upload(desk, ref, "desk")
    office.work()
    [kept] = attachments.of(office.session, "claim-desk", ref)
    enter(office.app, client, case.customer_id)
    assert "report.jpg" not in client.get(f"/claims/{ref}").text
    assert client.get(f"/attachments/{kept.ref}/file").status_code == 404
    assert client.get(f"/attachments/of/claim-desk/{ref}/files/desk").status_code == 404
    assert upload(client, ref, "desk") == 404
    reader = log_in(office.app.test_client(), make_member(office.session, ["support"]))
    assert upload(reader, ref, "desk") == 404
    assert reader.get(f"/attachments/{kept.ref}/file").status_code == 200


def test_the_customer_is_told_who_adjusts(
    office: Office, client: FlaskClient, case: Case, desk: FlaskClient, ref: str
) -> None:
    note(desk, ref, "adjuster", "示例公估师甲")
    note(desk, ref, "adjuster", "示例公估师乙")
    enter(office.app, client, case.customer_id)
    page = client.get(f"/claims/{ref}").text
    assert "示例公估师乙" in page
    assert "示例公估师甲" not in page
    assert "示例公估师乙" in desk.get(f"/staff/claims/{ref}").text


def test_the_desk_reads_the_invoices_and_the_signed_letter(
    office: Office, desk: FlaskClient, ref: str
) -> None:
    page = desk.get(f"/staff/claims/{ref}").text
    assert "-0" in page
    assert "6000" in page
    assert desk.get(f"/staff/claims/{ref}/letters/1.pdf").status_code == 404
    decided = {"outcome": "approved", "amount-1": "6000", "action": "decide"}
    assert desk.post(f"/staff/claims/{ref}/decide", data=decided).status_code == 303
    office.work()
    assert f"{ref}/letters/1.pdf" in desk.get(f"/staff/claims/{ref}").text
    assert desk.get(f"/staff/claims/{ref}/letters/1.pdf").data.startswith(b"%PDF-")


def test_the_decision_says_what_is_insured_and_what_the_limit_had_left(
    office: Office, client: FlaskClient, case: Case, desk: FlaskClient, ref: str
) -> None:
    decided = {"outcome": "approved", "amount-1": "6000", "action": "preview"}
    shown = desk.post(f"/staff/claims/{ref}/decide", data=decided).text
    assert "申请金额中属于保险责任的部分：¥6,000.00 （条款第 4 条）" in shown
    assert "本次理赔之前剩余限额：¥12,000.00 （条款第 8 条）" in shown
