"""Whom heads of loss are about: an insured person by place, anybody else by name.

Limits for one person hang on it, so a name counts however it was typed.
"""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront.catalog.definition import ProductDefinition
from storefront.claims.models import Claim, ClaimHead
from storefront.claims.service import contract
from storefront.errors import Refused
from storefront.policies import service as policies
from storefront.policies.models import PolicyTransaction

MOST_NAMES = 200
LONGEST = 60


@dataclass(frozen=True)
class Who:
    """A person hurt: the place among the insured where people are insured, and the name."""

    place: int | None
    name: str


def same_name(name: str) -> str:
    """A name without what typing varies: width, case, spaces, dots, hyphens."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    return "".join(letter for letter in folded if letter.isalnum())


def of(claim: Claim, head: ClaimHead) -> str:
    """What tells the people hurt apart: the place among the insured, else the name."""
    if head.person is not None:
        return str(head.person)
    return same_name(name_of(claim, head))


def name_of(claim: Claim, head: ClaimHead) -> str:
    """The name of the person whom a head is about; empty where nobody was named."""
    return str(head.named or claim.hurt.get("name") or "")


def title(definition: ProductDefinition, head: ClaimHead) -> dict[str, str]:
    """What a head is called in both languages: its cover, and the person where it is another one."""
    name = definition.cover(head.cover).name
    more = f" · {head.named}" if head.named else ""
    return {"zh": name.zh + more, "en": name.en + more}


def titles(definition: ProductDefinition, claim: Claim) -> Mapping[int, Mapping[str, str]]:
    """The titles of all heads of a claim by their positions."""
    return {head.position: title(definition, head) for head in claim.heads}


def insured(changes: Sequence[PolicyTransaction]) -> list[Who]:
    """The insured persons of the contract, by place; none where nobody is insured by name."""
    people = contract.insured_of(changes[-1].content)  # nobody is struck off, so places stay
    return [Who(place, person["name"]) for place, person in enumerate(people)]


def known(session: Session, claim: Claim) -> list[str]:
    """Names in the claims of the policy, newest first and each once, so that one is chosen, not typed."""
    rows = session.execute(
        select(Claim.hurt, ClaimHead.named)
        .join(ClaimHead, ClaimHead.claim_id == Claim.id)
        .where(Claim.policy_id == claim.policy_id)
        .order_by(Claim.id.desc(), ClaimHead.position)
        .limit(MOST_NAMES)
    )
    names: dict[str, str] = {}
    for hurt, named in rows:
        name = str(named or hurt.get("name") or "")
        names.setdefault(same_name(name), name)
    return [name for name in names.values() if name]


def who(session: Session, claim: Claim, typed: str) -> Who:
    """Whom a form means: a place among the insured, or a name. Raises Refused for neither."""
    people = insured(policies.transactions_of(session, claim.policy))
    if people:
        if not typed.isdecimal() or int(typed) >= len(people):
            raise Refused(_("Please choose one of the insured persons."))
        return people[int(typed)]
    name = " ".join(typed.split())[:LONGEST]
    if not same_name(name):
        raise Refused(_("Please enter the name of the person."))
    return Who(None, name)


def give(claim: Claim, head: ClaimHead, person: Who) -> None:
    """Makes a head one about a person; the name stays away where it is that of the report."""
    at_report = claim.hurt["index"], same_name(str(claim.hurt.get("name") or ""))
    head.person = person.place
    head.named = None if at_report == (person.place, same_name(person.name)) else person.name
