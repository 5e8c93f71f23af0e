"""Premiums that add up cover by cover: travel by slices of the amount, cyber by heads of cover."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from storefront.money import LARGEST
from storefront.rating.answers import Answers
from storefront.rating.factors import Coefficient, Factors, coefficient_of, read_factors
from storefront.rating.premium import Premium, premium_of
from storefront.rating.spec import SpecModel, read_spec
from storefront.rating.tables import Table, Tables


class TravelSpec(SpecModel):
    """Parameters of ``travel-slices``; ``covers`` names the answer with the amount of each line."""

    basis: Literal["travel-slices"]
    rates: str
    covers: dict[str, str]
    factors: str
    coefficients: list[Coefficient]


@dataclass(frozen=True, slots=True)
class Slice:
    """The rate of the part of an amount between two bounds, for every ``per`` yuan of it."""

    low: Decimal
    high: Decimal
    rate: Decimal
    per: Decimal

    def premium(self, amount: Decimal) -> Decimal:
        """What the slice costs; nothing for an amount below it."""
        part = min(amount, self.high) - self.low
        return max(part, Decimal(0)) * self.rate / self.per


@dataclass(frozen=True, slots=True)
class TravelBasis:
    """For each cover taken, the sum of its slices times the coefficients of its line."""

    spec: TravelSpec
    slices: Mapping[str, Sequence[Slice]]
    factors: Factors

    def price(self, given: Mapping[str, object]) -> Premium:
        """The premium of the journey; an amount of zero is a cover not taken."""
        answers = Answers(given)
        amounts = {line: answers.number(key) for line, key in self.spec.covers.items()}
        parts = []
        for line, amount in amounts.items():
            if amount:
                yearly = sum((part.premium(amount) for part in self.slices[line]), Decimal(0))
                parts.append((line, yearly * self._coefficient(answers, line)))
        if not parts:
            self._coefficient(answers, "")
            answers.refuse(next(iter(self.spec.covers.values())), "no-cover-chosen")
        answers.check()
        dearest = max(amounts, key=amounts.__getitem__)
        return premium_of(parts, self.spec.covers[dearest])

    def _coefficient(self, answers: Answers, line: str) -> Decimal:
        return coefficient_of(answers, self.spec.coefficients, self.factors, line)


def build_travel(spec: Mapping[str, object], tables: Mapping[str, Table]) -> TravelBasis:
    """The basis ``travel-slices``."""
    model, reader = read_spec(TravelSpec, spec), Tables(tables)
    rows = reader.rows("rates", model.rates, ["line", "per", "low", "high", "rate"])
    slices: dict[str, list[Slice]] = {line: [] for line in model.covers}
    for number, row in enumerate(rows, 1):
        if row["line"] in slices:
            where, found = f"{model.rates}:{number}", slices[row["line"]]
            found.append(_read_slice(reader, where, row))
            if found[-1].low != (found[-2].high if found[1:] else 0):
                reader.fault(where, "a slice must begin where the one before it ends")
    for line, found in slices.items():
        if rows and not found:
            reader.fault(f"covers.{line}", f"the table {model.rates} has no rate for it")
    factors = read_factors(reader, model.factors, model.coefficients, model.covers)
    if not model.covers:
        reader.fault("covers", "at least one cover is needed")
    reader.check()
    return TravelBasis(model, slices, factors)


def _read_slice(reader: Tables, where: str, row: dict[str, str]) -> Slice:
    per = reader.number(where, row["per"])
    if per <= 0:
        reader.fault(where, "a rate must be per an amount above zero")
    high = reader.number(where, row["high"]) if row["high"] else LARGEST
    return Slice(reader.number(where, row["low"]), high, reader.number(where, row["rate"]), per)


class FactorSumSpec(SpecModel):
    """Parameters of ``factor-sum``; ``limits`` is the answer with the limit of each head."""

    basis: Literal["factor-sum"]
    limits: str
    rates: str
    factors: str
    coefficients: list[Coefficient]


@dataclass(frozen=True, slots=True)
class FactorSumBasis:
    """For each head taken, limit × base rate × the coefficients of the head."""

    spec: FactorSumSpec
    rates: Mapping[str, Decimal]
    factors: Factors

    def price(self, given: Mapping[str, object]) -> Premium:
        """The premium of the year, one line for each head."""
        answers, spec = Answers(given), self.spec
        limits = answers.amounts(spec.limits, self.rates)
        parts = [
            (
                head,
                limits[head]
                * rate
                * coefficient_of(answers, spec.coefficients, self.factors, head),
            )
            for head, rate in self.rates.items()
            if head in limits
        ]
        if not parts:
            coefficient_of(answers, spec.coefficients, self.factors, "")
        answers.check()
        return premium_of(parts, spec.limits)


def build_factor_sum(spec: Mapping[str, object], tables: Mapping[str, Table]) -> FactorSumBasis:
    """The basis ``factor-sum``."""
    model, reader = read_spec(FactorSumSpec, spec), Tables(tables)
    rates = reader.by_name("rates", model.rates, "line", "rate")
    factors = read_factors(reader, model.factors, model.coefficients, rates)
    reader.check()
    return FactorSumBasis(model, rates, factors)
