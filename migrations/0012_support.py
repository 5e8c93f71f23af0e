"""Tickets, complaints, help pages and service centres."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "help_article",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_help_article")),
        sa.UniqueConstraint("slug", name=op.f("uq_help_article_slug")),
    )
    op.create_table(
        "reply_template",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("title", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("body", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reply_template")),
        sa.UniqueConstraint("code", name=op.f("uq_reply_template_code")),
    )
    op.create_table(
        "help_version",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("article_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("body", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("member_id", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["article_id"], ["help_article.id"], name=op.f("fk_help_version_article_id")
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["staff_member.id"], name=op.f("fk_help_version_member_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_help_version")),
        sa.UniqueConstraint("article_id", "number", name=op.f("uq_help_version_article_id_number")),
    )
    op.create_index(
        "uq_help_version_draft",
        "help_version",
        ["article_id"],
        unique=True,
        postgresql_where="published_at is null",
    )
    op.create_table(
        "ticket",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("customer_id", sa.BigInteger(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("email_hash", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("about", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("link_hash", sa.Text(), nullable=False),
        sa.Column("form_hash", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("retain_until", sa.Date(), nullable=False),
        sa.CheckConstraint(
            "(state = 'closed') = (closed_at is not null)", name=op.f("ck_ticket_closed")
        ),
        sa.CheckConstraint("kind in ('question', 'complaint')", name=op.f("ck_ticket_kind")),
        sa.CheckConstraint("state in ('open', 'waiting', 'closed')", name=op.f("ck_ticket_state")),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name=op.f("fk_ticket_customer_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket")),
        sa.UniqueConstraint("form_hash", name=op.f("uq_ticket_form_hash")),
        sa.UniqueConstraint("link_hash", name=op.f("uq_ticket_link_hash")),
        sa.UniqueConstraint("ref", name=op.f("uq_ticket_ref")),
    )
    op.create_index(op.f("ix_ticket_customer_id"), "ticket", ["customer_id"], unique=False)
    op.create_index(op.f("ix_ticket_email_hash"), "ticket", ["email_hash"], unique=False)
    op.create_index("ix_ticket_state", "ticket", ["kind", "state", "id"], unique=False)
    op.create_table(
        "complaint",
        sa.Column("ticket_id", sa.BigInteger(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("contact_due", sa.DateTime(timezone=True), nullable=False),
        sa.Column("contacted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decision_due", sa.DateTime(timezone=True), nullable=False),
        sa.Column("extensions", sa.Integer(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.BigInteger(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("review_asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("review_due", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reviewed_by_id", sa.BigInteger(), nullable=True),
        sa.Column("review_outcome", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "outcome in ('upheld', 'partly', 'rejected')", name=op.f("ck_complaint_outcome")
        ),
        sa.CheckConstraint(
            "review_outcome in ('upheld', 'partly', 'rejected')",
            name=op.f("ck_complaint_review_outcome"),
        ),
        sa.CheckConstraint(
            "stage in ('received', 'contacted', 'decided', 'review', 'reviewed')",
            name=op.f("ck_complaint_stage"),
        ),
        sa.CheckConstraint("extensions between 0 and 2", name=op.f("ck_complaint_extensions")),
        sa.CheckConstraint("reviewed_by_id <> decided_by_id", name=op.f("ck_complaint_two_people")),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["staff_member.id"], name=op.f("fk_complaint_decided_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["reviewed_by_id"], ["staff_member.id"], name=op.f("fk_complaint_reviewed_by_id")
        ),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_complaint_ticket_id")),
        sa.PrimaryKeyConstraint("ticket_id", name=op.f("pk_complaint")),
    )
    op.create_index("ix_complaint_stage", "complaint", ["stage", "ticket_id"], unique=False)
    op.create_table(
        "ticket_message",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("ticket_id", sa.BigInteger(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("member_id", sa.BigInteger(), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("source_hash", sa.Text(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(author = 'customer') = (member_id is null)", name=op.f("ck_ticket_message_member")
        ),
        sa.CheckConstraint(
            "author in ('customer', 'staff', 'note')", name=op.f("ck_ticket_message_author")
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["staff_member.id"], name=op.f("fk_ticket_message_member_id")
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["ticket.id"], name=op.f("fk_ticket_message_ticket_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket_message")),
        sa.UniqueConstraint("source_hash", name=op.f("uq_ticket_message_source_hash")),
    )
    op.create_index(
        op.f("ix_ticket_message_ticket_id"), "ticket_message", ["ticket_id"], unique=False
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_ticket_message_ticket_id"), table_name="ticket_message")
    op.drop_table("ticket_message")
    op.drop_index("ix_complaint_stage", table_name="complaint")
    op.drop_table("complaint")
    op.drop_index("ix_ticket_state", table_name="ticket")
    op.drop_index(op.f("ix_ticket_email_hash"), table_name="ticket")
    op.drop_index(op.f("ix_ticket_customer_id"), table_name="ticket")
    op.drop_table("ticket")
    op.drop_index(
        "uq_help_version_draft", table_name="help_version", postgresql_where="published_at is null"
    )
    op.drop_table("help_version")
    op.drop_table("reply_template")
    op.drop_table("help_article")
