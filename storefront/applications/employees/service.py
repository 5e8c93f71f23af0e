"""Use cases of employee lists: take an upload, follow it with the price, find an employee again."""

import json
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from storefront import crypto
from storefront.applications import service as applications
from storefront.applications.draft import Draft
from storefront.applications.employees import checking
from storefront.applications.employees.checking import Checked, Fault
from storefront.applications.employees.models import Employee, EmployeeList

MOST_FAULTS = 2_000  # kept and listed of one upload
LONGEST_FILE_NAME = 120
CONFIRMATION = "employee-data"


def take(session: Session, draft: Draft, file_name: str, checked: Checked) -> Draft:
    """Keeps an upload. One with faults leaves the accepted list as it is; a good one replaces both."""
    states = ("faulty",) if checked.faults else ("faulty", "accepted")
    session.execute(
        delete(EmployeeList).where(
            EmployeeList.application_id == draft.application.id, EmployeeList.state.in_(states)
        )
    )
    uploaded = EmployeeList(
        application_id=draft.application.id,
        state="faulty" if checked.faults else "accepted",
        file_name=file_name[-LONGEST_FILE_NAME:],
        rows=checked.rows,
        sha256=None if checked.faults else _digest(checked),
        faults=_faults(checked) if checked.faults else None,
        uploaded_at=draft.now,
    )
    session.add(uploaded)
    session.flush()
    if checked.faults:
        return applications.changed(draft)
    _add_employees(session, uploaded.id, checked)
    applications.withdraw_confirmation(session, draft, CONFIRMATION)
    listed = {
        **checking.facts(checked.employees),
        "list_id": uploaded.id,
        "sha256": uploaded.sha256,
        "uploaded_at": draft.now.isoformat(),
    }
    return applications.set_party(draft, "employees", listed)


def of(session: Session, application_id: int, state: str) -> EmployeeList | None:
    """The list of an application in a state: `accepted` or `faulty`."""
    return session.scalar(
        select(EmployeeList).where(
            EmployeeList.application_id == application_id, EmployeeList.state == state
        )
    )


def faults_of(uploaded: EmployeeList) -> list[Fault]:
    """The faults of a list, in the order of the file."""
    return [Fault(*item) for item in uploaded.faults["faults"]]


def faulty_lines(uploaded: EmployeeList) -> dict[int, dict[str, str]]:
    """The faulty lines as they were in the file, by line and column code."""
    return {int(line): values for line, values in uploaded.faults["lines"].items()}


def employees_of(session: Session, list_id: int) -> list[dict[str, Any]]:
    """Everybody on a list, in the order of the file."""
    found = select(Employee.particulars).where(Employee.list_id == list_id)
    return list(session.scalars(found.order_by(Employee.line)))


def employee(session: Session, list_id: int, id_number: str) -> dict[str, Any] | None:
    """Somebody on a list by the identity number; None where nobody on it has that number."""
    found: dict[str, Any] | None = session.scalar(
        select(Employee.particulars).where(
            Employee.list_id == list_id, Employee.id_hash == id_hash(id_number)
        )
    )
    return found


def id_hash(id_number: str) -> str:
    """Under which an employee is found."""
    return crypto.lookup_hash("id-number", id_number)


def _add_employees(session: Session, list_id: int, checked: Checked) -> None:
    session.execute(
        insert(Employee),
        [
            {
                "list_id": list_id,
                "line": employee["line"],
                "id_hash": id_hash(employee["id_number"]),
                "particulars": {key: value for key, value in employee.items() if key != "line"},
            }
            for employee in checked.employees
        ],
    )


def _faults(checked: Checked) -> dict[str, Any]:
    shown = checked.faults[:MOST_FAULTS]
    lines = {fault.line for fault in shown}
    return {
        "count": len(checked.faults),
        "rows": len(checked.lines),
        "faults": [list(fault) for fault in shown],
        "lines": {line: values for line, values in checked.lines.items() if line in lines},
    }


def _digest(checked: Checked) -> str:
    text = json.dumps(checked.employees, ensure_ascii=False, sort_keys=True)
    return crypto.sha256(text.encode())
