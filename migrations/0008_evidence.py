"""Daily anchors of the evidence record, seals against rebuilt chains, and removal after retention."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

APPEND_ONLY = ("evidence_anchor", "evidence_anchored_head", "evidence_removal")


def upgrade() -> None:
    op.add_column("evidence_record", sa.Column("seal", sa.Text(), nullable=True))
    op.create_index("ix_evidence_record_content_sha256", "evidence_record", ["content_sha256"])
    _create_tables()
    for function in FUNCTIONS:
        op.execute(function)
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
        "create trigger only_after_retention before insert on evidence_removal"
        " for each row execute function evidence_judge_removal()"
    )
    for table in ("evidence_record", "evidence_content"):
        op.execute(f"drop trigger append_only on {table}")
        op.execute(
            f"create trigger append_only before update or delete on {table}"
            " for each row execute function evidence_refuse_change()"
        )


def downgrade() -> None:
    for table in ("evidence_record", "evidence_content"):
        op.execute(f"drop trigger append_only on {table}")
        op.execute(
            f"create trigger append_only before update or delete on {table}"
            " for each row execute function refuse_change()"
        )
    op.drop_table("evidence_removal")
    op.drop_table("evidence_anchored_head")
    op.drop_table("evidence_anchor")
    for signature in (
        "evidence_remove(text)",
        "evidence_judge_removal()",
        "evidence_refuse_change()",
        "evidence_through()",
        "evidence_head(text, text)",
    ):
        op.execute(f"drop function {signature}")
    op.drop_index("ix_evidence_record_content_sha256", table_name="evidence_record")
    op.drop_column("evidence_record", "seal")


def _create_tables() -> None:
    op.create_table(
        "evidence_anchor",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("through", sa.BigInteger(), nullable=False),
        sa.Column("chains", sa.Integer(), nullable=False),
        sa.Column("root", sa.Text(), nullable=False),
        sa.Column("previous", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("seal", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_evidence_anchor")),
    )
    op.create_table(
        "evidence_anchored_head",
        sa.Column("chain", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("chain", "position", name=op.f("pk_evidence_anchored_head")),
    )
    op.create_index("ix_evidence_anchored_head_day", "evidence_anchored_head", ["day"])
    op.create_table(
        "evidence_removal",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("chain", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("retain_until", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("seal", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence_removal")),
        sa.UniqueConstraint("chain", "position", name=op.f("uq_evidence_removal_chain_position")),
    )


# Lock 8150 is held together by all who append; anchors and removals wait until they have committed.
FUNCTIONS = (
    # Where a chain stands, locked until the transaction ends. In a function each query sees what was
    # committed while the lock was waited for; in one plain statement it would not.
    """
    create function evidence_head(wanted text, content text)
        returns table (last_position integer, last_digest text, content_kept boolean)
        language plpgsql as $$
    begin
        perform pg_advisory_xact_lock_shared(8150);
        perform pg_advisory_xact_lock(hashtextextended(wanted, 0));
        return query
            select place.position, place.digest,
                   exists (select from evidence_content c where c.sha256 = content)
            from (select 0 as rank, r.position, r.digest from
                    (select position, digest from evidence_record where chain = wanted
                     order by position desc limit 1) r
                  union all
                  select 1, g.position, g.digest from
                    (select position, digest from evidence_removal where chain = wanted
                     order by position desc limit 1) g
                  union all
                  select 2, 0, repeat('0', 64)) place
            order by place.rank limit 1;
    end $$
    """,
    # The last number up to which every record is committed: nobody is appending at that moment.
    """
    create function evidence_through() returns bigint language plpgsql as $$
    declare
        through bigint;
    begin
        perform pg_advisory_lock(8150);
        select coalesce(max(id), 0) into through from evidence_record;
        perform pg_advisory_unlock(8150);
        return through;
    end $$
    """,
    # Nothing is changed. Records go only with a removal that was entered after their retention, a
    # text only when no record shows it any more.
    """
    create function evidence_refuse_change() returns trigger language plpgsql as $$
    begin
        if tg_op = 'DELETE' and tg_table_name = 'evidence_record' then
            if exists (select from evidence_removal r
                       where r.chain = old.chain and r.position >= old.position) then
                return old;
            end if;
        elsif tg_op = 'DELETE' and tg_table_name = 'evidence_content' then
            if not exists (select from evidence_record r where r.content_sha256 = old.sha256) then
                return old;
            end if;
        end if;
        raise exception 'rows of % are never changed or removed', tg_table_name
            using errcode = 'restrict_violation';
    end $$
    """,
    """
    create function evidence_judge_removal() returns trigger language plpgsql as $$
    declare
        newest record;
    begin
        select max(position) as position, max(retain_until) as retain_until into newest
        from evidence_record where chain = new.chain;
        if newest.position is distinct from new.position
           or newest.retain_until is distinct from new.retain_until
           or new.retain_until >= (now() at time zone 'Asia/Shanghai')::date then
            raise exception 'chain % is kept until %', new.chain, newest.retain_until
                using errcode = 'restrict_violation';
        end if;
        return new;
    end $$
    """,
    # Carries a removal out: the records, and the texts that nothing else shows.
    """
    create function evidence_remove(gone text) returns integer language plpgsql as $$
    declare
        shown text[];
        removed integer;
    begin
        perform pg_advisory_xact_lock(8150);
        select array_agg(distinct content_sha256) into shown
        from evidence_record where chain = gone and content_sha256 is not null;
        delete from evidence_record where chain = gone;
        get diagnostics removed = row_count;
        delete from evidence_content c where c.sha256 = any (shown)
            and not exists (select from evidence_record r where r.content_sha256 = c.sha256);
        return removed;
    end $$
    """,
)
