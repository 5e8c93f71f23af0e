"""Referrals, counter-offers and their decisions."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "underwriting_decision",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("application_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("by_person", sa.Boolean(), nullable=False),
        sa.Column("member_id", sa.BigInteger(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "cause in ('submission', 'correction', 'referral', 'appeal')",
            name=op.f("ck_underwriting_decision_cause"),
        ),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["application.id"],
            name=op.f("fk_underwriting_decision_application_id"),
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["staff_member.id"], name=op.f("fk_underwriting_decision_member_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_underwriting_decision")),
    )
    op.create_index(
        op.f("ix_underwriting_decision_application_id"), "underwriting_decision", ["application_id"]
    )
    op.create_table(
        "counter_offer",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("application_id", sa.BigInteger(), nullable=False),
        sa.Column("decision_id", sa.BigInteger(), nullable=False),
        sa.Column("terms", sa.Text(), nullable=False),
        sa.Column("standard", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("premium", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("unrounded", sa.Numeric(), nullable=False),
        sa.Column("lines", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("result", sa.Text(), nullable=True),
        sa.Column("text_sha256", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "result in ('accepted', 'withdrawn', 'expired', 'replaced')",
            name=op.f("ck_counter_offer_result"),
        ),
        sa.CheckConstraint(
            "(result is null) = (closed_at is null)", name=op.f("ck_counter_offer_closed")
        ),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_counter_offer_application_id")
        ),
        sa.ForeignKeyConstraint(
            ["decision_id"],
            ["underwriting_decision.id"],
            name=op.f("fk_counter_offer_decision_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_counter_offer")),
    )
    op.create_index(
        "uq_counter_offer_open",
        "counter_offer",
        ["application_id"],
        unique=True,
        postgresql_where="result is null",
    )
    op.create_index(
        "ix_counter_offer_due", "counter_offer", ["expires_at"], postgresql_where="result is null"
    )
    op.create_table(
        "underwriting_message",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("application_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("member_id", sa.BigInteger(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "kind in ('question', 'answer')", name=op.f("ck_underwriting_message_kind")
        ),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["application.id"],
            name=op.f("fk_underwriting_message_application_id"),
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["staff_member.id"], name=op.f("fk_underwriting_message_member_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_underwriting_message")),
    )
    op.create_index(
        op.f("ix_underwriting_message_application_id"), "underwriting_message", ["application_id"]
    )
    op.create_table(
        "underwriting_appeal",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("application_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("upheld", sa.Boolean(), nullable=True),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["application.id"],
            name=op.f("fk_underwriting_appeal_application_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_underwriting_appeal")),
        sa.UniqueConstraint("application_id", name=op.f("uq_underwriting_appeal_application_id")),
    )
    op.create_table(
        "underwritten_person",
        sa.Column("application_id", sa.BigInteger(), nullable=False),
        sa.Column("person_hash", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["application.id"],
            name=op.f("fk_underwritten_person_application_id"),
        ),
        sa.PrimaryKeyConstraint(
            "person_hash", "application_id", name=op.f("pk_underwritten_person")
        ),
    )


def downgrade() -> None:
    op.drop_table("underwritten_person")
    op.drop_table("underwriting_appeal")
    op.drop_table("underwriting_message")
    op.drop_table("counter_offer")
    op.drop_table("underwriting_decision")
