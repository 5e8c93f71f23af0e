"""How the database would answer if reading and sorting everything cost it dearly."""

from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

DEAR = ("seqscan", "bitmapscan", "hashjoin", "mergejoin", "sort")
FORGET = (
    "update pg_class set relpages = 0, reltuples = -1 where relnamespace = 'public'::regnamespace",
    "delete from pg_statistic where starelid in"
    " (select oid from pg_class where relnamespace = 'public'::regnamespace)",
)


def plan(session: Session, statement: str, values: Any = None) -> str:
    """The plan of a statement, as it is before anything is known of how little the tables hold.

    What the tests before left in the statistics would decide otherwise; all is rolled back with the
    session's transaction.
    """
    for said in (*FORGET, *(f"set local enable_{way} = off" for way in DEAR)):
        session.execute(text(said))
    found = session.connection().exec_driver_sql(f"explain {statement}", values)
    return "\n".join(found.scalars())
