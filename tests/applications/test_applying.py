"""The whole form, through HTTP: from the quote to the underwriting decision."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront import clock
from storefront.applications.models import Application
from storefront.db import db
from tests.plans import PLANS
from tests.visitor import Visitor


def stored(ref: str) -> Application:
    db.session.expire_all()
    return db.session.scalars(select(Application).where(Application.ref == ref)).one()


@pytest.mark.parametrize(
    ("code", "premium"),
    [("travel-accident", "32.68"), ("term-life", None), ("motor-compulsory", "665.00")],
)
def test_each_product_is_applied_for(
    session: Session, buyer: Visitor, code: str, premium: str | None
) -> None:
    product, answers, plan = PLANS[code](clock.local_date(clock.now()))
    ref = buyer.apply(product, answers, plan)
    application = stored(ref)
    assert application.state == "accepted", buyer.problems()
    assert premium is None or str(application.premium) == premium
    assert "pay-now" in buyer.page.text
