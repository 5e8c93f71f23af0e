"""Fictional people and companies: their identity numbers name an area that does not exist."""

import random
import tomllib
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from storefront.identity import CREDIT_ALPHABET, ID_CHECK_CHARACTERS, ID_WEIGHTS

NO_PLACE = "990000"
CREDIT_WEIGHTS = tuple(pow(3, position, 31) for position in range(17))
YOUNGEST, OLDEST = date(2004, 1, 1), date(1976, 1, 1)


@dataclass(frozen=True)
class Somebody:
    """A fictional adult and the company they act for."""

    name: str
    birth_date: date
    sex: str
    id_number: str
    mobile: str
    plate: str

    def party(self, **more: Any) -> dict[str, Any]:
        """As an application holds a person."""
        return {
            "name": self.name,
            "id_number": self.id_number,
            "birth_date": self.birth_date.isoformat(),
            "sex": self.sex,
            "mobile": self.mobile,
            **more,
        }

    def holder(self) -> dict[str, Any]:
        """As a policyholder."""
        return self.party(kind="person", email=self.email, address=names()["address"])

    def company(self) -> dict[str, Any]:
        """The company as a policyholder."""
        words = names()["company"]
        return {
            "kind": "company",
            "name": f"{words['before']}{self.name[1:]}{words['after']}",
            "uscc": credit_code(int(self.mobile[-8:])),
            "address": names()["address"],
            "legal_representative": self.name,
            "email": self.email,
            "contact": self.party(),
        }

    @property
    def email(self) -> str:
        return f"demo{self.mobile[-8:]}@example.com"


def somebody(rng: random.Random, number: int) -> Somebody:
    """One of as many different people as are asked for."""
    words = names()
    birth_date = OLDEST + timedelta(days=rng.randrange((YOUNGEST - OLDEST).days))
    sex = rng.choice("MF")
    name = rng.choice(words["surnames"]) + "".join(rng.sample(words["given"], 2))
    return Somebody(
        name=name,
        birth_date=birth_date,
        sex=sex,
        id_number=id_number(birth_date, sex, number),
        mobile=f"139{number:08d}",
        plate=f"{rng.choice(words['plate_places'])}A{number % 100_000:05d}",
    )


def id_number(birth_date: date, sex: str, number: int) -> str:
    """An identity number with a right check character."""
    order = number % 499 * 2 + (sex == "M")
    body = f"{NO_PLACE}{birth_date:%Y%m%d}{order:03d}"
    total = sum(int(digit) * weight for digit, weight in zip(body, ID_WEIGHTS, strict=True))
    return body + ID_CHECK_CHARACTERS[total % 11]


def credit_code(number: int) -> str:
    """A unified social credit code with a right check character."""
    body = f"91{NO_PLACE}{number:09d}"
    total = sum(
        CREDIT_ALPHABET.index(sign) * weight
        for sign, weight in zip(body, CREDIT_WEIGHTS, strict=True)
    )
    return body + CREDIT_ALPHABET[-total % 31]


@cache
def names() -> dict[str, Any]:
    """What names are put together from."""
    return tomllib.loads((Path(__file__).parent / "names.toml").read_text())
