"""No path around a confirmation: whatever is sent, to whatever step, in whatever order (S-02)."""

from dataclasses import fields
from itertools import combinations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from storefront import clock
from storefront.applications import rules
from storefront.applications.views import ALL_STEPS
from storefront.catalog.loader import load_all
from tests.applications.underwriting import stored
from tests.people import ADDRESS, HOLDER
from tests.plans import PLANS
from tests.visitor import HEALTHY, Visitor

STEPS = sorted(ALL_STEPS)
TICKED = {kind: "yes" for kinds in rules.STATEMENTS.values() for kind in kinds} | {
    "health": "yes", "summary": "yes", "offer": "yes", "action": "next", "kind": "statutory",
    **HEALTHY, **HOLDER.form(address=ADDRESS),
}  # fmt: skip


@pytest.mark.rule("S-02")
@settings(
    max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], database=None
)
@given(order=st.lists(st.sampled_from([*STEPS, "offer", "declaration"]), min_size=1, max_size=6))
def test_a_step_sent_before_its_turn_is_refused(
    session: Session, buyer: Visitor, order: list[str]
) -> None:
    product, answers, _plan = PLANS["term-life"](clock.local_date(clock.now()))
    ref = buyer.begin(buyer.quote(product, answers))
    for step in order:
        buyer.get(f"/applications/{ref}/notice")
        buyer.save(ref, step, **TICKED, text_sha256="0" * 64)
        application = stored(ref)
        assert application.state == "draft"
        assert application.confirmations == []
        assert application.declaration == []
        assert "policyholder" not in application.parties


@pytest.mark.rule("S-02")
def test_every_step_but_the_next_is_closed() -> None:
    """By the pure rule: nothing is open while any confirmation before it is missing."""
    definition = load_all()["term-life"].definition
    kinds = [kind for kinds in rules.STATEMENTS.values() for kind in kinds if kind != "care"]
    for size in range(len(kinds)):
        for confirmed in combinations(kinds, size):
            facts = _done(frozenset(confirmed))
            missing = next(
                step
                for step in rules.steps(definition, facts)
                if not rules.done(definition, facts, step)
            )
            order = rules.steps(definition, facts)
            later = order[order.index(missing) + 1 :]
            assert not any(rules.may_open(definition, facts, step) for step in later)


def _done(confirmed: frozenset[str]) -> rules.Facts:
    """Everything done, but only these statements confirmed."""
    values: dict[str, object] = {field.name: True for field in fields(rules.Facts)}
    values |= {
        "policyholder": {"kind": "person"}, "policyholder_age": 40, "mismatched": False,
        "documents": (), "attached": frozenset(), "confirmed": confirmed,
    }  # fmt: skip
    return rules.Facts(**values)  # type: ignore[arg-type]
