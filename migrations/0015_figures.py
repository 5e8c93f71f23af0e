"""Figures: channels, visits and daily sums."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "daily_figure",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("insurer", sa.Text(), nullable=False),
        sa.Column("line", sa.Text(), nullable=False),
        sa.Column("product", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.Column("amount", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.PrimaryKeyConstraint(
            "day", "kind", "insurer", "line", "product", "channel", name=op.f("pk_daily_figure")
        ),
    )
    op.create_table(
        "standing_figure",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.Column("amount", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("kind", "label", name=op.f("pk_standing_figure")),
    )
    op.create_table(
        "visit_count",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("product", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("hits", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("day", "product", "channel", name=op.f("pk_visit_count")),
    )
    op.create_table(
        "report_subscription",
        sa.Column("member_id", sa.BigInteger(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["staff_member.id"], name=op.f("fk_report_subscription_member_id")
        ),
        sa.PrimaryKeyConstraint("member_id", name=op.f("pk_report_subscription")),
    )
    op.create_index(op.f("ix_application_created_at"), "application", ["created_at"], unique=False)
    op.create_index(
        op.f("ix_application_submitted_at"), "application", ["submitted_at"], unique=False
    )
    op.create_index(op.f("ix_claim_reported_at"), "claim", ["reported_at"], unique=False)
    op.create_index(op.f("ix_claim_clock_due_at"), "claim_clock", ["due_at"], unique=False)
    op.create_index(
        op.f("ix_claim_decision_decided_at"), "claim_decision", ["decided_at"], unique=False
    )
    op.create_index(op.f("ix_payment_settled_at"), "payment", ["settled_at"], unique=False)
    op.create_index(op.f("ix_policy_issued_at"), "policy", ["issued_at"], unique=False)
    op.add_column("quote", sa.Column("channel", sa.Text(), server_default="web", nullable=False))
    op.create_index(op.f("ix_quote_created_at"), "quote", ["created_at"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_quote_created_at"), table_name="quote")
    op.drop_column("quote", "channel")
    op.drop_index(op.f("ix_policy_issued_at"), table_name="policy")
    op.drop_index(op.f("ix_payment_settled_at"), table_name="payment")
    op.drop_index(op.f("ix_claim_decision_decided_at"), table_name="claim_decision")
    op.drop_index(op.f("ix_claim_clock_due_at"), table_name="claim_clock")
    op.drop_index(op.f("ix_claim_reported_at"), table_name="claim")
    op.drop_index(op.f("ix_application_submitted_at"), table_name="application")
    op.drop_index(op.f("ix_application_created_at"), table_name="application")
    op.drop_table("report_subscription")
    op.drop_table("visit_count")
    op.drop_table("standing_figure")
    op.drop_table("daily_figure")
