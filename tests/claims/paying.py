"""What the tests of payouts do again and again: an accepted claim, its orders, files of the bank."""

from collections.abc import Sequence
from decimal import Decimal

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront import clock
from storefront.access import Member
from storefront.claims.payouts import approving, exporting, ordering, returning
from storefront.claims.payouts.models import BankReturn, PayoutOrder
from storefront.db import db, transaction
from tests.claims.support import Case, claim_of, medical_claim
from tests.people import HOLDER
from tests.staff.people import make_member

CARD = "6222021234567890123"
INSURER = "haitang"


def card(start: str = "622202123456789012") -> str:
    """A card number whose check digit is right."""
    for last in range(10):
        number = f"{start}{last}"
        digits = [int(d) for d in reversed(number)]
        doubled = [
            d if place % 2 == 0 else sum(divmod(d * 2, 10)) for place, d in enumerate(digits)
        ]
        if sum(doubled) % 10 == 0:
            return number
    raise AssertionError


def account(payee: str = HOLDER.name, number: str = "") -> dict[str, str]:
    """The form in which a customer names an account."""
    return {"payee": payee, "bank": "示例银行", "number": number or card(), "consent": "y"}


def accepted(case: Case, client: FlaskClient, amount: str = "1000", **form: str) -> int:
    """A medical claim that the rules decided and the customer agreed with."""
    claim_id = medical_claim(case, client, amount)
    ref = claim_of(case.office.session, claim_id).ref
    answer = client.post(f"/claims/{ref}/account", data=account(**form))
    assert answer.status_code == 303, answer.text
    return claim_id


def orders(session: Session, claim_id: int) -> Sequence[PayoutOrder]:
    """The orders of a claim as they are in the database now, oldest first."""
    session.rollback()
    session.expire_all()
    found = select(PayoutOrder).where(PayoutOrder.claim_id == claim_id).order_by(PayoutOrder.id)
    return session.scalars(found).all()


def ask_for(ref: str, member: Member) -> None:
    """The first person looks at a payment that the rules decided."""
    with transaction() as session:
        ordering.ask_for(session, approving.lock(session, ref), member.id, clock.now())


def approve(ref: str, member: Member) -> None:
    """The second person agrees; where the rules decided, a first one has asked before."""
    db.session.rollback()
    if ordering.needs_asking(approving.by_ref(db.session, ref)):
        ask_for(ref, make_member(db.session, ["assessor"]).member)
    with transaction() as session:
        approving.approve(session, approving.lock(session, ref), member, clock.now())


def send(insurer: str = INSURER) -> bytes:
    """The next file for the bank; empty where nothing is to be paid."""
    with transaction() as session:
        file = exporting.export(session, insurer, None, clock.now())
        return exporting.content_of(file) if file else b""


def answer(number: str, *lines: tuple[str, str, str, str, str]) -> bytes:
    """A return file with lines of key, order, amount, result, reason."""
    total = sum((Decimal(line[2]) for line in lines), Decimal("0.00"))
    rows = [f"H,{number},{len(lines)}", *(",".join(("L", *line)) for line in lines)]
    return "\r\n".join([*rows, f"T,{len(lines)},{total}", ""]).encode("gb18030")


def take_in(data: bytes) -> tuple[BankReturn, bool]:
    with transaction() as session:
        return returning.take_in(session, data, "back.csv", None, clock.now())
