"""Keeps the daily sums ready, and sends the sales report every morning."""

from datetime import timedelta

from flask_babel import force_locale

from storefront import clock, files, jobs
from storefront.db import transaction
from storefront.extensions import LANGUAGES
from storefront.figures import names, report, service

REPORT_DAYS = 31
LATE_DAYS = 45  # how far back a decision or a deadline still changes the sums of its day


@jobs.job("figures.refresh", cron="*/15 * * * *")
def refresh() -> None:
    """Sums up today and yesterday, and what stands open."""
    _refresh(days=1)


@jobs.job("figures.refresh_late", cron="40 18 * * *")
def refresh_late() -> None:
    """Sums up the past weeks again: decisions and deadlines met late change their days."""
    _refresh(days=LATE_DAYS)


@jobs.job("figures.report", cron="10 23 * * *")
def send_report() -> None:
    """The report of yesterday's sales, at ten past seven in China."""
    now = clock.now()
    day = clock.local_date(now) - timedelta(days=1)
    first = day - timedelta(days=REPORT_DAYS - 1)
    with transaction() as session:
        service.refresh(session, day, day, now)
        sold = service.sales(session, first, day)
        with force_locale(LANGUAGES[report.LANGUAGE]):
            data = report.workbook(sold, names.words(session, sold), first, day)
    digest = files.store().put(data)
    with transaction() as session:
        report.send(session, day, digest, now)


def _refresh(days: int) -> None:
    now = clock.now()
    today = clock.local_date(now)
    with transaction() as session:
        service.refresh(session, today - timedelta(days=days), today, now)
        service.refresh_standing(session, now)
