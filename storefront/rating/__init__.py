"""Premium calculation, pure: definitions, tables and answers in, premiums or refusals out.

Nothing here reads a file, a clock or the environment. A new product is a definition and tables for
one of the bases below; no figure of a tariff stands in code.
"""

from collections.abc import Callable, Mapping

from storefront.rating.covers import build_factor_sum, build_travel
from storefront.rating.faults import Fault, RatingRefused, SpecError, SpecFault
from storefront.rating.level import LevelBasis, build_critical_illness, build_level
from storefront.rating.one_year import build_accident, build_age_band
from storefront.rating.premium import Basis, Premium, PremiumLine
from storefront.rating.product import build_factor_product, build_motor
from storefront.rating.tables import Table, parse_table

__all__ = [
    "BASES",
    "Basis",
    "Fault",
    "LevelBasis",
    "Premium",
    "PremiumLine",
    "RatingRefused",
    "SpecError",
    "SpecFault",
    "Table",
    "build",
    "parse_table",
]

BASES: Mapping[str, Callable[[Mapping[str, object], Mapping[str, Table]], Basis]] = {
    "level-premium": build_level,
    "critical-illness": build_critical_illness,
    "accident-table": build_accident,
    "age-band-table": build_age_band,
    "travel-slices": build_travel,
    "base-and-float": build_motor,
    "factor-product": build_factor_product,
    "factor-sum": build_factor_sum,
    "liability-per-person": build_factor_product,
}


def build(spec: Mapping[str, object], tables: Mapping[str, Table]) -> Basis:
    """The rate basis a definition names, with its parameters and tables checked.

    Raises ``SpecError`` listing every fault of the definition, or else of the tables.
    """
    name = spec.get("basis")
    if not isinstance(name, str) or name not in BASES:
        raise SpecError([SpecFault("basis", f"must be one of {', '.join(BASES)}")])
    return BASES[name](spec, tables)
