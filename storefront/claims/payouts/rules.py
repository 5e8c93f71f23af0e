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


def entitled(parties: Mapping[str, Any]) -> tuple[tuple[str, Decimal], ...]:
    """The named beneficiaries of the first rank with their shares; empty where the heirs are entitled."""
    beneficiaries = parties.get("beneficiaries", {})
    named = beneficiaries.get("named", []) if beneficiaries.get("kind") == "named" else []
    first = min((int(row["rank"]) for row in named), default=0)
    return tuple(
        (row["name"], Decimal(str(row["share"]))) for row in named if int(row["rank"]) == first
    )


def differs(
    entitled_ones: Sequence[tuple[str, Decimal]], payees: Sequence[tuple[str, Decimal]]
) -> bool:
    """Whether payees are others, or have other parts, than the contract says; heirs it does not name."""
    return bool(entitled_ones) and _parts(entitled_ones) != _parts(payees)


def _parts(shares_of: Sequence[tuple[str, Decimal]]) -> dict[str, Decimal]:
    """Each name's part of the whole, to four decimals of a percent."""
    whole = sum((share for _name, share in shares_of), Decimal(0))
    parts: dict[str, Decimal] = {}
    for name, share in shares_of:
        parts[_plain(name)] = parts.get(_plain(name), Decimal(0)) + share
    return {name: round(share / whole, 6) for name, share in parts.items()}


def payee_of(name: str, parties: Mapping[str, Any], *, after_death: bool) -> tuple[str, str | None]:
    """The kind of payee that an account holder is, and why somebody has to look first, None where not.

    After a death it is the beneficiaries', by their shares: only one who has all of it is clear, and
    statutory heirs have to be shown by documents. Else it is the insured's or the policyholder's own.
    """
    if after_death:
        named = {_plain(other) for other, _share in entitled(parties)}
        if not named:
            return "heir", "heirs"
        if named != {_plain(name)}:
            return "beneficiary", "beneficiaries"
        return "beneficiary", None
    own = [parties["policyholder"], *parties.get("insured", [])]
    return "insured", None if _is_one_of(name, own) else "name"


def _is_one_of(name: str, people: Collection[Mapping[str, Any]]) -> bool:
    return _plain(name) in {_plain(str(person.get("name", ""))) for person in people}


def _plain(name: str) -> str:
    return "".join(name.split()).casefold()
