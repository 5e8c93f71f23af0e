"""Rows of the blind index: keyed hashes of parts of names and numbers, and whose they are."""

from sqlalchemy import BigInteger, Index, SmallInteger
from sqlalchemy.orm import Mapped, mapped_column

from storefront.db import Base


class SearchToken(Base):
    """A subject that holds what hashes to `token`. `kind`: see `rules.KINDS`."""

    __tablename__ = "search_token"
    __table_args__ = (Index("ix_search_token_subject", "kind", "subject_id"),)

    token: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    kind: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    subject_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
