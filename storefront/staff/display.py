"""What the templates of all staff pages can use: the menu, clocks, addresses with other filters."""

from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from flask import Flask, g, request, url_for
from flask_babel import ngettext

from storefront import clock
from storefront.audit import unmasking
from storefront.staff import navigation
from storefront.worklist import kinds


def init_app(app: Flask) -> None:
    """Makes them known to the templates."""
    app.jinja_env.filters["iso_day"] = iso_day
    app.jinja_env.globals.update(
        address_with=address_with,
        deadline_state=deadline_state,
        shown_in_clear=shown_in_clear,
        staff_links=navigation.links,
        staff_may_open=navigation.may_open,
        waiting_time=waiting_time,
        staff_member=lambda: g.get("staff_member"),
        work_label=kinds.label_of,
        work_page=kinds.page_of,
    )


def shown_in_clear(kind: str, name: str) -> bool:
    """Whether the member gave a reason for seeing what is masked of something."""
    return unmasking.shown_until((kind, name), g.staff_member, clock.now()) is not None


def deadline_state(moment: datetime) -> str:
    """`overdue`, `today` (in China) or `later`."""
    now = clock.now()
    if moment <= now:
        return "overdue"
    return "today" if clock.local_date(moment) == clock.local_date(now) else "later"


def iso_day(value: date | datetime) -> str:
    """A calendar date in China, as short as the moments beside it: `2026-05-31`."""
    return (clock.local_date(value) if isinstance(value, datetime) else value).isoformat()


def waiting_time(moment: datetime) -> str:
    """How long something has waited: whole days, under a day whole hours, under an hour minutes."""
    waited = max(clock.now() - moment, timedelta(0))
    if waited >= timedelta(days=1):
        words = ngettext("waits %(num)d day", "waits %(num)d days", waited.days)
    elif waited >= timedelta(hours=1):
        hours = waited // timedelta(hours=1)
        words = ngettext("waits %(num)d hour", "waits %(num)d hours", hours)
    else:
        minutes = waited // timedelta(minutes=1)
        words = ngettext("waits %(num)d minute", "waits %(num)d minutes", minutes)
    return str(words)


def address_with(**changes: Any) -> str:
    """The address of the open page with some filters changed; None takes one away."""
    values: dict[str, Any] = {**request.args.to_dict(flat=False), **changes}
    kept = {name: value for name, value in values.items() if value is not None}
    # The names come from the address: given to url_for, some of them would mean something to it.
    query = urlencode(kept, doseq=True)
    page = url_for(str(request.endpoint), **(request.view_args or {}))
    return f"{page}?{query}" if query else page
