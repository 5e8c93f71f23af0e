"""What every template can use: languages, money, dates, the operator's particulars."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from babel.dates import format_date as babel_format_date
from flask import Flask, current_app
from flask_babel import get_locale

from storefront import clock
from storefront.extensions import current_language


def init_app(app: Flask) -> None:
    """Registers filters and globals."""
    app.jinja_env.filters.update(money=money, text=text, day=day, moment=moment)
    app.jinja_env.globals.update(current_language=current_language)
    app.context_processor(lambda: {"settings": current_app.extensions["settings"]})


def money(amount: Decimal) -> str:
    """`¥1,234.50`; whole sums of 10,000 or more lose their fen."""
    return f"¥{amount:,.2f}"


def text(value: Any) -> str:
    """The present language's side of a bilingual text (`{zh, en}` as mapping or object)."""
    language = current_language()
    return str(value[language] if isinstance(value, dict) else getattr(value, language))


def day(value: date | datetime) -> str:
    """A calendar date in China, written as the reader's language does."""
    if isinstance(value, datetime):
        value = clock.local_date(value)
    return babel_format_date(value, "long", locale=get_locale())


def moment(value: datetime) -> str:
    """Date and time in China."""
    return value.astimezone(clock.SHANGHAI).strftime("%Y-%m-%d %H:%M")
