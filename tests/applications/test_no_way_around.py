"""No path around a confirmation: whatever is sent, to whatever step, in whatever state (S-02)."""

import random
from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from storefront import clock
from storefront.applications import rules
from storefront.applications.views import ALL_STEPS
from storefront.catalog.loader import load_all
from tests.applications.conftest import stored
from tests.applications.underwriting import text_hash
from tests.people import ADDRESS, HOLDER
from tests.plans import PLANS
from tests.visitor import HEALTHY, Visitor

SEED = 20261128
PRODUCTS = {code: bundle.definition for code, bundle in load_all().items()}
TICKED = {kind: "yes" for kinds in rules.STATEMENTS.values() for kind in kinds} | {
    "health": "yes", "summary": "yes", "offer": "yes", "action": "next", "kind": "statutory",
    **HEALTHY, **HOLDER.form(address=ADDRESS),
}  # fmt: skip
FLAGS = [field.name for field in fields(rules.Facts) if field.type in ("bool", bool)]


def everything(ref: str) -> tuple[object, ...]:
    """All that a step could have changed."""
    row = stored(ref)
    confirmed = [(item.kind, item.text_sha256) for item in row.confirmations]
    return (
        row.state, row.revision, confirmed, row.parties, row.declaration, row.answers,
        row.start_date, row.suitability_id,
    )  # fmt: skip


@pytest.mark.rule("S-02")
@pytest.mark.parametrize("code", sorted(PLANS))
def test_from_every_state_no_later_step_is_taken(
    session: Session, buyer: Visitor, code: str
) -> None:
    """Of every product, at every step: what is sent is right but for its turn, the text's hash included."""
    chance = random.Random(f"{SEED} {code}")
    product, answers, plan = PLANS[code](clock.local_date(clock.now()))
    whole = plan.whole(answers)
    ref = buyer.begin(buyer.quote(product, answers))
    buyer.follows = False
    for place, (step, data) in enumerate(whole):
        right = dict(whole[place + 1 :])
        done = {name for name, _data in whole[: place + 1]}
        anything = sorted({*ALL_STEPS, "offer", "declaration"} - done)
        later = chance.choice(
            anything if place % 3 == 0 else sorted(set(right) - {step}) or anything
        )
        before = everything(ref)
        forged = {
            **TICKED,
            **right.get(later, {}),
            "revision": str(stored(ref).revision),
            "shown_premium": str(stored(ref).premium),
            "text_sha256": text_hash(session, ref, later) if later in ALL_STEPS else "",
        }
        buyer.post(f"/applications/{ref}/{later}", forged)
        assert everything(ref) == before, f"{later} instead of {step}"
        buyer.fill_in(ref, step, data)
    assert stored(ref).state == "accepted", buyer.problems()


@st.composite
def facts(draw: st.DrawFn) -> rules.Facts:
    """Any state that an application could be in, and many that it could not."""
    confirmed = draw(st.sets(st.sampled_from(sorted(sum(rules.STATEMENTS.values(), ())))))
    return rules.Facts(
        **{name: draw(st.booleans()) for name in FLAGS},
        policyholder=draw(st.sampled_from([None, {"kind": "person"}])),
        policyholder_age=draw(st.sampled_from([None, 40, 70])),
        confirmed=frozenset(confirmed),
    )


@pytest.mark.rule("S-02")
@given(code=st.sampled_from(sorted(PRODUCTS)), found=facts())
def test_every_step_after_the_first_open_one_is_closed(code: str, found: rules.Facts) -> None:
    """By the pure rule: nothing is open while anything before it is missing, a confirmation least of all."""
    definition = PRODUCTS[code]
    order = rules.steps(definition, found)
    assert order[:2] == ("notice", "privacy")
    assert order[-3:] == ("clauses", "exclusions", "summary")
    for place, step in enumerate(order):
        before_done = all(rules.done(definition, found, name) for name in order[:place])
        assert rules.may_open(definition, found, step) == before_done
    for step in set(ALL_STEPS) - set(order):
        assert not rules.may_open(definition, found, step)
    if rules.may_open(definition, found, "summary"):
        asked = {kind for step in order for kind in rules.STATEMENTS.get(step, ())}
        assert found.confirmed >= asked
