"""What the stand-ins were told to do wrong, and for how many calls more."""

import sqlite3
from dataclasses import asdict, dataclass

STRIPE_MODES = ("normal", "slow", "error", "down", "hold-webhooks", "shuffle-webhooks")
INSURER_MODES = ("normal", "late", "twice", "error", "refuse", "slow", "down")
STRIPE = "stripe"
INSURERS = "insurer"


@dataclass(frozen=True)
class Behaviour:
    """`count` calls more behave so (None: until told otherwise); `seconds` is the mode's delay."""

    mode: str = "normal"
    count: int | None = None
    seconds: float = 5.0
    copies: int = 1


def insurer_room(code: str | None) -> str:
    return INSURERS if code is None else f"{INSURERS}:{code}"


def current(db: sqlite3.Connection, *rooms: str) -> Behaviour:
    """The behaviour of the first of these rooms that was told one."""
    return _find(db, rooms)[1]


def take(db: sqlite3.Connection, *rooms: str) -> Behaviour:
    """The behaviour for one call, which counts against the number asked for."""
    room, found = _find(db, rooms)
    if room is not None and found.count is not None:
        if found.count > 1:
            db.execute("UPDATE behaviours SET count = count - 1 WHERE room = ?", (room,))
        elif found.copies > 1:
            db.execute(
                "UPDATE behaviours SET mode = 'normal', count = NULL WHERE room = ?", (room,)
            )
        else:
            db.execute("DELETE FROM behaviours WHERE room = ?", (room,))
    return found


def tell(db: sqlite3.Connection, room: str, behaviour: Behaviour) -> None:
    """Set a behaviour; one for all insurers replaces those of single insurers."""
    if room == INSURERS:
        db.execute("DELETE FROM behaviours WHERE room LIKE 'insurer:%'")
    db.execute(
        "INSERT OR REPLACE INTO behaviours (room, mode, count, seconds, copies)"
        " VALUES (:room, :mode, :count, :seconds, :copies)",
        {"room": room, **asdict(behaviour)},
    )


def _find(db: sqlite3.Connection, rooms: tuple[str, ...]) -> tuple[str | None, Behaviour]:
    for room in rooms:
        row = db.execute(
            "SELECT mode, count, seconds, copies FROM behaviours WHERE room = ?", (room,)
        ).fetchone()
        if row is not None:
            return room, Behaviour(**row)
    return None, Behaviour()
