"""What is on sale on a day, kept parsed in the process and renewed when the tables change.

The state of the three small tables is known by where their rows lie and which transaction wrote them
(`ctid`, `xmin`), which every change alters; so a page asks the database one cheap question instead of
reading every product.
"""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import BindParameter, ColumnElement, Select, and_, func, literal_column, or_, select
from sqlalchemy.dialects.postgresql import JSONB, distinct_on
from sqlalchemy.orm import Session

from storefront.catalog.bundle import ProductBundle
from storefront.catalog.definition import LINES, Text
from storefront.catalog.insurers import InsurerProfile
from storefront.catalog.models import Insurer, InsurerAgreement, ProductVersion
from storefront.errors import NotFound

MOST_KEPT = 4096
"""Parsed versions kept per process: far more than are on sale, so that old policies find theirs."""


@dataclass(frozen=True)
class Shelf:
    """The products on sale on one day, and the insurers."""

    bundles: tuple[ProductBundle, ...]
    insurers: Mapping[str, InsurerProfile]

    def product(self, code: str) -> ProductBundle:
        """The version of a product on sale; NotFound where none is."""
        for bundle in self.bundles:
            if bundle.definition.code == code:
                return bundle
        raise NotFound

    def insurer(self, code: str) -> InsurerProfile:
        """One insurer; NotFound where there is none."""
        if code not in self.insurers:
            raise NotFound
        return self.insurers[code]


@dataclass(frozen=True)
class Names:
    """What every product that was ever published and every insurer is called, by code."""

    products: Mapping[str, Text]
    insurers: Mapping[str, Text]


_FINGERPRINT: ColumnElement[int] = literal_column(
    "bit_xor(hashtidextended(ctid, xmin::text::bigint))"
)
_STATE = select(
    *[
        select(column).select_from(model).scalar_subquery()
        for model in (ProductVersion, InsurerAgreement, Insurer)
        for column in (_FINGERPRINT, func.count())
    ]
)

_shelves: OrderedDict[tuple[object, ...], Shelf] = OrderedDict()
_bundles: OrderedDict[str, ProductBundle] = OrderedDict()


def on(session: Session, today: date) -> Shelf:
    """The shelf of a day."""
    key = (*_state(session), today)
    shelf = _shelves.get(key)
    if shelf is None:
        shelf = _shelves[key] = _stock(session, today)
        while len(_shelves) > 4:
            _shelves.popitem(last=False)
    return shelf


def names(session: Session) -> Names:
    """The names of everything, a product's by its latest version, on sale or not."""
    products = session.execute(
        select(
            ProductVersion.code,
            ProductVersion.bundle["definition"].astext.cast(JSONB)["marketing_name"],
        )
        .ext(distinct_on(ProductVersion.code))
        .order_by(ProductVersion.code, ProductVersion.version.desc())
    )
    insurers = session.execute(select(Insurer.code, Insurer.details["short_name"]))
    return Names(
        {code: Text.model_validate(name) for code, name in products},
        {code: Text.model_validate(name) for code, name in insurers},
    )


def versions_on_sale(today: date | BindParameter[date]) -> Select[ProductVersion]:
    """Versions in date and not withdrawn whose insurer agreed to their line (P-07)."""
    agreed = and_(
        InsurerAgreement.insurer_code == ProductVersion.insurer_code,
        InsurerAgreement.lines.contains(func.to_jsonb(ProductVersion.line, type_=JSONB)),
        InsurerAgreement.valid_from <= today,
        InsurerAgreement.valid_to >= today,
    )
    return select(ProductVersion).where(
        ProductVersion.withdrawn_at.is_(None),
        ProductVersion.valid_from <= today,
        or_(ProductVersion.valid_to.is_(None), ProductVersion.valid_to >= today),
        select(InsurerAgreement.id).where(agreed).exists(),
    )


def bundles_of(session: Session, hashes: Mapping[int, str]) -> list[ProductBundle]:
    """The parsed versions of rows, given their content hashes by row id."""
    missing = [row_id for row_id, digest in hashes.items() if digest not in _bundles]
    if missing:
        for row_id, data in session.execute(
            select(ProductVersion.id, ProductVersion.bundle).where(ProductVersion.id.in_(missing))
        ):
            _bundles[hashes[row_id]] = ProductBundle.from_json(data)
    found = [_bundles[digest] for digest in hashes.values()]
    while len(_bundles) > MOST_KEPT:
        _bundles.popitem(last=False)
    return found


def _state(session: Session) -> tuple[object, ...]:
    """What the session sees of the tables. Most pages ask the database nothing else, so a session
    that has not begun is spared a beginning and an end, which are round trips like the question.
    """
    if session.in_transaction():
        return (session.get_bind().engine, *session.connection().execute(_STATE).one())
    engine = session.get_bind().engine
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        return (engine, *connection.execute(_STATE).one())


def _stock(session: Session, today: date) -> Shelf:
    rows = session.execute(
        versions_on_sale(today)
        .with_only_columns(
            ProductVersion.id,
            ProductVersion.content_hash,
        )
        .ext(distinct_on(ProductVersion.code))
        .order_by(ProductVersion.code, ProductVersion.version.desc())
    )
    bundles = bundles_of(session, {row.id: row.content_hash for row in rows})
    bundles.sort(key=lambda bundle: (LINES.index(bundle.definition.line), bundle.definition.code))
    details = session.scalars(select(Insurer.details).order_by(Insurer.code))
    profiles = [InsurerProfile.model_validate(item) for item in details]
    return Shelf(tuple(bundles), {profile.code: profile for profile in profiles})
