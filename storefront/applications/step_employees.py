"""The step with the list of employees: upload, faults, agreement with the quote, and going on."""

from flask import request
from sqlalchemy.orm import Session

from storefront.applications import journal, service, statements, texts
from storefront.applications.draft import Draft
from storefront.applications.employees import checking, reading
from storefront.applications.employees import service as employees
from storefront.applications.employees.models import EmployeeList
from storefront.applications.employees.rules import corrected
from storefront.applications.employees.texts import employee_rows, heading, reason, refusal
from storefront.applications.steps import Context, Step, StepInvalid, Typed, require_statements
from storefront.catalog import messages
from storefront.extensions import limiter
from storefront.quotes import service as quotes
from storefront.quotes.service import Assessment

PAGE = 50  # faults on one page
UPLOADS_PER_ADDRESS = "20 per minute"


def show(session: Session, draft: Draft, language: str) -> Context:
    """The accepted list with what it changes, the faults of the last upload, and a place for another."""
    accepted = employees.of(session, draft.application.id, "accepted")
    faulty = employees.of(session, draft.application.id, "faulty")
    priced = _assess_listed(draft).priced if draft.employee_differences else None
    return {
        "accepted": accepted,
        "rows": employee_rows(draft.employees, language) if draft.employees else [],
        "differences": [
            (
                messages.label_of(draft.definition, item.key),
                messages.shown_value(draft.definition.field(item.key), item.quoted),
                messages.shown_value(draft.definition.field(item.key), item.listed),
            )
            for item in draft.employee_differences
        ],
        "new_premium": priced.total if priced else None,
        "faulty": faulty,
        "faults": _page_of_faults(faulty) if faulty else None,
        "most": reading.MOST_ROWS,
        "statement_text": texts.statement("employee-data"),
    }


def save(session: Session, draft: Draft, typed: Typed, language: str) -> str:
    """Takes an upload, follows it with the price, or goes on when list and quote agree."""
    action = typed.get("action", "")
    if action == "upload":
        return _upload(session, draft)
    if action == "reprice" and draft.employee_differences:
        return _reprice(session, draft)
    return _finish(session, draft, typed, language)


def _upload(session: Session, draft: Draft) -> str:
    sent = request.files.get("list")
    with limiter.limit(UPLOADS_PER_ADDRESS):  # a list costs about a second
        pass
    try:
        if sent is None or not sent.filename:
            raise reading.FileRefused("no-file")
        data = sent.stream.read(reading.LARGEST_FILE + 1)
        checked = checking.check(reading.read(data), draft.today)
    except reading.FileRefused as refused:
        raise StepInvalid([("list", refusal(refused))]) from refused
    fresh = employees.take(session, draft, sent.filename, checked)
    given = {"rows": checked.rows, "faults": len(checked.faults)}
    listed = {} if checked.faults else {"sha256": (fresh.employees or {}).get("sha256")}
    journal.answered(session, fresh, "employees", {**given, **listed})
    return "employees"


def _reprice(session: Session, draft: Draft) -> str:
    assessment = _assess_listed(draft)
    start = draft.application.start_date
    if assessment.answers is None or start is None:
        sentences = [messages.sentence(draft.definition, fault) for fault in assessment.faults]
        raise StepInvalid([("differences", sentence) for sentence in sentences])
    fresh = service.set_cover(draft, assessment.answers, start)
    journal.answered(session, fresh, "cover", fresh.application.answers)
    return "employees"


def _finish(session: Session, draft: Draft, typed: Typed, language: str) -> str:
    if draft.employees is None:
        raise StepInvalid([("list", texts.fault("employees-missing"))])
    if draft.employee_differences:
        raise StepInvalid([("differences", texts.fault("employees-differ"))])
    read = statements.employee_data(session, draft, language)
    require_statements(session, draft, "employees", read, typed)
    return service.changed(draft).after("employees")


def _assess_listed(draft: Draft) -> Assessment:
    """The quote with the answers of the list in the place of its own."""
    raw = corrected(quotes.raw_of(draft.application), draft.employee_differences)
    return quotes.assess(draft.bundle, raw, str(draft.persons), draft.now)


def _page_of_faults(faulty: EmployeeList) -> Context:
    """One page of (line, column, heading, text of the cell, reason)."""
    faults = employees.faults_of(faulty)
    lines = employees.faulty_lines(faulty)
    pages = -(-len(faults) // PAGE)
    page = min(max(request.args.get("page", 1, type=int), 1), pages)
    return {
        "page": page,
        "pages": pages,
        "count": faulty.faults["count"],
        "listed": len(faults),
        "lines": faulty.faults["rows"],
        "found": [
            (
                fault.line,
                fault.column,
                heading(fault.code),
                lines[fault.line].get(fault.code, ""),
                reason(fault),
            )
            for fault in faults[(page - 1) * PAGE : page * PAGE]
        ],
    }


STEP = Step(show, save, read=statements.employee_data)
