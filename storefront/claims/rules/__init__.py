"""Adjudication: the contract at the incident, the facts of the loss, what was used; what is payable.

Pure: values in, values out. `adjudicate(case)` is the way in; the service that stores its result and
keeps assessments apart is `claims.assessment`.
"""

from storefront.claims.rules.adjudication import adjudicate, ends_by, unknown, used_by
from storefront.claims.rules.facts import (
    Case,
    Contract,
    Incident,
    Loss,
    Misstatement,
    Refused,
    Used,
)
from storefront.claims.rules.history import Transaction, contract_at
from storefront.claims.rules.outcome import Adjudication, Finding, Head, Return, Step

__all__ = [
    "Adjudication",
    "Case",
    "Contract",
    "Finding",
    "Head",
    "Incident",
    "Loss",
    "Misstatement",
    "Refused",
    "Return",
    "Step",
    "Transaction",
    "Used",
    "adjudicate",
    "contract_at",
    "ends_by",
    "unknown",
    "used_by",
]
