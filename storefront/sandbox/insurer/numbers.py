"""Policy numbers: the insurer's prefix, the year, ten random digits and a check digit."""

import secrets
import zlib


def check_digit(digits: str) -> int:
    """ISO 7064 MOD 11,10 over decimal digits: finds any single wrong digit."""
    product = 10
    for digit in digits:
        product = ((product + int(digit)) % 10 or 10) * 2 % 11
    return (11 - product) % 10


def prefix(insurer: str) -> str:
    """Two letters of the insurer's code and four digits made from all of it."""
    letters = ("".join(filter(str.isalpha, insurer.upper())) + "XX")[:2]
    return f"{letters}{zlib.crc32(insurer.encode()) % 10_000:04}"


def new_policy_number(insurer: str, year: int) -> str:
    start = prefix(insurer)
    digits = f"{year}{secrets.randbelow(10**10):010}"
    return f"{start}{digits}{check_digit(start[2:] + digits)}"
