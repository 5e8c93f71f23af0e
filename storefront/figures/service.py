"""Makes the daily sums from the rows themselves, and reads them for the dashboard and the report."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select, text, tuple_
from sqlalchemy.orm import Session

from storefront import clock
from storefront.figures import sources
from storefront.figures.models import DailyFigure, DailyTotal, StandingFigure

_TURN = 7_205_759_404  # two workers summing up at once take turns


def refresh(session: Session, first: date, last: date, now: datetime) -> None:
    """Makes the sums of the days from `first` to `last` anew; as often as one likes."""
    span = {
        "begin": clock.local_midnight(first),
        "end": clock.local_midnight(last + timedelta(days=1)),
        "now": now,
    }
    session.execute(text("select pg_advisory_xact_lock(:turn)"), {"turn": _TURN})
    session.execute(
        text("delete from daily_figure where day between :first and :last"),
        {"first": first, "last": last},
    )
    for kind, query in sources.OF_PRODUCTS.items():
        session.execute(text(_insert_of_product(query)), {**span, "kind": kind})
    session.execute(text(_insert_of_visits()), span)
    for kind, query in sources.WITHOUT_PRODUCT:
        session.execute(text(_insert_plain(query)), {**span, "kind": kind})
    _refresh_totals(session, first, last)


def _refresh_totals(session: Session, first: date, last: date) -> None:
    days = {"first": first, "last": last}
    session.execute(text("delete from daily_total where day between :first and :last"), days)
    session.execute(
        text(
            "insert into daily_total (day, kind, count, amount)"
            " select day, kind, sum(count), sum(amount) from daily_figure"
            " where day between :first and :last group by 1, 2"
        ),
        days,
    )


def refresh_standing(session: Session, now: datetime) -> None:
    """Counts what stands open at the moment."""
    session.execute(text("select pg_advisory_xact_lock(:turn)"), {"turn": _TURN})
    session.execute(text("delete from standing_figure"))
    for kind, query in sources.STANDING.items():
        session.execute(
            text(
                "insert into standing_figure (kind, label, count, amount, at)"
                f" select :kind, s.*, :now from ({query}) s"
            ),
            {"kind": kind, "now": now},
        )


def first_day(session: Session) -> date | None:
    """The day of the first quote, from which figures can be made."""
    moment = session.scalar(text("select min(created_at) from quote"))
    return clock.local_date(moment) if moment else None


def totals(session: Session, first: date, last: date) -> Sequence[Any]:
    """(kind, count, amount) of a span, over everything."""
    total = DailyTotal
    return session.execute(
        select(total.kind, func.sum(total.count), func.sum(total.amount))
        .where(total.day.between(first, last))
        .group_by(total.kind)
    ).all()


def premiums(session: Session, first: date, last: date) -> Sequence[Any]:
    """(day, insurer, line, channel, premium) of a span: a row for each of each, the others None."""
    figure = DailyFigure
    by = (figure.day, figure.insurer, figure.line, figure.channel)
    return session.execute(
        select(*by, func.sum(figure.amount))
        .where(figure.kind == "policy", figure.day.between(first, last))
        .group_by(func.grouping_sets(*(tuple_(part) for part in by)))
    ).all()


def payable(session: Session, first: date, last: date) -> Sequence[Any]:
    """(line, amount) that claims of a span were decided to pay."""
    figure = DailyFigure
    return session.execute(
        select(figure.line, func.sum(figure.amount))
        .where(figure.kind == "claim_payable", figure.day.between(first, last))
        .group_by(figure.line)
    ).all()


def standing(session: Session) -> Sequence[StandingFigure]:
    """What stood open when it was last counted."""
    return session.scalars(select(StandingFigure)).all()


def sales(session: Session, first: date, last: date) -> Sequence[DailyFigure]:
    """Policies issued in a span, by insurer, line, product and day."""
    figure = DailyFigure
    return session.scalars(
        select(figure)
        .where(figure.kind == "policy", figure.day.between(first, last))
        .order_by(figure.insurer, figure.line, figure.product, figure.day, figure.channel)
    ).all()


def _insert_of_product(query: str) -> str:
    return (
        "insert into daily_figure (day, kind, insurer, line, product, channel, count, amount)"
        " select s.day, :kind, v.insurer_code, v.line, s.product, s.channel, sum(s.count), sum(s.amount)"
        f" from ({query}) s (day, product, version, channel, count, amount)"
        " join product_version v on v.code = s.product and v.version = s.version"
        " group by 1, 3, 4, 5, 6"
    )


def _insert_of_visits() -> str:
    return (
        "insert into daily_figure (day, kind, insurer, line, product, channel, count, amount)"
        " select s.day, 'visit', v.insurer_code, v.line, s.product, s.channel, sum(s.hits), 0"
        f" from ({sources.OF_VISITS}) s join lateral (select insurer_code, line from product_version"
        " where code = s.product order by version desc limit 1) v on true group by 1, 3, 4, 5, 6"
    )


def _insert_plain(query: str) -> str:
    return (
        "insert into daily_figure (day, kind, insurer, line, product, channel, count, amount)"
        f" select s.day, :kind, '', '', '', '', s.count, s.amount from ({query}) s (day, count, amount)"
        " on conflict (day, kind, insurer, line, product, channel)"
        " do update set count = daily_figure.count + excluded.count"
    )
