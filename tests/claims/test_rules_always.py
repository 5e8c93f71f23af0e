"""What holds for every claim, whatever it is: no payment below zero or above claim, limit or aggregate."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storefront.claims.rules import Adjudication, Case, Loss, Used, adjudicate, used_by
from tests.claims.worked import Worked, all_cases, build

FIXED = {"sum-insured", "graded", "daily-cash"}
AMOUNTS = st.decimals(0, 3_000_000, places=2)
ONE_BILL = [
    worked
    for worked in all_cases()
    if worked.data["losses"][0].get("claimed") and not worked.data["losses"][0].get("refused")
]
AGGREGATED = {
    "cyber-sme": ("incident-response", {}),
    "employers-liability": ("medical", {"person": "Li"}),
    "medical-year": ("hospital", {"settled_by_social": True}),
    "travel-accident": ("medical", {}),
    "cyber-business": ("data-recovery", {}),
}


def aggregate_of(code: str) -> Decimal:
    """The most that one year pays for the cover in AGGREGATED, by the heads of the files."""
    return {
        "cyber-sme": Decimal(1_000_000),
        "employers-liability": Decimal(50_000),
        "medical-year": Decimal(2_000_000),
        "travel-accident": Decimal(20_000),
        "cyber-business": Decimal(500_000),
    }[code]


def sample(code: str) -> Worked:
    return next(worked for worked in all_cases() if worked.product == code)


def case_of(code: str, event: str, loss: Loss, used: tuple[Used, ...] = ()) -> Case:
    """A claim for one loss under the contract at the head of a product's file."""
    head = sample(code).data
    data = {
        "contract": head["contract"],
        "incident": {**head["incident"], "event": event},
        "losses": [],
    }
    return replace(build(code, data), losses=(loss,), used=used)


def in_the_extension(case: Case) -> Case:
    """The same in the last of the hours by which a delayed return extends cover, where there are any."""
    hours = case.product.claims.extension_hours if case.product.claims else 0
    if not hours:
        return case
    at = case.contract.end_at + timedelta(hours=hours - 1)
    return replace(
        case, incident=case.incident.model_copy(update={"at": at, "return_delayed": True})
    )


def taken(case: Case, found: Adjudication, claim: str) -> tuple[Used, ...]:
    at = case.incident.at.isoformat()
    return tuple(used_by(head, claim, case.incident.event, at) for head in found.heads)


@settings(max_examples=60)
@given(
    worked=st.sampled_from(all_cases()),
    claimed=AMOUNTS,
    used=AMOUNTS,
    days=st.integers(0, 500),
    share=st.decimals(0, 2, places=2),
)
def test_payment_is_never_below_zero_nor_above_claim_limit_and_sum_insured(
    worked: Worked, claimed: Decimal, used: Decimal, days: int, share: Decimal
) -> None:
    case = worked.build()
    changes = {"claimed": claimed, "days": days, "paid_by_others": round(claimed * share, 2)}
    losses = tuple(loss.model_copy(update=changes) for loss in case.losses)
    earlier = tuple(
        Used(claim="X", event="other", at=case.incident.at, cover=loss.cover, person=loss.person,
             paid=used, loss=used, deductible=min(used, Decimal(500)), days=days // 3)
        for loss in losses
    )  # fmt: skip
    found = adjudicate(replace(case, losses=losses, used=(*case.used, *earlier)))
    sums = {cover["code"]: cover["limit"] for cover in case.contract.content["covers"]}
    for head, loss in zip(found.heads, losses, strict=True):
        assert head.payable >= 0
        assert head.limit_left is None or head.payable <= head.limit_left
        benefit = case.product.claim_type(head.claim_type).benefit
        indemnity = getattr(benefit.terms, "basis", "indemnity") == "indemnity"
        if benefit.kind in FIXED and not (indemnity and benefit.kind != "daily-cash"):
            counted = max(head.days, 1) if benefit.kind == "daily-cash" else 1
            if loss.cover in sums and sums[loss.cover] is not None:
                assert head.payable <= Decimal(sums[loss.cover]) * counted
        else:
            assert head.payable <= loss.claimed


@settings(max_examples=60)
@given(worked=st.sampled_from(ONE_BILL), more=AMOUNTS, social=st.booleans())
def test_paying_elsewhere_never_raises_a_payment(
    worked: Worked, more: Decimal, social: bool
) -> None:
    case = worked.build()
    key = "paid_by_social" if social else "paid_by_others"
    first = case.losses[0]
    raised = first.model_copy(update={key: getattr(first, key) + more})
    before = adjudicate(case).heads[0].payable
    after = adjudicate(replace(case, losses=(raised, *case.losses[1:]))).heads[0].payable
    assert after <= before


@settings(max_examples=60)
@given(
    code=st.sampled_from(sorted(AGGREGATED)),
    amounts=st.lists(AMOUNTS, min_size=2, max_size=5),
    same_event=st.booleans(),
    late=st.booleans(),
)
def test_no_order_of_claims_lets_their_sum_exceed_the_aggregate(
    code: str, amounts: list[Decimal], same_event: bool, late: bool
) -> None:
    cover, facts = AGGREGATED[code]
    used: tuple[Used, ...] = ()
    totals = []
    for order in (amounts, amounts[::-1]):
        used = ()
        for number, claimed in enumerate(order):
            event = "one" if same_event else f"event {number}"
            loss = Loss(code="1", cover=cover, claimed=claimed, **facts)
            case = case_of(code, event, loss, used)
            if late:
                case = in_the_extension(case)
            used += taken(case, adjudicate(case), f"C{number}")
        totals.append(sum((item.paid for item in used), Decimal(0)))
    assert max(totals) <= aggregate_of(code)


@settings(max_examples=40)
@given(amounts=st.lists(AMOUNTS.filter(bool), min_size=2, max_size=8))
def test_people_hurt_in_one_accident_share_a_motor_limit_and_no_fen_is_lost(
    amounts: list[Decimal],
) -> None:
    head = sample("motor-compulsory").data
    losses = [
        {"cover": "medical", "person": str(number), "claimed": amount}
        for number, amount in enumerate(amounts)
    ]
    found = adjudicate(build("motor-compulsory", {**head, "losses": losses, "used": []}))
    assert found.payable == min(sum(amounts), Decimal(18_000))


@settings(max_examples=40)
@given(
    claimed=st.lists(AMOUNTS, min_size=1, max_size=4),
    others=st.lists(AMOUNTS, min_size=4, max_size=4),
)
def test_a_yearly_deductible_is_taken_once_at_most(
    claimed: list[Decimal], others: list[Decimal]
) -> None:
    used: tuple[Used, ...] = ()
    for number, amount in enumerate(claimed):
        loss = Loss(
            code="1", cover="hospital", claimed=amount, paid_by_others=others[number],
            settled_by_social=True,
        )  # fmt: skip
        case = case_of("medical-year", f"stay {number}", loss, used)
        used += taken(case, adjudicate(case), f"C{number}")
    assert sum((item.deductible for item in used), Decimal(0)) <= 10_000


@pytest.mark.rule("C-09")
@given(wage=st.decimals(0, 200_000, places=2), grade=st.integers(1, 10))
def test_the_wage_that_counts_lies_between_floor_and_cap(wage: Decimal, grade: int) -> None:
    months = [27, 25, 23, 21, 18, 16, 13, 11, 9, 7][grade - 1]
    data = sample("employers-liability").data
    loss = {
        "cover": "death-disability", "claim_type": "statutory-benefits", "person": "Li",
        "claimed": 10_000_000, "grades": [grade], "monthly_wage": wage, "city": "example-city",
    }  # fmt: skip
    head = adjudicate(build("employers-liability", {**data, "losses": [loss]})).heads[0]
    counted = min(max(wage, Decimal(4_800)), Decimal(24_000)) if wage else Decimal(0)
    assert head.eligible == counted * months
