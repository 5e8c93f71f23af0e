"""What the tests of claims do again and again: a policy with cover in the past, a report, a claim."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront import clock
from storefront.attachments.models import Attachment
from storefront.claims.models import Claim
from storefront.claims.service import access, reporting
from storefront.crypto import new_reference, sha256
from storefront.db import transaction
from storefront.policies import issuing, service
from storefront.policies.insurer_client import Issued
from storefront.policies.models import Policy
from tests.accounts.actors import enter
from tests.policies.support import Office

SHOWN = r'name="shown" value="([0-9a-f]{64})"'
EMAIL = "reporter@example.com"


@dataclass(frozen=True)
class Case:
    """A policy in force whose cover began some days ago."""

    office: Office
    policy_id: int
    number: str
    customer_id: int
    first_day: date

    def day(self, after: int = 2) -> date:
        """A day of the cover."""
        return self.first_day + timedelta(days=after)


def covered(
    office: Office, code: str = "travel-accident", *, days_ago: int = 5, number: str = "N1",
    **how: Any,
) -> Case:  # fmt: skip
    """A policy of a product that has covered for some days, issued without asking anybody."""
    long_ago = clock.now() - timedelta(days=days_ago + 10)
    policy_id = office.begin(code, now=long_ago, **how).id
    with transaction() as session:
        policy = service.lock(session, policy_id)
        issuing.take_issued(session, policy, Issued(number, long_ago), long_ago)
        first = clock.local_date(policy.start_at)
        return Case(office, policy_id, number, policy.customer_id, first)


def typed(case: Case, wanted: str, **changes: str) -> dict[str, dict[str, str]]:
    """What a reporter types, step by step."""
    steps: dict[str, dict[str, str]] = {
        "what": {
            "claim_type": wanted,
            "person": "0",
            "person_name": "",
            "incident_on": case.day().isoformat(),
            "incident_time": "10:30",
            "known_on": "",
        },
        "where": {"place": "虚构市样例路", "what": "下楼时摔倒，右手骨折。"},
        "reporter": {
            "role": "policyholder",
            "name": "示例甲",
            "mobile": "13800000000",
            "email": EMAIL,
        },
    }
    for values in steps.values():
        values.update({key: value for key, value in changes.items() if key in values})
    return steps


def reported(case: Case, claim_type: str, now: datetime | None = None, **changes: str) -> int:
    """The id of a claim that was reported through the service."""
    now = now or clock.now()
    with transaction() as session:
        policy = session.get_one(Policy, case.policy_id)
        report = reporting.begin(session, policy, case.customer_id, "zh", now)
        for step, values in typed(case, claim_type, **changes).items():
            reporting.save(report, step, values, now, complete=True)
        shown = reporting.Shown("<p>summary</p>", "consent", "zh")
        return reporting.send(session, report, shown, now).claim.id


def fill(client: FlaskClient, path: str, steps: Mapping[str, Mapping[str, str]]) -> str:
    """Goes through the steps of a report in a browser; gives the address of its last page."""
    for step, values in steps.items():
        answer = client.post(f"{path}/{step}", data=values)
        assert answer.status_code == 303, answer.text
        last = answer.headers["Location"]
    return last


def send(client: FlaskClient, path: str) -> str:
    """Sends a finished report; gives the address of the claim."""
    page = client.get(f"{path}/check")
    found = re.search(SHOWN, page.text)
    assert found, page.text
    answer = client.post(f"{path}/send", data={"shown": found[1], "consent": "y"})
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


def claim_of(session: Session, claim_id: int) -> Claim:
    """The claim as it is in the database now."""
    session.rollback()
    session.expire_all()
    return session.scalars(select(Claim).where(Claim.id == claim_id)).one()


def visitor(case: Case) -> access.Visitor:
    """The customer of a case."""
    return access.Visitor(case.customer_id)


def attach(claim_id: int, *documents: str, content: str = "") -> None:
    """Files that were accepted already; uploads themselves are tested where they are built."""
    with transaction() as session:
        claim = session.get_one(Claim, claim_id)
        for document in documents:
            session.add(
                Attachment(
                    ref=new_reference("D"), owner_kind="claim", owner_ref=claim.ref,
                    purpose=document, state="ready", file_name="file.pdf",
                    media_type="application/pdf", size=1000,
                    sha256=sha256((content or f"{claim.ref}/{document}").encode()),
                    folder=f"attachments/{claim.ref}/{document}", stored={}, parts=[], received=1000,
                    uploaded_by="customer:1", created_at=clock.now(),
                    retain_until=claim.retain_until,
                )
            )  # fmt: skip


def invoices(*amounts: str, numbers: str = "INV", **more: str) -> dict[str, str]:
    """The form of medical expenses."""
    today = clock.local_date(clock.now()).isoformat()
    rows = {}
    for place, amount in enumerate(amounts):
        rows |= {
            f"invoices-{place}-number": f"{numbers}{place}",
            f"invoices-{place}-issued_on": today,
            f"invoices-{place}-amount": amount,
        }
    said = {"settled": "yes", "social": "", "others": "", "cause": "accident", "action": "save"}
    return {**said, **rows, **more}


MEDICAL = ("identity", "medical-records", "invoices")


def medical_claim(case: Case, client: FlaskClient, *amounts: str, **how: str) -> int:
    """A medical claim with its documents and amounts, handed in and looked at by the rules."""
    claim_id = reported(case, "accident-medical", **how)
    attach(claim_id, *MEDICAL)
    give_and_hand_in(case, client, claim_id, invoices(*amounts, numbers=f"N{claim_id}-"))
    return claim_id


def give_and_hand_in(
    case: Case, client: FlaskClient, claim_id: int, amounts: Mapping[str, str]
) -> None:
    """The amounts through their form, and the button that hands everything in."""
    ref = claim_of(case.office.session, claim_id).ref
    enter(case.office.app, client, case.customer_id)
    assert client.post(f"/claims/{ref}/amounts", data=amounts).status_code == 303
    assert client.post(f"/claims/{ref}/hand-in").status_code == 303
    case.office.work()
