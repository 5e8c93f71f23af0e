"""Publishing and finding product versions. A published version never changes.

Reading costs one small query; the versions themselves are parsed once per process (`shelf`).
"""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from sqlalchemy import bindparam, select, tuple_
from sqlalchemy.orm import Session

from storefront import clock
from storefront.catalog import rules, shelf
from storefront.catalog.bundle import ProductBundle
from storefront.catalog.definition import Text
from storefront.catalog.insurers import InsurerProfile, load_insurers
from storefront.catalog.loader import PRODUCTS, load_all
from storefront.catalog.models import Insurer, InsurerAgreement, ProductVersion
from storefront.catalog.shelf import Shelf
from storefront.errors import NotFound

# Questions that pages ask again and again are put together once.
_THIS_VERSION = (
    ProductVersion.code == bindparam("code"),
    ProductVersion.version == bindparam("version"),
)
_VERSION = select(ProductVersion.id, ProductVersion.content_hash).where(*_THIS_VERSION)
_VERSION_ON_SALE = (
    shelf.versions_on_sale(bindparam("today"))
    .with_only_columns(ProductVersion.id)
    .where(*_THIS_VERSION)
)


class PublishRefused(Exception):
    """A version that must not be published; the message says why, to the people who publish."""


def on_sale(session: Session, now: datetime) -> Shelf:
    """Everything on sale at a moment, one version of each product, and the insurers (P-07)."""
    return shelf.on(session, clock.local_date(now))


def current(session: Session, code: str, now: datetime) -> ProductBundle:
    """The version of a product on sale; NotFound where none is."""
    return on_sale(session, now).product(code)


def sellable(session: Session, now: datetime) -> tuple[ProductBundle, ...]:
    """Everything on sale, one version of each product, in the order of lines and codes."""
    return on_sale(session, now).bundles


def is_sellable(session: Session, code: str, version: int, now: datetime) -> bool:
    """Whether this very version may still be bought: in date, not withdrawn, insurer agreed (P-07)."""
    values = {"code": code, "version": version, "today": clock.local_date(now)}
    return session.scalar(_VERSION_ON_SALE, values) is not None


def get(session: Session, code: str, version: int) -> ProductBundle:
    """One published version, on sale or not; NotFound where there is none."""
    row = session.execute(_VERSION, {"code": code, "version": version}).first()
    if row is None:
        raise NotFound
    return shelf.bundles_of(session, {row.id: row.content_hash})[0]


def names(session: Session, wanted: Iterable[tuple[str, int]]) -> dict[tuple[str, int], Text]:
    """What published versions are called, by code and version, in one question for all of them."""
    rows = session.execute(
        select(ProductVersion.id, ProductVersion.content_hash).where(
            tuple_(ProductVersion.code, ProductVersion.version).in_(set(wanted))
        )
    )
    bundles = shelf.bundles_of(session, {row.id: row.content_hash for row in rows})
    definitions = [bundle.definition for bundle in bundles]
    return {(one.code, one.version): one.marketing_name for one in definitions}


def insurers(session: Session, now: datetime) -> tuple[InsurerProfile, ...]:
    """The insurers with an agreement, in the order of their codes (T-02, T-03)."""
    return tuple(on_sale(session, now).insurers.values())


def insurer(session: Session, code: str, now: datetime) -> InsurerProfile:
    """One insurer; NotFound where there is none."""
    return on_sale(session, now).insurer(code)


def sync_insurers(session: Session, profiles: dict[str, InsurerProfile]) -> None:
    """Brings the rows of insurers and agreements in line with the files; none is removed."""
    for profile in profiles.values():
        session.merge(Insurer(code=profile.code, details=profile.model_dump(mode="json")))
        session.flush()
        terms = profile.agreement
        row = session.scalar(
            select(InsurerAgreement).where(
                InsurerAgreement.insurer_code == profile.code,
                InsurerAgreement.signed_on == terms.signed_on,
            )
        )
        if row is None:
            row = InsurerAgreement(insurer_code=profile.code, signed_on=terms.signed_on)
            session.add(row)
        row.lines = list(terms.lines)
        row.valid_from, row.valid_to = terms.valid_from, terms.valid_to
        session.flush()


def check(session: Session, bundle: ProductBundle, now: datetime) -> bool:
    """Whether a version can be published; False where the very same content is published already.

    Refused when the version exists with other content, is not above the latest one, breaks a product
    rule, or its insurer has no agreement in force that covers the line (P-07).
    """
    definition = bundle.definition
    rows = session.execute(
        select(ProductVersion.version, ProductVersion.content_hash).where(
            ProductVersion.code == definition.code
        )
    )
    published = {row.version: row.content_hash for row in rows}
    if definition.version in published:
        if published[definition.version] == bundle.content_hash:
            return False
        raise PublishRefused(
            f"{definition.code}: version {definition.version} is published with other content; "
            "raise the version number"
        )
    if published and definition.version < max(published):
        raise PublishRefused(f"{definition.code}: version {max(published)} is published already")
    _refuse_faults(bundle)
    _refuse_without_agreement(session, bundle, now)
    return True


def publish(session: Session, bundle: ProductBundle, now: datetime) -> bool:
    """Publishes a version; False and PublishRefused as `check` has it."""
    if not check(session, bundle, now):
        return False
    definition = bundle.definition
    session.add(
        ProductVersion(
            code=definition.code,
            version=definition.version,
            insurer_code=definition.insurer,
            line=definition.line,
            bundle=bundle.to_json(),
            content_hash=bundle.content_hash,
            valid_from=definition.valid_from,
            valid_to=definition.valid_to,
            published_at=now,
        )
    )
    session.flush()
    return True


def publish_all(
    session: Session, now: datetime, root: Path = PRODUCTS
) -> list[tuple[ProductBundle, bool]]:
    """Insurers and every product of a folder; with each bundle whether it is newly published."""
    sync_insurers(session, load_insurers())
    return [(bundle, publish(session, bundle, now)) for bundle in load_all(root).values()]


def withdraw(session: Session, code: str, now: datetime) -> int:
    """Takes every version of a product off sale; its policies live on. Number of versions taken off."""
    rows = session.scalars(
        select(ProductVersion)
        .where(ProductVersion.code == code, ProductVersion.withdrawn_at.is_(None))
        .with_for_update()
    ).all()
    for row in rows:
        row.withdrawn_at = now
    session.flush()
    return len(rows)


def _refuse_faults(bundle: ProductBundle) -> None:
    faults = [
        f"{key}: {why}"
        for key, why in rules.bundle_faults(bundle.definition, bundle.clauses, bundle.tables)
    ]
    if faults:
        raise PublishRefused(f"{bundle.definition.code}: " + "; ".join(faults))


def _refuse_without_agreement(session: Session, bundle: ProductBundle, now: datetime) -> None:
    definition, today = bundle.definition, clock.local_date(now)
    agreements = session.scalars(
        select(InsurerAgreement).where(
            InsurerAgreement.insurer_code == definition.insurer,
            InsurerAgreement.valid_from <= today,
            InsurerAgreement.valid_to >= today,
        )
    )
    if not any(definition.line in agreement.lines for agreement in agreements):
        raise PublishRefused(
            f"{definition.code}: no agreement with {definition.insurer} for {definition.line} is in force"
        )
