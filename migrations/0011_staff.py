"""Second factors, invitations and approvals by two people; roles get a column of their own name.

Logins from before have no second factor and end with this.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "approval",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("requested_by_id", sa.BigInteger(), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by_id", sa.BigInteger(), nullable=True),
        sa.Column("decision", sa.Text(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(decision = 'withdrawn') = (decided_by_id = requested_by_id)",
            name=op.f("ck_approval_two_people"),
        ),
        sa.CheckConstraint(
            "decision in ('approved', 'refused', 'withdrawn')", name=op.f("ck_approval_decision")
        ),
        sa.CheckConstraint(
            "(decision is null) = (decided_at is null) and (decision is null) = (decided_by_id is null)",
            name=op.f("ck_approval_decided"),
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["staff_member.id"], name=op.f("fk_approval_decided_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["requested_by_id"], ["staff_member.id"], name=op.f("fk_approval_requested_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approval")),
    )
    op.create_index(
        "uq_approval_open",
        "approval",
        ["kind", "subject"],
        unique=True,
        postgresql_where="decision is null",
    )
    op.create_table(
        "staff_invitation",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("member_id", sa.BigInteger(), nullable=False),
        sa.Column("invited_by_id", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["invited_by_id"], ["staff_member.id"], name=op.f("fk_staff_invitation_invited_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["staff_member.id"], name=op.f("fk_staff_invitation_member_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_invitation")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_staff_invitation_token_hash")),
    )
    op.create_index(
        op.f("ix_staff_invitation_member_id"), "staff_invitation", ["member_id"], unique=False
    )
    op.create_table(
        "staff_recovery_code",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("member_id", sa.BigInteger(), nullable=False),
        sa.Column("code_hash", sa.Text(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["member_id"], ["staff_member.id"], name=op.f("fk_staff_recovery_code_member_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_recovery_code")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_staff_recovery_code_code_hash")),
    )
    op.create_index(
        op.f("ix_staff_recovery_code_member_id"), "staff_recovery_code", ["member_id"], unique=False
    )
    op.create_index("ix_audit_entry_action", "audit_entry", ["action", "id"], unique=False)
    op.create_index("ix_audit_entry_subject_id", "audit_entry", ["subject", "id"], unique=False)
    op.create_index("ix_audit_entry_at", "audit_entry", ["at", "id"], unique=False)
    # Old processes may still add members while new ones run, and read the column that held the roles.
    op.add_column(
        "staff_member",
        sa.Column(
            "roles", postgresql.JSONB(astext_type=sa.Text()), nullable=False, server_default="[]"
        ),
    )
    op.alter_column("staff_member", "permissions", server_default="[]")
    op.execute("update staff_member set roles = permissions")
    op.add_column("staff_member", sa.Column("totp_secret", sa.Text(), nullable=True))
    op.add_column(
        "staff_member", sa.Column("totp_confirmed_at", sa.DateTime(timezone=True), nullable=True)
    )
    op.add_column("staff_member", sa.Column("totp_last_step", sa.BigInteger(), nullable=True))
    op.add_column(
        "staff_session", sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True)
    )
    op.add_column("staff_session", sa.Column("user_agent", sa.Text(), nullable=True))
    op.create_index(
        op.f("ix_staff_session_member_id"), "staff_session", ["member_id"], unique=False
    )
    op.create_index(
        "ix_payment_held",
        "payment",
        ["id"],
        unique=False,
        postgresql_where="held_reason is not null",
    )
    op.create_index(
        "ix_refund_failed", "refund", ["id"], unique=False, postgresql_where="state = 'failed'"
    )
    # Beside the queue's own tables, because it goes with the job.
    op.execute(
        """
        create table procrastinate_job_failures (
            job_id bigint primary key references procrastinate_jobs (id) on delete cascade,
            at timestamptz not null,
            cause text not null
        )
        """
    )


def downgrade() -> None:
    op.execute("drop table procrastinate_job_failures")
    op.drop_index("ix_refund_failed", table_name="refund")
    op.drop_index("ix_payment_held", table_name="payment")
    op.drop_index(op.f("ix_staff_session_member_id"), table_name="staff_session")
    op.drop_column("staff_session", "user_agent")
    op.drop_column("staff_session", "verified_at")
    op.drop_column("staff_member", "totp_last_step")
    op.drop_column("staff_member", "totp_confirmed_at")
    op.drop_column("staff_member", "totp_secret")
    op.execute("update staff_member set permissions = roles")
    op.alter_column("staff_member", "permissions", server_default=None)
    op.drop_column("staff_member", "roles")
    op.drop_index("ix_audit_entry_subject_id", table_name="audit_entry")
    op.drop_index("ix_audit_entry_at", table_name="audit_entry")
    op.drop_index("ix_audit_entry_action", table_name="audit_entry")
    op.drop_index(op.f("ix_staff_recovery_code_member_id"), table_name="staff_recovery_code")
    op.drop_table("staff_recovery_code")
    op.drop_index(op.f("ix_staff_invitation_member_id"), table_name="staff_invitation")
    op.drop_table("staff_invitation")
    op.drop_index("uq_approval_open", table_name="approval", postgresql_where="decision is null")
    op.drop_table("approval")
