"""The name of somebody hurt whom a head of loss is about, where it is not the person of the report."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("claim_head", sa.Column("named", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("claim_head", "named")
