"""The keyed hash of the policyholder's number, by which premiums of one person add up (S-11)."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("application", sa.Column("policyholder_hash", sa.Text(), nullable=True))
    op.create_index(op.f("ix_application_policyholder_hash"), "application", ["policyholder_hash"])


def downgrade() -> None:
    op.drop_index(op.f("ix_application_policyholder_hash"), table_name="application")
    op.drop_column("application", "policyholder_hash")
