"""Gives rows that nobody ordered in reverse, so that what leans on their order fails at once and always."""

import re
from typing import Any

import psycopg
from sqlalchemy import Engine, event
from sqlalchemy.engine.interfaces import Dialect
from sqlalchemy.pool import ConnectionPoolEntry

UNORDERED = re.compile(rb"\A\s*(?:select|with)\b(?!.*\border by\b)", re.I | re.S)


class ReversedCursor(psycopg.Cursor[Any]):
    """A cursor of psycopg; what an unordered query gives is read from its end."""

    _rows: list[Any] | None = None

    def execute(self, *args: Any, **kwargs: Any) -> "ReversedCursor":
        self._rows = None
        super().execute(*args, **kwargs)
        if self.description and self._query and UNORDERED.match(self._query.query):
            self._rows = super().fetchall()[::-1]
        return self

    def fetchone(self) -> Any:
        if self._rows is None:
            return super().fetchone()
        return self._rows.pop(0) if self._rows else None

    def fetchmany(self, size: int = 0) -> list[Any]:
        if self._rows is None:
            return super().fetchmany(size)
        size = size or self.arraysize
        taken, self._rows = self._rows[:size], self._rows[size:]
        return taken

    def fetchall(self) -> list[Any]:
        if self._rows is None:
            return super().fetchall()
        taken, self._rows = self._rows, []
        return taken


def reverse_unordered(engine: Engine) -> None:
    """Opens every connection of the engine with such cursors."""

    @event.listens_for(engine, "do_connect")
    def _connect(
        dialect: Dialect, entry: ConnectionPoolEntry, args: list[Any], options: dict[str, Any]
    ) -> None:
        options["cursor_factory"] = ReversedCursor
