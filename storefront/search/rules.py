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
_WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True)
class Wish:
    """What a text asks for; several can be meant at once, empty ones are not.

    `parts` must all be held by whoever is found.
    """

    reference: str = ""
    policy_number: str = ""
    email: str = ""
    id_number: str = ""
    parts: tuple[str, ...] = ()


def wish(text: str, today: date) -> Wish:
    """What a text asks for. Too short a text asks for nothing."""
    text = text.strip()
    if "@" in text:
        return Wish(email=text.lower())
    compact = identity.compact(text).upper()
    if _REFERENCE.fullmatch(compact):
        return Wish(reference=compact, policy_number=compact)
    if number := _id_number(compact, today):
        return Wish(id_number=number, parts=(f"id:{number}",))
    return Wish(policy_number=compact, parts=tuple(_parts_asked(text, compact)))


def name_parts(name: str) -> set[str]:
    """The parts under which a name is found: pairs of neighbouring Chinese characters, beginnings of words."""
    found = set()
    for run in _HAN.findall(name):
        found |= {f"name:{run[at : at + 2]}" for at in range(len(run) - 1)}
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
    return {f"plate:{plate}", *(f"plate-tail:{plate[-size:]}" for size in (4, 5, 6))}


def _parts_asked(text: str, compact: str) -> Iterable[str]:
    """A mobile number, its last four figures, a plate or its end; else names."""
    plate = identity.normalise_vehicle_number(text)
    if mobile := _mobile(compact):
        yield f"mobile:{mobile}"
    elif re.fullmatch(r"\d{4}", compact):
        yield f"tail:{compact}"
    elif identity.is_plate(plate):
        yield f"plate:{plate}"
    elif re.search(r"\d", compact):
        yield f"plate-tail:{compact}"
    else:
        yield from _names_asked(text)


def _names_asked(text: str) -> Iterable[str]:
    for run in _HAN.findall(text):
        yield from (f"name:{run[at : at + 2]}" for at in range(len(run) - 1))
    words = _WORD.findall(_HAN.sub(" ", text).casefold())
    for word in words[:MOST_WORDS]:
        if len(word) >= SHORTEST_WORD:
            yield f"word:{word[:LONGEST_WORD]}"


def _id_number(text: str, today: date) -> str:
    try:
        return identity.parse_id_number(text, today).number
    except identity.IdentityError:
        return ""


def _mobile(text: str) -> str:
    try:
        return identity.normalise_mobile(text)
    except identity.IdentityError:
        return ""
