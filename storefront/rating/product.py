"""Premiums that multiply: factor products, liability per person, and motor base and float."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from math import prod
from typing import Annotated, Literal

from pydantic import Field

from storefront.rating.answers import Answers
from storefront.rating.factors import Coefficient, Factors, coefficient_of, read_factors
from storefront.rating.premium import Premium, premium_of
from storefront.rating.spec import Exact, Span, SpecModel, read_spec
from storefront.rating.tables import Table, Tables


class Exposure(Span):
    """An answer the rate is applied to, as an amount or a head count."""

    answer: str
    whole: bool = False


class FactorProductSpec(SpecModel):
    """Parameters of ``factor-product`` and ``liability-per-person``.

    A base rate that depends on an answer is one more coefficient, beside a ``rate`` of 1.
    """

    basis: Literal["factor-product", "liability-per-person"]
    exposures: Annotated[list[Exposure], Field(min_length=1)]
    rate: Exact = Field(gt=0)
    rate_cap: Exact | None = None
    factors: str
    coefficients: list[Coefficient]


@dataclass(frozen=True, slots=True)
class FactorProductBasis:
    """Exposures × min(rate × coefficients, cap)."""

    spec: FactorProductSpec
    factors: Factors

    def price(self, given: Mapping[str, object]) -> Premium:
        """The premium of the year."""
        answers, spec = Answers(given), self.spec
        exposures = [
            answers.number(use.answer, use.at_least, use.at_most, use.whole)
            for use in spec.exposures
        ]
        rate = spec.rate * coefficient_of(answers, spec.coefficients, self.factors, "")
        answers.check()
        if spec.rate_cap is not None:
            rate = min(rate, spec.rate_cap)
        amount = prod(exposures, start=rate)
        return premium_of([("main", amount)], spec.exposures[0].answer)


def build_factor_product(
    spec: Mapping[str, object], tables: Mapping[str, Table]
) -> FactorProductBasis:
    """The bases ``factor-product`` and ``liability-per-person``."""
    model, reader = read_spec(FactorProductSpec, spec), Tables(tables)
    factors = read_factors(reader, model.factors, model.coefficients)
    reader.check()
    return FactorProductBasis(model, factors)


class MotorSpec(SpecModel):
    """Parameters of ``base-and-float``."""

    basis: Literal["base-and-float"]
    base: str
    float_: Annotated[str, Field(alias="float")]


@dataclass(frozen=True, slots=True)
class MotorBasis:
    """Base premium of the vehicle class × (1 + float rate)."""

    base: Mapping[str, Decimal]
    change: Mapping[str, Decimal]

    def price(self, given: Mapping[str, object]) -> Premium:
        """The premium of the year; the float line may take away."""
        answers = Answers(given)
        base = self.base[answers.choice("vehicle_class", self.base)]
        change = self.change[answers.choice("float_code", self.change)]
        answers.check()
        return premium_of([("base", base), ("float", base * change)], "vehicle_class")


def build_motor(spec: Mapping[str, object], tables: Mapping[str, Table]) -> MotorBasis:
    """The basis ``base-and-float``."""
    model, reader = read_spec(MotorSpec, spec), Tables(tables)
    base = reader.by_name("base", model.base, "vehicle_class", "premium")
    change = reader.by_name("float", model.float_, "float_code", "change", at_least=Decimal(-1))
    reader.check()
    return MotorBasis(base, change)
