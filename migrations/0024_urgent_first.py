"""The underwriters' queue is read in its order, the most urgent first, however long it is."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_work_item_urgent",
        "work_item",
        ["permission", "priority", "due_at", "id"],
        postgresql_where=sa.text("closed_at is null"),
    )


def downgrade() -> None:
    op.drop_index("ix_work_item_urgent", table_name="work_item")
