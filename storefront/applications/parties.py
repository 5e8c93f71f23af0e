"""The people in an application, from what was typed: checked, derived, or at fault. Pure.

Birth date and sex come from the identity number, so that they cannot disagree with it (S-10).
Faults are (field, slug) pairs; `texts.py` turns them into sentences.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from storefront import crypto
from storefront.applications import rules
from storefront.applications.figures import ADULT_AGE
from storefront.catalog import members
from storefront.catalog.definition import ProductDefinition
from storefront.clock import age_on
from storefront.identity import IdentityError, normalise_mobile, parse_id_number

LONGEST_NAME = 60
LONGEST_ADDRESS = 200

FAULTS_OF_RELATION = ("relation-not-allowed", "minor-death-parents")

Faults = list[tuple[str, str]]
Party = dict[str, Any]


def read_person(
    raw: Mapping[str, str], today: date, *, mobile_required: bool
) -> tuple[Party, Faults]:
    """Name, identity number and mobile of a person."""
    faults: Faults = []
    party: Party = {"name": raw.get("name", "").strip(), "mobile": raw.get("mobile", "").strip()}
    if slug := text_fault(party["name"], LONGEST_NAME):
        faults.append(("name", slug))
    number = raw.get("id_number", "").strip()
    try:
        identity = parse_id_number(number, today)
        party |= {
            "id_number": identity.number,
            "birth_date": identity.birth_date.isoformat(),
            "sex": identity.sex,
        }
    except IdentityError as error:
        faults.append(("id_number", f"id-{error.slug}" if number else "missing"))
    if party["mobile"]:
        try:
            party["mobile"] = normalise_mobile(party["mobile"])
        except IdentityError:
            faults.append(("mobile", "not-a-mobile"))
    elif mobile_required:
        faults.append(("mobile", "missing"))
    return party, faults


def read_policyholder(
    raw: Mapping[str, str], definition: ProductDefinition, today: date
) -> tuple[Party, Faults]:
    """The policyholder: an adult person with full particulars (S-09)."""
    party, faults = read_person(raw, today, mobile_required=True)
    party |= {"kind": "person", "address": raw.get("address", "").strip()}
    if slug := text_fault(party["address"], LONGEST_ADDRESS):
        faults.append(("address", slug))
    if "birth_date" in party and age_of(party, today) < max(
        ADULT_AGE, definition.policyholder.age_min
    ):
        faults.append(("id_number", "policyholder-too-young"))
    return party, faults


def insured_fault(
    definition: ProductDefinition,
    answers: Mapping[str, object],
    person: Mapping[str, Any],
    start: date,
) -> str | None:
    """Why somebody cannot be insured on these terms; None where they can."""
    if person["relation"] not in definition.insured.relations:
        return "relation-not-allowed"  # S-04
    age = age_of(person, start)
    lowest, highest = definition.insured.age_min, definition.insured.age_max
    if (lowest is not None and age < lowest) or (highest is not None and age > highest):
        return "age-not-insurable"
    for key in ("birth_date", "sex"):
        if not _agrees(answers, person, key):
            return f"{key.replace('_', '-')}-differs"
    if _against_minors(definition, answers, person["relation"], age):
        return "minor-death-parents"
    limit = rules.minor_limit(age)
    if limit is not None:
        declared = Decimal(person.get("cover_elsewhere") or 0)
        if rules.counted_death_benefit(definition, answers) + declared > limit:
            return "minor-limit"
    return None


def _against_minors(
    definition: ProductDefinition, answers: Mapping[str, object], relation: str, age: int
) -> bool:
    """Nobody but a parent insures a minor for death; husbands, wives and parents are of age (S-09)."""
    if age >= ADULT_AGE or relation == "child":
        return False
    return relation in ("spouse", "parent") or rules.death_benefit(definition, answers) > 0


def seats(
    people_answers: Sequence[Mapping[str, object]], insured: Sequence[Mapping[str, Any]]
) -> list[Mapping[str, object]] | None:
    """The quoted answers in the order of the insured persons, those of nobody yet at the end.

    None where somebody is insured for whom no price was calculated (S-10).
    """
    free = list(people_answers)
    taken = []
    for person in insured:
        seat = next((answers for answers in free if _is_about(answers, person)), None)
        if seat is None:
            return None
        free.remove(seat)
        taken.append(seat)
    return taken + free


def in_order(
    definition: ProductDefinition,
    answers: Mapping[str, object],
    insured: Sequence[Mapping[str, Any]],
) -> Mapping[str, object]:
    """The answers with those of each person where that person stands among the insured.

    Where somebody has no answers of its own they stay as they are, and the step says so.
    """
    seated = seats(members.each(definition, answers), insured)
    return members.together(definition, seated) if seated else answers


def is_printable(text: str) -> bool:
    """Whether a text, spaces of any width apart, consists of characters that can be printed."""
    return "".join(text.split()).isprintable()


def age_of(person: Mapping[str, Any], day: date) -> int:
    """Age last birthday of a party on a day."""
    return age_on(date.fromisoformat(person["birth_date"]), day)


def person_hash(person: Mapping[str, Any]) -> str:
    """How a person is known where the number itself must not stand."""
    return crypto.lookup_hash("id-number", person["id_number"])


def holder_hash(holder: Mapping[str, Any]) -> str:
    """How a policyholder is known where the number itself must not stand."""
    kind = "uscc" if holder["kind"] == "company" else "id-number"
    return crypto.lookup_hash(kind, number_of(holder))


def is_repeated(people: Sequence[Mapping[str, Any]]) -> bool:
    """Whether somebody stands in the list more than once."""
    numbers = [person["id_number"] for person in people]
    return len(set(numbers)) < len(numbers)


def same_person(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether two parties carry the same identity number."""
    return one.get("id_number") == other.get("id_number")


def as_insured(holder: Mapping[str, Any]) -> Party:
    """The particulars of a policyholder who is insured as `self`."""
    keys = ("name", "id_number", "birth_date", "sex", "mobile")
    return {**{key: holder[key] for key in keys}, "relation": "self"}


def after_policyholder(
    earlier: Mapping[str, Any] | None,
    holder: Mapping[str, Any],
    insured: Sequence[Party],
) -> list[Party]:
    """Who is still insured once the policyholder is `holder`.

    Everybody where it is the same one; otherwise `self` alone, which no company is.
    """
    selves = [] if holder["kind"] == "company" else [as_insured(holder)]
    listed = []
    for person in insured:
        if person["relation"] == "self":
            listed += [{**person, **itself} for itself in selves]
        elif earlier is None or number_of(earlier) == number_of(holder):
            listed.append(person)
    return listed


def beneficiaries_fault(
    chosen: Mapping[str, Any] | None, insured: Sequence[Mapping[str, Any]]
) -> str | None:
    """Why the choice of beneficiaries cannot stand for the people insured now (S-07); None where it can."""
    chosen = chosen or {}
    if chosen.get("kind") == "statutory":
        return None
    named = chosen.get("named", [])
    if chosen.get("kind") != "named":
        return "missing"
    if not named:
        return "beneficiaries-none"
    if any(same_person(person, other) for person in named for other in insured):
        return "beneficiary-insured"
    return "shares" if rules.shares_fault(named) is not None else None


def number_of(holder: Mapping[str, Any]) -> str:
    """The number a policyholder is known by: of its identity card, or its credit code."""
    return str(holder["uscc"] if holder["kind"] == "company" else holder["id_number"])


def without(people: Sequence[Party], position: int) -> list[Party]:
    """The list without the one at a position (0 first); an unknown position changes nothing."""
    return [person for number, person in enumerate(people) if number != position]


def _is_about(answers: Mapping[str, object], person: Mapping[str, Any]) -> bool:
    return all(_agrees(answers, person, key) for key in ("birth_date", "sex"))


def _agrees(answers: Mapping[str, object], person: Mapping[str, Any], key: str) -> bool:
    given = answers.get(key)
    return given is None or str(given) == str(person[key])


def text_fault(text: str, longest: int) -> str | None:
    """What is wrong with a short text that has to be there; None where nothing is."""
    if not text:
        return "missing"
    if len(text) > longest:
        return "too-long"
    return None if is_printable(text) else "unprintable"
