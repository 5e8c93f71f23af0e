"""Exports that were given up."""

from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _states("'waiting', 'running', 'ready', 'failed', 'expired'")


def downgrade() -> None:
    op.execute("update list_export set state = 'expired' where state = 'failed'")
    _states("'waiting', 'running', 'ready', 'expired'")


def _states(states: str) -> None:
    op.drop_constraint(op.f("ck_list_export_state"), "list_export", type_="check")
    op.create_check_constraint(op.f("ck_list_export_state"), "list_export", f"state in ({states})")
