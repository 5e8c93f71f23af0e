"""What is expected to be paid still for open claims, by product and insurer, as a page and as a file."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from flask import Response, render_template
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from storefront import clock
from storefront.access import current_member, staff
from storefront.audit import service as audit
from storefront.audit.service import Deed
from storefront.claims.desk.blueprint import blueprint
from storefront.claims.models import Claim, ClaimHead
from storefront.db import transaction
from storefront.policies.models import Policy


@dataclass(frozen=True)
class Line:
    """The open reserves of one product of one insurer."""

    insurer: str
    product: str
    claims: int
    reserve: Decimal


def lines(session: Session) -> list[Line]:
    """Every product with an open reserve."""
    rows = session.execute(
        select(
            Policy.insurer_code,
            Policy.product_code,
            func.count(func.distinct(Claim.id)),
            func.sum(ClaimHead.reserve),
        )
        .select_from(ClaimHead)
        .join(Claim, Claim.id == ClaimHead.claim_id)
        .join(Policy, Policy.id == Claim.policy_id)
        .where(Claim.stage != "closed", ClaimHead.reserve > 0)
        .group_by(Policy.insurer_code, Policy.product_code)
        .order_by(Policy.insurer_code, Policy.product_code)
    )
    return [Line(*row) for row in rows]


@blueprint.get("/reserves")
@staff("claims.read")
def reserves() -> str:
    """The report as a page."""
    with transaction() as session:
        found = lines(session)
    total = sum((line.reserve for line in found), Decimal(0))
    return render_template("staff/claims/reserves.html", lines=found, total=total)


@blueprint.get("/reserves.csv")
@staff("claims.read")
def reserves_file() -> Response:
    """The report as a file for spreadsheets."""
    now = clock.now()
    with transaction() as session:
        found = lines(session)
        audit.record(session, current_member().id, Deed("claims.export", "claims", "reserves"), now)
    name = f"reserves-{clock.local_date(now)}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(as_csv(found), mimetype="text/csv", headers=headers)


def as_csv(found: Sequence[Line]) -> bytes:
    """UTF-8 with a byte order mark, as spreadsheets expect it."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(("insurer", "product", "claims", "reserve"))
    writer.writerows((line.insurer, line.product, line.claims, line.reserve) for line in found)
    return b"\xef\xbb\xbf" + text.getvalue().encode()
