"""The audit and the work that waits for a person; members get roles instead of single permissions."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "audit_entry",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("member_id", sa.BigInteger(), nullable=True),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("subject_kind", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["staff_member.id"], name=op.f("fk_audit_entry_member_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entry")),
    )
    op.create_index("ix_audit_entry_member", "audit_entry", ["member_id", "id"], unique=False)
    op.create_index(
        "ix_audit_entry_subject", "audit_entry", ["subject_kind", "subject", "id"], unique=False
    )
    op.create_table(
        "work_item",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("permission", sa.Text(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("assignee_id", sa.BigInteger(), nullable=True),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("barred_id", sa.BigInteger(), nullable=True),
        sa.Column("unread", sa.Boolean(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["assignee_id"], ["staff_member.id"], name=op.f("fk_work_item_assignee_id")
        ),
        sa.ForeignKeyConstraint(
            ["barred_id"], ["staff_member.id"], name=op.f("fk_work_item_barred_id")
        ),
        sa.ForeignKeyConstraint(
            ["closed_by_id"], ["staff_member.id"], name=op.f("fk_work_item_closed_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work_item")),
    )
    op.create_index(
        "ix_work_item_assignee",
        "work_item",
        ["assignee_id", "due_at"],
        unique=False,
        postgresql_where="closed_at is null",
    )
    op.create_index(
        "ix_work_item_queue",
        "work_item",
        ["permission", "due_at", "id"],
        unique=False,
        postgresql_where="closed_at is null",
    )
    op.create_index(
        "uq_work_item_open",
        "work_item",
        ["kind", "subject"],
        unique=True,
        postgresql_where="closed_at is null",
    )
    op.execute(
        "create trigger append_only before update or delete on audit_entry"
        " for each row execute function refuse_change()"
    )
    op.execute(
        "create trigger never_emptied before truncate on audit_entry"
        " for each statement execute function refuse_change()"
    )
    # Until now every member might do everything that there was.
    op.execute(
        """
        update staff_member set permissions = '["administrator", "assessor", "compliance", "finance",
            "manager", "product", "support", "underwriter"]'
        """
    )


def downgrade() -> None:
    op.execute("""update staff_member set permissions = '["desk", "payments"]'""")
    op.drop_index("uq_work_item_open", table_name="work_item", postgresql_where="closed_at is null")
    op.drop_index(
        "ix_work_item_queue", table_name="work_item", postgresql_where="closed_at is null"
    )
    op.drop_index(
        "ix_work_item_assignee", table_name="work_item", postgresql_where="closed_at is null"
    )
    op.drop_table("work_item")
    op.drop_index("ix_audit_entry_subject", table_name="audit_entry")
    op.drop_index("ix_audit_entry_member", table_name="audit_entry")
    op.drop_table("audit_entry")
