"""A decision keeps the arithmetic of its heads, so that its letter says what was decided then."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("claim_decision", sa.Column("heads", postgresql.JSONB(), nullable=True))


def downgrade() -> None:
    op.drop_column("claim_decision", "heads")
