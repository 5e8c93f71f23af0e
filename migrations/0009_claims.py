"""Claims: the report, the claim with its heads, documents, clocks and timeline, decisions and objections."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

APPEND_ONLY = ("claim_event", "claim_reserve_change")


def upgrade() -> None:
    op.create_table(
        "claim",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.Column("policy_id", sa.BigInteger(), nullable=False),
        sa.Column("customer_id", sa.BigInteger(), nullable=True),
        sa.Column("access_hash", sa.Text(), nullable=True),
        sa.Column("reporter", sa.Text(), nullable=False),
        sa.Column("claim_type", sa.Text(), nullable=False),
        sa.Column("incident_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("known_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("circumstances", sa.Text(), nullable=False),
        sa.Column("hurt", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("reopened", sa.Boolean(), nullable=False),
        sa.Column("complex", sa.Boolean(), nullable=False),
        sa.Column("automatic", sa.Boolean(), nullable=False),
        sa.Column("flags", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("payable", sa.Numeric(precision=14, scale=2), nullable=True),
        sa.Column("complete_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("retain_until", sa.Date(), nullable=False),
        sa.CheckConstraint(
            "decision in ('pending', 'approved', 'partly_approved', 'declined', 'withdrawn', 'closed_without_payment')",
            name=op.f("ck_claim_decision"),
        ),
        sa.CheckConstraint(
            "stage <> 'closed' or closed_at is not null", name=op.f("ck_claim_closed_at")
        ),
        sa.CheckConstraint(
            "stage in ('reported', 'documents', 'assessment', 'decided', 'paying', 'closed')",
            name=op.f("ck_claim_stage"),
        ),
        sa.CheckConstraint("payable >= 0", name=op.f("ck_claim_payable")),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name=op.f("fk_claim_customer_id")
        ),
        sa.ForeignKeyConstraint(["policy_id"], ["policy.id"], name=op.f("fk_claim_policy_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim")),
        sa.UniqueConstraint("access_hash", name=op.f("uq_claim_access_hash")),
        sa.UniqueConstraint("ref", name=op.f("uq_claim_ref")),
    )
    op.create_index("ix_claim_customer_id", "claim", ["customer_id", "id"], unique=False)
    op.create_index("ix_claim_policy_id", "claim", ["policy_id", "incident_at"], unique=False)
    op.create_index("ix_claim_stage", "claim", ["stage", "reported_at", "id"], unique=False)
    op.create_table(
        "claim_assessment",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("claim_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.BigInteger(), nullable=True),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["claim_id"], ["claim.id"], name=op.f("fk_claim_assessment_claim_id")
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["staff_member.id"], name=op.f("fk_claim_assessment_member_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim_assessment")),
        sa.UniqueConstraint("claim_id", "number", name=op.f("uq_claim_assessment_claim_id_number")),
    )
    op.create_table(
        "claim_bank_account",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("claim_id", sa.BigInteger(), nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
        sa.Column("masked", sa.Text(), nullable=False),
        sa.Column("number_hash", sa.Text(), nullable=False),
        sa.Column("consent_sha256", sa.Text(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["claim_id"], ["claim.id"], name=op.f("fk_claim_bank_account_claim_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim_bank_account")),
    )
    op.create_index(
        op.f("ix_claim_bank_account_claim_id"), "claim_bank_account", ["claim_id"], unique=False
    )
    op.create_index(
        op.f("ix_claim_bank_account_number_hash"),
        "claim_bank_account",
        ["number_hash"],
        unique=False,
    )
    op.create_table(
        "claim_clock",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("claim_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("met_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["claim_id"], ["claim.id"], name=op.f("fk_claim_clock_claim_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim_clock")),
        sa.UniqueConstraint(
            "claim_id", "kind", "round", name=op.f("uq_claim_clock_claim_id_kind_round")
        ),
    )
    op.create_index(
        "ix_claim_clock_open",
        "claim_clock",
        ["due_at", "id"],
        unique=False,
        postgresql_where="met_at is null",
    )
    op.create_table(
        "claim_event",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("claim_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
        sa.Column("visible_to_customer", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["claim_id"], ["claim.id"], name=op.f("fk_claim_event_claim_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim_event")),
    )
    op.create_index("ix_claim_event_claim_id", "claim_event", ["claim_id", "id"], unique=False)
    op.create_table(
        "claim_head",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("claim_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("cover", sa.Text(), nullable=False),
        sa.Column("person", sa.Integer(), nullable=True),
        sa.Column("claimed", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("paid_elsewhere", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("figures", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("payable", sa.Numeric(precision=14, scale=2), nullable=True),
        sa.Column("reserve", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.CheckConstraint("claimed >= 0", name=op.f("ck_claim_head_claimed")),
        sa.CheckConstraint("paid_elsewhere >= 0", name=op.f("ck_claim_head_paid_elsewhere")),
        sa.CheckConstraint("payable >= 0", name=op.f("ck_claim_head_payable")),
        sa.CheckConstraint("reserve >= 0", name=op.f("ck_claim_head_reserve")),
        sa.ForeignKeyConstraint(["claim_id"], ["claim.id"], name=op.f("fk_claim_head_claim_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim_head")),
        sa.UniqueConstraint("claim_id", "position", name=op.f("uq_claim_head_claim_id_position")),
    )
    op.create_table(
        "claim_invoice",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("claim_id", sa.BigInteger(), nullable=False),
        sa.Column("number_hash", sa.Text(), nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["claim_id"], ["claim.id"], name=op.f("fk_claim_invoice_claim_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim_invoice")),
    )
    op.create_index(op.f("ix_claim_invoice_claim_id"), "claim_invoice", ["claim_id"], unique=False)
    op.create_index(
        op.f("ix_claim_invoice_number_hash"), "claim_invoice", ["number_hash"], unique=False
    )
    op.create_table(
        "claim_report",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.Column("customer_id", sa.BigInteger(), nullable=True),
        sa.Column("policy_id", sa.BigInteger(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("claim_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["claim_id"], ["claim.id"], name=op.f("fk_claim_report_claim_id")),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name=op.f("fk_claim_report_customer_id")
        ),
        sa.ForeignKeyConstraint(
            ["policy_id"], ["policy.id"], name=op.f("fk_claim_report_policy_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim_report")),
        sa.UniqueConstraint("claim_id", name=op.f("uq_claim_report_claim_id")),
        sa.UniqueConstraint("ref", name=op.f("uq_claim_report_ref")),
    )
    op.create_index("ix_claim_report_expires_at", "claim_report", ["expires_at"], unique=False)
    op.create_index(
        "ix_claim_report_open",
        "claim_report",
        ["customer_id", "id"],
        unique=False,
        postgresql_where="claim_id is null",
    )
    op.create_table(
        "claim_requirement",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("claim_id", sa.BigInteger(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("name", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("required", sa.Boolean(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("judged_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state in ('missing', 'received', 'accepted', 'refused')",
            name=op.f("ck_claim_requirement_state"),
        ),
        sa.ForeignKeyConstraint(
            ["claim_id"], ["claim.id"], name=op.f("fk_claim_requirement_claim_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim_requirement")),
        sa.UniqueConstraint(
            "claim_id", "document", name=op.f("uq_claim_requirement_claim_id_document")
        ),
    )
    op.create_table(
        "claim_decision",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("claim_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("assessment_id", sa.BigInteger(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("reason_code", sa.Text(), nullable=True),
        sa.Column("clause", sa.Text(), nullable=True),
        sa.Column("wording", sa.Text(), nullable=False),
        sa.Column("amount", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("decided_by", sa.BigInteger(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("letter_sha256", sa.Text(), nullable=True),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(outcome in ('approved', 'partly_approved')) = (amount > 0)",
            name=op.f("ck_claim_decision_amount_by_outcome"),
        ),
        sa.CheckConstraint(
            "outcome in ('approved', 'partly_approved', 'declined', 'withdrawn', 'closed_without_payment')",
            name=op.f("ck_claim_decision_outcome"),
        ),
        sa.CheckConstraint("amount >= 0", name=op.f("ck_claim_decision_amount")),
        sa.ForeignKeyConstraint(
            ["assessment_id"], ["claim_assessment.id"], name=op.f("fk_claim_decision_assessment_id")
        ),
        sa.ForeignKeyConstraint(
            ["claim_id"], ["claim.id"], name=op.f("fk_claim_decision_claim_id")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["staff_member.id"], name=op.f("fk_claim_decision_decided_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim_decision")),
        sa.UniqueConstraint("claim_id", "number", name=op.f("uq_claim_decision_claim_id_number")),
    )
    op.create_table(
        "claim_reserve_change",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("head_id", sa.BigInteger(), nullable=False),
        sa.Column("amount", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("member_id", sa.BigInteger(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["head_id"], ["claim_head.id"], name=op.f("fk_claim_reserve_change_head_id")
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["staff_member.id"], name=op.f("fk_claim_reserve_change_member_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim_reserve_change")),
    )
    op.create_index(
        op.f("ix_claim_reserve_change_head_id"), "claim_reserve_change", ["head_id"], unique=False
    )
    op.create_table(
        "claim_advance",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("claim_id", sa.BigInteger(), nullable=False),
        sa.Column("decision_id", sa.BigInteger(), nullable=True),
        sa.Column("amount", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("member_id", sa.BigInteger(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("amount > 0", name=op.f("ck_claim_advance_amount")),
        sa.ForeignKeyConstraint(["claim_id"], ["claim.id"], name=op.f("fk_claim_advance_claim_id")),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["claim_decision.id"], name=op.f("fk_claim_advance_decision_id")
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["staff_member.id"], name=op.f("fk_claim_advance_member_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim_advance")),
    )
    op.create_index(op.f("ix_claim_advance_claim_id"), "claim_advance", ["claim_id"], unique=False)
    op.create_table(
        "claim_objection",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("claim_id", sa.BigInteger(), nullable=False),
        sa.Column("decision_id", sa.BigInteger(), nullable=False),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.BigInteger(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "outcome in ('kept', 'changed')", name=op.f("ck_claim_objection_outcome")
        ),
        sa.CheckConstraint(
            "state in ('open', 'decided', 'withdrawn')", name=op.f("ck_claim_objection_state")
        ),
        sa.ForeignKeyConstraint(
            ["claim_id"], ["claim.id"], name=op.f("fk_claim_objection_claim_id")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["staff_member.id"], name=op.f("fk_claim_objection_decided_by")
        ),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["claim_decision.id"], name=op.f("fk_claim_objection_decision_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim_objection")),
    )
    op.create_index(
        "ix_claim_objection_claim_id", "claim_objection", ["claim_id", "id"], unique=False
    )
    op.create_index(
        "uq_claim_objection_open",
        "claim_objection",
        ["claim_id"],
        unique=True,
        postgresql_where="state = 'open'",
    )
    for table in APPEND_ONLY:
        op.execute(
            f"create trigger append_only before update or delete on {table}"
            " for each row execute function refuse_change()"
        )
        op.execute(
            f"create trigger never_emptied before truncate on {table}"
            " for each statement execute function refuse_change()"
        )


def downgrade() -> None:
    op.drop_index(
        "uq_claim_objection_open", table_name="claim_objection", postgresql_where="state = 'open'"
    )
    op.drop_index("ix_claim_objection_claim_id", table_name="claim_objection")
    op.drop_table("claim_objection")
    op.drop_index(op.f("ix_claim_advance_claim_id"), table_name="claim_advance")
    op.drop_table("claim_advance")
    op.drop_index(op.f("ix_claim_reserve_change_head_id"), table_name="claim_reserve_change")
    op.drop_table("claim_reserve_change")
    op.drop_table("claim_decision")
    op.drop_table("claim_requirement")
    op.drop_index(
        "ix_claim_report_open", table_name="claim_report", postgresql_where="claim_id is null"
    )
    op.drop_index("ix_claim_report_expires_at", table_name="claim_report")
    op.drop_table("claim_report")
    op.drop_index(op.f("ix_claim_invoice_number_hash"), table_name="claim_invoice")
    op.drop_index(op.f("ix_claim_invoice_claim_id"), table_name="claim_invoice")
    op.drop_table("claim_invoice")
    op.drop_table("claim_head")
    op.drop_index("ix_claim_event_claim_id", table_name="claim_event")
    op.drop_table("claim_event")
    op.drop_index(
        "ix_claim_clock_open", table_name="claim_clock", postgresql_where="met_at is null"
    )
    op.drop_table("claim_clock")
    op.drop_index(op.f("ix_claim_bank_account_number_hash"), table_name="claim_bank_account")
    op.drop_index(op.f("ix_claim_bank_account_claim_id"), table_name="claim_bank_account")
    op.drop_table("claim_bank_account")
    op.drop_table("claim_assessment")
    op.drop_index("ix_claim_stage", table_name="claim")
    op.drop_index("ix_claim_policy_id", table_name="claim")
    op.drop_index("ix_claim_customer_id", table_name="claim")
    op.drop_table("claim")
