"""What claims pay beside their benefits; what is due may fall away; two people for every payment."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

MONEY = sa.Numeric(precision=14, scale=2)
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "claim_ex_gratia",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("claim_id", sa.BigInteger(), nullable=False),
        sa.Column("decision_id", sa.BigInteger(), nullable=False),
        sa.Column("amount", MONEY, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("requested_by", sa.BigInteger(), nullable=False),
        sa.Column("requested_at", TIME, nullable=False),
        sa.Column("decided_by", sa.BigInteger(), nullable=True),
        sa.Column("decided_at", TIME, nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("letter_sha256", sa.Text(), nullable=True),
        sa.Column("told_at", TIME, nullable=True),
        sa.Column("released_at", TIME, nullable=True),
        sa.CheckConstraint("amount > 0", name=op.f("ck_claim_ex_gratia_amount")),
        sa.CheckConstraint(
            "state in ('requested', 'agreed', 'refused')", name=op.f("ck_claim_ex_gratia_state")
        ),
        sa.CheckConstraint(
            "decided_by <> requested_by", name=op.f("ck_claim_ex_gratia_two_people")
        ),
        sa.CheckConstraint(
            "(state = 'requested') = (decided_by is null)"
            " and (state = 'requested') = (decided_at is null)",
            name=op.f("ck_claim_ex_gratia_decided"),
        ),
        sa.CheckConstraint(
            "released_at is null or state = 'agreed'", name=op.f("ck_claim_ex_gratia_released")
        ),
        sa.ForeignKeyConstraint(
            ["claim_id"], ["claim.id"], name=op.f("fk_claim_ex_gratia_claim_id")
        ),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["claim_decision.id"], name=op.f("fk_claim_ex_gratia_decision_id")
        ),
        sa.ForeignKeyConstraint(
            ["requested_by"], ["staff_member.id"], name=op.f("fk_claim_ex_gratia_requested_by")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["staff_member.id"], name=op.f("fk_claim_ex_gratia_decided_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim_ex_gratia")),
    )
    op.create_index("ix_claim_ex_gratia_claim_id", "claim_ex_gratia", ["claim_id", "id"])
    op.create_index(
        "uq_claim_ex_gratia_open", "claim_ex_gratia", ["claim_id"], unique=True,
        postgresql_where="state = 'requested'",
    )  # fmt: skip
    op.create_table(
        "claim_return",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("claim_id", sa.BigInteger(), nullable=False),
        sa.Column("decision_id", sa.BigInteger(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("amount", MONEY, nullable=False),
        sa.Column("clause", sa.Text(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("released_at", TIME, nullable=True),
        sa.Column("void_at", TIME, nullable=True),
        sa.CheckConstraint("code in ('premiums', 'cash-value')", name=op.f("ck_claim_return_code")),
        sa.CheckConstraint("amount > 0", name=op.f("ck_claim_return_amount")),
        sa.ForeignKeyConstraint(["claim_id"], ["claim.id"], name=op.f("fk_claim_return_claim_id")),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["claim_decision.id"], name=op.f("fk_claim_return_decision_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim_return")),
        sa.UniqueConstraint("decision_id", "code", name=op.f("uq_claim_return_decision_id_code")),
    )
    op.create_index("ix_claim_return_claim_id", "claim_return", ["claim_id", "id"])
    op.add_column("claim_payout_due", sa.Column("void_at", TIME, nullable=True))
    # What the rules decided and one person alone approved goes back to be asked for, unless it was sent.
    op.execute(
        "update claim_payout set state = 'requested', approved_by = null, approved_at = null"
        " where state = 'approved' and requested_by is null and bank_file_id is null"
    )
    op.create_check_constraint(
        op.f("ck_claim_payout_asked_by_somebody"),
        "claim_payout",
        "state <> 'approved' or requested_by is not null or bank_file_id is not null",
    )


def downgrade() -> None:
    op.drop_constraint(op.f("ck_claim_payout_asked_by_somebody"), "claim_payout")
    op.drop_column("claim_payout_due", "void_at")
    op.drop_table("claim_return")
    op.drop_table("claim_ex_gratia")
