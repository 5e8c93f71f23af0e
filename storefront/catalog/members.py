"""Several insured persons in one set of answers, each priced on its own. Pure.

Answers are those of the policy and of the first insured person; under `members` stand the own answers
of every further one. So one person is the plain case, and what reads answers need not know of the
others. As text, an answer of a further person is called `members.0.birth_date`.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from storefront.catalog.definition import ProductDefinition
from storefront.catalog.faults import Fault

MEMBERS = "members"
OWN = "own"
_NAME = re.compile(r"members\.(\d{1,3})\.(.+)")


def own_keys(definition: ProductDefinition) -> tuple[str, ...]:
    """The answers that every insured person gives for itself; none where all share one price."""
    if definition.insured.pricing != OWN:
        return ()
    return tuple(field.key for field in definition.answers if field.subject == "insured")


def is_own(definition: ProductDefinition, name: str) -> bool:
    """Whether a name, also one entry of a map or one of a further person, is such an answer."""
    found = _NAME.fullmatch(name)
    return (found[2] if found else name).partition(".")[0] in own_keys(definition)


def name_of(number: int, key: str) -> str:
    """The name of an answer of an insured person, counted from 0: the first has the plain key."""
    return key if number == 0 else f"{MEMBERS}.{number - 1}.{key}"


def person_of(name: str) -> tuple[int, str]:
    """The number of the insured person, from 0, and the plain key behind a name."""
    found = _NAME.fullmatch(name)
    return (int(found[1]) + 1, found[2]) if found else (0, name)


def further(answers: Mapping[str, object]) -> Sequence[Mapping[str, object]]:
    """The own answers of every insured person but the first."""
    found = answers.get(MEMBERS, ())
    return found if isinstance(found, list | tuple) else ()


def count(answers: Mapping[str, object]) -> int:
    """How many insured persons a set of answers is for, where each gives its own."""
    return 1 + len(further(answers))


def count_raw(definition: ProductDefinition, raw: Mapping[str, str]) -> int:
    """How many insured persons text answers are for."""
    return 1 + len(split(definition, raw)[1])


def each(definition: ProductDefinition, answers: Mapping[str, object]) -> list[dict[str, object]]:
    """The answers of each insured person, complete with those of the policy."""
    own = set(own_keys(definition))
    first = {key: value for key, value in answers.items() if key != MEMBERS}
    shared = {key: value for key, value in first.items() if key not in own}
    return [first, *({**shared, **member} for member in further(answers))]


def together(
    definition: ProductDefinition, people: Sequence[Mapping[str, object]]
) -> dict[str, object]:
    """One set of answers from those of each person; the opposite of `each`."""
    own = own_keys(definition)
    rest = [{key: person[key] for key in own if key in person} for person in people[1:]]
    return {**people[0], **({MEMBERS: rest} if rest else {})}


def split(
    definition: ProductDefinition, raw: Mapping[str, str]
) -> tuple[dict[str, str], list[dict[str, str]]]:
    """Text answers of policy and first person, and complete ones for every further person.

    What does not belong to a further person stays among the first under its full name, where nobody
    knows it.
    """
    if definition.insured.pricing != OWN:
        return dict(raw), []
    places = {name: _NAME.fullmatch(name) for name in raw}
    numbers = {int(place[1]) for place in places.values() if place}
    first: dict[str, str] = {}
    others: list[dict[str, str]] = [{} for _ in numbers]
    for name, text in raw.items():
        place = places[name]
        if place and int(place[1]) < len(others) and is_own(definition, place[2]):
            others[int(place[1])][place[2]] = text
        else:
            first[name] = text
    shared = {
        name: text
        for name, text in first.items()
        if not is_own(definition, name) and not places[name]
    }
    return first, [{**shared, **member} for member in others]


def without(definition: ProductDefinition, raw: Mapping[str, str], number: int) -> dict[str, str]:
    """Text answers without one person; those behind it move up. The last one always stays."""
    first, others = split(definition, raw)
    own = {name: text for name, text in first.items() if is_own(definition, name)}
    people = [own, *({n: t for n, t in m.items() if is_own(definition, n)} for m in others)]
    if len(people) > 1 and 0 <= number < len(people):
        people.pop(number)
    found = {name: text for name, text in first.items() if not is_own(definition, name)}
    for position, person in enumerate(people):
        found |= {name_of(position, name): text for name, text in person.items()}
    return found


def blame(
    definition: ProductDefinition, number: int, faults: Iterable[Fault], known: Iterable[Fault]
) -> list[Fault]:
    """Faults found for one person under that person's names; what all share is named once."""
    seen = {(fault.key, fault.code) for fault in known}
    found = []
    for fault in faults:
        if is_own(definition, fault.key):
            name = name_of(number, fault.key)
            found.append(Fault(name, fault.code, fault.params, fault.message))
        elif (fault.key, fault.code) not in seen:
            found.append(fault)
    return found


def values(answers: Mapping[str, Any], key: str) -> list[object]:
    """What each insured person answered under one key; one entry where all share the answer."""
    return [answers.get(key), *(member[key] for member in further(answers) if key in member)]
