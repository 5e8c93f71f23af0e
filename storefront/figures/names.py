"""The charts of the dashboard with their names in the reader's language."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from storefront.catalog import service as catalog
from storefront.catalog.models import Insurer, ProductVersion
from storefront.catalog.wording import line_name
from storefront.figures.dashboard import Figures
from storefront.figures.models import DailyFigure
from storefront.pages import text

Number = Decimal | int


@dataclass(frozen=True)
class Chart:
    """A picture and its table: `rows` hold a label and one number for each of `columns` after the first."""

    code: str
    title: str
    kind: str
    columns: tuple[str, ...]
    rows: list[tuple[str, *tuple[Number, ...]]]
    money: bool = False

    @property
    def headings(self) -> list[tuple[str, str]]:
        """The columns as the staff's tables want them: none of them sorts."""
        return [("", column) for column in self.columns]


def words(session: Session, figures: Sequence[DailyFigure]) -> dict[str, dict[str, str]]:
    """What insurers, lines and products in figures are called, by level of the report and code."""
    newest = session.execute(
        select(ProductVersion.code, func.max(ProductVersion.version))
        .where(ProductVersion.code.in_({row.product for row in figures}))
        .group_by(ProductVersion.code)
    )
    names = catalog.names(session, [(code, version) for code, version in newest])
    return {
        "insurer": insurer_names(session),
        "line": {line: str(line_name(line)) for line in {row.line for row in figures}},
        "product": {code: text(name) for (code, _version), name in names.items()},
    }


def insurer_names(session: Session) -> dict[str, str]:
    """Short names of the insurers by code."""
    return {row.code: text(row.details["short_name"]) for row in session.scalars(select(Insurer))}


def series_names(chart: Chart) -> tuple[str, ...]:
    """What each number of a row is called."""
    return chart.columns[1:]


def charts(
    figures: Figures,
    claims: list[tuple[str, tuple[int, ...]]],
    reserve: list[tuple[str, Decimal]],
    session: Session,
) -> list[Chart]:
    """Every chart in the order of the page."""
    premium = _("Premium (yuan)")
    insurers = insurer_names(session)
    stages, channels, funnel = _stages(), _channels(), _funnel()
    clocks = {
        "claims": _("Claims"),
        "complaints": _("Complaints"),
        "underwriting": _("Underwriting"),
    }
    open_reserve = dict(reserve)
    nothing = Decimal(0)
    return [
        Chart(
            "days", _("Premium by day, in yuan"), "bar", (_("Day"), premium),
            [(day.isoformat(), amount) for day, amount in figures.by_day], money=True,
        ),
        Chart(
            "lines", _("Premium by line, in yuan"), "across", (_("Line of insurance"), premium),
            [(line_name(code), amount) for code, amount in figures.by_line], money=True,
        ),
        Chart(
            "insurers", _("Premium by insurer, in yuan"), "across", (_("Insurer"), premium),
            [(insurers.get(code, code), amount) for code, amount in figures.by_insurer], money=True,
        ),
        Chart(
            "channels", _("Premium by channel, in yuan"), "across", (_("Channel"), premium),
            [(channels.get(code, code), amount) for code, amount in figures.by_channel], money=True,
        ),
        Chart(
            "funnel", _("From visit to policy"), "across", (_("Step"), _("How many")),
            [(funnel[code], count) for code, count in figures.funnel],
        ),
        Chart(
            "claims", _("Open claims by stage and age"), "stacked",
            (_("Stage"), _("Up to 7 days"), _("8 to 30 days"), _("Older")),
            [(stages[code], *counts) for code, counts in claims],
        ),
        Chart(
            "reserve", _("Open reserve by line, in yuan"), "across", (_("Line of insurance"), _("Reserve (yuan)")),
            [(line_name(code), amount) for code, amount in reserve], money=True,
        ),
        Chart(
            "losses", _("Premium and claims by line"), "across",
            (_("Line of insurance"), premium, _("Claims decided (yuan)"), _("Reserve (yuan)")),
            [
                (line_name(code), sold, payable, open_reserve.get(code, nothing))
                for code, sold, payable in figures.losses
            ],
            money=True,
        ),
        Chart(
            "clocks", _("Deadlines kept and missed"), "stacked",
            (_("Of"), _("Kept"), _("Missed")),
            [(clocks[code], kept, missed) for code, kept, missed in figures.clocks],
        ),
    ]  # fmt: skip


def _stages() -> dict[str, Any]:
    return {
        "reported": _("Reported"),
        "documents": _("Documents"),
        "assessment": _("Assessment"),
        "decided": _("Decided"),
        "paying": _("Being paid"),
    }


def _channels() -> dict[str, Any]:
    return {
        "web": _("Directly"),
        "search": _("Search engines"),
        "social": _("Social media"),
        "partner": _("Partners"),
        "mail": _("E-mail"),
    }


def _funnel() -> dict[str, Any]:
    return {
        "visit": _("Product page opened"),
        "quote": _("Quote kept"),
        "application": _("Application begun"),
        "payment": _("Paid"),
        "policy": _("Policy issued"),
    }
