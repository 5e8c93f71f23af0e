"""Policies to print, from sample.toml."""

import tomllib
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from storefront.policies.document.schedule import CoverLine, Organisation, Party, Schedule


def schedule(language: str = "zh", **changes: Any) -> Schedule:
    """A policy to print, with some of its fields changed."""
    data = tomllib.loads(Path(__file__).with_name("sample.toml").read_text())[language]
    texts = ("number", "verify_code", "clause_name", "marketing_name", "filing_number")
    texts += ("payment_plan", "cancellation")
    lines = tuple((name, Decimal(amount)) for name, amount in data["premium_lines"])
    values: dict[str, Any] = {
        **{name: data[name] for name in texts},
        "language": language,
        "verify_url": f"http://127.0.0.1:8000/verify/{data['verify_code']}",
        "issued_at": datetime(2026, 11, 29, 3, 12, tzinfo=UTC),
        "start_at": datetime(2026, 11, 30, 16, tzinfo=UTC),
        "end_at": datetime(2026, 12, 7, 16, tzinfo=UTC),
        "start_shifted": False,
        "illustrative": False,
        "policyholder": Party(**data["policyholder"]),
        "insured": tuple(Party(**person) for person in data["insured"]),
        "object_fields": tuple((label, value) for label, value in data["object_fields"]),
        "particulars": tuple((label, value) for label, value in data["particulars"]),
        "cash_values": tuple(Decimal(amount) for amount in data["cash_values"]),
        "covers": tuple(CoverLine(**cover) for cover in data["covers"]),
        "premium_lines": lines,
        "premium": sum((amount for _, amount in lines), Decimal(0)),
        "currency": "CNY",
        "takes_beneficiaries": True,
        "beneficiaries": tuple(Party(**person) for person in data["beneficiaries"]),
        "special_terms": tuple(data["special_terms"]),
        "cooling_off_days": 15 if language == "en" else 0,
        "insurer": Organisation(**data["insurer"]),
        "agency": Organisation(**data["agency"]),
    }
    return Schedule(**(values | changes))
