"""From the payment to the delivered policy, with real stand-in insurers and a real worker."""

import io
import json
from datetime import timedelta

import pypdf
import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from storefront import clock
from storefront.applications.models import Application
from storefront.crypto import is_reference, sha256
from storefront.db import transaction
from storefront.evidence import service as evidence
from storefront.evidence.models import EvidenceRecord
from storefront.mail import Mail
from storefront.payments.models import Refund
from storefront.policies import archive, issuing, service
from storefront.policies.document.signature import trusted_certificates
from storefront.policies.document.verification import verify_pdf
from storefront.policies.insurer_client import signature_header
from storefront.policies.models import Policy, PolicyDocument, RenderedClauses
from tests.policies.support import Office, paid_application


@pytest.mark.rule("V-01")
@pytest.mark.parametrize("code", ["travel-accident", "term-life", "motor-compulsory"])
def test_a_paid_application_becomes_a_delivered_policy(
    office: Office, code: str, signing_folder: object
) -> None:
    policy = office.issue(code, language="zh")
    office.assert_exactly_one(policy)
    document = policy.documents[0]
    (mail,) = office.mails()
    attached = office.attachment(mail)
    assert sha256(attached) == document.sha256
    trusted = trusted_certificates(signing_folder, "")
    assert verify_pdf(attached, trusted).genuine
    text = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(attached)).pages)
    assert policy.number in text
    assert policy.verify_code in text


def test_beginning_twice_begins_one(office: Office) -> None:
    with transaction() as session:
        payment = paid_application(session)
        first = service.begin(session, payment, clock.now())
        assert service.begin(session, payment, clock.now()) is first
    assert first.state == "issuing"
    assert first.number is None
    assert is_reference(first.verify_code, "V")
    assert office.waiting() == ["policies.issue"]


@pytest.mark.rule("M-03")
def test_cover_begins_as_chosen_where_the_premium_came_before(office: Office) -> None:
    policy = office.begin(start_in_days=10)
    assert clock.local_date(policy.start_at) == clock.local_date(clock.now()) + timedelta(days=10)
    content = service.first_transaction(office.session, policy).content
    assert content["start_shifted"] is False


@pytest.mark.rule("M-03")
@pytest.mark.parametrize("start_in_days", [0, -3])
def test_cover_never_begins_before_the_premium_came(office: Office, start_in_days: int) -> None:
    policy = office.begin(start_in_days=start_in_days)
    tomorrow = clock.local_date(clock.now()) + timedelta(days=1)
    assert policy.start_at == clock.local_midnight(tomorrow)
    content = service.first_transaction(office.session, policy).content
    assert content["start_shifted"] is True
    record = office.session.scalars(
        select(EvidenceRecord).where(EvidenceRecord.kind == "policy-begun")
    ).one()
    assert record.details["start_shifted"] is True


@pytest.mark.rule("E-03")
def test_records_are_kept_as_long_as_the_longest_period(office: Office) -> None:
    policy = office.begin("travel-accident")
    end = clock.local_date(policy.end_at)
    assert policy.retain_until == clock.add_years(end, 10)  # identity records


@pytest.mark.rule("E-01")
def test_what_happened_is_on_record(office: Office) -> None:
    policy = office.issue()
    reference = policy.application.ref
    kinds = office.session.scalars(
        select(EvidenceRecord.kind)
        .where(EvidenceRecord.chain == reference)
        .order_by(EvidenceRecord.id)
    ).all()
    assert kinds == ["policy-begun", "policy-issued", "policy-delivered"]
    assert evidence.faults_in_chain(office.session, reference) == []


def test_a_late_insurer_is_asked_again(office: Office) -> None:
    office.sandbox.tell("insurer", mode="late", seconds=1)
    policy = office.begin()
    office.work()
    assert office.read(policy.id).state == "issuing"
    assert office.waiting() == ["policies.issue"]
    asked_since = clock.now()
    while office.read(policy.id).state == "issuing":
        assert clock.now() - asked_since < timedelta(seconds=20)
        office.work(hurry=True)
    office.work()
    office.assert_exactly_one(office.read(policy.id))


@pytest.mark.parametrize("mode", ["error", "down", "slow"])
def test_an_insurer_in_trouble_is_asked_until_it_answers(office: Office, mode: str) -> None:
    office.app.extensions["settings"].insurer_timeout_seconds = "1"
    office.sandbox.tell("insurer", mode=mode, count=1, seconds=1.3)
    policy = office.begin()
    for _ in range(5):
        office.work(hurry=True)
    office.assert_exactly_one(office.read(policy.id))


def test_an_insurer_answering_twice_issues_once(office: Office) -> None:
    """It answers the question, and then sends its answer twice more by itself."""
    office.sandbox.tell("insurer", mode="twice")
    policy = office.begin()
    message = json.dumps({"status": "issued", "application_ref": policy.application.ref}).encode()
    browser = office.app.test_client()
    assert notify(browser, message, "key-of-haitang") == 204
    assert notify(browser, message, "key-of-haitang") == 204
    office.work()
    office.assert_exactly_one(office.read(policy.id))
    assert notify(browser, message, "key-of-haitang") == 204
    assert office.waiting() == []


@pytest.mark.parametrize("body", [b"", b"{}", b"[1]", b'{"application_ref": 7}'])
def test_a_message_about_nothing_does_nothing(office: Office, body: bytes) -> None:
    assert notify(office.app.test_client(), body, "key-of-haitang") == 204


def test_only_the_insurer_has_itself_asked_again(office: Office) -> None:
    policy = office.begin()
    message = json.dumps({"application_ref": policy.application.ref}).encode()
    waiting = office.waiting()
    for key in ("key-of-yunshan", ""):
        assert notify(office.app.test_client(), message, key) == 400
    assert office.waiting() == waiting


def notify(browser: FlaskClient, body: bytes, key: str) -> int:
    signature = signature_header(key, body, int(clock.now().timestamp()))
    answer = browser.post("/insurers/answers", data=body, headers={"X-Signature": signature})
    return answer.status_code


def test_a_refusal_sends_the_money_back_and_says_why(office: Office) -> None:
    office.sandbox.tell("insurer", mode="refuse")
    policy = office.begin(language="en")
    office.work()
    policy = office.read(policy.id)
    assert policy.state == "cancelled"
    assert policy.number is None
    assert set(policy.refusal) == {"code", "zh", "en"}
    refund = office.session.scalars(select(Refund)).one()
    assert refund.amount == policy.premium
    assert office.session.get_one(Application, policy.application_id).state == "withdrawn"
    assert office.count(PolicyDocument) == 0
    mail = office.session.scalars(select(Mail).where(Mail.template == "policy_refused")).one()
    assert mail.context["reason"] == policy.refusal["en"]


def test_with_a_wrong_key_nothing_is_issued(office: Office) -> None:
    settings = office.app.extensions["settings"]
    settings.insurer_keys = "haitang=another-key"
    policy = office.begin()
    office.work()
    assert office.read(policy.id).state == "issuing"
    assert office.waiting() == ["policies.issue"]


def test_two_workers_at_once_make_one_document(office: Office) -> None:
    policy = office.issue()
    with transaction() as session:
        again = service.lock(session, policy.id)
        kept = service.document_of(session, again)
        assert kept is not None
        issuing.keep_document(session, again, "0" * 64, 1, clock.now())
    office.work()
    policy = office.read(policy.id)
    office.assert_exactly_one(policy)
    assert policy.documents[0].sha256 != "0" * 64


def test_clauses_are_set_once_for_a_version_and_language(office: Office) -> None:
    archive._recent.clear()
    office.issue(language="zh")
    archive._recent.clear()  # as in another process
    office.issue(language="zh")
    assert office.count(RenderedClauses) == 1
    office.issue(language="en")
    assert office.count(RenderedClauses) == 2


def test_policies_of_nobody_else_are_listed(office: Office) -> None:
    mine = office.issue()
    office.issue()
    found = service.own(office.session, mine.customer_id)
    assert [policy.id for policy, _ in found] == [mine.id]
    assert office.count(Policy) == 2
