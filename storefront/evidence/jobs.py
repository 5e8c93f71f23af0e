"""Background tasks of the record: the anchor of every day, and a look at everything once a week."""

from datetime import timedelta

import structlog

from storefront import clock, jobs
from storefront.db import transaction
from storefront.evidence import anchors, checking
from storefront.worklist import service as worklist

_log = structlog.get_logger()
FAULT, PERMISSION = "evidence.fault", "evidence.faults"
ELSEWHERE = "anchors"  # the subject of what is in no single chain
MOST_PLACES = 50  # whoever alters more than that is found by the first of them


@jobs.job("evidence.anchor", cron="10 16 * * *")
def anchor() -> None:
    """Makes the anchor of the new day in China, ten minutes after it began."""
    with transaction() as session:
        made = anchors.anchor(session, clock.now())
        _log.info("evidence.anchored", day=str(made.day), digest=made.digest, chains=made.chains)


@jobs.job("evidence.verify", cron="40 18 * * 6")
def verify() -> None:
    """Checks the whole record on Sunday mornings; a fault becomes work for compliance."""
    now = clock.now()
    with transaction() as session:
        session.connection(execution_options=checking.SNAPSHOT)
        found = checking.distinct(checking.faults(session, now))
    for fault in found:
        _log.error("evidence.fault", place=str(fault))
    places = list(dict.fromkeys(fault.chain or ELSEWHERE for fault in found))
    with transaction() as session:
        for item in worklist.open_of_kind(session, FAULT):
            if item.subject not in places:  # mended since, for example from a copy
                worklist.close_item(session, FAULT, item.subject, None, now)
        for place in places[:MOST_PLACES]:
            work = worklist.Work(FAULT, place, PERMISSION, now + timedelta(days=1), worklist.URGENT)
            worklist.open_item(session, work, now)
