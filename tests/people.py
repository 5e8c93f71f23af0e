"""Fictional people for tests: identity numbers with a right check character, never real ones."""

from dataclasses import dataclass
from datetime import date, timedelta

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECKS = "10X98765432"
CODE_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
NO_PLACE = "990000"  # no such administrative area exists


def id_number(birth_date: date, sex: str, serial: int = 1) -> str:
    """An 18-character identity number; `serial` tells people with one birth date apart."""
    order = serial * 2 + (sex == "M")
    body = f"{NO_PLACE}{birth_date:%Y%m%d}{order:03d}"
    total = sum(int(digit) * weight for digit, weight in zip(body, WEIGHTS, strict=True))
    return body + CHECKS[total % 11]


@dataclass(frozen=True)
class Somebody:
    """A fictional person."""

    name: str
    birth_date: date
    sex: str
    mobile: str = "13800000000"
    serial: int = 1

    @property
    def id_number(self) -> str:
        return id_number(self.birth_date, self.sex, self.serial)

    def form(self, **more: str) -> dict[str, str]:
        """What this person would type."""
        return {"name": self.name, "id_number": self.id_number, "mobile": self.mobile, **more}


@dataclass(frozen=True)
class Company:
    """A fictional company and who acts for it."""

    name: str
    contact: Somebody
    body: str = "91990000MA0000001"
    legal_representative: str = "示例丁"

    @property
    def uscc(self) -> str:
        """Its credit code with the check character of GB 32100-2015."""
        total = sum(CODE_ALPHABET.index(char) * 3**place for place, char in enumerate(self.body))
        return self.body + CODE_ALPHABET[-total % 31]

    def form(self, **more: str) -> dict[str, str]:
        """What the authorised person would type."""
        return {
            "kind": "company",
            "name": self.name,
            "uscc": self.uscc,
            "address": ADDRESS,
            "legal_representative": self.legal_representative,
            **{f"contact_{key}": value for key, value in self.contact.form().items()},
            "authorised": "yes",
            **more,
        }

    def party(self) -> dict[str, object]:
        """The company as an application holds it."""
        return {
            "kind": "company",
            "name": self.name,
            "uscc": self.uscc,
            "address": ADDRESS,
            "legal_representative": self.legal_representative,
            "email": "office@example.com",
            "contact": self.contact.form(),
        }


HOLDER = Somebody("示例甲", date(1990, 6, 15), "M")
SPOUSE = Somebody("示例乙", date(1991, 3, 2), "F", serial=2)
CHILD = Somebody("示例丙", date(2018, 9, 9), "F", mobile="", serial=3)
ADDRESS = "示例市虚构区样例路 1 号"
COMPANY = Company("示例虚构制造有限公司", HOLDER)


def nth_adult(number: int) -> Somebody:
    """One of many adults, for tests in which the same one must not appear twice."""
    born = date(1988, 9, 9) - timedelta(days=number % 200)
    return Somebody(f"示例亲{number}", born, "M", serial=10 + number // 200)


def nth_child(number: int) -> Somebody:
    """One of many children of eight, for tests in which the same one must not appear twice."""
    born = date(2018, 9, 9) - timedelta(days=number % 200)
    return Somebody(f"示例童{number}", born, "F", mobile="", serial=10 + number // 200)
