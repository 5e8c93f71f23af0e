"""Fictional people and companies: their identity numbers name an area that does not exist."""

import random
import tomllib
from dataclasses import dataclass, fields
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Self

from storefront.identity import CREDIT_ALPHABET, ID_CHECK_CHARACTERS, ID_WEIGHTS

NO_PLACE = "99"  # no area's code begins so
AREAS = 10_000
ORDERS = 499  # numbers of one sex in one area on one day
CREDIT_WEIGHTS = tuple(pow(3, position, 31) for position in range(17))
YOUNGEST, OLDEST = date(2004, 1, 1), date(1976, 1, 1)


@dataclass(frozen=True)
class Words:
    """What the texts of contracts say about somebody and the company they act for."""

    name: str
    id_number: str
    mobile: str
    email: str
    address: str
    plate: str
    company: str
    uscc: str

    @classmethod
    def blanks(cls) -> Self:
        """Marks in place of the words, for texts that are filled in later."""
        return cls(**{item.name: f"{{{item.name}}}" for item in fields(cls)})

    def fill(self, text: str) -> str:
        """A text with these words in place of the marks."""
        for key, word in vars(self).items():
            text = text.replace(f"{{{key}}}", word)
        return text


@dataclass(frozen=True)
class Somebody:
    """A fictional adult, or the blanks for one of this age and sex."""

    birth_date: date
    sex: str
    words: Words

    def party(self, **more: Any) -> dict[str, Any]:
        """As an application holds a person."""
        return {
            "name": self.words.name,
            "id_number": self.words.id_number,
            "birth_date": self.birth_date.isoformat(),
            "sex": self.sex,
            "mobile": self.words.mobile,
            **more,
        }

    def holder(self) -> dict[str, Any]:
        """As a policyholder."""
        return self.party(kind="person", email=self.words.email, address=self.words.address)

    def company(self) -> dict[str, Any]:
        """The company as a policyholder."""
        return {
            "kind": "company",
            "name": self.words.company,
            "uscc": self.words.uscc,
            "address": self.words.address,
            "legal_representative": self.words.name,
            "email": self.words.email,
            "contact": self.party(),
        }


def blank(rng: random.Random) -> Somebody:
    """An age and a sex, with marks in place of the words."""
    birth_date = OLDEST + timedelta(days=rng.randrange((YOUNGEST - OLDEST).days))
    return Somebody(birth_date, rng.choice("MF"), Words.blanks())


def named(rng: random.Random, who: Somebody, number: int) -> Somebody:
    """Somebody of that age and sex; another number is another person with numbers of their own."""
    parts = names()
    given = "".join(rng.sample(parts["given"], rng.choice((1, 2, 2, 2))))
    name = rng.choice(parts["surnames"]) + given
    mobile = f"139{number % 100_000_000:08d}"
    plate = f"{rng.choice(parts['plate_places'])}{rng.choice(parts['plate_letters'])}"
    words = Words(
        name=name,
        id_number=id_number(who.birth_date, who.sex, number),
        mobile=mobile,
        email=f"demo{mobile[-8:]}@example.com",
        address=parts["address"].format(house=number % 2000 + 1),
        plate=f"{plate}{number % 100_000:05d}",
        company=f"{parts['company']['before']}{given}{parts['company']['after']}",
        uscc=credit_code(number),
    )
    return Somebody(who.birth_date, who.sex, words)


def id_number(birth_date: date, sex: str, number: int) -> str:
    """An identity number with a right check character, another for each of five million numbers."""
    order = number % ORDERS * 2 + (sex == "M")
    body = f"{NO_PLACE}{number // ORDERS % AREAS:04d}{birth_date:%Y%m%d}{order:03d}"
    total = sum(int(digit) * weight for digit, weight in zip(body, ID_WEIGHTS, strict=True))
    return body + ID_CHECK_CHARACTERS[total % 11]


def credit_code(number: int) -> str:
    """A unified social credit code with a right check character."""
    body = f"91{NO_PLACE}0000{number:09d}"
    total = sum(
        CREDIT_ALPHABET.index(sign) * weight
        for sign, weight in zip(body, CREDIT_WEIGHTS, strict=True)
    )
    return body + CREDIT_ALPHABET[-total % 31]


@cache
def names() -> dict[str, Any]:
    """What names and texts are put together from."""
    return tomllib.loads((Path(__file__).parent / "names.toml").read_text())
