"""Files of an application and of its underwriting: kept with a contract, erased with an empty shell."""

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront import clock
from storefront.applications import closing
from storefront.applications.models import Application
from storefront.attachments import service as attachments
from storefront.attachments.values import Owner
from storefront.db import transaction
from tests.attachments import samples
from tests.attachments.conftest import reread, send

pytestmark = pytest.mark.rule("E-03")
KINDS = ("application", "underwriting")


def test_files_are_kept_as_long_as_the_contract(session: Session, draft: str) -> None:
    refs = [send(Owner(kind, draft), samples.photo()) for kind in KINDS]
    application = session.scalars(select(Application)).one()

    with transaction():
        closing.keep_for(session, application, date(2090, 1, 1), clock.now())

    assert {reread(session, ref).retain_until for ref in refs} == {date(2090, 1, 1)}


def test_files_go_with_an_application_that_led_to_nothing(session: Session, draft: str) -> None:
    refs = [send(Owner(kind, draft), samples.photo()) for kind in KINDS]
    application = session.scalars(select(Application)).one()

    with transaction():
        closing.wipe(session, application, clock.now())

    assert all(reread(session, ref).removed_at for ref in refs)
    assert [attachments.of(session, kind, draft) for kind in KINDS] == [[], []]
