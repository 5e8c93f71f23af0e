"""Reading answers for rating: every wrong one is noted by key, and all are reported together.

A faulty answer reads as a harmless stand-in, so that reading can go on to find the other faults;
``check`` raises before a stand-in could reach a price.
"""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from decimal import Decimal

from storefront.money import LARGEST
from storefront.rating.faults import Fault, RatingRefused

STAND_IN_DAY = date(2000, 1, 1)


def plain(number: Decimal | int) -> int | str:
    """A number as JSON can carry it without loss."""
    return int(number) if number == int(number) else format(number, "f")


def age_on(day: date, birth_date: date) -> int:
    """Age last birthday; who was born on 29 February turns on 1 March in common years."""
    had_birthday = (day.month, day.day) >= (birth_date.month, birth_date.day)
    return day.year - birth_date.year - (not had_birthday)


class Answers:
    """A reader of one set of answers that collects faults."""

    def __init__(self, answers: Mapping[str, object]) -> None:
        self._answers = answers
        self._faults: dict[str, Fault] = {}

    def refuse(self, key: str, code: str, **params: object) -> None:
        """Note a fault; only the first of a key counts, for later ones follow from it."""
        self._faults.setdefault(key, Fault(key, code, params))

    def check(self) -> None:
        """Raise ``RatingRefused`` if anything so far was at fault."""
        if self._faults:
            raise RatingRefused(self._faults.values())

    def _value(self, key: str) -> object:
        value = self._answers.get(key)
        if value is None:
            self.refuse(key, "missing")
        return value

    def _wrong_type(self, key: str, value: object, expected: str) -> None:
        if value is not None:
            self.refuse(key, "wrong-type", expected=expected)

    def day(self, key: str) -> date:
        """A calendar day; a moment in time is not one."""
        value = self._value(key)
        if isinstance(value, date) and not isinstance(value, datetime):
            return value
        self._wrong_type(key, value, "date")
        return STAND_IN_DAY

    def age(self, birth_key: str, start_key: str, at_least: int, at_most: int) -> int:
        """Age on the start date, within limits; outside them the birth date is at fault."""
        birth_date, start_date = self.day(birth_key), self.day(start_key)
        if self._faults.keys() & {birth_key, start_key}:
            return at_least
        age = age_on(start_date, birth_date)
        if not at_least <= age <= at_most:
            self.refuse(birth_key, "age-out-of-range", age=age, at_least=at_least, at_most=at_most)
            return at_least
        return age

    def number(
        self,
        key: str,
        at_least: Decimal = Decimal(0),
        at_most: Decimal = LARGEST,
        whole: bool = False,
    ) -> Decimal:
        """An int or Decimal within limits; floats are refused, because they are not exact."""
        value = self._value(key)
        if isinstance(value, int if whole else int | Decimal) and not isinstance(value, bool):
            return self._within(key, value, at_least, at_most)
        self._wrong_type(key, value, "int" if whole else "decimal")
        return at_least

    def _within(
        self, key: str, value: int | Decimal, at_least: Decimal, at_most: Decimal
    ) -> Decimal:
        finite = isinstance(value, int) or value.is_finite()
        if not finite or not at_least <= value <= at_most:
            self.refuse(key, "out-of-range", at_least=plain(at_least), at_most=plain(at_most))
            return at_least
        return Decimal(value)

    def whole_of(self, key: str, listed: Collection[int]) -> int:
        """A whole number out of a list."""
        value = self._value(key)
        if isinstance(value, int) and not isinstance(value, bool):
            if value in listed:
                return value
            self.refuse(key, "not-a-listed-value", listed=sorted(listed))
        else:
            self._wrong_type(key, value, "int")
        return min(listed)

    def choice(self, key: str, listed: Collection[str]) -> str:
        """The key of a listed value: text as it stands, yes or no for a bool, digits for a number."""
        value = self._value(key)
        name = _choice_name(value)
        if name in listed:
            return name
        if name:
            self.refuse(key, "not-a-listed-value", listed=sorted(listed))
        else:
            self._wrong_type(key, value, "choice")
        return next(iter(listed))

    def amounts(self, key: str, listed: Collection[str]) -> dict[str, Decimal]:
        """Amounts by name; only listed names, at least one amount above zero."""
        value = self._value(key)
        if not isinstance(value, Mapping):
            self._wrong_type(key, value, "amounts")
            return {}
        inner = Answers({f"{key}.{name}": amount for name, amount in value.items()})
        amounts = {}
        for name in value:
            if name not in listed:
                self.refuse(key, "not-a-listed-value", listed=sorted(listed))
            else:
                amounts[name] = inner.number(f"{key}.{name}")
        self._faults |= inner._faults
        if not any(amounts.values()) and not self._faults:
            self.refuse(key, "no-cover-chosen")
        return {name: amount for name, amount in amounts.items() if amount}


def _choice_name(value: object) -> str:
    """The name under which a table lists an answer; empty for what no table can list."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return value
    if isinstance(value, int) and abs(value) <= LARGEST:
        return str(value)
    if isinstance(value, Decimal) and value.is_finite() and abs(value) <= LARGEST:
        return str(plain(value))
    return ""
