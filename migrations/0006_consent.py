"""Consents by a link of their own, and who is insured for how much."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

COUNTS = sa.text("state <> 'released'")


def upgrade() -> None:
    op.add_column(
        "application",
        sa.Column("person_premiums", postgresql.JSONB(), server_default="[]", nullable=False),
    )
    op.create_table(
        "exposure",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("person_hash", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("application_id", sa.BigInteger(), nullable=False),
        sa.Column("amount", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("begins_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(state = 'released') = (released_at is not null)", name=op.f("ck_exposure_released")
        ),
        sa.CheckConstraint(
            "state in ('reserved', 'in_force', 'released')", name=op.f("ck_exposure_state")
        ),
        sa.CheckConstraint("amount > 0", name=op.f("ck_exposure_amount")),
        sa.CheckConstraint("ends_at > begins_at", name=op.f("ck_exposure_period")),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_exposure_application_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exposure")),
    )
    op.create_index(
        "ix_exposure_person", "exposure", ["person_hash", "kind"], postgresql_where=COUNTS
    )
    op.create_index(
        "uq_exposure_application",
        "exposure",
        ["application_id", "person_hash", "kind"],
        unique=True,
        postgresql_where=COUNTS,
    )
    op.create_table(
        "insured_consent",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("application_id", sa.BigInteger(), nullable=False),
        sa.Column("person_hash", sa.Text(), nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("terms_sha256", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("text_sha256", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state in ('asked', 'agreed', 'refused', 'void')", name=op.f("ck_insured_consent_state")
        ),
        sa.CheckConstraint(
            "(state in ('agreed', 'refused')) = (answered_at is not null)",
            name=op.f("ck_insured_consent_answered"),
        ),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_insured_consent_application_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_insured_consent")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_insured_consent_token_hash")),
    )
    op.create_index("ix_insured_consent_application_id", "insured_consent", ["application_id"])


def downgrade() -> None:
    op.drop_table("insured_consent")
    op.drop_table("exposure")
    op.drop_column("application", "person_premiums")
