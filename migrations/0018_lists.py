"""Indexes behind every filter and sorting of the desk's lists, and totals by day, for any number of rows."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

REFERRED = "kind in ('underwriting.referral', 'underwriting.appeal')"
# The moment by which a list is filtered and sorted stands behind what it is narrowed to.
INDEXES = (
    ("ix_customer_created", "customer", ["created_at", "id"], None),
    ("ix_customer_closed", "customer", ["created_at", "id"], "closed_at is not null"),
    ("ix_application_created", "application", ["created_at", "id"], None),
    ("ix_application_state", "application", ["state", "created_at", "id"], None),
    ("ix_application_product", "application", ["product_code", "created_at", "id"], None),
    ("ix_policy_created", "policy", ["created_at", "id"], None),
    ("ix_policy_state", "policy", ["state", "created_at", "id"], None),
    ("ix_policy_product", "policy", ["product_code", "created_at", "id"], None),
    ("ix_policy_insurer", "policy", ["insurer_code", "created_at", "id"], None),
    ("ix_policy_end", "policy", ["end_at", "id"], None),
    ("ix_payment_created", "payment", ["created_at", "id"], None),
    ("ix_payment_state", "payment", ["state", "created_at", "id"], None),
    ("ix_payment_amount", "payment", ["amount", "id"], None),
    ("ix_claim_stage_id", "claim", ["stage", "id"], None),
    ("ix_claim_reported", "claim", ["reported_at", "id"], None),
    ("ix_claim_decision", "claim", ["decision", "reported_at", "id"], None),
    ("ix_ticket_created", "ticket", ["kind", "created_at", "id"], None),
    ("ix_complaint_received", "complaint", ["received_at", "ticket_id"], None),
    ("ix_complaint_stage_received", "complaint", ["stage", "received_at", "ticket_id"], None),
    ("ix_complaint_outcome", "complaint", ["outcome", "received_at", "ticket_id"], None),
    ("ix_ticket_topic", "ticket", ["kind", "topic", "created_at", "id"], None),
    ("ix_ticket_state_created", "ticket", ["kind", "state", "created_at", "id"], None),
    ("ix_claim_payout_requested", "claim_payout", ["requested_at", "id"], None),
    ("ix_claim_payout_state_requested", "claim_payout", ["state", "requested_at", "id"], None),
    ("ix_work_item_referred", "work_item", ["opened_at", "id"], REFERRED),
    ("ix_audit_entry_kind", "audit_entry", ["subject_kind", "id"], None),
)
# Begun by the same column as one of the above.
REPLACED = (
    ("ix_application_state", "application", ["state"]),
    ("ix_application_created_at", "application", ["created_at"]),
    ("ix_claim_reported_at", "claim", ["reported_at"]),
)


def upgrade() -> None:
    for name, table, _columns in REPLACED:
        op.drop_index(name, table_name=table)
    op.create_table(
        "daily_total",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.Column("amount", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.PrimaryKeyConstraint("day", "kind", name=op.f("pk_daily_total")),
    )
    op.execute(
        "insert into daily_total (day, kind, count, amount)"
        " select day, kind, sum(count), sum(amount) from daily_figure group by 1, 2"
    )
    for name, table, columns, where in INDEXES:
        condition = sa.text(where) if where else None
        op.create_index(name, table, columns, postgresql_where=condition)


def downgrade() -> None:
    op.drop_table("daily_total")
    for name, table, _columns, _where in reversed(INDEXES):
        op.drop_index(name, table_name=table)
    for name, table, columns in REPLACED:
        op.create_index(name, table, columns)
