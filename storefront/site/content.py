"""What the agency's pages say in words of their own: product lines by need."""

from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext as _

from storefront.pages import has_view


@dataclass(frozen=True)
class LineCard:
    """A product line on the home page; `url` leads to its products."""

    code: str
    title: str
    description: str
    url: str


def lines() -> list[LineCard]:
    """The product lines in the order of the home page."""
    return [
        LineCard(code, title, description, _products_url(code))
        for code, (title, description) in _line_texts().items()
    ]


def _products_url(line: str) -> str:
    return url_for("catalog.index", line=line) if has_view("catalog.index") else ""


def _line_texts() -> dict[str, tuple[str, str]]:
    return {
        "life": (
            _("My family's income"),
            _("Term life insurance: a sum for those who depend on you."),
        ),
        "health": (
            _("My health costs"),
            _("Medical cost and critical illness insurance beside public health cover."),
        ),
        "accident": (
            _("Accidents"),
            _("A sum after accidental death or lasting disability, for one year."),
        ),
        "travel": (
            _("A trip"),
            _("Accidents and emergencies on the way, from one day to one year."),
        ),
        "motor": (
            _("My vehicle"),
            _("Compulsory traffic accident liability insurance for motor vehicles."),
        ),
        "cyber": (
            _("My company's data"),
            _("Costs and liability after attacks, data leaks and failures of systems."),
        ),
        "liability": (
            _("My employees"),
            _("Employers' liability for work accidents beyond the statutory insurance."),
        ),
    }
