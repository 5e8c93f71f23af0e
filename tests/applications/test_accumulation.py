"""What one person is insured for over all applications, as underwriting reads it and products limit it."""

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from functools import partial
from threading import Barrier

from flask import Flask
from sqlalchemy.orm import Session

from storefront import clock
from storefront.applications import service
from storefront.applications.models import Application
from storefront.applications.risk import facts_of
from storefront.db import transaction
from tests.applications.conftest import stored
from tests.applications.underwriting import drafted
from tests.people import SPOUSE, nth_adult
from tests.plans import accident, illness, life
from tests.visitor import Plan, Visitor

ROUNDS = 5
Made = tuple[str, dict[str, str], Plan]


def today() -> Made:
    return life(clock.local_date(clock.now()))


def insured_for(buyer: Visitor, made: Made, amount: int) -> Application:
    """Applies for the product with this sum insured."""
    product, answers, plan = made
    return stored(buyer.apply(product, {**answers, "sum_insured": str(amount)}, plan))


def test_three_large_sums_on_one_life_are_not_all_accepted(
    session: Session, buyer: Visitor
) -> None:
    first, second, third = (insured_for(buyer, today(), 2_000_000) for _time in range(3))
    assert (first.state, second.state, third.state) == ("accepted", "referred", "referred")
    [finding] = stored(second.ref).decision["findings"]  # type: ignore[index]
    assert finding["rule"] == "accumulated-sum"
    [person] = facts_of(drafted(session, third.ref))
    assert person["accumulated.death"] == Decimal(6_000_000)


def test_a_product_limits_what_one_person_holds_of_it(session: Session, buyer: Visitor) -> None:
    for _time in range(3):
        insured_for(buyer, today(), 2_000_000)
    fourth = insured_for(buyer, today(), 50_000)
    assert fourth.state == "draft"
    buyer.get(f"/applications/{fourth.ref}/insured")
    page = buyer.save(fourth.ref, "insured", action="next")
    assert page.status_code == 422
    assert "6,000,000.00" in page.text


def test_death_cover_of_other_products_counts(session: Session, buyer: Visitor) -> None:
    now = clock.local_date(clock.now())
    assert insured_for(buyer, life(now), 2_000_000).state == "accepted"
    assert insured_for(buyer, accident(now), 1_000_000).state == "accepted"
    assert insured_for(buyer, life(now), 50_000).state == "referred"


def test_serious_illness_adds_up_by_itself(session: Session, buyer: Visitor) -> None:
    now = clock.local_date(clock.now())
    states = [insured_for(buyer, illness(now), 400_000).state for _time in range(4)]
    assert states == ["accepted", "accepted", "referred", "draft"]


def test_what_was_left_counts_no_more_and_others_not_at_all(
    session: Session, buyer: Visitor
) -> None:
    now = clock.local_date(clock.now())
    first = insured_for(buyer, life(now), 2_000_000)
    assert insured_for(buyer, life(now, SPOUSE), 2_000_000).state == "accepted"
    buyer.get(f"/applications/{first.ref}")
    buyer.post(f"/applications/{first.ref}/withdraw", {})
    assert insured_for(buyer, life(now), 2_000_000).state == "accepted"


def ready(buyer: Visitor, made: Made) -> str:
    """An application that only needs to be submitted."""
    ref = insured_for(buyer, made, 2_000_000).ref
    buyer.get(f"/applications/{ref}")
    buyer.post(f"/applications/{ref}/reopen", {})
    assert stored(ref).state == "draft"
    return ref


def send(app: Flask, together: Barrier, ref: str) -> str:
    """Submits in a transaction of its own, at the same moment as somebody else."""
    with app.app_context():
        together.wait()
        with transaction() as session:
            draft = drafted(session, ref)
            assert draft.priced
            service.submit(session, draft, str(draft.priced.total), "zh")
            return draft.application.state


def test_at_the_same_moment_one_of_two_is_referred(
    app: Flask, session: Session, buyer: Visitor
) -> None:
    with ThreadPoolExecutor(2) as pool:
        for number in range(ROUNDS):
            made = life(clock.local_date(clock.now()), nth_adult(100 + number))
            both = [ready(buyer, made), ready(buyer, made)]
            states = pool.map(partial(send, app, Barrier(2)), both)
            assert sorted(states) == ["accepted", "referred"]
