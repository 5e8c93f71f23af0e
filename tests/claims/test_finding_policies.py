"""Finding a policy by its number and an identity: companies, strangers, guesses; and times not given."""

from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient

from storefront import clock
from storefront.claims.service import contract, reporting
from storefront.db import transaction
from storefront.policies.models import Policy, PolicyTransaction
from tests.accounts.actors import enter
from tests.claims.support import Case, claim_of, covered, reported, typed
from tests.people import CHILD, COMPANY, HOLDER
from tests.policies.support import Office, new_customer


def test_a_company_is_found_by_its_credit_code(office: Office, client: FlaskClient) -> None:
    covered(office, "employers-liability", number="HT7")
    data = {"number": " ht7", "id_number": COMPANY.uscc.lower()}
    assert client.post("/claims/new/find", data=data).status_code == 303


def test_a_stranger_with_an_account_is_no_policyholder(office: Office, client: FlaskClient) -> None:
    covered(office, number="HT1")
    with transaction() as session:
        stranger = new_customer(session).id
    enter(office.app, client, stranger)
    found = client.post("/claims/new/find", data={"number": "HT1", "id_number": CHILD.id_number})
    path = found.headers["Location"].rpartition("/")[0]
    steps = typed(Case(office, 1, "HT1", 1, clock.local_date(clock.now())), "accident-medical")
    steps["what"]["incident_on"] = clock.local_date(clock.now()).isoformat()
    steps["what"]["incident_time"] = ""
    for step in ("what", "where"):
        assert client.post(f"{path}/{step}", data=steps[step]).status_code == 303
    answer = client.post(f"{path}/reporter", data=steps["reporter"])
    assert answer.status_code == 422
    assert 'value="policyholder"' not in answer.text
    assert HOLDER.name not in client.get(f"{path}/what").text


def test_one_policy_number_has_one_limit_however_it_is_typed(
    office: Office, client: FlaskClient
) -> None:
    numbers = ["HT1", "ht1", " HT1", "Ht1 "]
    for round_ in range(3):
        for number in numbers:
            data = {"number": number, "id_number": HOLDER.id_number}
            peer = {"REMOTE_ADDR": f"192.0.2.{round_ * 4 + numbers.index(number)}"}
            client.post("/claims/new/find", data=data, environ_overrides=peer)
    peer = {"REMOTE_ADDR": "192.0.2.200"}
    last = client.post("/claims/new/find", data=data, environ_overrides=peer)
    assert last.status_code == 429


def test_no_time_given_is_never_a_time_still_to_come(office: Office) -> None:
    case = covered(office)
    now = clock.local_midnight(clock.local_date(clock.now())) + timedelta(minutes=30)
    today = clock.local_date(now).isoformat()
    how = {"incident_on": today, "incident_time": "", "known_on": today}
    claim = claim_of(office.session, reported(case, "accident-medical", now=now, **how))
    assert claim.incident_at == now
    assert claim.known_at == now


def test_who_learned_of_it_in_the_evening_is_not_late_the_next_day() -> None:
    what = {"incident_on": "2026-05-01", "incident_time": "08:00", "known_on": "2026-05-03"}
    known = reporting.known_at(what)
    assert known.astimezone(clock.SHANGHAI).isoformat() == "2026-05-03T23:59:59+08:00"


@pytest.mark.rule("C-08")
@pytest.mark.parametrize(("day", "over"), [(5, False), (15, True), (25, False), (45, True)])
def test_a_reinstatement_makes_good_for_the_lapse_before_it(day: int, over: bool) -> None:
    """Lapsed on day 10, in force again from day 20, cancelled on day 40."""
    start = clock.local_midnight(date(2026, 1, 1))
    kinds = [("new_business", 0), ("lapse", 10), ("reinstatement", 20), ("cancellation", 40)]
    changes = [
        PolicyTransaction(kind=kind, effective_at=start + timedelta(days=after))
        for kind, after in kinds
    ]
    policy = Policy(start_at=start, end_at=start + timedelta(days=365))
    moment = start + timedelta(days=day)
    found = contract.time_of(policy, changes, {"covers": []}, (), moment)
    assert (moment >= found.end_at) is over
