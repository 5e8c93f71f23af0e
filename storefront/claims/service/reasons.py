"""Reasons of a decision: less than was computed says why, and a refusal names an article that exists."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from storefront.catalog.bundle import ProductBundle
from storefront.catalog.claim_checks import articles_in
from storefront.catalog.definition import ProductDefinition, Text
from storefront.claims import rules, stages
from storefront.claims.models import Claim
from storefront.claims.rules.wording import codes
from storefront.claims.service import contract
from storefront.errors import Refused

OTHER = "other"


@dataclass(frozen=True)
class Reasons:
    """What a decision says about itself; `amounts` are yuan by the position of the head."""

    outcome: str
    amounts: Mapping[int, Decimal]
    code: str | None
    clause: str | None
    explained: bool


def check(session: Session, claim: Claim, given: Reasons, found: rules.Adjudication) -> None:
    """Raises Refused where less is paid than was computed, or nothing, without reasons that hold.

    A version without rules of claims is computed by hand: there the limits alone were computed.
    """
    by_hand = any(item.code == "by-hand" for item in found.findings)
    less = any(given.amounts.get(int(head.code), Decimal(0)) < head.payable for head in found.heads)
    if given.outcome == "approved" and less and not by_hand:
        raise Refused(_("Less than was computed is an approval in part, with its reason."))
    if given.outcome not in stages.PAYING_OUTCOMES or less:
        _check_explained(given, by_hand)
    _check_named(contract.bundle_of(session, claim.policy), given)


def known_codes(definition: ProductDefinition) -> frozenset[str]:
    """Codes of reasons: the exclusions of the product, what an adjudication finds, and anything else."""
    own = definition.claims.exclusions if definition.claims else ()
    return frozenset({OTHER, *codes("findings"), *(item.code for item in own)})


def choices(definition: ProductDefinition, found: rules.Adjudication) -> dict[str, Text]:
    """Reasons to choose from, by their codes: what was found first, then every exclusion."""
    texts = {item.code: item.message for item in found.findings if item.effect != "question"}
    for item in definition.claims.exclusions if definition.claims else ():
        texts.setdefault(item.code, item.text)
    return texts


def _check_explained(given: Reasons, by_hand: bool) -> None:
    if not given.explained and not (by_hand and given.outcome == "approved"):
        raise Refused(_("Please give the reason in both languages."))
    if given.outcome == "declined" and not given.clause:
        raise Refused(_("A refusal names the clause behind it (C-03)."))


def _check_named(bundle: ProductBundle, given: Reasons) -> None:
    if given.clause and given.clause not in articles_in(bundle.clauses["en"]):
        raise Refused(_("The clauses have no article %(number)s.", number=given.clause))
    if given.code and given.code not in known_codes(bundle.definition):
        raise Refused(_("There is no such reason."))
