"""The policyholder step: a person or, where the product permits it, a company with whom acts for it."""

from typing import Any

from flask import request
from flask_login import current_user
from sqlalchemy.orm import Session

from storefront.applications import statements, step_people, texts
from storefront.applications.company import CONTACT, kind_of, kinds, read_company
from storefront.applications.draft import Draft
from storefront.applications.forms import CompanyForm
from storefront.applications.statements import Read
from storefront.applications.steps import (
    Context,
    Step,
    StepInvalid,
    Typed,
    fill_errors,
    require_statements,
)


def show(session: Session, draft: Draft, language: str) -> Context:
    """The form of the chosen kind; where both may apply, a link leads to the other one."""
    kind = kind_of(draft.definition, request.values.get("kind", ""), draft.policyholder)
    context: Context = {"kind": kind, "kinds": kinds(draft.definition)}
    if kind == "person":
        return {**step_people.show_policyholder(session, draft, language), **context}
    return {**context, **_company_context(CompanyForm(formdata=None, data=_entered(draft)))}


def save(session: Session, draft: Draft, typed: Typed, language: str) -> str:
    """Stores the policyholder; for a company its authorised person confirms to be that."""
    kind = kind_of(draft.definition, typed.get("kind", ""), draft.policyholder)
    if kind == "person":
        return step_people.save_policyholder(session, draft, typed, language)
    form = CompanyForm(formdata=typed)
    shape_ok = form.validate()
    company, faults = read_company(typed, draft.today)
    if faults or not shape_ok:
        raise StepInvalid(fill_errors(form, faults), _company_context(form))
    read = statements.authorised(session, draft, language)
    try:
        require_statements(session, draft, "policyholder", read, typed)
    except StepInvalid as missing:
        raise StepInvalid(missing.errors, _company_context(form)) from missing
    company["email"] = current_user.email
    return step_people.keep_policyholder(session, draft, company)


def _read(session: Session, draft: Draft, language: str) -> Read:
    """A person acts for itself and states nothing here."""
    kind = kind_of(draft.definition, request.values.get("kind", ""), draft.policyholder)
    return {} if kind == "person" else statements.authorised(session, draft, language)


def _company_context(form: CompanyForm) -> Context:
    return {"form": form, "statement_text": texts.statement("authorised")}


def _entered(draft: Draft) -> dict[str, Any]:
    """What was entered before; the first time, the customer as the authorised person."""
    holder = draft.policyholder
    if holder is None or holder["kind"] != "company":
        customer = current_user
        contact = {
            "name": customer.name,
            "id_number": customer.id_number,
            "mobile": customer.mobile,
        }
        holder = {}
    else:
        contact = holder["contact"]
    return {**holder, **{CONTACT + key: value for key, value in contact.items()}}


STEP = Step(show, save, read=_read)
