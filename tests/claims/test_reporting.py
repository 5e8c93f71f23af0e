"""Reporting a claim: short steps, said at once what may speak against it, one claim whatever is pressed."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from storefront import clock
from storefront.claims.models import Claim, ClaimClock, ClaimReport, ClaimRequirement
from storefront.evidence import service as evidence
from storefront.extensions import limiter
from storefront.mail import Mail
from tests.accounts.actors import enter
from tests.claims.support import EMAIL, claim_of, covered, fill, reported, send, typed
from tests.people import CHILD, HOLDER
from tests.policies.support import Office


@pytest.fixture(autouse=True)
def fresh_limits(office: Office) -> None:
    limiter.reset()


def begin(client: FlaskClient, number: str) -> str:
    answer = client.post("/claims/new/begin", data={"policy": number})
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"].rpartition("/")[0]


@pytest.mark.rule("C-01")
def test_a_policyholder_reports_in_four_steps_and_knows_what_is_needed(
    office: Office, client: FlaskClient
) -> None:
    case = covered(office)
    enter(office.app, client, case.customer_id)
    assert case.number in client.get("/claims/new").text
    path = begin(client, case.number)
    fill(client, path, typed(case, "accident-medical"))
    page = client.get(send(client, path))
    assert page.status_code == 200
    claim = office.session.scalars(select(Claim)).one()
    assert claim.ref in page.text
    assert (claim.stage, claim.decision, claim.flags) == ("documents", "pending", [])
    assert claim.hurt == {"index": 0, "name": HOLDER.name}
    names = [
        row.document
        for row in office.session.scalars(select(ClaimRequirement).order_by(ClaimRequirement.id))
    ]
    assert names == ["identity", "medical-records", "invoices", "settlement-elsewhere"]
    guidance = office.session.scalars(select(ClaimClock)).one()
    assert (guidance.kind, guidance.rule) == ("guidance", "C-01")
    assert guidance.met_at == guidance.started_at
    assert guidance.met_at <= guidance.due_at
    assert claim.ref in client.get("/claims/").text


def test_the_claim_number_comes_by_mail(office: Office) -> None:
    claim = claim_of(office.session, reported(covered(office), "accident-medical"))
    office.work()
    mail = next(mail for mail in office.mails() if claim.ref in str(mail["subject"]))
    assert mail["to"] == EMAIL or EMAIL in str(mail["to"])
    assert f"/claims/{claim.ref}" in str(mail["text"])


def test_the_reserve_of_the_product_is_put_aside(office: Office) -> None:
    claim = claim_of(office.session, reported(covered(office), "accident-medical"))
    assert [(head.cover, str(head.reserve)) for head in claim.heads] == [("medical", "3000.00")]


def test_sending_twice_gives_one_claim(office: Office, client: FlaskClient) -> None:
    case = covered(office)
    enter(office.app, client, case.customer_id)
    path = begin(client, case.number)
    fill(client, path, typed(case, "accident-medical"))
    first = send(client, path)
    again = client.post(f"{path}/send", data={"shown": "0" * 64, "consent": "y"})
    assert again.headers["Location"] == first
    assert client.get(f"{path}/what").headers["Location"] == first
    assert office.count(Claim) == 1
    assert office.count(Mail) == 1


def test_what_was_shown_and_agreed_to_is_kept_as_evidence(
    office: Office, client: FlaskClient
) -> None:
    case = covered(office)
    enter(office.app, client, case.customer_id)
    path = begin(client, case.number)
    fill(client, path, typed(case, "accident-medical"))
    send(client, path)
    claim = office.session.scalars(select(Claim)).one()
    for kind in ("claim-reported", "confirmed:claim-data"):
        assert evidence.latest_details(office.session, claim.ref, kind) is not None
    assert evidence.faults_in_chain(office.session, claim.ref) == []


def test_without_consent_nothing_is_sent(office: Office, client: FlaskClient) -> None:
    case = covered(office)
    enter(office.app, client, case.customer_id)
    path = begin(client, case.number)
    fill(client, path, typed(case, "accident-medical"))
    assert client.post(f"{path}/send", data={"shown": "x"}).status_code == 422
    assert office.count(Claim) == 0


def test_typed_words_survive_a_broken_connection(office: Office, client: FlaskClient) -> None:
    case = covered(office)
    enter(office.app, client, case.customer_id)
    path = begin(client, case.number)
    fill(client, path, {"what": typed(case, "accident-medical")["what"]})
    assert client.post(f"{path}/where/keep", data={"what": "half a sent"}).status_code == 204
    assert "half a sent" in client.get(f"{path}/where").text
    assert path in client.get("/claims/new").text
    assert begin(client, case.number) == path


def test_words_kept_in_the_background_come_too_late_to_undo_a_step(
    office: Office, client: FlaskClient
) -> None:
    case = covered(office)
    enter(office.app, client, case.customer_id)
    path = begin(client, case.number)
    answers = typed(case, "accident-medical")
    fill(client, path, answers)
    late = {"incident_on": "2001-01-01"}
    assert client.post(f"{path}/what/keep", data=late).status_code == 204
    assert client.get(f"{path}/check").status_code == 200
    assert answers["what"]["incident_on"] in client.get(f"{path}/what").text


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"incident_on": "tomorrow"}, "incident_on"),
        ({"incident_on": "2999-01-01"}, "incident_on"),
        ({"incident_time": "25:00"}, "incident_time"),
        ({"known_on": "2001-01-01"}, "known_on"),
        ({"person": "7"}, "person"),
        ({"claim_type": "flood"}, "claim_type"),
    ],
)
def test_what_cannot_be_is_said_at_the_field(
    office: Office, client: FlaskClient, changes: dict[str, str], field: str
) -> None:
    case = covered(office)
    enter(office.app, client, case.customer_id)
    path = begin(client, case.number)
    answer = client.post(f"{path}/what", data=typed(case, "accident-medical", **changes)["what"])
    assert answer.status_code == 422
    assert f"{field}-error" in answer.text
    assert client.get(f"{path}/check").status_code == 302


@pytest.mark.rule("C-08")
@pytest.mark.parametrize(("after", "code"), [(-3, "before-cover"), (9, "after-cover")])
def test_an_incident_outside_the_term_is_said_at_once_and_taken(
    office: Office, client: FlaskClient, after: int, code: str
) -> None:
    case = covered(office, days_ago=20)
    enter(office.app, client, case.customer_id)
    client.set_cookie("language", "en")
    path = begin(client, case.number)
    outside = typed(case, "accident-medical", incident_on=case.day(after).isoformat())
    fill(client, path, {"what": outside["what"]})
    assert "usually not covered" in client.get(f"{path}/where").text
    fill(client, path, outside)
    page = client.get(send(client, path))
    assert "nothing is refused unseen" in page.text
    claim = office.session.scalars(select(Claim)).one()
    assert [flag["code"] for flag in claim.flags] == [code]


@pytest.mark.rule("C-05")
def test_a_late_report_is_warned_and_taken(office: Office) -> None:
    case, later = covered(office), clock.now() + timedelta(days=800)
    claim = claim_of(office.session, reported(case, "accident-medical", later))
    assert [flag["code"] for flag in claim.flags] == ["late"]
    assert claim.stage == "documents"


@pytest.mark.rule("C-05")
def test_the_time_counts_from_knowledge(office: Office) -> None:
    case, later = covered(office), clock.now() + timedelta(days=800)
    known = clock.local_date(later - timedelta(days=30)).isoformat()
    claim = claim_of(office.session, reported(case, "accident-medical", later, known_on=known))
    assert claim.flags == []


def test_the_same_incident_reported_again_is_flagged(office: Office) -> None:
    case = covered(office)
    first = claim_of(office.session, reported(case, "accident-medical"))
    other = claim_of(office.session, reported(case, "accident-medical", person="1"))
    again = claim_of(office.session, reported(case, "accident-medical"))
    assert other.flags == []
    assert again.flags == [{"code": "same-incident", "claim": first.ref}]


def test_somebody_without_an_account_reports_with_both_numbers_and_comes_back_by_the_link(
    office: Office, client: FlaskClient
) -> None:
    case = covered(office, number="HT1")
    wrong = client.post(
        "/claims/new/find", data={"number": "HT1", "id_number": CHILD.id_number[:-1] + "0"}
    )
    nothing = client.post("/claims/new/find", data={"number": "HT2", "id_number": CHILD.id_number})
    assert (wrong.status_code, nothing.status_code) == (422, 422)
    assert wrong.text.replace("HT1", "").count("alert") == nothing.text.count("alert")
    found = client.post("/claims/new/find", data={"number": "ht1", "id_number": CHILD.id_number})
    path = found.headers["Location"].rpartition("/")[0]
    page = client.get(f"{path}/what")
    assert HOLDER.name not in page.text
    fill(client, path, typed(case, "accident-medical", role="family"))
    address = send(client, path)
    claim = office.session.scalars(select(Claim)).one()
    assert claim.customer_id is None
    documents = [
        row.document
        for row in office.session.scalars(select(ClaimRequirement).order_by(ClaimRequirement.id))
    ]
    assert documents[-2:] == ["authorisation", "kinship"]
    mail = office.session.scalars(select(Mail)).one()
    other = office.app.test_client()
    assert other.get(address).status_code == 302
    followed = other.get(f"/claims/link/{mail.context['token']}")
    assert followed.headers["Location"] == address
    assert other.get(address).status_code == 200
    assert other.get("/claims/link/nonsense").status_code == 404


def test_guessing_numbers_is_limited(office: Office, client: FlaskClient) -> None:
    data = {"number": "HT1", "id_number": HOLDER.id_number}
    statuses = [client.post("/claims/new/find", data=data).status_code for _ in range(7)]
    assert statuses == [422] * 5 + [429] * 2


def test_claims_and_reports_of_somebody_else_do_not_exist(
    office: Office, client: FlaskClient
) -> None:
    case, other = covered(office), covered(office, number="N2")
    claim = claim_of(office.session, reported(case, "accident-medical"))
    enter(office.app, client, other.customer_id)
    report = office.session.scalars(select(ClaimReport)).one()
    assert client.get(f"/claims/{claim.ref}").status_code == 404
    assert client.get(f"/claims/new/{report.ref}/what").status_code == 404
    assert client.post(f"/claims/new/{report.ref}/send").status_code == 404
    assert client.post("/claims/new/begin", data={"policy": case.number}).status_code == 404
    assert claim.ref not in client.get("/claims/").text
    assert client.get("/claims/C00000000000A").status_code == 404


def test_the_list_costs_the_same_for_one_claim_and_for_many(
    office: Office, client: FlaskClient
) -> None:
    case = covered(office)
    enter(office.app, client, case.customer_id)
    for day in range(3):
        reported(case, "accident-medical", incident_on=case.day(day).isoformat())
    page = client.get("/claims/")
    assert page.text.count("card-soft") == 3
    assert office.session.scalar(select(func.count()).select_from(Claim)) == 3
