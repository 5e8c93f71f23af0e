"""What the disclosure page lists about the products on sale (T-02)."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from storefront.catalog import service as catalog
from storefront.catalog.definition.base import Text


@dataclass(frozen=True)
class Listing:
    """A product as the regulator wants it disclosed."""

    code: str
    marketing_name: Text
    clause_name: Text
    filing_number: str
    insurer: Text
    on_sale_since: date


def listings(session: Session, now: datetime) -> list[Listing]:
    """Every product on sale, in the order of the catalogue."""
    names = {insurer.code: insurer.name for insurer in catalog.insurers(session, now)}
    definitions = (bundle.definition for bundle in catalog.sellable(session, now))
    return [
        Listing(
            code=definition.code,
            marketing_name=definition.marketing_name,
            clause_name=definition.clause_name,
            filing_number=definition.filing_number,
            insurer=names[definition.insurer],
            on_sale_since=definition.valid_from,
        )
        for definition in definitions
    ]
