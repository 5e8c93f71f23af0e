"""Pure: which state of an order may follow which, what a line of the bank means, who is to be paid."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from storefront.money import allocate

STATES: Mapping[str, frozenset[str]] = {
    "requested": frozenset({"approved", "dismissed"}),
    "held": frozenset({"dismissed"}),
    "approved": frozenset({"paid", "rejected", "dismissed"}),
    "paid": frozenset(),
    "rejected": frozenset({"paid"}),  # the bank paid after all, and a person has cleared it
    "dismissed": frozenset(),
}
LIVING = frozenset({"requested", "held", "approved", "paid"})
"""States in which an order takes a part of what is due."""
PAYEE_KINDS = ("insured", "beneficiary", "heir", "hospital", "third_party")


class ForbiddenTransition(Exception):
    """A step that an order cannot take."""


def next_state(state: str, wanted: str) -> str:
    """The wanted state, if it may follow; raises ForbiddenTransition."""
    if wanted not in STATES[state]:
        raise ForbiddenTransition(f"a payout order cannot go from {state} to {wanted}")
    return wanted


@dataclass(frozen=True)
class Known:
    """What is known of an order when the bank says something about it."""

    state: str
    amount: Decimal
    sent: bool


@dataclass(frozen=True)
class Verdict:
    """What follows from a line of the bank; `reason` says why it is held."""

    outcome: Literal["paid", "rejected", "held"]
    reason: str | None = None


def verdict(known: Known | None, result: str, amount: Decimal) -> Verdict:
    """What a line of the bank means for an order, which is None where nobody knows it."""
    if known is None:
        return Verdict("held", "unknown-order")
    if known.state == "paid":
        return Verdict("held", "paid-twice" if result == "paid" else "rejected-after-payment")
    if known.state == "rejected":
        return Verdict("held", "paid-after-rejection" if result == "paid" else "rejected-twice")
    if known.state != "approved" or not known.sent:
        return Verdict("held", "not-sent")
    if known.amount != amount:
        return Verdict("held", "amount")
    return Verdict("paid" if result == "paid" else "rejected")


def shares(amount: Decimal, weights: Sequence[Decimal]) -> list[Decimal]:
    """An amount by the shares of its payees, without losing a fen."""
    return allocate(amount, weights)


def payee_of(name: str, parties: Mapping[str, Any], *, after_death: bool) -> tuple[str, str | None]:
    """The kind of payee that an account holder is, and why somebody has to look first, None where not.

    After a death it is the beneficiaries', by their shares: only one who has all of it is clear, and
    statutory heirs have to be shown by documents. Else it is the insured's or the policyholder's own.
    """
    if after_death:
        beneficiaries = parties.get("beneficiaries", {})
        if beneficiaries.get("kind") != "named":
            return "heir", "heirs"
        named = {_plain(row["name"]) for row in beneficiaries["named"]}
        if named != {_plain(name)}:
            return "beneficiary", "beneficiaries"
        return "beneficiary", None
    own = [parties["policyholder"], *parties.get("insured", [])]
    return "insured", None if _is_one_of(name, own) else "name"


def _is_one_of(name: str, people: Collection[Mapping[str, Any]]) -> bool:
    return _plain(name) in {_plain(str(person.get("name", ""))) for person in people}


def _plain(name: str) -> str:
    return "".join(name.split()).casefold()
