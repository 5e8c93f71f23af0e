"""What the pages read: every product with its versions, and whether each is on sale."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session, defer, joinedload

from storefront import clock
from storefront.catalog import service as catalog
from storefront.catalog import shelf
from storefront.catalog.bundle import ProductBundle
from storefront.catalog.models import ProductVersion
from storefront.errors import NotFound
from storefront.workbench.models import ProductDraft

State = Literal["on-sale", "later", "superseded", "over", "withdrawn"]


@dataclass(frozen=True)
class Version:
    """One published version of a product."""

    code: str
    number: int
    state: State
    valid_from: date
    valid_to: date | None
    published_at: datetime
    withdrawn_at: datetime | None


@dataclass(frozen=True)
class Product:
    """A product by its latest version; the versions newest first."""

    latest: ProductBundle
    versions: tuple[Version, ...]

    @property
    def on_sale(self) -> Version | None:
        """The version that new customers buy."""
        return next((version for version in self.versions if version.state == "on-sale"), None)


_COLUMNS = (
    ProductVersion.id,
    ProductVersion.content_hash,
    ProductVersion.code,
    ProductVersion.version,
    ProductVersion.valid_from,
    ProductVersion.valid_to,
    ProductVersion.published_at,
    ProductVersion.withdrawn_at,
)


def products(session: Session, now: datetime) -> list[Product]:
    """Every product that was ever published, in the order of the codes."""
    rows = session.execute(
        select(*_COLUMNS).order_by(ProductVersion.code, ProductVersion.version.desc())
    ).all()
    on_sale, today = _on_sale(session, now), clock.local_date(now)
    versions: dict[str, list[Version]] = {}
    latest: dict[int, str] = {}
    for row in rows:
        if row.code not in versions:
            latest[row.id] = row.content_hash
        versions.setdefault(row.code, []).append(_version(row, on_sale.get(row.code), today))
    bundles = shelf.bundles_of(session, latest)
    return [Product(bundle, tuple(versions[bundle.definition.code])) for bundle in bundles]


def versions_of(session: Session, code: str, now: datetime) -> tuple[Version, ...]:
    """The versions of one product, newest first; NotFound where there is none."""
    rows = session.execute(
        select(*_COLUMNS).where(ProductVersion.code == code).order_by(ProductVersion.version.desc())
    ).all()
    if not rows:
        raise NotFound
    on_sale, today = _on_sale(session, now).get(code), clock.local_date(now)
    return tuple(_version(row, on_sale, today) for row in rows)


def drafts(session: Session) -> Sequence[ProductDraft]:
    """The uploaded versions that are neither published nor discarded, the oldest first."""
    return session.scalars(
        select(ProductDraft)
        .where(ProductDraft.published_at.is_(None), ProductDraft.discarded_at.is_(None))
        .options(joinedload(ProductDraft.uploaded_by), defer(ProductDraft.bundle))
        .order_by(ProductDraft.id)
    ).all()


def number_before(versions: Sequence[Version], number: int) -> int | None:
    """The version that a version followed."""
    return max((version.number for version in versions if version.number < number), default=None)


def _on_sale(session: Session, now: datetime) -> dict[str, int]:
    bundles = catalog.sellable(session, now)
    return {bundle.definition.code: bundle.definition.version for bundle in bundles}


def _version(row: Any, on_sale: int | None, today: date) -> Version:
    return Version(
        code=row.code,
        number=row.version,
        state=_state(row, on_sale, today),
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        published_at=row.published_at,
        withdrawn_at=row.withdrawn_at,
    )


def _state(row: Any, on_sale: int | None, today: date) -> State:
    if row.withdrawn_at is not None:
        return "withdrawn"
    if row.version == on_sale:
        return "on-sale"
    if row.valid_from > today:
        return "later"
    if on_sale is not None and row.version < on_sale:
        return "superseded"
    return "over"
