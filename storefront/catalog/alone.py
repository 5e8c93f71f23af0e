"""Publishing from files by one person at the command line: freely once, later with a reason (decision 21)."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront.audit import service as audit
from storefront.audit.service import Deed
from storefront.catalog import service
from storefront.catalog.bundle import ProductBundle
from storefront.catalog.insurers import load_insurers
from storefront.catalog.models import ProductVersion

TWO_PEOPLE = (
    "two people agree to a new version in production: upload it at the desk under Products, or give"
    " --because REASON"
)


def publish(
    session: Session, bundles: Sequence[ProductBundle], because: str, now: datetime
) -> Iterator[tuple[str, bool]]:
    """Each version with whether it was new; every new one stands in the audit.

    Raises:
        PublishRefused: as `service.publish`, and in production without a reason once anything is
            published.
    """
    needs_reason = bool(current_app.extensions["settings"].production) and _anything(session)
    service.sync_insurers(session, load_insurers())
    for bundle in bundles:
        name = f"{bundle.definition.code} {bundle.definition.version}"
        new = service.publish(session, bundle, now)
        if new and needs_reason and not because:
            raise service.PublishRefused(f"{name}: {TWO_PEOPLE}")
        if new:
            deed = Deed("products.publish", "product", name, because or None)
            audit.record(session, None, deed, now)
        yield name, new


def _anything(session: Session) -> bool:
    return session.scalar(select(ProductVersion.code).limit(1)) is not None
