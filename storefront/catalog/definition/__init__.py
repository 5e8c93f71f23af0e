"""The product definition as typed, immutable data. Nothing about a product is coded anywhere else."""

from storefront.catalog.definition.base import Code, Part, Raw, Text
from storefront.catalog.definition.conditions import Condition, all_hold
from storefront.catalog.definition.fields import AnswerField, Check, Choice, MapEntry
from storefront.catalog.definition.people import Insured, PersonLimit, Relation
from storefront.catalog.definition.product import LINES, Category, Line, ProductDefinition
from storefront.catalog.definition.terms import (
    Amount,
    ApplicationDocument,
    Benefit,
    ClaimDocument,
    ClaimType,
    Cover,
    FollowUp,
    ObjectField,
    Question,
    Refund,
)
from storefront.catalog.definition.underwriting import (
    Exclusion,
    LoadingCap,
    RuleTerms,
    UnderwritingRule,
)

__all__ = [
    "LINES",
    "Amount",
    "AnswerField",
    "ApplicationDocument",
    "Benefit",
    "Category",
    "Check",
    "Choice",
    "ClaimDocument",
    "ClaimType",
    "Code",
    "Condition",
    "Cover",
    "Exclusion",
    "FollowUp",
    "Insured",
    "Line",
    "LoadingCap",
    "MapEntry",
    "ObjectField",
    "Part",
    "PersonLimit",
    "ProductDefinition",
    "Question",
    "Raw",
    "Refund",
    "Relation",
    "RuleTerms",
    "Text",
    "UnderwritingRule",
    "all_hold",
]
