"""Numbers that name people, companies and vehicles: their checks, normal forms and masks.

Pure: texts in, values out; `today` is an argument. Whether somebody may buy something is not
decided here.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import Literal

import phonenumbers

Sex = Literal["M", "F"]

ID_NUMBER = re.compile(r"[1-9][0-9]{16}[0-9X]")
ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
ID_CHECK_CHARACTERS = "10X98765432"

CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
CREDIT_CODE = re.compile(rf"[{CREDIT_ALPHABET}]{{2}}[0-9]{{6}}[{CREDIT_ALPHABET}]{{10}}")

# The one-character names of the 31 places that register vehicles, in the order of GB/T 2260:
# Beijing Tianjin Hebei Shanxi Inner-Mongolia, Liaoning Jilin Heilongjiang, Shanghai Jiangsu
# Zhejiang Anhui Fujian Jiangxi Shandong, Henan Hubei Hunan Guangdong Guangxi Hainan,
# Chongqing Sichuan Guizhou Yunnan Tibet, Shaanxi Gansu Qinghai Ningxia Xinjiang.
PLATE_PROVINCES = (
    "\u4eac\u6d25\u5180\u664b\u8499"
    "\u8fbd\u5409\u9ed1"
    "\u6caa\u82cf\u6d59\u7696\u95fd\u8d63\u9c81"
    "\u8c6b\u9102\u6e58\u7ca4\u6842\u743c"
    "\u6e1d\u5ddd\u8d35\u4e91\u85cf"
    "\u9655\u7518\u9752\u5b81\u65b0"
)
# Last characters of special plates: driving school, trailer, police, Hong Kong, Macao.
PLATE_SUFFIXES = "\u5b66\u6302\u8b66\u6e2f\u6fb3"
PLATE_LETTERS = "A-HJ-NP-Z"
ORDINARY_PLATE = re.compile(
    rf"[{PLATE_PROVINCES}][{PLATE_LETTERS}]"
    rf"(?=.*[0-9])[{PLATE_LETTERS}0-9]{{4}}[{PLATE_LETTERS}0-9{PLATE_SUFFIXES}]"
)
# Small vehicles carry their letter before the digits, large ones after them (GA 36-2018).
NEW_ENERGY_PLATE = re.compile(
    rf"[{PLATE_PROVINCES}][{PLATE_LETTERS}]"
    rf"(?:[A-HJK][{PLATE_LETTERS}0-9][0-9]{{4}}|[0-9]{{5}}[A-HJK])"
)

VIN = re.compile(r"[A-HJ-NPR-Z0-9]{17}")
VIN_VALUES = dict(
    zip("ABCDEFGHJKLMNPRSTUVWXYZ", map(int, "12345678123457923456789"), strict=True)
) | {digit: int(digit) for digit in "0123456789"}
VIN_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
VIN_CHECKED_REGIONS = "L12345"  # China and North America; elsewhere the 9th place is free
ENGINE_NUMBER = re.compile(r"[A-Z0-9][A-Z0-9 ./*-]{2,28}[A-Z0-9]")


class IdentityError(ValueError):
    """A number that cannot be right; `slug` says why: length, check-digit, birth-date or mobile."""

    def __init__(self, slug: str) -> None:
        super().__init__(slug)
        self.slug = slug


@dataclass(frozen=True)
class IdNumber:
    """A checked resident identity number and what it tells about its holder."""

    number: str
    birth_date: date
    sex: Sex


def parse_id_number(text: str, today: date) -> IdNumber:
    """Checks an 18-character identity number (GB 11643-1999, S-10); blanks and full width are fine.

    Raises:
        IdentityError: `length` (not 17 digits and a digit or X), `check-digit`, or `birth-date`
            (no such day, or after `today`).
    """
    number = compact(text)
    if not ID_NUMBER.fullmatch(number):
        raise IdentityError("length")
    total = sum(weight * int(digit) for weight, digit in zip(ID_WEIGHTS, number, strict=False))
    if ID_CHECK_CHARACTERS[total % 11] != number[17]:
        raise IdentityError("check-digit")
    try:
        birth_date = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        raise IdentityError("birth-date") from None
    if birth_date > today:
        raise IdentityError("birth-date")
    return IdNumber(number, birth_date, "M" if int(number[16]) % 2 else "F")


def parse_credit_code(text: str) -> str:
    """Checks a unified social credit code of an organisation (GB 32100-2015, S-10), normalised.

    Raises:
        IdentityError: `length` (not 18 characters of its alphabet) or `check-digit`.
    """
    code = compact(text)
    if not CREDIT_CODE.fullmatch(code):
        raise IdentityError("length")
    values = [CREDIT_ALPHABET.index(character) for character in code]
    total = sum(value * pow(3, place, 31) for place, value in enumerate(values[:17]))
    if (total + values[17]) % 31:
        raise IdentityError("check-digit")
    return code


def normalise_mobile(text: str) -> str:
    """A mobile number of Mainland China as its 11 digits, with or without +86 and blanks.

    Raises:
        IdentityError: `mobile`.
    """
    try:
        number = phonenumbers.parse(text, "CN")
    except phonenumbers.NumberParseException:
        raise IdentityError("mobile") from None
    is_mobile = phonenumbers.number_type(number) == phonenumbers.PhoneNumberType.MOBILE
    if not is_mobile or not phonenumbers.is_valid_number_for_region(number, "CN"):
        raise IdentityError("mobile")
    return str(number.national_number)


def normalise_vehicle_number(text: str) -> str:
    """A plate, VIN or engine number as it is compared and stored: upper case, half width."""
    return " ".join(unicodedata.normalize("NFKC", text).upper().split())


def is_plate(text: str) -> bool:
    """Whether a normalised text is an ordinary (7) or new-energy (8 characters) plate, GA 36-2018."""
    return bool(ORDINARY_PLATE.fullmatch(text) or NEW_ENERGY_PLATE.fullmatch(text))


def is_new_energy_plate(text: str) -> bool:
    """Whether a normalised text is a plate of a new-energy vehicle."""
    return bool(NEW_ENERGY_PLATE.fullmatch(text))


def is_vin(text: str) -> bool:
    """Whether a normalised text is a vehicle identification number (GB 16735-2019).

    Its check digit is judged where it is prescribed: vehicles made in China or North America.
    """
    if not VIN.fullmatch(text):
        return False
    if text[0] not in VIN_CHECKED_REGIONS:
        return True
    total = sum(
        weight * VIN_VALUES[character] for weight, character in zip(VIN_WEIGHTS, text, strict=True)
    )
    return text[8] == "0123456789X"[total % 11]


def is_engine_number(text: str) -> bool:
    """Whether a normalised text has the shape of an engine number: 4 to 30 letters, digits, marks."""
    return bool(ENGINE_NUMBER.fullmatch(text))


def mask_id_number(number: str) -> str:
    """`110***********002X`: enough for the holder to recognise it; birth date and region hidden."""
    return number[:3] + "*" * max(len(number) - 7, 4) + number[-4:]


def mask_name(name: str) -> str:
    """Keeps the first character of each word of a name and hides the rest."""
    return " ".join(word[0] + "*" * max(len(word) - 1, 1) for word in name.split())


def mask_mobile(mobile: str) -> str:
    """`138****5678`."""
    return f"{mobile[:-8]}****{mobile[-4:]}"


def mask_email(email: str) -> str:
    """`l***@example.com`."""
    local, _, domain = email.rpartition("@")
    return f"{local[:1]}***@{domain}"


def compact(text: str) -> str:
    """A number as it is compared: half width, upper case, without blanks."""
    return "".join(unicodedata.normalize("NFKC", text).upper().split())
