"""Rows of employee lists."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storefront.db import Base, Encrypted, Id


class EmployeeList(Base):
    """An uploaded list of an application: the accepted one, and beside it the last with faults.

    `faults` of a faulty one hold the lines that have to be corrected and why; its other lines are not
    kept. `sha256` of an accepted one is over its employees, so that the contract can name it.
    """

    __tablename__ = "employee_list"
    __table_args__ = (
        UniqueConstraint("application_id", "state"),
        CheckConstraint("state in ('accepted', 'faulty')", name="state"),
        CheckConstraint("(state = 'faulty') = (faults is not null)", name="faulty_has_faults"),
    )

    id: Mapped[Id]
    application_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("application.id"))
    state: Mapped[str]
    file_name: Mapped[Any] = mapped_column(Encrypted)
    rows: Mapped[int]
    sha256: Mapped[str | None]
    faults: Mapped[Any] = mapped_column(Encrypted, nullable=True)
    uploaded_at: Mapped[datetime]


class Employee(Base):
    """Somebody on an accepted list, found again by the hash of the identity number."""

    __tablename__ = "employee"
    __table_args__ = (UniqueConstraint("list_id", "id_hash"),)

    id: Mapped[Id]
    list_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("employee_list.id", ondelete="cascade")
    )
    line: Mapped[int]
    id_hash: Mapped[str] = mapped_column(index=True)
    particulars: Mapped[Any] = mapped_column(Encrypted)
