"""The job queue's own tables, and triggers that keep append-only rows as they were written."""

from alembic import op
from procrastinate.schema import SchemaManager

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

APPEND_ONLY = ("evidence_content", "evidence_record", "policy_transaction")


def upgrade() -> None:
    # The queue brings its schema with the pinned library; a newer library brings its own changes,
    # which then become migrations of their own. The driver must not take its % for parameters.
    op.get_bind().connection.driver_connection.execute(SchemaManager.get_schema())
    op.execute(
        """
        create function refuse_change() returns trigger language plpgsql as $$
        begin
            raise exception 'rows of % are never changed or removed', tg_table_name
                using errcode = 'restrict_violation';
        end $$
        """
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
    op.execute(
        """
        create trigger published_is_immutable before update on product_version for each row
        when (old.bundle is distinct from new.bundle or old.version <> new.version
              or old.code <> new.code or old.content_hash <> new.content_hash)
        execute function refuse_change()
        """
    )


def downgrade() -> None:
    op.execute("drop trigger published_is_immutable on product_version")
    for table in APPEND_ONLY:
        op.execute(f"drop trigger append_only on {table}")
        op.execute(f"drop trigger never_emptied on {table}")
    op.execute("drop function refuse_change")
