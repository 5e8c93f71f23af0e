"""From agreement to money: orders, two people, the file for the bank and what comes back."""

from decimal import Decimal

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from storefront import clock
from storefront.access import Member
from storefront.claims.models import ClaimClock
from storefront.claims.payouts import approving, bank_format, ordering, returning
from storefront.claims.payouts.models import BankReturnLine, PayoutDue, PayoutOrder
from storefront.claims.payouts.ordering import Payee
from storefront.claims.service import access, answering, deciding
from storefront.claims.service.deciding import Decision
from storefront.db import transaction
from storefront.errors import Conflict, Forbidden, Refused
from storefront.worklist.models import WorkItem
from tests.claims.paying import (
    accepted,
    account,
    answer,
    approve,
    ask_for,
    card,
    orders,
    send,
    take_in,
)
from tests.claims.support import claim_of, covered, medical_claim
from tests.people import CHILD, HOLDER, SPOUSE
from tests.policies.support import Office
from tests.staff.people import log_in, make_member


def finance(office: Office) -> Member:
    return make_member(office.session, ["finance"]).member


def work(office: Office) -> list[tuple[str, str]]:
    office.session.rollback()
    found = select(WorkItem).where(WorkItem.closed_at.is_(None)).order_by(WorkItem.id)
    return [(item.kind, item.subject) for item in office.session.scalars(found)]


def at_the_bank(office: Office, client: FlaskClient) -> tuple[int, PayoutOrder]:
    """An accepted claim of 1,000 and its order, which went out with a file."""
    claim_id = accepted(covered(office), client)
    [order] = orders(office.session, claim_id)
    approve(order.ref, finance(office))
    send()
    return claim_id, order


@pytest.mark.rule("C-03")
def test_paid_to_the_end(office: Office, client: FlaskClient) -> None:
    claim_id = accepted(covered(office), client)
    [order] = orders(office.session, claim_id)
    assert (order.state, order.amount, order.payee_kind) == ("requested", Decimal(1000), "insured")
    assert work(office) == [("claims.payout", claim_of(office.session, claim_id).ref)]
    ask_for(order.ref, make_member(office.session, ["assessor"]).member)
    assert work(office) == [("payouts.approve", order.ref)]
    approve(order.ref, finance(office))
    assert work(office) == []
    sent = send()
    assert f"D,1,{order.ref},{HOLDER.name}".encode() in sent
    assert sent.rstrip().endswith(b"T,1,1000.00")
    assert send() == b""
    row, new = take_in(answer("R1", ("K1", order.ref, "1000.00", "PAID", "")))
    assert new
    assert row.counts == {"paid": 1, "rejected": 0, "held": 0, "repeated": 0}
    claim = claim_of(office.session, claim_id)
    assert claim.stage == "closed"
    clock_row = office.session.scalars(select(ClaimClock).where(ClaimClock.kind == "paid")).one()
    assert clock_row.met_at is not None
    assert clock_row.met_at <= clock_row.due_at
    office.work()
    assert any("1000.00" in str(mail["text"]) for mail in office.mails())
    assert "银行已付款" in client.get(f"/claims/{claim.ref}").text


def test_what_the_rules_decided_needs_two_people_too(office: Office, client: FlaskClient) -> None:
    claim_id = accepted(covered(office), client)
    ref = claim_of(office.session, claim_id).ref
    both = make_member(office.session, ["assessor", "finance"])
    desk = log_in(office.app.test_client(), both)
    [order] = orders(office.session, claim_id)
    assert order.requested_by is None
    page = desk.get(f"/staff/payouts/{order.ref}").text
    assert 'id="approve"' not in page
    assert desk.post(f"/staff/payouts/{order.ref}/approve").status_code == 409
    with pytest.raises(IntegrityError, match="asked_by_somebody"), transaction() as session:
        mine = approving.lock(session, order.ref)
        mine.state, mine.approved_by, mine.approved_at = "approved", both.id, clock.now()
        session.flush()
    assert f"/staff/claims/{ref}/orders/{order.ref}" in desk.get(f"/staff/claims/{ref}/money").text
    for _twice in range(2):
        answered = desk.post(f"/staff/claims/{ref}/orders/{order.ref}")
        assert answered.status_code == 303
    assert orders(office.session, claim_id)[0].requested_by == both.id
    assert desk.post(f"/staff/payouts/{order.ref}/approve").status_code == 403
    approve(order.ref, finance(office))
    assert orders(office.session, claim_id)[0].state == "approved"


def test_a_return_file_three_times_pays_once(office: Office, client: FlaskClient) -> None:
    _claim_id, order = at_the_bank(office, client)
    file = answer("R1", ("K1", order.ref, "1000.00", "PAID", ""))
    assert [take_in(file)[1] for _ in range(3)] == [True, False, False]
    again, new = take_in(answer("R2", ("K1", order.ref, "1000.00", "PAID", "")))
    assert new
    assert again.counts["repeated"] == 1
    lines = office.session.scalars(select(BankReturnLine)).all()
    assert [(line.outcome, line.amount) for line in lines] == [("paid", Decimal(1000))]


def test_paid_twice_unknown_and_other_amounts_are_held(office: Office, client: FlaskClient) -> None:
    claim_id = accepted(covered(office), client)
    [order] = orders(office.session, claim_id)
    take_in(answer("R0", ("K0", order.ref, "1000.00", "PAID", "")))
    approve(order.ref, finance(office))
    send()
    take_in(
        answer(
            "R1",
            ("K1", "O-UNKNOWN", "5.00", "PAID", ""),
            ("K2", order.ref, "999.00", "PAID", ""),
            ("K3", order.ref, "1000.00", "PAID", ""),
            ("K4", order.ref, "1000.00", "PAID", ""),
        )
    )
    lines = office.session.scalars(select(BankReturnLine).order_by(BankReturnLine.id)).all()
    assert [line.reason for line in lines] == [
        "not-sent", "unknown-order", "amount", None, "paid-twice",
    ]  # fmt: skip
    assert {kind for kind, _subject in work(office)} == {"payouts.held"}
    with transaction() as session:
        returning.resolve(session, lines[0].id, "a mistake", finance(office).id, clock.now())
    assert ("payouts.held", "K0") not in work(office)


@pytest.mark.parametrize(
    ("data", "faults"),
    [
        (b"", [(1, "header")]),
        (b"\xff\xfe\xff", [(1, "encoding")]),
        (b"H,R1,1\nL,K1,O1,1000.00,PAID\nT,1,1000.00\n", [(2, "fields")]),
        (b"H,R1,2\nL,K1,O1,1e3,PAID,\nL,K1,O1,5.00,LATER,\nT,2,0\n", [(2, "amount"), (3, "result")]),
        (b"H,R1,1\nL,K1,O1,5.00,PAID,\nT,1,6.00\n", [(3, "sum")]),
        (b"H,R1,2\nL,K1,O1,5.00,PAID,\nT,1,5.00\n", [(1, "count")]),
        (b"H,R1,2\nL,K1,O1,5.00,PAID,\nL,K1,O2,5.00,PAID,\nT,2,10.00\n",
         [(2, "key-twice"), (3, "key-twice")]),
        (b"H,R1,1\nL,K1,O1,5.00,PAID,\n", [(1, "count"), (2, "trailer")]),
    ],
)  # fmt: skip
def test_a_faulty_file_is_named_by_line(data: bytes, faults: list[tuple[int, str]]) -> None:
    with pytest.raises(bank_format.Faulty) as raised:
        bank_format.read(data)
    assert list(raised.value.faults) == faults


def test_nothing_of_a_faulty_file_is_applied(office: Office, client: FlaskClient) -> None:
    claim_id, order = at_the_bank(office, client)
    good = answer("R1", ("K1", order.ref, "1000.00", "PAID", ""))
    with pytest.raises(bank_format.Faulty):
        take_in(good.replace(b"H,R1,1", b"H,R1,2"))
    assert orders(office.session, claim_id)[0].state == "approved"
    take_in(good)
    with pytest.raises(bank_format.Faulty) as raised:
        take_in(answer("R2", ("K1", order.ref, "900.00", "PAID", "")))
    assert raised.value.faults == ((2, "key-used"),)


def test_who_asked_never_approves(office: Office, client: FlaskClient) -> None:
    both = make_member(office.session, ["assessor", "finance"]).member
    claim_id = medical_claim(covered(office), client, "6000")
    with transaction() as session:
        claim = access.lock_row(session, claim_id)
        deciding.decide(
            session, claim, Decision("approved", {1: Decimal(6000)}), both.id, clock.now()
        )
    ref = claim_of(office.session, claim_id).ref
    client.post(f"/claims/{ref}/account", data=account())
    [order] = orders(office.session, claim_id)
    with pytest.raises(Forbidden):
        approve(order.ref, both)
    item = office.session.scalars(select(WorkItem).where(WorkItem.kind == "payouts.approve")).one()
    assert item.barred_id == both.id
    with pytest.raises(IntegrityError, match="four_eyes"), transaction() as session:
        session.execute(
            text(
                "update claim_payout set state = 'approved', approved_by = :me, approved_at = now()"
            ),
            {"me": both.id},
        )


def test_rejected_goes_back_for_another_account(office: Office, client: FlaskClient) -> None:
    claim_id, first = at_the_bank(office, client)
    take_in(answer("R1", ("K1", first.ref, "1000.00", "REJECTED", "账号不存在")))
    claim = claim_of(office.session, claim_id)
    assert claim.stage == "paying"
    assert ("claims.payees", claim.ref) in work(office)
    office.work()
    assert any("账号不存在" in str(mail["text"]) for mail in office.mails())
    assert "另一个账户" in client.get(f"/claims/{claim.ref}").text
    data = account(number=card("622202999999999999"))
    assert client.post(f"/claims/{claim.ref}/account", data=data).status_code == 303
    client.post(f"/claims/{claim.ref}/account", data=data)
    old, new = orders(office.session, claim_id)
    assert (old.state, new.state, new.amount) == ("rejected", "requested", Decimal(1000))
    approve(new.ref, finance(office))
    assert new.ref.encode() in send()
    take_in(answer("R2", ("K2", new.ref, "1000.00", "PAID", "")))
    assert claim_of(office.session, claim_id).stage == "closed"


def test_paid_after_a_rejection_stops_what_was_ordered_instead(
    office: Office, client: FlaskClient
) -> None:
    claim_id, first = at_the_bank(office, client)
    take_in(answer("R1", ("K1", first.ref, "1000.00", "REJECTED", "")))
    client.post(f"/claims/{claim_of(office.session, claim_id).ref}/account", data=account())
    take_in(answer("R2", ("K2", first.ref, "1000.00", "PAID", "")))
    assert [row.state for row in orders(office.session, claim_id)] == ["rejected", "dismissed"]
    held = office.session.scalars(
        select(BankReturnLine).where(BankReturnLine.outcome == "held")
    ).one()
    with transaction() as session:
        returning.resolve(session, held.id, "it was paid", finance(office).id, clock.now())
    assert [row.state for row in orders(office.session, claim_id)] == ["paid", "dismissed"]
    assert claim_of(office.session, claim_id).stage == "closed"


def test_somebody_foreign_is_held_until_an_assessor_names_the_payees(
    office: Office, client: FlaskClient
) -> None:
    claim_id = accepted(covered(office), client, payee=SPOUSE.name)
    [held] = orders(office.session, claim_id)
    assert (held.state, held.reason) == ("held", "name")
    assessor = make_member(office.session, ["assessor"]).member
    payees = [
        Payee("insured", HOLDER.name, "示例银行", card(), Decimal(1)),
        Payee("hospital", CHILD.name, "示例银行", card("622202111111111111"), Decimal(2)),
    ]
    with transaction() as session:
        claim = access.lock_row(session, claim_id)
        [due] = ordering.dues_of(session, claim)
        ordering.set_payees(session, due, payees, assessor.id, clock.now())
    first, one, two = orders(office.session, claim_id)
    assert first.state == "dismissed"
    assert [one.amount, two.amount] == [Decimal("333.33"), Decimal("666.67")]
    who = finance(office)
    approve(one.ref, who)
    with transaction() as session:
        row = approving.lock(session, two.ref)
        approving.dismiss(session, row, "another account", who, clock.now())
    send()
    take_in(answer("R1", ("K1", one.ref, "333.33", "PAID", "")))
    assert claim_of(office.session, claim_id).stage == "paying"
    with transaction() as session:
        claim = access.lock_row(session, claim_id)
        [due] = ordering.dues_of(session, claim)
        with pytest.raises(Refused):
            ordering.set_payees(session, due, [], assessor.id, clock.now())
        [last] = ordering.set_payees(session, due, payees[1:], assessor.id, clock.now())
        assert last.amount == Decimal("666.67")
        ref = last.ref
    approve(ref, who)
    with transaction() as session, pytest.raises(Conflict):
        [due] = ordering.dues_of(session, access.lock_row(session, claim_id))
        ordering.set_payees(session, due, payees, assessor.id, clock.now())
    send()
    take_in(answer("R2", ("K2", ref, "666.67", "PAID", "")))
    assert claim_of(office.session, claim_id).stage == "closed"


@pytest.mark.parametrize(
    "change",
    [
        "update claim_payout set state = 'approved', paid_at = null where state = 'paid'",
        "update claim_payout set bank_file_id = null, line = null where state = 'paid'",
        "update claim_payout set amount = 1",
        "insert into claim_payout (ref, due_id, claim_id, part, amount, payee_kind, masked, state,"
        " requested_at) select 'X', due_id, claim_id, 99, 0.01, 'insured', '', 'requested', now()"
        " from claim_payout",
    ],
)
def test_the_database_itself_refuses(office: Office, client: FlaskClient, change: str) -> None:
    _claim_id, order = at_the_bank(office, client)
    take_in(answer("R1", ("K1", order.ref, "1000.00", "PAID", "")))
    with pytest.raises(DBAPIError), transaction() as session:
        session.execute(text(change))


def test_opened_again_only_the_difference_is_paid(office: Office, client: FlaskClient) -> None:
    claim_id, order = at_the_bank(office, client)
    take_in(answer("R1", ("K1", order.ref, "1000.00", "PAID", "")))
    member = make_member(office.session, ["assessor"])
    with transaction() as session:
        claim = access.lock_row(session, claim_id)
        answering.reopen(session, claim, "another bill", member.id, clock.now())
        claim.heads[0].claimed = Decimal(1500)
    with transaction() as session:
        claim = access.lock_row(session, claim_id)
        decision = Decision("approved", {1: Decimal(1500)})
        deciding.decide(session, claim, decision, member.id, clock.now())
    client.post(f"/claims/{claim_of(office.session, claim_id).ref}/account", data=account())
    dues = office.session.scalars(select(PayoutDue).order_by(PayoutDue.id)).all()
    assert [due.amount for due in dues] == [Decimal(1000), Decimal(500)]
    assert sum(row.amount for row in orders(office.session, claim_id)) == Decimal(1500)


def test_what_the_bank_reads_no_spreadsheet_runs() -> None:
    row = bank_format.Order("O1", "=HYPERLINK(1)", "@bank", "123456789", Decimal("5.00"), "C1")
    data = bank_format.write("F1", "haitang", clock.local_date(clock.now()), [row], "gb18030")
    assert b"D,1,O1,'=HYPERLINK(1),'@bank,123456789,5.00,C1" in data
