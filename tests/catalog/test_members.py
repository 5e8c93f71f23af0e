"""Several insured persons in one set of answers, each priced on its own."""

from decimal import Decimal
from typing import Any

import pytest

from storefront.catalog import answers, members, pricing
from storefront.catalog.bundle import ProductBundle
from storefront.catalog.faults import AnswersInvalid
from storefront.catalog.loader import load_all

FAMILY: dict[str, Any] = {
    "birth_date": "1996-06-15",
    "social_insurance": True,
    "start_date": "2026-12-01",
    "deductible": 10_000,
    "members": [
        {"birth_date": "1961-02-03", "social_insurance": False},
        {"birth_date": "2018-09-09", "social_insurance": True},
    ],
}


@pytest.fixture(scope="module")
def medical() -> ProductBundle:
    return load_all()["medical-year"]


def family(medical: ProductBundle, data: dict[str, Any] = FAMILY) -> answers.Typed:
    return answers.parse(medical.definition, answers.flatten(data))


def alone(medical: ProductBundle, **changes: Any) -> Decimal:
    one = {key: value for key, value in FAMILY.items() if key != "members"} | changes
    return pricing.price(medical, family(medical, one)).total


def test_a_family_pays_the_sum_of_what_each_pays_alone(medical: ProductBundle) -> None:
    priced = pricing.price(medical, family(medical))
    each = [alone(medical), *(alone(medical, **member) for member in FAMILY["members"])]
    assert priced.persons == tuple(each)
    assert each[0] == Decimal("266.00")
    assert priced.total == sum(each) == sum(line.amount for line in priced.lines)
    assert len(set(each)) == 3


def test_stored_answers_come_back_as_they_were(medical: ProductBundle) -> None:
    typed = family(medical)
    stored = answers.dump(typed)
    assert stored["members"] == FAMILY["members"]
    assert answers.load(medical.definition, stored) == typed
    assert answers.flatten(stored) == answers.to_raw(typed)
    assert members.together(medical.definition, members.each(medical.definition, typed)) == typed


@pytest.mark.parametrize(
    ("changed", "key", "code"),
    [
        ({"members": [{"birth_date": "1996-06-15"}]}, "members.0.social_insurance", "missing"),
        (
            {"members": [{"birth_date": "1950-01-01", "social_insurance": True}]},
            "members.0.birth_date",
            "age-out-of-range",
        ),
        (
            {"members": [{**FAMILY["members"][0], "deductible": 0}]},
            "members.0.deductible",
            "unknown-key",
        ),
        ({"members": [FAMILY["members"][0]] * 6}, "members", "too-many"),
        ({"deductible": 5}, "deductible", "not-a-choice"),
    ],
)
def test_faults_are_named_at_the_person_and_shared_ones_once(
    medical: ProductBundle, changed: dict[str, Any], key: str, code: str
) -> None:
    with pytest.raises(AnswersInvalid) as invalid:
        family(medical, {**FAMILY, **changed})
    assert [(fault.key, fault.code) for fault in invalid.value.faults] == [(key, code)]


def test_what_rating_refuses_is_named_at_the_person(medical: ProductBundle) -> None:
    typed = family(medical)
    people = members.each(medical.definition, typed)
    people[2]["social_insurance"] = "perhaps"
    with pytest.raises(AnswersInvalid) as invalid:
        pricing.price(medical, members.together(medical.definition, people))
    assert [fault.key for fault in invalid.value.faults] == ["members.1.social_insurance"]


def test_a_product_that_asks_nobody_by_itself_knows_no_members(medical: ProductBundle) -> None:
    definition = load_all()["term-life"].definition
    raw = {**answers.to_raw(answers.example(definition)), "members.0.birth_date": "1990-01-01"}
    with pytest.raises(AnswersInvalid) as invalid:
        answers.parse(definition, raw)
    assert [fault.code for fault in invalid.value.faults] == ["unknown-key"]


def test_people_behind_a_removed_one_move_up(medical: ProductBundle) -> None:
    raw = answers.flatten(FAMILY)
    fewer = members.without(medical.definition, raw, 0)
    assert (fewer["birth_date"], fewer["members.0.birth_date"]) == ("1961-02-03", "2018-09-09")
    assert "members.1.birth_date" not in fewer
    assert fewer["deductible"] == "10000"
    last = members.without(medical.definition, {**raw, "members.1.birth_date": ""}, 1)
    assert last["members.0.birth_date"] == ""
