"""What can be downloaded about a list of employees: the template, the faults, the accepted list."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response
from flask_babel import gettext as _
from flask_login import current_user

from storefront.access import customer
from storefront.applications import service as applications
from storefront.applications.employees import files, service
from storefront.applications.employees.columns import COLUMNS, category
from storefront.applications.employees.models import EmployeeList
from storefront.applications.employees.texts import heading, reason
from storefront.db import transaction
from storefront.errors import NotFound
from storefront.extensions import current_language

TYPES = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}

blueprint = Blueprint("employees", __name__)


@blueprint.get("/applications/<string:ref>/employees/template.<any(csv, xlsx):kind>")
@customer
def template(ref: str, kind: str) -> Response:
    """The list to fill in."""
    with transaction() as session:
        applications.get_own(session, ref, current_user.id)
    language = current_language()
    if kind == "csv":
        return _file(files.template_csv(language), "employees-template", kind)
    titles = (_("List of employees"), _("Explanations"))
    data = files.template(language, titles, (_("Yes"), _("No")))
    return _file(data, "employees-template", kind)


@blueprint.get("/applications/<string:ref>/employees/faults.<any(csv, xlsx):kind>")
@customer
def faults(ref: str, kind: str) -> Response:
    """The lines of the last upload that have to be corrected, with the reasons beside them."""
    with transaction() as session:
        faulty = _own(session, ref, "faulty")
        rows, places = _faulty_rows(faulty)
    title = _("To be corrected")
    return _table(title, rows, kind, "employees-to-correct", lambda *place: place in places)


@blueprint.get("/applications/<string:ref>/employees/list.<any(csv, xlsx):kind>")
@customer
def accepted(ref: str, kind: str) -> Response:
    """The accepted list, in the form of the template."""
    language = current_language()
    with transaction() as session:
        uploaded = _own(session, ref, "accepted")
        everybody = service.employees_of(session, uploaded.id)
    yes_or_no = {True: _("Yes"), False: _("No")}
    rows = [[heading(column.code) for column in COLUMNS]]
    for employee in everybody:
        shown = {
            **employee,
            "category": category(employee["category"]).name.in_language(language),
            "work_injury_insured": yes_or_no[employee["work_injury_insured"]],
        }
        rows.append([shown[column.code] for column in COLUMNS])
    return _table(_("List of employees"), rows, kind, "employees")


def _own(session: Any, ref: str, state: str) -> EmployeeList:
    application = applications.get_own(session, ref, current_user.id)
    found = service.of(session, application.id, state)
    if found is None:
        raise NotFound
    return found


def _faulty_rows(faulty: EmployeeList) -> tuple[list[list[str]], set[tuple[int, int]]]:
    """Headings and faulty lines with their reasons, and the (row, column) of each cell at fault."""
    by_line = defaultdict(list)
    for fault in service.faults_of(faulty):
        by_line[fault.line].append(fault)
    rows = [[_("Row"), *(heading(item.code) for item in COLUMNS), _("What to correct")]]
    places = set()
    for line, values in service.faulty_lines(faulty).items():
        here = by_line[line]
        reasons = [f"{fault.column} {heading(fault.code)}: {reason(fault)}" for fault in here]
        cells = [values.get(item.code, "") for item in COLUMNS]
        places |= {
            (len(rows), index)
            for index, item in enumerate(COLUMNS, start=1)
            if any(fault.code == item.code for fault in here)
        }
        rows.append([str(line), *cells, "\n".join(reasons)])
    return rows, places


def _table(
    title: str,
    rows: Sequence[Sequence[str]],
    kind: str,
    name: str,
    marked: files.Marked = lambda row, column: False,
) -> Response:
    data = files.as_csv(rows) if kind == "csv" else files.as_workbook(title, rows, marked)
    return _file(data, name, kind)


def _file(data: bytes, name: str, kind: str) -> Response:
    response = Response(data, mimetype=TYPES[kind])
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    return response
