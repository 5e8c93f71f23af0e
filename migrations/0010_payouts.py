"""Payouts of claims: what is due, orders, files for the bank and back, recoveries, an adjuster's notes."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

# Whatever the code does: living orders never sum up to more than is due, an order that is paid or was
# sent stays with its payee, amount and file.
WITHIN_DUE = """
    create function payout_within_due() returns trigger language plpgsql as $$
    declare
        due numeric;
        living numeric;
    begin
        select amount into due from claim_payout_due where id = new.due_id for update;
        select coalesce(sum(amount), 0) into living from claim_payout
            where due_id = new.due_id and id <> new.id
            and state in ('requested', 'held', 'approved', 'paid');
        if new.state in ('requested', 'held', 'approved', 'paid') and living + new.amount > due then
            raise exception 'orders above what is due' using errcode = 'check_violation';
        end if;
        return new;
    end $$
"""
STAYS = """
    create function payout_stays() returns trigger language plpgsql as $$
    begin
        if new.amount <> old.amount or new.due_id <> old.due_id or new.payee is distinct from old.payee
            or (old.bank_file_id is not null and new.bank_file_id is distinct from old.bank_file_id)
            or (old.state = 'paid' and new.state <> 'paid')
            or (old.state = 'dismissed' and new.state <> 'dismissed') then
            raise exception 'a payout order cannot be changed so' using errcode = 'restrict_violation';
        end if;
        return new;
    end $$
"""


def upgrade() -> None:
    op.create_table(
        "claim_bank_file",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.Column("insurer_code", sa.Text(), nullable=False),
        sa.Column("encoding", sa.Text(), nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("total", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("made_by", sa.BigInteger(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["made_by"], ["staff_member.id"], name=op.f("fk_claim_bank_file_made_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim_bank_file")),
        sa.UniqueConstraint("ref", name=op.f("uq_claim_bank_file_ref")),
        sa.UniqueConstraint("sha256", name=op.f("uq_claim_bank_file_sha256")),
    )
    op.create_table(
        "claim_bank_return",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("counts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("member_id", sa.BigInteger(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["staff_member.id"], name=op.f("fk_claim_bank_return_member_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim_bank_return")),
        sa.UniqueConstraint("number", name=op.f("uq_claim_bank_return_number")),
        sa.UniqueConstraint("sha256", name=op.f("uq_claim_bank_return_sha256")),
    )
    op.create_table(
        "claim_note",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("claim_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("by_whom", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("member_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind in ('adjuster', 'survey', 'measures', 'negotiation')",
            name=op.f("ck_claim_note_kind"),
        ),
        sa.ForeignKeyConstraint(["claim_id"], ["claim.id"], name=op.f("fk_claim_note_claim_id")),
        sa.ForeignKeyConstraint(
            ["member_id"], ["staff_member.id"], name=op.f("fk_claim_note_member_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim_note")),
    )
    op.create_index("ix_claim_note_claim_id", "claim_note", ["claim_id", "id"], unique=False)
    op.create_table(
        "claim_payout_due",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("claim_id", sa.BigInteger(), nullable=False),
        sa.Column("amount", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("asked_by", sa.BigInteger(), nullable=True),
        sa.Column("split", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("ck_claim_payout_due_amount")),
        sa.ForeignKeyConstraint(
            ["asked_by"], ["staff_member.id"], name=op.f("fk_claim_payout_due_asked_by")
        ),
        sa.ForeignKeyConstraint(
            ["claim_id"], ["claim.id"], name=op.f("fk_claim_payout_due_claim_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim_payout_due")),
        sa.UniqueConstraint("key", name=op.f("uq_claim_payout_due_key")),
    )
    op.create_index(
        op.f("ix_claim_payout_due_claim_id"), "claim_payout_due", ["claim_id"], unique=False
    )
    op.create_table(
        "claim_recovery",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("claim_id", sa.BigInteger(), nullable=False),
        sa.Column("from_whom", sa.Text(), nullable=False),
        sa.Column("expected", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("received", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("member_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("expected > 0", name=op.f("ck_claim_recovery_expected")),
        sa.CheckConstraint("received >= 0", name=op.f("ck_claim_recovery_received")),
        sa.ForeignKeyConstraint(
            ["claim_id"], ["claim.id"], name=op.f("fk_claim_recovery_claim_id")
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["staff_member.id"], name=op.f("fk_claim_recovery_member_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim_recovery")),
    )
    op.create_index(
        "ix_claim_recovery_claim_id", "claim_recovery", ["claim_id", "id"], unique=False
    )
    op.create_table(
        "claim_payout",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.Column("due_id", sa.BigInteger(), nullable=False),
        sa.Column("claim_id", sa.BigInteger(), nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("amount", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("payee_kind", sa.Text(), nullable=False),
        sa.Column("payee", sa.Text(), nullable=True),
        sa.Column("masked", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("requested_by", sa.BigInteger(), nullable=True),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("approved_by", sa.BigInteger(), nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("bank_file_id", sa.BigInteger(), nullable=True),
        sa.Column("line", sa.Integer(), nullable=True),
        sa.Column("paid_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(state = 'paid') = (paid_at is not null) and (state <> 'paid' or bank_file_id is not null)",
            name=op.f("ck_claim_payout_paid_by_file"),
        ),
        sa.CheckConstraint(
            "state in ('requested', 'held', 'approved', 'paid', 'rejected', 'dismissed')",
            name=op.f("ck_claim_payout_state"),
        ),
        sa.CheckConstraint(
            "state not in ('approved', 'paid', 'rejected') or (approved_by is not null and payee is not null)",
            name=op.f("ck_claim_payout_approved_by_somebody"),
        ),
        sa.CheckConstraint("amount > 0", name=op.f("ck_claim_payout_amount")),
        sa.CheckConstraint("approved_by <> requested_by", name=op.f("ck_claim_payout_four_eyes")),
        sa.CheckConstraint(
            "bank_file_id is null or (approved_by is not null and line is not null)",
            name=op.f("ck_claim_payout_sent_once_approved"),
        ),
        sa.ForeignKeyConstraint(
            ["approved_by"], ["staff_member.id"], name=op.f("fk_claim_payout_approved_by")
        ),
        sa.ForeignKeyConstraint(
            ["bank_file_id"], ["claim_bank_file.id"], name=op.f("fk_claim_payout_bank_file_id")
        ),
        sa.ForeignKeyConstraint(["claim_id"], ["claim.id"], name=op.f("fk_claim_payout_claim_id")),
        sa.ForeignKeyConstraint(
            ["due_id"], ["claim_payout_due.id"], name=op.f("fk_claim_payout_due_id")
        ),
        sa.ForeignKeyConstraint(
            ["requested_by"], ["staff_member.id"], name=op.f("fk_claim_payout_requested_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim_payout")),
        sa.UniqueConstraint("bank_file_id", "line", name=op.f("uq_claim_payout_bank_file_id_line")),
        sa.UniqueConstraint("due_id", "part", name=op.f("uq_claim_payout_due_id_part")),
        sa.UniqueConstraint("ref", name=op.f("uq_claim_payout_ref")),
    )
    op.create_index("ix_claim_payout_claim_id", "claim_payout", ["claim_id", "id"], unique=False)
    op.create_index("ix_claim_payout_state", "claim_payout", ["state", "id"], unique=False)
    op.create_index(
        "ix_claim_payout_to_send",
        "claim_payout",
        ["id"],
        unique=False,
        postgresql_where="state = 'approved' and bank_file_id is null",
    )
    op.create_table(
        "claim_bank_return_line",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("return_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("line_key", sa.Text(), nullable=False),
        sa.Column("order_ref", sa.Text(), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=True),
        sa.Column("amount", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("bank_reason", sa.Text(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("resolution", sa.Text(), nullable=True),
        sa.Column("resolved_by", sa.BigInteger(), nullable=True),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "outcome in ('paid', 'rejected', 'held')",
            name=op.f("ck_claim_bank_return_line_outcome"),
        ),
        sa.CheckConstraint(
            "result in ('paid', 'rejected')", name=op.f("ck_claim_bank_return_line_result")
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["claim_payout.id"], name=op.f("fk_claim_bank_return_line_order_id")
        ),
        sa.ForeignKeyConstraint(
            ["resolved_by"], ["staff_member.id"], name=op.f("fk_claim_bank_return_line_resolved_by")
        ),
        sa.ForeignKeyConstraint(
            ["return_id"],
            ["claim_bank_return.id"],
            name=op.f("fk_claim_bank_return_line_return_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim_bank_return_line")),
        sa.UniqueConstraint("line_key", name=op.f("uq_claim_bank_return_line_line_key")),
        sa.UniqueConstraint(
            "return_id", "number", name=op.f("uq_claim_bank_return_line_return_id_number")
        ),
    )
    op.create_index(
        "ix_claim_bank_return_line_held",
        "claim_bank_return_line",
        ["id"],
        unique=False,
        postgresql_where="outcome = 'held' and resolved_at is null",
    )
    op.create_index(
        op.f("ix_claim_bank_return_line_order_id"),
        "claim_bank_return_line",
        ["order_id"],
        unique=False,
    )
    op.create_index(
        "uq_claim_bank_return_line_paid",
        "claim_bank_return_line",
        ["order_id"],
        unique=True,
        postgresql_where="outcome = 'paid'",
    )

    op.execute(WITHIN_DUE)
    op.execute(
        "create trigger within_due before insert or update of state, amount on claim_payout"
        " for each row execute function payout_within_due()"
    )
    op.execute(STAYS)
    op.execute(
        "create trigger stays before update on claim_payout"
        " for each row execute function payout_stays()"
    )


def downgrade() -> None:
    op.drop_index(
        "uq_claim_bank_return_line_paid",
        table_name="claim_bank_return_line",
        postgresql_where="outcome = 'paid'",
    )
    op.drop_index(op.f("ix_claim_bank_return_line_order_id"), table_name="claim_bank_return_line")
    op.drop_index(
        "ix_claim_bank_return_line_held",
        table_name="claim_bank_return_line",
        postgresql_where="outcome = 'held' and resolved_at is null",
    )
    op.drop_table("claim_bank_return_line")
    op.drop_index(
        "ix_claim_payout_to_send",
        table_name="claim_payout",
        postgresql_where="state = 'approved' and bank_file_id is null",
    )
    op.drop_index("ix_claim_payout_state", table_name="claim_payout")
    op.drop_index("ix_claim_payout_claim_id", table_name="claim_payout")
    op.drop_table("claim_payout")
    op.drop_index("ix_claim_recovery_claim_id", table_name="claim_recovery")
    op.drop_table("claim_recovery")
    op.drop_index(op.f("ix_claim_payout_due_claim_id"), table_name="claim_payout_due")
    op.drop_table("claim_payout_due")
    op.drop_index("ix_claim_note_claim_id", table_name="claim_note")
    op.drop_table("claim_note")
    op.drop_table("claim_bank_return")
    op.drop_table("claim_bank_file")
    op.execute("drop function payout_within_due")
    op.execute("drop function payout_stays")
