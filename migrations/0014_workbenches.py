"""Notes on policies, exports of lists with their columns, merged customers."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "customer_merge",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("kept_id", sa.BigInteger(), nullable=False),
        sa.Column("merged_id", sa.BigInteger(), nullable=False),
        sa.Column("member_id", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_by_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("kept_id <> merged_id", name=op.f("ck_customer_merge_two")),
        sa.ForeignKeyConstraint(
            ["kept_id"], ["customer.id"], name=op.f("fk_customer_merge_kept_id")
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["staff_member.id"], name=op.f("fk_customer_merge_member_id")
        ),
        sa.ForeignKeyConstraint(
            ["merged_id"], ["customer.id"], name=op.f("fk_customer_merge_merged_id")
        ),
        sa.ForeignKeyConstraint(
            ["undone_by_id"], ["staff_member.id"], name=op.f("fk_customer_merge_undone_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer_merge")),
    )
    op.create_index(op.f("ix_customer_merge_kept_id"), "customer_merge", ["kept_id"], unique=False)
    op.create_index(
        "uq_customer_merge_standing",
        "customer_merge",
        ["merged_id"],
        unique=True,
        postgresql_where="undone_at is null",
    )
    op.create_table(
        "list_columns",
        sa.Column("member_id", sa.BigInteger(), nullable=False),
        sa.Column("list_name", sa.Text(), nullable=False),
        sa.Column("columns", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["staff_member.id"], name=op.f("fk_list_columns_member_id")
        ),
        sa.PrimaryKeyConstraint("member_id", "list_name", name=op.f("pk_list_columns")),
    )
    op.create_table(
        "list_export",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("member_id", sa.BigInteger(), nullable=False),
        sa.Column("list_name", sa.Text(), nullable=False),
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("filters", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("columns", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ready_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("downloaded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("form in ('csv', 'xlsx')", name=op.f("ck_list_export_form")),
        sa.CheckConstraint(
            "state in ('waiting', 'running', 'ready', 'expired')", name=op.f("ck_list_export_state")
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["staff_member.id"], name=op.f("fk_list_export_member_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_list_export")),
    )
    op.create_index(
        "ix_list_export_expires_at",
        "list_export",
        ["expires_at"],
        unique=False,
        postgresql_where="state <> 'expired'",
    )
    op.create_index("ix_list_export_member_id", "list_export", ["member_id", "id"], unique=False)
    op.create_table(
        "customer_merge_row",
        sa.Column("merge_id", sa.BigInteger(), nullable=False),
        sa.Column("table_name", sa.Text(), nullable=False),
        sa.Column("row_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["merge_id"], ["customer_merge.id"], name=op.f("fk_customer_merge_row_merge_id")
        ),
        sa.PrimaryKeyConstraint(
            "merge_id", "table_name", "row_id", name=op.f("pk_customer_merge_row")
        ),
    )
    op.create_table(
        "policy_note",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("policy_id", sa.BigInteger(), nullable=False),
        sa.Column("member_id", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["staff_member.id"], name=op.f("fk_policy_note_member_id")
        ),
        sa.ForeignKeyConstraint(
            ["policy_id"], ["policy.id"], name=op.f("fk_policy_note_policy_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_note")),
    )
    op.create_index(op.f("ix_policy_note_policy_id"), "policy_note", ["policy_id"], unique=False)
    op.execute(
        "create trigger append_only before update or delete on policy_note"
        " for each row execute function refuse_change()"
    )
    op.execute(
        "create trigger never_emptied before truncate on policy_note"
        " for each statement execute function refuse_change()"
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_policy_note_policy_id"), table_name="policy_note")
    op.drop_table("policy_note")
    op.drop_table("customer_merge_row")
    op.drop_index("ix_list_export_member_id", table_name="list_export")
    op.drop_index(
        "ix_list_export_expires_at", table_name="list_export", postgresql_where="state <> 'expired'"
    )
    op.drop_table("list_export")
    op.drop_table("list_columns")
    op.drop_index(
        "uq_customer_merge_standing",
        table_name="customer_merge",
        postgresql_where="undone_at is null",
    )
    op.drop_index(op.f("ix_customer_merge_kept_id"), table_name="customer_merge")
    op.drop_table("customer_merge")
