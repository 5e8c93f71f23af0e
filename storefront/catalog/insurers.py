"""The insurers as data: who they are, how to reach them, and the agreement that lets us sell for them."""

import tomllib
from datetime import date
from pathlib import Path

from storefront.catalog.definition import Code, Line, Part, Text
from storefront.catalog.definition.base import NonEmpty

INSURERS = Path(__file__).parent / "insurers.toml"


class Agreement(Part):
    """The agency agreement with an insurer; products are sold only while it is in force (P-07)."""

    number: NonEmpty
    scope: Text
    lines: tuple[Line, ...]
    signed_on: date
    valid_from: date
    valid_to: date


class InsurerProfile(Part):
    """An insurer as shown on product pages and the disclosure page (T-02, T-03)."""

    code: Code
    name: Text
    short_name: Text
    introduction: Text
    licence: NonEmpty
    scope: Text
    address: Text
    website: NonEmpty
    service_phone: NonEmpty
    service_email: NonEmpty
    claims_phone: NonEmpty
    complaint_phone: NonEmpty
    complaint_email: NonEmpty
    agreement: Agreement


def load_insurers(path: Path = INSURERS) -> dict[str, InsurerProfile]:
    """Insurers by code; raises pydantic's ValidationError where the file is at fault."""
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    profiles = [InsurerProfile.model_validate(item) for item in data["insurers"]]
    return {profile.code: profile for profile in profiles}
