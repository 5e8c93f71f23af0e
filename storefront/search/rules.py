"""What a typed search can mean, and into which parts names and numbers are taken for the index. Pure.

A part is `field:value`; only its keyed hash is ever stored or looked for.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from storefront import identity

KINDS = {"customer": 1, "application": 2, "claim": 3}
SHORTEST_WORD = 2
LONGEST_WORD = 12
MOST_WORDS = 4
_REFERENCE = re.compile(r"[QAPRCT][0-9A-HJKMNP-TV-Z]{13}")
_HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]+")
_WORD = re.compile(r"[^\W_]+")
_SEPARATORS = re.compile(
    r"[\s.\-\u00b7\u2022\u2027\u30fb]"
)  # in plates and between parts of a name
_PLATE_END = re.compile(r"[A-Z0-9]{4,7}")
_OF_STRIPE = re.compile(r"(cs|pi|re)_\w+", re.ASCII)


@dataclass(frozen=True)
class Wish:
    """What a text asks for; several can be meant at once, empty ones are not.

    `parts` must all be held by whoever is found.
    """

    reference: str = ""
    policy_number: str = ""
    email: str = ""
    id_number: str = ""
    stripe: str = ""
    parts: tuple[str, ...] = ()


def wish(text: str, today: date) -> Wish:
    """What a text asks for. Too short a text asks for nothing."""
    text = text.strip()
    if "@" in text:
        return Wish(email=text.lower())
    if _OF_STRIPE.fullmatch(text):
        return Wish(stripe=text)
    compact = identity.compact(text).upper()
    if _REFERENCE.fullmatch(compact):
        return Wish(reference=compact, policy_number=compact)
    if number := _id_number(compact, today):
        return Wish(id_number=number, parts=(f"id:{number}",))
    return Wish(policy_number=compact, parts=tuple(_parts_asked(text, compact)))


def name_parts(name: str) -> set[str]:
    """The parts under which a name is found: pairs of neighbouring Chinese characters, beginnings of words.

    Blanks and dots between its parts do not count.
    """
    found = set()
    for run in _HAN.findall(_SEPARATORS.sub("", name)):
        found |= _pairs(run)
    for word in _WORD.findall(_HAN.sub(" ", name).casefold()):
        longest = min(len(word), LONGEST_WORD)
        found |= {f"word:{word[:size]}" for size in range(SHORTEST_WORD, longest + 1)}
    return found


def person_parts(person: Mapping[str, Any]) -> set[str]:
    """The parts of a person or company: name, identity number or credit code, mobile and its last four."""
    found = name_parts(str(person.get("name") or ""))
    found |= {f"id:{person[key]}" for key in ("id_number", "uscc") if person.get(key)}
    mobile = _mobile(str(person.get("mobile") or person.get("phone") or ""))
    if mobile:
        found |= {f"mobile:{mobile}", f"tail:{mobile[-4:]}"}
    return found


def parties_parts(parties: Mapping[str, Any]) -> set[str]:
    """The parts of everybody in an application, and of its vehicle."""
    holder = parties.get("policyholder") or {}
    people: list[Mapping[str, Any]] = [holder, *parties.get("insured", [])]
    people += [person for person in (holder.get("contact"),) if person]
    found = set().union(*(person_parts(person) for person in people))
    return found | object_parts(parties.get("object") or {})


def object_parts(insured: Mapping[str, Any]) -> set[str]:
    """The parts of an insured vehicle: its plate and the ends of it."""
    plate = str(insured.get("plate") or "")
    if not plate:
        return set()
    return {f"plate:{plate}", *(f"plate-tail:{plate[-size:]}" for size in (4, 5, 6, 7))}


def _parts_asked(text: str, compact: str) -> Iterable[str]:
    """A mobile number, its last four figures, a plate or its end; else names."""
    plate = _SEPARATORS.sub("", identity.normalise_vehicle_number(text))
    if mobile := _mobile(compact):
        yield f"mobile:{mobile}"
    elif re.fullmatch(r"\d{4}", compact):
        yield f"tail:{compact}"
    elif identity.is_plate(plate):
        yield f"plate:{plate}"
    elif len(text.split()) == 1 and _PLATE_END.fullmatch(plate) and re.search(r"\d", plate):
        yield f"plate-tail:{plate}"
    else:
        yield from _names_asked(text)


def _names_asked(text: str) -> Iterable[str]:
    runs = _HAN.findall(text)
    if any(len(run) == 1 for run in runs):  # written apart, as some names are
        runs = _HAN.findall(_SEPARATORS.sub("", text))
    for run in runs:
        yield from _pairs(run)
    words = _WORD.findall(_HAN.sub(" ", text).casefold())
    for word in words[:MOST_WORDS]:
        if len(word) >= SHORTEST_WORD:
            yield f"word:{word[:LONGEST_WORD]}"


def _pairs(run: str) -> set[str]:
    return {f"name:{run[at : at + 2]}" for at in range(len(run) - 1)}


def _id_number(text: str, today: date) -> str:
    """An identity number, or the credit code of a company."""
    try:
        return identity.parse_id_number(text, today).number
    except identity.IdentityError:
        return _credit_code(text)


def _credit_code(text: str) -> str:
    try:
        return identity.parse_credit_code(text)
    except identity.IdentityError:
        return ""


def _mobile(text: str) -> str:
    try:
        return identity.normalise_mobile(text)
    except identity.IdentityError:
        return ""
