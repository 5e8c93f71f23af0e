"""Daily sums, counted by hand from rows; visits; the dashboard and the report made of them."""

import io
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from storefront import clock
from storefront.catalog import service as catalog
from storefront.claims.models import Claim
from storefront.db import transaction
from storefront.figures import dashboard, jobs, report, service, visits
from storefront.figures.models import DailyFigure, VisitCount
from storefront.mail import Mail
from storefront.policies import issuing
from storefront.policies import service as policies
from storefront.policies.insurer_client import Issued
from storefront.policies.models import Policy
from storefront.quotes.models import Quote
from storefront.worklist import service as worklist
from tests.policies.support import paid_application
from tests.staff.people import Colleague, log_in, make_member

BROWSER = {"User-Agent": "Mozilla/5.0 Firefox/150.0"}
NOW = clock.now()
TODAY = clock.local_date(NOW)


def sell(session: Session, code: str, days_ago: int, channel: str = "web") -> Policy:
    """A policy sold and issued some days ago."""
    then = NOW - timedelta(days=days_ago)
    with transaction():
        payment = paid_application(session, code, now=then)
        session.get_one(Quote, payment.application.quote_id).channel = channel
        policy = policies.begin(session, payment, then)
        issuing.take_issued(session, policy, Issued(f"N{policy.id}", then), then)
        return policy


@pytest.fixture
def sold(session: Session) -> list[Policy]:
    """Three policies: two products, two days, two channels."""
    return [
        sell(session, "travel-accident", 0),
        sell(session, "travel-accident", 3, "partner"),
        sell(session, "term-life", 3),
    ]


def sum_up(session: Session, first: date = TODAY - timedelta(days=10)) -> None:
    """Makes the sums anew."""
    with transaction():
        service.refresh(session, first, TODAY, NOW)
        service.refresh_standing(session, NOW)


def test_sums_equal_what_was_sold(session: Session, sold: list[Policy]) -> None:
    for _ in range(2):  # as often as one likes
        sum_up(session)

    found = {
        (row.day, row.product, row.channel): (row.count, row.amount)
        for row in session.scalars(select(DailyFigure).where(DailyFigure.kind == "policy"))
    }
    assert found == {
        (TODAY, "travel-accident", "web"): (1, sold[0].premium),
        (TODAY - timedelta(days=3), "travel-accident", "partner"): (1, sold[1].premium),
        (TODAY - timedelta(days=3), "term-life", "web"): (1, sold[2].premium),
    }
    first = TODAY - timedelta(days=9)
    totals = service.totals(session, first, TODAY)
    counted = {row.kind: row[1] for row in totals}
    assert [counted[kind] for kind in ("quote", "application", "payment", "policy")] == [3] * 4

    figures = dashboard.figures(
        totals,
        service.premiums(session, first, TODAY),
        service.payable(session, first, TODAY),
        first,
        TODAY,
    )
    premiums = [policy.premium for policy in sold]
    assert figures.premium == sum(premiums)
    assert [amount for _day, amount in figures.by_day if amount] == [sum(premiums[1:]), premiums[0]]
    assert dict(figures.by_line) == {"travel": sum(premiums[:2]), "life": premiums[2]}
    assert dict(figures.by_channel) == {"web": premiums[0] + premiums[2], "partner": premiums[1]}
    assert sum(amount for _insurer, amount in figures.by_insurer) == sum(premiums)


def test_a_day_outside_the_span_keeps_its_sums(session: Session, sold: list[Policy]) -> None:
    sum_up(session)
    sum_up(session, first=TODAY)

    days = set(session.scalars(select(DailyFigure.day).where(DailyFigure.kind == "policy")))
    assert days == {TODAY, TODAY - timedelta(days=3)}


def test_open_claims_by_stage_and_age(session: Session, sold: list[Policy]) -> None:
    with transaction():
        for number, age in enumerate((1, 20, 60)):
            session.add(new_claim(sold[0], number, NOW - timedelta(days=age)))
    sum_up(session)

    stages = dict(dashboard.open_claims(service.standing(session)))
    assert stages["documents"] == (1, 1, 1)


def new_claim(policy: Policy, number: int, reported_at: datetime) -> Claim:
    """A claim that waits for its documents."""
    return Claim(
        ref=f"C{number}", policy_id=policy.id, reporter={}, claim_type="hospital-stay",
        incident_at=reported_at, known_at=reported_at, reported_at=reported_at, circumstances={},
        hurt={}, language="zh", stage="documents", decision="pending", reopened=False,
        complex=False, automatic=False, flags=[], retain_until=TODAY,
    )  # fmt: skip


@pytest.fixture
def nothing_counted(app: Flask) -> Iterator[None]:
    """Counts begin at zero and leave nothing behind."""
    with app.app_context():
        visits.flush()
    yield
    with app.app_context():
        visits.flush()


@pytest.mark.usefixtures("nothing_counted")
def test_visits_of_people_are_counted_by_their_channel(app: Flask, session: Session) -> None:
    visitor, machine = app.test_client(), app.test_client()
    page = "/products/term-life"
    visitor.get(f"{page}?utm_source=partner", headers=BROWSER)
    visitor.get(page, headers=BROWSER)
    visitor.get("/products/unknown", headers=BROWSER)
    machine.get(f"{page}?utm_source=nonsense", headers={"User-Agent": "ExampleBot/1.0"})
    machine.get(page, headers={**BROWSER, "Sec-Purpose": "prefetch"})
    for _ in range(2):
        visits.flush()

    counted = session.scalars(select(VisitCount).where(VisitCount.day == TODAY)).all()
    assert [(row.product, row.channel, row.hits) for row in counted] == [
        ("term-life", "partner", 2)
    ]


def test_the_dashboard_shows_and_gives_the_same(
    client: FlaskClient, session: Session, sold: list[Policy]
) -> None:
    sum_up(session)
    client.set_cookie("language", "en")
    log_in(client, make_member(session, ["manager"]))

    page = client.get("/staff/dashboard/").text
    premium = sum((policy.premium for policy in sold), Decimal(0))
    assert f"¥{premium:,.2f}" in page
    data = client.get("/staff/dashboard/figures.json").json
    assert sum(data["days"]["series"][0]["values"]) == pytest.approx(float(premium))
    assert data["channels"]["labels"] == ["Directly", "Partners"]
    one_day = f"?from={TODAY}&to={TODAY}"
    data = client.get(f"/staff/dashboard/figures.json{one_day}").json
    assert data["days"]["series"][0]["values"] == [float(sold[0].premium)]
    book = load_workbook(io.BytesIO(client.get(f"/staff/dashboard/sales.xlsx{one_day}").data))
    assert [cell.value for cell in book.active[2]][:1] == ["Total"]


def test_only_who_may_sees_it(client: FlaskClient, session: Session) -> None:
    log_in(client, make_member(session, ["support"]))

    assert client.get("/staff/dashboard/").status_code == 403


@pytest.fixture
def subscriber(client: FlaskClient, session: Session) -> Colleague:
    """A manager who wants the report."""
    colleague = make_member(session, ["manager"])
    log_in(client, colleague)
    client.post("/staff/dashboard/report", data={"wanted": "1"})
    return colleague


def test_the_report_is_sent_once_to_who_wants_it(
    client: FlaskClient, session: Session, sold: list[Policy], subscriber: Colleague
) -> None:
    for _ in range(2):
        jobs.send_report()

    letters = session.scalars(select(Mail).where(Mail.template == "sales_report")).all()
    assert [letter.recipient for letter in letters] == [subscriber.email]
    client.post("/staff/dashboard/report", data={"wanted": "0"})
    session.expire_all()
    assert report.subscribers(session) == []


rows = st.lists(
    st.builds(
        DailyFigure,
        insurer=st.sampled_from("ab"),
        line=st.sampled_from("xy"),
        product=st.sampled_from("pqr"),
        day=st.dates(date(2026, 1, 1), date(2026, 1, 5)),
        count=st.integers(0, 9),
        amount=st.decimals(0, 999, places=2),
    ),
    max_size=20,
)


@given(rows)
def test_every_level_of_the_report_adds_up(figures: list[DailyFigure]) -> None:
    figures.sort(key=lambda row: (row.insurer, row.line, row.product, row.day))

    lines = report.lines(figures)

    for level in range(5):
        at_level = [line for line in lines if line[0] == level]
        assert sum(line[2] for line in at_level) == sum(row.count for row in figures)
        assert sum(line[3] for line in at_level) == sum(row.amount for row in figures)


@pytest.mark.parametrize(
    "span",
    [
        ("", ""),
        ("2026-02-30", "2026-03-01"),
        ("2026-03-02", "2026-03-01"),
        ("2020-01-01", "2026-01-01"),
    ],
)
def test_an_impossible_span_becomes_the_last_thirty_days(span: tuple[str, str]) -> None:
    assert dashboard.span(*span, date(2026, 3, 31)) == (date(2026, 3, 2), date(2026, 3, 31))


def test_an_application_referred_twice_is_one(session: Session, sold: list[Policy]) -> None:
    ref = sold[0].application.ref
    with transaction():
        sold[0].application.submitted_at = NOW
        for _ in range(2):
            work = worklist.Work("underwriting.referral", ref, "underwriting", NOW)
            worklist.open_item(session, work, NOW)
            worklist.close_item(session, "underwriting.referral", ref, None, NOW)
    sum_up(session)

    assert (
        session.scalar(select(func.sum(DailyFigure.count)).where(DailyFigure.kind == "referred"))
        == 1
    )


def test_the_report_speaks_in_words(
    client: FlaskClient, session: Session, sold: list[Policy]
) -> None:
    sum_up(session)
    client.set_cookie("language", "en")
    log_in(client, make_member(session, ["finance"]))

    book = load_workbook(io.BytesIO(client.get("/staff/dashboard/sales.xlsx").data))

    cells = {str(cell) for row in book.active.iter_rows(values_only=True) for cell in row}
    name = catalog.current(session, "term-life", NOW).definition.marketing_name.en
    assert {"Insurer", "Line of insurance", "Total", "Travel insurance", name} <= cells
    assert "term-life" not in cells


def test_clocks_of_underwriters_and_reviews_count(session: Session, sold: list[Policy]) -> None:
    late, early = (row.application.ref for row in sold[:2])
    with transaction():
        for ref, due in ((late, NOW - timedelta(hours=1)), (early, NOW + timedelta(hours=1))):
            work = worklist.Work("underwriting.referral", ref, "underwriting", due)
            worklist.open_item(session, work, NOW - timedelta(days=1))
            worklist.close_item(session, "underwriting.referral", ref, None, NOW)
    with transaction():
        service.refresh(session, TODAY - timedelta(days=1), TODAY + timedelta(days=1), NOW)

    span = (TODAY - timedelta(days=1), TODAY + timedelta(days=1))
    sums = [read(session, *span) for read in (service.totals, service.premiums, service.payable)]
    shown = dashboard.figures(*sums, *span)
    assert ("underwriting", 1, 1) in shown.clocks
    assert sorted(line for line, _sold, _payable in shown.losses) == sorted(
        line for line, _amount in shown.by_line
    )
