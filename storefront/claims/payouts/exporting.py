"""Approved orders go into a file for the bank, each into exactly one; the file stays as it was made."""

import base64
from datetime import datetime
from decimal import Decimal

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront import clock
from storefront.audit import service as audit
from storefront.audit.service import Deed
from storefront.claims.models import Claim
from storefront.claims.payouts import bank_format
from storefront.claims.payouts.models import BankFile, PayoutOrder
from storefront.crypto import new_reference, sha256
from storefront.policies.models import Policy

MOST_LINES = 5000


def export(
    session: Session, insurer_code: str, member_id: int | None, now: datetime
) -> BankFile | None:
    """A file with what is approved for an insurer and was not sent before; None where nothing is.

    The rows are locked: of two exports at once the second finds what is left.
    """
    found = session.execute(
        select(PayoutOrder, Claim.ref)
        .join(Claim, Claim.id == PayoutOrder.claim_id)
        .join(Policy, Policy.id == Claim.policy_id)
        .where(
            PayoutOrder.state == "approved",
            PayoutOrder.bank_file_id.is_(None),
            Policy.insurer_code == insurer_code,
        )
        .order_by(PayoutOrder.id)
        .limit(MOST_LINES)
        .with_for_update(of=PayoutOrder)
    ).all()
    if not found:
        return None
    ref, encoding = new_reference("F"), current_app.extensions["settings"].bank_file_encoding
    rows = [_line(order, claim_ref) for order, claim_ref in found]
    data = bank_format.write(ref, insurer_code, clock.local_date(now), rows, encoding)
    file = BankFile(
        ref=ref,
        insurer_code=insurer_code,
        encoding=encoding,
        lines=len(rows),
        total=sum((row.amount for row in rows), Decimal(0)),
        sha256=sha256(data),
        content=base64.b64encode(data).decode(),
        made_by=member_id,
        made_at=now,
    )
    session.add(file)
    session.flush()
    for line, (order, _claim_ref) in enumerate(found, 1):
        order.bank_file_id, order.line = file.id, line
    after = {"lines": file.lines, "total": str(file.total), "sha256": file.sha256}
    audit.record(session, member_id, Deed("bank.export", "bank-file", ref, after=after), now)
    return file


def content_of(file: BankFile) -> bytes:
    """The bytes of a file as they were first made."""
    return base64.b64decode(file.content)


def _line(order: PayoutOrder, claim_ref: str) -> bank_format.Order:
    payee = order.payee
    return bank_format.Order(
        order.ref, payee["name"], payee["bank"], payee["number"], order.amount, claim_ref
    )
