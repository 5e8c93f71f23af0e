"""Covers of a year rated by age: personal accident, and tables of premiums by age band."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from storefront.rating.answers import Answers
from storefront.rating.factors import Coefficient, Factors, coefficient_of, read_factors
from storefront.rating.premium import Premium, premium_of
from storefront.rating.spec import Ages, Exact, Share, Span, SpecModel, read_spec
from storefront.rating.tables import SEXES, AgeBand, Table, Tables, rate_of_age


class AccidentSpec(SpecModel):
    """Parameters of ``accident-table``."""

    basis: Literal["accident-table"]
    loading: Share
    deaths: str
    deaths_per: Exact
    disability: str
    factors: str
    coefficients: list[Coefficient]
    age: Ages
    sum_insured: Span


@dataclass(frozen=True, slots=True)
class AccidentBasis:
    """Sum insured × death rate × factors × (1 + disability share) ÷ (1 - loading)."""

    spec: AccidentSpec
    deaths: Mapping[str, list[AgeBand]]
    disability: Mapping[str, list[AgeBand]]
    factors: Factors

    def price(self, given: Mapping[str, object]) -> Premium:
        """The premium of the year, shown by death and disability."""
        answers, spec = Answers(given), self.spec
        sex = answers.choice("sex", SEXES)
        age = answers.age("birth_date", "start_date", spec.age.at_least, spec.age.at_most)
        sum_insured = answers.number(
            "sum_insured", spec.sum_insured.at_least, spec.sum_insured.at_most
        )
        coefficient = coefficient_of(answers, spec.coefficients, self.factors, "")
        answers.check()
        deaths = rate_of_age(self.deaths[sex], age)
        disability = rate_of_age(self.disability[sex], age)
        if deaths is None or disability is None:
            answers.refuse("birth_date", "age-not-rated", age=age)
            deaths = disability = Decimal(0)
        answers.check()
        death = sum_insured * deaths * coefficient / spec.deaths_per / (1 - spec.loading)
        return premium_of([("death", death), ("disability", death * disability)], "sum_insured")


def build_accident(spec: Mapping[str, object], tables: Mapping[str, Table]) -> AccidentBasis:
    """The basis ``accident-table``."""
    model, reader = read_spec(AccidentSpec, spec), Tables(tables)
    deaths = {sex: reader.bands("deaths", model.deaths, name) for sex, name in SEXES.items()}
    disability = {
        sex: reader.bands("disability", model.disability, name) for sex, name in SEXES.items()
    }
    factors = read_factors(reader, model.factors, model.coefficients)
    reader.check()
    return AccidentBasis(model, deaths, disability, factors)


class AgeBandSpec(SpecModel):
    """Parameters of ``age-band-table``; ``choice`` is the answer that picks among the tables."""

    basis: Literal["age-band-table"]
    rates: str
    choice: str
    factors: str
    coefficients: list[Coefficient]
    age: Ages


@dataclass(frozen=True, slots=True)
class AgeBandBasis:
    """The premium of the age band times the coefficients."""

    spec: AgeBandSpec
    rates: Mapping[str, list[AgeBand]]
    factors: Factors

    def price(self, given: Mapping[str, object]) -> Premium:
        """The premium of the year."""
        answers, spec = Answers(given), self.spec
        age = answers.age("birth_date", "start_date", spec.age.at_least, spec.age.at_most)
        choice = answers.choice(spec.choice, self.rates)
        coefficient = coefficient_of(answers, spec.coefficients, self.factors, "")
        answers.check()
        rate = rate_of_age(self.rates[choice], age)
        if rate is None:
            answers.refuse("birth_date", "age-not-rated", age=age)
            rate = Decimal(0)
        answers.check()
        return premium_of([("main", rate * coefficient)], "birth_date")


def build_age_band(spec: Mapping[str, object], tables: Mapping[str, Table]) -> AgeBandBasis:
    """The basis ``age-band-table``."""
    model, reader = read_spec(AgeBandSpec, spec), Tables(tables)
    rows = reader.rows("rates", model.rates, ["age_from", "age_to", "choice", "premium"])
    rates = {
        choice: reader.bands("rates", model.rates, "premium", choice)
        for choice in dict.fromkeys(row["choice"] for row in rows)
    }
    factors = read_factors(reader, model.factors, model.coefficients)
    reader.check()
    return AgeBandBasis(model, rates, factors)
