"""Papers one by one beside the facts: pictures, and PDFs in a frame that can do nothing."""

import io

import pytest
from flask.testing import FlaskClient

from tests.accounts.actors import enter
from tests.attachments import samples
from tests.claims.support import Case, claim_of, covered, reported
from tests.policies.support import Office
from tests.staff.people import log_in, make_member


@pytest.fixture
def case(office: Office) -> Case:
    return covered(office)


@pytest.fixture
def ref(office: Office, client: FlaskClient, case: Case) -> str:
    """A claim with a picture and a PDF."""
    ref = claim_of(office.session, reported(case, "accident-medical")).ref
    enter(office.app, client, case.customer_id)
    papers = [("invoices", "bill.pdf", samples.pdf()), ("identity", "card.jpg", samples.photo())]
    for purpose, name, data in papers:
        sent = {"purpose": purpose, "file": (io.BytesIO(data), name)}
        assert client.post(f"/attachments/of/claim/{ref}/form", data=sent).status_code == 303
    office.work()
    return ref


@pytest.fixture
def desk(office: Office) -> FlaskClient:
    return log_in(office.app.test_client(), make_member(office.session, ["support"]))


def test_one_paper_after_the_other_stands_beside_the_facts(desk: FlaskClient, ref: str) -> None:
    first = desk.get(f"/staff/claims/{ref}/papers")
    assert "1 / 2" in first.text
    assert "card.jpg" in first.text  # the identity was asked for first
    assert 'rel="prev"' not in first.text
    following = first.text.partition('rel="next" href="')[2].partition('"')[0]
    second = desk.get(following)
    assert "bill.pdf" in second.text
    assert 'rel="next"' not in second.text
    assert "<iframe" in second.text
    assert "frame-src 'self'" in second.headers["Content-Security-Policy"]
    assert "frame-src" not in desk.get(f"/staff/claims/{ref}").headers["Content-Security-Policy"]


def test_the_frame_holds_pdfs_of_this_claim_alone(
    office: Office, client: FlaskClient, desk: FlaskClient, ref: str
) -> None:
    page = desk.get(f"/staff/claims/{ref}/papers").text
    pdf_page = desk.get(page.partition('rel="next" href="')[2].partition('"')[0]).text
    address = pdf_page.partition("<iframe")[2].partition('src="')[2].partition('"')[0]
    shown = desk.get(address)
    assert shown.data.startswith(b"%PDF-")
    assert shown.headers["Content-Disposition"].startswith("inline")
    policy = "default-src 'none'; sandbox; frame-ancestors 'self'"
    assert shown.headers["Content-Security-Policy"] == policy
    picture = page.partition("/attachments/")[2].partition("/")[0]
    assert desk.get(address.replace(address.split("/")[-2], picture)).status_code == 404
    other = claim_of(office.session, reported(covered(office, number="N2"), "accident-medical")).ref
    assert desk.get(address.replace(ref, other)).status_code == 404
    assert client.get(address).status_code in (302, 403, 404)


def test_a_claim_without_papers_says_so(office: Office, case: Case, desk: FlaskClient) -> None:
    ref = claim_of(office.session, reported(case, "accident-medical")).ref
    assert "尚未收到任何材料" in desk.get(f"/staff/claims/{ref}/papers").text
