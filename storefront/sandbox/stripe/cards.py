"""The card form: what was typed, what is wrong with it, and what the test cards do."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from storefront.sandbox.stripe.payments import Instrument

SUCCEEDS, DECLINES, CONFIRMS = "succeeds", "declines", "confirms"
TEST_CARDS = {
    "4242424242424242": SUCCEEDS,
    "4000000000000002": DECLINES,
    "4000002500003155": CONFIRMS,
}
FIELDS = ("number", "expiry", "cvc", "name")


@dataclass(frozen=True)
class Card:
    """A test card that was filled in properly, and the outcome it stands for."""

    instrument: Instrument
    outcome: str


def read(form: Mapping[str, str], today: tuple[int, int]) -> Card | dict[str, str]:
    """The card, or the text key of the fault of each field; `today` is (year, month)."""
    typed = {field: form.get(f"card-{field}", "").strip() for field in FIELDS}
    number = re.sub(r"[ -]", "", typed["number"])
    expiry = _expiry(typed["expiry"])
    faults = {
        "number": _number_fault(number),
        "expiry": _expiry_fault(expiry, today),
        "cvc": "" if re.fullmatch(r"[0-9]{3}", typed["cvc"]) else "fault.cvc",
        "name": "" if 0 < len(typed["name"]) <= 200 else "fault.name",
    }
    faults = {field: fault for field, fault in faults.items() if fault}
    if faults or expiry is None:
        return faults
    year, month = expiry
    instrument = Instrument("card", typed["name"], number[-4:], month, year)
    return Card(instrument, TEST_CARDS[number])


def grouped(number: str) -> str:
    """A card number as it is printed, in groups of four."""
    return " ".join(re.findall(r".{1,4}", number))


def passes_luhn(number: str) -> bool:
    """The check digit of payment cards: every second digit doubled, cast out nines, mod 10."""
    doubled = [int(digit) * 2 for digit in number[-2::-2]]
    plain = [int(digit) for digit in number[::-2]]
    return (sum(plain) + sum(digit - 9 if digit > 9 else digit for digit in doubled)) % 10 == 0


def _number_fault(number: str) -> str:
    if not re.fullmatch(r"[0-9]{12,19}", number) or not passes_luhn(number):
        return "fault.number"
    return "" if number in TEST_CARDS else "fault.number.real"


def _expiry(typed: str) -> tuple[int, int] | None:
    match = re.fullmatch(r"(0?[1-9]|1[0-2])\s*/?\s*(?:20)?([0-9]{2})", typed)
    return match and (2000 + int(match[2]), int(match[1]))


def _expiry_fault(expiry: tuple[int, int] | None, today: tuple[int, int]) -> str:
    if expiry is None:
        return "fault.expiry"
    return "fault.expiry.past" if expiry < today else ""
