"""Decisions about applications are kept encrypted, for they name illnesses; ends of chains are sealed."""

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from storefront import crypto
from storefront.evidence import digests

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

AT_ONCE = 1000
ENDS = """
    select distinct on (chain) chain, position, digest from evidence_record
    where chain > :last order by chain, position desc limit :most
"""


def upgrade() -> None:
    _seal_decisions()
    _seal_ends()


def downgrade() -> None:
    op.drop_table("evidence_end")
    op.add_column("application", sa.Column("plain", JSONB(), nullable=True))
    _turn(sa.column("decision", sa.Text()), sa.column("plain", JSONB()), crypto.decrypt_json)
    op.alter_column("application", "decision", type_=JSONB(), postgresql_using="plain")
    op.drop_column("application", "plain")


def _seal_ends() -> None:
    op.create_table(
        "evidence_end",
        sa.Column("chain", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("seal", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("chain", name=op.f("pk_evidence_end")),
    )
    connection, last = op.get_bind(), ""
    while rows := connection.execute(sa.text(ENDS), {"last": last, "most": AT_ONCE}).all():
        last = rows[-1].chain
        connection.execute(
            sa.text("insert into evidence_end values (:chain, :position, :seal)"),
            [
                {"chain": row.chain, "position": row.position, "seal": digests.end_seal(*row)}
                for row in rows
            ],
        )
    op.execute(
        "create trigger only_forward before update on evidence_end for each row"
        " when (new.position <= old.position or new.chain <> old.chain)"
        " execute function refuse_change()"
    )
    op.execute(
        "create trigger never_removed before delete on evidence_end"
        " for each row execute function refuse_change()"
    )
    op.execute(
        "create trigger never_emptied before truncate on evidence_end"
        " for each statement execute function refuse_change()"
    )


def _seal_decisions() -> None:
    op.add_column("application", sa.Column("sealed", sa.Text(), nullable=True))
    # What was wiped before should have lost its decision as well.
    op.execute("update application set decision = null where answers = '{}' and state <> 'paid'")
    _turn(sa.column("decision", JSONB()), sa.column("sealed", sa.Text()), crypto.encrypt_json)
    # A change of type writes the table anew, so that nothing readable stays in its files.
    op.alter_column("application", "decision", type_=sa.Text(), postgresql_using="sealed")
    op.drop_column("application", "sealed")


def _turn(
    given: sa.ColumnClause[Any], target: sa.ColumnClause[Any], turned: Callable[[Any], Any]
) -> None:
    """Writes every decision into another column, row by row: only the application has the keys."""
    table = sa.table("application", sa.column("id"), given, target)
    connection, last = op.get_bind(), 0
    while True:
        rows = connection.execute(
            sa.select(table.c.id, table.c.decision)
            .where(table.c.id > last, table.c.decision.is_not(sa.null()))
            .order_by(table.c.id)
            .limit(AT_ONCE)
        ).all()
        if not rows:
            return
        last = rows[-1].id
        connection.execute(
            sa.update(table)
            .where(table.c.id == sa.bindparam("row"))
            .values({target.name: sa.bindparam("value", type_=target.type)}),
            [{"row": row.id, "value": row.decision and turned(row.decision)} for row in rows],
        )
