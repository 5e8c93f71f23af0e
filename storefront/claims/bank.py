"""Pure: numbers of Chinese bank accounts, checked and masked."""

import re

CARD = re.compile(r"62\d{14,17}")  # UnionPay cards: 16 to 19 digits, checked by Luhn
ACCOUNT = re.compile(r"\d{9,25}")  # passbooks and companies' accounts: length only


class BankNumberError(ValueError):
    """A number that cannot be right; `slug` says why: digits, length or check-digit."""

    def __init__(self, slug: str) -> None:
        super().__init__(slug)
        self.slug = slug


def parse_number(text: str) -> str:
    """The digits of an account or card number as typed, blanks and hyphens left out.

    Raises:
        BankNumberError: `digits`, `length`, or `check-digit` (a UnionPay card whose sum is wrong).
    """
    number = re.sub(r"[\s\u3000-]", "", text).translate(_FULL_WIDTH)
    if not number.isascii() or not number.isdecimal():
        raise BankNumberError("digits")
    if not ACCOUNT.fullmatch(number):
        raise BankNumberError("length")
    if CARD.fullmatch(number) and not luhn(number):
        raise BankNumberError("check-digit")
    return number


def luhn(digits: str) -> bool:
    """Whether the last digit of a card number fits the others (ISO/IEC 7812-1)."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def mask(number: str) -> str:
    """`**** 1234`: enough for the holder to recognise it."""
    return f"**** {number[-4:]}"


_FULL_WIDTH = {0xFF10 + digit: str(digit) for digit in range(10)}
