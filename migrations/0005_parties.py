"""Lists of employees in applications."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "employee_list",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("application_id", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=True),
        sa.Column("faults", sa.Text(), nullable=True),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(state = 'faulty') = (faults is not null)",
            name=op.f("ck_employee_list_faulty_has_faults"),
        ),
        sa.CheckConstraint("state in ('accepted', 'faulty')", name=op.f("ck_employee_list_state")),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_employee_list_application_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_employee_list")),
        sa.UniqueConstraint(
            "application_id", "state", name=op.f("uq_employee_list_application_id_state")
        ),
    )
    op.create_table(
        "employee",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("list_id", sa.BigInteger(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("id_hash", sa.Text(), nullable=False),
        sa.Column("particulars", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["list_id"],
            ["employee_list.id"],
            name=op.f("fk_employee_list_id"),
            ondelete="cascade",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_employee")),
        sa.UniqueConstraint("list_id", "id_hash", name=op.f("uq_employee_list_id_id_hash")),
    )
    op.create_index(op.f("ix_employee_id_hash"), "employee", ["id_hash"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_employee_id_hash"), table_name="employee")
    op.drop_table("employee")
    op.drop_table("employee_list")
