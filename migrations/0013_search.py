"""Search, lists and exports."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "search_token",
        sa.Column("token", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("subject_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("token", "kind", "subject_id", name=op.f("pk_search_token")),
    )
    op.create_index("ix_search_token_subject", "search_token", ["kind", "subject_id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_search_token_subject", table_name="search_token")
    op.drop_table("search_token")
