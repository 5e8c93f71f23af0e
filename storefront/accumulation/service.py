"""Use cases of accumulation: how much is left for a person, reserve it, confirm it, let it go.

Two applications for one person must not both take what is left. Whoever reserves therefore locks the
people first (`lock`), always in the order of their hashes so that nobody waits in a circle, and
keeps the locks until its transaction ends.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal

from sqlalchemy import Update, column, delete, func, or_, select, table, update
from sqlalchemy.orm import Session

from storefront.accumulation import rules
from storefront.accumulation.models import Exposure
from storefront.accumulation.rules import Excess, Taken, Wanted

# The offer of an accepted application ends by the clock; what it reserved ends with it.
_application = table("application", column("id"), column("state"), column("expires_at"))
OFFERS = ("accepted", "counter_offered")


def lock(session: Session, people: Iterable[str]) -> None:
    """Holds everybody else who reserves for these people until the transaction ends."""
    for person in sorted(set(people)):
        key = func.hashtextextended(f"insured:{person}", 0)
        session.execute(select(func.pg_advisory_xact_lock(key)))


def excesses(
    session: Session, wanted: Sequence[Wanted], application_id: int, now: datetime
) -> list[Excess]:
    """What does not fit; what the application itself holds already does not stand in its way."""
    found = []
    for item in wanted:
        left = rules.left(item, _taken(session, item, application_id, now))
        if left is not None and item.amount > left:
            found.append(Excess(item, left))
    return found


def reserve(
    session: Session, wanted: Sequence[Wanted], application_id: int, now: datetime
) -> list[Excess]:
    """Reserves all of it, or nothing where something does not fit; the people have to be locked."""
    found = excesses(session, wanted, application_id, now)
    if found:
        return found
    release(session, application_id, now)
    session.add_all(
        Exposure(
            person_hash=item.person_hash,
            kind=item.kind,
            application_id=application_id,
            amount=item.amount,
            begins_at=item.begins_at,
            ends_at=item.ends_at,
            state="reserved",
            created_at=now,
        )
        for item in wanted
        if item.amount > 0
    )
    session.flush()
    return []


def left_for(session: Session, wanted: Wanted, application_id: int, now: datetime) -> Excess | None:
    """What could be insured besides everything else; None where nothing limits it."""
    left = rules.left(wanted, _taken(session, wanted, application_id, now))
    return None if left is None else Excess(wanted, left)


def total(session: Session, wanted: Wanted, application_id: int, now: datetime) -> Decimal:
    """What somebody is insured for with everything else, yuan; sure while the person is locked."""
    return rules.total(wanted, _taken(session, wanted, application_id, now))


def begin(session: Session, application_id: int, begins_at: datetime, ends_at: datetime) -> None:
    """The policy has begun: what was reserved is in force, for the time the contract names."""
    session.execute(
        _open(application_id).values(state="in_force", begins_at=begins_at, ends_at=ends_at)
    )


def period_of(session: Session, application_id: int) -> tuple[datetime, datetime] | None:
    """From when to when the policy of an application is in force; None where there is none."""
    found = select(Exposure.begins_at, Exposure.ends_at).where(
        Exposure.application_id == application_id, Exposure.state == "in_force"
    )
    row = session.execute(found.limit(1)).first()
    return (row.begins_at, row.ends_at) if row else None


def end(session: Session, application_id: int, ends_at: datetime) -> None:
    """The policy ends before its time: from then on nothing of it counts."""
    session.execute(
        _open(application_id)
        .where(Exposure.begins_at < ends_at, Exposure.ends_at > ends_at)
        .values(ends_at=ends_at)
    )


def go_on(session: Session, application_id: int, ends_at: datetime) -> None:
    """The policy did not end before its time after all: it counts again until `ends_at`."""
    session.execute(_open(application_id).values(ends_at=ends_at))


def release(session: Session, application_id: int, now: datetime) -> None:
    """The application, or its policy before cover began, came to nothing; releasing twice is harmless."""
    session.execute(_open(application_id).values(state="released", released_at=now))


def forget(session: Session, application_id: int) -> None:
    """Removes what an application that led to nothing ever held."""
    session.execute(delete(Exposure).where(Exposure.application_id == application_id))


def _open(application_id: int) -> Update:
    return update(Exposure).where(
        Exposure.application_id == application_id, Exposure.state != "released"
    )


def _taken(session: Session, wanted: Wanted, application_id: int, now: datetime) -> list[Taken]:
    found = select(Exposure.amount, Exposure.begins_at, Exposure.ends_at).where(
        Exposure.person_hash == wanted.person_hash,
        Exposure.kind == wanted.kind,
        Exposure.application_id != application_id,
        Exposure.begins_at < wanted.ends_at,
        Exposure.ends_at > wanted.begins_at,
    )
    found = found.join(_application, _application.c.id == Exposure.application_id).where(
        or_(
            Exposure.state == "in_force",
            (Exposure.state == "reserved")
            & or_(_application.c.state.not_in(OFFERS), _application.c.expires_at > now),
        )
    )
    return [Taken(*row) for row in session.execute(found)]
