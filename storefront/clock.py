"""Time: now in UTC, dates in Asia/Shanghai, working days of Mainland China."""

import logging
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import chinese_calendar

SHANGHAI = ZoneInfo("Asia/Shanghai")
_log = logging.getLogger(__name__)


def now() -> datetime:
    """The present moment, timezone-aware UTC."""
    return datetime.now(UTC)


def local_date(moment: datetime) -> date:
    """The calendar date in China at a moment."""
    return moment.astimezone(SHANGHAI).date()


def local_midnight(day: date) -> datetime:
    """The moment at which a calendar day begins in China."""
    return datetime.combine(day, time(), SHANGHAI).astimezone(UTC)


def end_of_day(day: date) -> datetime:
    """The moment at which a calendar day is over in China."""
    return local_midnight(day + timedelta(days=1))


def day_of(text: str) -> date | None:
    """The day that a text names as 2026-11-28; None where it names none of the years 1000 to 2999."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if 1000 <= day.year < 3000 else None


def is_working_day(day: date) -> bool:
    """Whether offices work that day; years the holiday calendar does not know fall back to weekdays."""
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        _log.warning("no holiday calendar for %s, using weekdays", day.year)
        return day.weekday() < 5


def add_working_days(day: date, count: int) -> date:
    """The day `count` working days after `day` (`count` ≥ 0)."""
    while count > 0:
        day += timedelta(days=1)
        count -= is_working_day(day)
    return day


def add_years(day: date, years: int) -> date:
    """The same day `years` later; 29 February becomes 1 March in common years."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def age_on(birth_date: date, day: date) -> int:
    """Age last birthday."""
    before_birthday = (day.month, day.day) < (birth_date.month, birth_date.day)
    return day.year - birth_date.year - before_birthday
