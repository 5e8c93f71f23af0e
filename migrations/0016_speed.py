"""Uploaded product versions that wait to be published."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

OPEN = "published_at is null and discarded_at is null"


def upgrade() -> None:
    op.create_table(
        "product_draft",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("base_version", sa.Integer(), nullable=True),
        sa.Column("bundle", postgresql.JSONB(), nullable=False),
        sa.Column("content_hash", sa.Text(), nullable=False),
        sa.Column("needs_approval", sa.Boolean(), nullable=False),
        sa.Column("uploaded_by_id", sa.BigInteger(), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("approved_by_id", sa.BigInteger(), nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("discarded_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "approved_by_id <> uploaded_by_id", name=op.f("ck_product_draft_two_people")
        ),
        sa.CheckConstraint(
            "(approved_by_id is null) = (approved_at is null)",
            name=op.f("ck_product_draft_approved"),
        ),
        sa.CheckConstraint(
            "published_at is null or not needs_approval or approved_by_id is not null",
            name=op.f("ck_product_draft_published"),
        ),
        sa.CheckConstraint(
            "published_at is null or discarded_at is null", name=op.f("ck_product_draft_one_end")
        ),
        sa.ForeignKeyConstraint(
            ["approved_by_id"], ["staff_member.id"], name=op.f("fk_product_draft_approved_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["uploaded_by_id"], ["staff_member.id"], name=op.f("fk_product_draft_uploaded_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_product_draft")),
    )
    op.create_index(
        "uq_product_draft_open", "product_draft", ["code"], unique=True, postgresql_where=OPEN
    )
    op.execute(
        """
        create trigger checked_is_immutable before update on product_draft for each row
        when (old.bundle is distinct from new.bundle or old.content_hash <> new.content_hash
              or old.code <> new.code or old.version <> new.version
              or old.needs_approval <> new.needs_approval
              or old.uploaded_by_id <> new.uploaded_by_id)
        execute function refuse_change()
        """
    )


def downgrade() -> None:
    op.drop_table("product_draft")
