"""What the sandbox has to do at a later moment, kept in the file so that a restart loses none."""

import sqlite3


def set_timer(db: sqlite3.Connection, due_at: float, action: str, target: str) -> None:
    """Have `action` done to `target` at the Unix time `due_at`."""
    db.execute(
        "INSERT INTO timers (due_at, action, target) VALUES (?, ?, ?)", (due_at, action, target)
    )


def take_due(db: sqlite3.Connection, now: float) -> tuple[str, str] | None:
    """Remove and return the oldest timer that has run out."""
    row = db.execute(
        "SELECT id, action, target FROM timers WHERE due_at <= ? ORDER BY due_at LIMIT 1", (now,)
    ).fetchone()
    if row is None:
        return None
    db.execute("DELETE FROM timers WHERE id = ?", (row["id"],))
    return row["action"], row["target"]


def next_due(db: sqlite3.Connection) -> float | None:
    """When the first timer runs out, as Unix time."""
    due_at: float | None = db.execute("SELECT min(due_at) FROM timers").fetchone()[0]
    return due_at
