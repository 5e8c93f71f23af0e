"""The assessors' desk: list, arithmetic before it is kept, documents, decision, objection, money."""

from decimal import Decimal

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from storefront import clock
from storefront.claims.desk.models import ClaimRecovery
from storefront.claims.models import ClaimHead
from storefront.db import transaction
from storefront.support import tickets
from storefront.worklist.models import WorkItem
from tests.claims.paying import account, orders
from tests.claims.support import claim_of, covered, medical_claim, reported
from tests.people import HOLDER
from tests.policies.support import Office
from tests.staff.people import Colleague, log_in, make_member


def assessor(office: Office, *more: str) -> tuple[Colleague, FlaskClient]:
    who = make_member(office.session, ["assessor", *more])
    return who, log_in(office.app.test_client(), who)


@pytest.fixture
def claim_id(office: Office, client: FlaskClient) -> int:
    """A claim above what the rules may decide."""
    return medical_claim(covered(office), client, "6000")


def facts(**changes: str) -> dict[str, str]:
    return {
        "incident": "1",
        "cause": "accident",
        "h1-claimed": "6000",
        "h1-settled_by_social": "yes",
    } | changes


def decision(outcome: str = "approved", amount: str = "6000", **more: str) -> dict[str, str]:
    return {"outcome": outcome, "amount-1": amount, "action": "decide"} | more


def test_the_list_narrows_by_the_address(office: Office, claim_id: int) -> None:
    ref = claim_of(office.session, claim_id).ref
    _who, desk = assessor(office)
    assert ref in desk.get("/staff/claims/").text
    assert ref in desk.get("/staff/claims/?stage=assessment&product=travel-accident").text
    assert ref not in desk.get("/staff/claims/?stage=paying").text
    assert ref not in desk.get(f"/staff/claims/?after={claim_id}").text


def test_the_course_and_the_flags_speak_to_the_desk(office: Office, claim_id: int) -> None:
    """The customer is somebody else there, and no code is shown."""
    case = covered(office, number="N-AGAIN")
    first, again = (claim_of(office.session, reported(case, "accident-medical")) for _ in "ab")
    _who, desk = assessor(office)
    course = desk.get(f"/staff/claims/{claim_of(office.session, claim_id).ref}/course").text
    assert "客户已提交全部资料" in course
    assert "您" not in course.partition("<h1>")[2]
    page = desk.get(f"/staff/claims/{again.ref}").text
    assert f'同一事故疑似重复报案： <a href="/staff/claims/{first.ref}">' in page
    assert "C-01" not in page


def test_the_telephone_number_is_masked_until_a_reason_is_given(
    office: Office, claim_id: int
) -> None:
    claim = claim_of(office.session, claim_id)
    page, number = f"/staff/claims/{claim.ref}", claim.reporter["mobile"]
    _who, desk = assessor(office)
    assert number not in desk.get(page).text

    desk.post(f"/staff/unmask/claim/{claim.ref}", data={"reason": "To ask about the day"})

    assert number in desk.get(page).text


def test_what_other_facts_would_lead_to_is_shown_and_not_kept(
    office: Office, claim_id: int
) -> None:
    ref = claim_of(office.session, claim_id).ref
    _who, desk = assessor(office)
    shown = desk.post(f"/staff/claims/{ref}/compute", data=facts(**{"h1-paid_by_others": "2000"}))
    assert "¥4,000.00" in shown.text
    assert claim_of(office.session, claim_id).heads[0].figures["payable"] == "6000.00"
    wrong = desk.post(f"/staff/claims/{ref}/compute", data=facts(**{"h1-claimed": "much"}))
    assert "1250.50" in wrong.text
    kept = desk.post(f"/staff/claims/{ref}/facts", data=facts(**{"h1-paid_by_others": "2000"}))
    assert kept.status_code == 303
    assert claim_of(office.session, claim_id).heads[0].figures["payable"] == "4000.00"


def test_the_letter_is_shown_before_anything_is_decided(office: Office, claim_id: int) -> None:
    ref = claim_of(office.session, claim_id).ref
    _who, desk = assessor(office)
    shown = desk.post(f"/staff/claims/{ref}/decide", data=decision(action="preview"))
    assert shown.status_code == 200
    assert "客户将收到的内容" in shown.text
    assert claim_of(office.session, claim_id).decision == "pending"
    for wrong in (decision(outcome=""), decision("declined", "0"), decision(amount="9999999")):
        assert desk.post(f"/staff/claims/{ref}/decide", data=wrong).status_code == 422
    assert claim_of(office.session, claim_id).decision == "pending"
    assert desk.post(f"/staff/claims/{ref}/decide", data=decision()).status_code == 303
    assert claim_of(office.session, claim_id).payable == Decimal(6000)


def test_an_objection_goes_to_somebody_else_and_is_paid_with_four_eyes(
    office: Office, client: FlaskClient, claim_id: int
) -> None:
    ref = claim_of(office.session, claim_id).ref
    _first, one = assessor(office)
    words = {"wording_zh": "理由", "wording_en": "Reason", "clause": "8"}
    one.post(f"/staff/claims/{ref}/decide", data=decision("partly_approved", "5000", **words))
    assert (
        client.post(f"/claims/{ref}/objection", data={"reasons": "Too little"}).status_code == 303
    )
    page = one.get(f"/staff/claims/{ref}")
    assert "须由另一位理赔人员" in page.text
    assert one.post(f"/staff/claims/{ref}/decide", data=decision()).status_code == 403
    second, two = assessor(office, "finance")
    assert two.post(f"/staff/claims/{ref}/decide", data=decision()).status_code == 303
    client.post(f"/claims/{ref}/account", data=account())
    made = orders(office.session, claim_id)
    assert sum(row.amount for row in made) == Decimal(6000)
    mine = next(row for row in made if row.requested_by == second.id)
    assert two.post(f"/staff/payouts/{mine.ref}/approve").status_code == 403
    assert "须由他人批准" in two.get(f"/staff/payouts/{mine.ref}").text
    _finance, three = assessor(office, "finance")
    for row in made:
        if row.requested_by is None:  # paid ahead by law: no member has looked at it
            one.post(f"/staff/claims/{ref}/orders/{row.ref}")
        assert three.post(f"/staff/payouts/{row.ref}/approve").status_code == 303
    assert {row.state for row in orders(office.session, claim_id)} == {"approved"}
    three.post("/staff/bank/files/haitang")
    assert "T," not in three.get("/staff/bank/").text
    assert {row.line for row in orders(office.session, claim_id)} == {1, 2}


def test_documents_go_back_in_one_go(office: Office, claim_id: int) -> None:
    ref = claim_of(office.session, claim_id).ref
    _who, desk = assessor(office)
    path = f"/staff/claims/{ref}/documents"
    nothing = desk.post(f"/staff/claims/{ref}/documents", data={})
    assert (nothing.status_code, "#documents" in nothing.text) == (422, True)
    judged = {"verdict-identity": "accepted", "verdict-invoices": "refused"}
    assert desk.post(path, data=judged).status_code == 422
    assert claim_of(office.session, claim_id).stage == "assessment"
    reason = {"zh-invoices": "模糊", "en-invoices": "Blurred"}
    assert desk.post(path, data=judged | reason).status_code == 303
    assert claim_of(office.session, claim_id).stage == "documents"
    assert "模糊" in desk.get(path).text


def test_reserves_keep_their_reasons(office: Office, claim_id: int) -> None:
    ref = claim_of(office.session, claim_id).ref
    _who, desk = assessor(office)
    path = f"/staff/claims/{ref}/reserve/1"
    assert desk.post(path, data={"amount": "x", "reason": "why"}).status_code == 422
    assert desk.post(path, data={"amount": "7000", "reason": "A second bill"}).status_code == 303
    page = desk.get(f"/staff/claims/{ref}/money").text
    assert "A second bill" in page
    assert "¥7,000.00" in page
    office.session.rollback()
    assert office.session.query(ClaimHead).one().reserve == Decimal(7000)


def test_payees_are_named_with_accounts_that_can_be_right(
    office: Office, client: FlaskClient, claim_id: int
) -> None:
    ref = claim_of(office.session, claim_id).ref
    _who, desk = assessor(office)
    desk.post(f"/staff/claims/{ref}/decide", data=decision())
    client.post(f"/claims/{ref}/account", data=account(payee="别人"))
    [held] = orders(office.session, claim_id)
    path, due = f"/staff/claims/{ref}/payees/{held.due_id}", held.due_id
    row = {f"kind-{due}-0": "insured", f"name-{due}-0": HOLDER.name, f"bank-{due}-0": "示例银行"}
    row |= {f"number-{due}-0": "6222021234567890120", f"share-{due}-0": "100"}
    assert desk.post(path, data=row).status_code == 422
    row[f"number-{due}-0"] = "123456789012"
    assert desk.post(path, data=row).status_code == 303
    assert [row.state for row in orders(office.session, claim_id)] == ["dismissed", "requested"]
    assert "待批准" in desk.get(f"/staff/claims/{ref}/money").text
    assert desk.get(f"/staff/claims/{ref}/course").status_code == 200


def test_who_only_reads_changes_nothing(office: Office, claim_id: int) -> None:
    ref = claim_of(office.session, claim_id).ref
    reader = log_in(office.app.test_client(), make_member(office.session, ["support"]))
    page = reader.get(f"/staff/claims/{ref}")
    assert page.status_code == 200
    assert "keep-facts" not in page.text
    assert reader.post(f"/staff/claims/{ref}/decide", data=decision()).status_code == 403


def test_open_reserves_are_summed_by_product_and_insurer(office: Office, claim_id: int) -> None:
    ref = claim_of(office.session, claim_id).ref
    _who, desk = assessor(office)
    desk.post(f"/staff/claims/{ref}/reserve/1", data={"amount": "7000", "reason": "More"})
    assert "¥7,000.00" in desk.get("/staff/claims/reserves").text
    file = desk.get("/staff/claims/reserves.csv").data.decode("utf-8-sig")
    assert file.splitlines()[1:] == ["haitang,travel-accident,1,7000.00"]
    desk.post(f"/staff/claims/{ref}/close", data={"close_zh": "误报", "close_en": "A mistake"})
    assert "travel-accident" not in desk.get("/staff/claims/reserves").text


def test_surveys_negotiation_and_recoveries_are_written_down(office: Office, claim_id: int) -> None:
    path = f"/staff/claims/{claim_of(office.session, claim_id).ref}"
    _who, desk = assessor(office, "finance")
    note = {"kind": "survey", "on_day": "2026-05-31", "by_whom": "某公估", "text": "现场无异常"}
    assert desk.post(f"{path}/notes", data=note | {"text": ""}).status_code == 422
    assert desk.post(f"{path}/notes", data=note).status_code == 303
    page = desk.get(f"{path}/course").text
    assert "某公估" in page
    assert "现场无异常" in page
    owed = {"from_whom": "肇事方", "expected": "500"}
    assert desk.post(f"{path}/recoveries", data=owed | {"expected": "x"}).status_code == 422
    assert desk.post(f"{path}/recoveries", data=owed).status_code == 303
    office.session.rollback()
    [row] = office.session.query(ClaimRecovery).all()
    assert desk.post(f"{path}/recoveries/{row.id}", data={"received": "200"}).status_code == 303
    assert "¥200.00" in desk.get(f"{path}/money").text


def test_what_was_written_about_the_claim_shows_to_those_who_answer(
    office: Office, claim_id: int
) -> None:
    claim = claim_of(office.session, claim_id)
    about_it = written(claim.customer_id, claim.ref)
    something_else, somebody_else = written(claim.customer_id), written(None, claim.ref)
    page = f"/staff/claims/{claim.ref}/course"
    _who, desk = assessor(office)
    assert about_it not in desk.get(page).text
    _who, desk = assessor(office, "support")
    shown = desk.get(page).text
    assert f"/staff/support/{about_it}" in shown
    assert something_else not in shown
    assert somebody_else not in shown


def written(customer_id: int | None, *about: str) -> str:
    """The reference of a question."""
    writer = tickets.Writer(HOLDER.name, "writes@example.com", "zh", customer_id)
    with transaction() as session:
        letter = tickets.Letter("question", "claims", "问题", "内容", about)
        return tickets.open_ticket(session, writer, letter, clock.now()).ref


def test_what_would_be_refused_is_not_offered(
    office: Office, client: FlaskClient, claim_id: int
) -> None:
    """Not beside a colleague who has taken the claim, and not to who decided what is objected to."""
    ref = claim_of(office.session, claim_id).ref
    path = f"/staff/claims/{ref}"
    who, desk = assessor(office)
    _other, beside = assessor(office)
    item = office.session.scalars(select(WorkItem).where(WorkItem.subject == ref)).one().id
    desk.post(f"{path}/take/{item}")
    assert 'id="decide"' in desk.get(path).text
    shown = beside.get(path).text
    assert 'id="decide"' not in shown
    assert f'action="{path}/close"' not in shown
    assert who.name in shown

    assert desk.post(f"{path}/decide", data=decision()).status_code == 303
    office.work()
    client.post(f"/claims/{ref}/objection", data={"reasons": "还有一张发票"})
    for page, form in ((f"{path}/money", "/reserve/"), (f"{path}/documents", "verdict-")):
        assert form not in desk.get(page).text
        assert form in beside.get(page).text
