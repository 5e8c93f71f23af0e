"""Nightly: deletes what has been kept long enough, and forgets whom last mails went to."""

import structlog

from storefront import clock, jobs
from storefront.closing import service, sweeps
from storefront.db import transaction

_log = structlog.get_logger()


@jobs.job("closing.sweep", cron="50 18 * * *")
def sweep() -> None:
    """What may go goes; the log says how many rows of each kind."""
    now = clock.now()
    with transaction() as session:
        gone = sweeps.run(session, now)
        gone["last mails"] = service.redact_last_mails(session, now)
        left = sweeps.what_may_go(session, now)
    _log.info(
        "retention.swept",
        expired_chains=left["evidence chains"],
        **{name.replace(" ", "_"): count for name, count in gone.items()},
    )
