"""Rows of claims. What is paid, and to whom, comes on top of them."""

from storefront.claims.models.claim import Claim, ClaimHead, ReserveChange
from storefront.claims.models.course import ClaimClock, ClaimEvent, ClaimInvoice, ClaimRequirement
from storefront.claims.models.extra import ClaimExGratia, ClaimReturn
from storefront.claims.models.outcome import (
    BankAccount,
    ClaimAdvance,
    ClaimAssessment,
    ClaimDecision,
    Objection,
)
from storefront.claims.models.report import ClaimReport

__all__ = [
    "BankAccount",
    "Claim",
    "ClaimAdvance",
    "ClaimAssessment",
    "ClaimClock",
    "ClaimDecision",
    "ClaimEvent",
    "ClaimExGratia",
    "ClaimHead",
    "ClaimInvoice",
    "ClaimReport",
    "ClaimRequirement",
    "ClaimReturn",
    "Objection",
    "ReserveChange",
]
