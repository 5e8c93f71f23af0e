"""The page of a policy: what it is, notes, its document once more, jobs that failed."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms import TextAreaField
from wtforms.validators import DataRequired, Length

from storefront import clock, files
from storefront.access import current_member, staff
from storefront.accounts.forms import stripped
from storefront.audit import service as audit
from storefront.audit import unmasking
from storefront.crypto import is_reference, new_reference
from storefront.customers import policy, words
from storefront.db import transaction
from storefront.errors import Refused
from storefront.extensions import Form
from storefront.policies import issuing
from storefront.policies.models import Policy

blueprint = Blueprint("policies_staff", __name__, url_prefix="/staff/policies")
Page = str | Response | tuple[str, int]
LONGEST_NOTE = 2000
WISH = "W"


class NoteForm(Form):
    """A note."""

    body = TextAreaField(filters=[stripped], validators=[DataRequired(), Length(max=LONGEST_NOTE)])


@blueprint.get("/")
@staff("policies.read")
def index() -> Response:
    """All of them, as a list."""
    return redirect(url_for("lists_staff.show", name="policies"))


@blueprint.get("/<string:number>")
@staff("policies.read")
def show(number: str) -> Page:
    """Everything about a policy."""
    with transaction() as session:
        return _page(session, policy.get(session, number), NoteForm(formdata=None))


@blueprint.post("/<string:number>/notes")
@staff("policies.read")
def note(number: str) -> Page:
    """Appends a note."""
    form = NoteForm()
    with transaction() as session:
        row = policy.get(session, number)
        if not form.validate():
            return _page(session, row, form), 422
        policy.add_note(session, row, form.body.data, current_member(), clock.now())
    return redirect(url_for("policies_staff.show", number=number, _anchor="notes"), 303)


@blueprint.get("/<string:number>/documents/<int:document_id>.pdf")
@staff("customers.unmask")
def document(number: str, document_id: int) -> Response:
    """A document as the customer has it; it names everybody, so that a reason is asked for first."""
    if masked := unmasking.reason_first(("policy", number), current_member(), clock.now()):
        return masked
    with transaction() as session:
        found = policy.document(session, policy.get(session, number), document_id)
        _audit(session, "policy.document", number, document=found.sha256)
        digest = found.sha256
    name = f'inline; filename="{number}.pdf"'
    headers = {"Content-Disposition": name, "Cache-Control": "private, no-store"}
    return Response(files.store().get(digest), mimetype="application/pdf", headers=headers)


@blueprint.post("/<string:number>/issue-again")
@staff("policies.reissue")
def issue_again(number: str) -> Response:
    """Mails the document once more, or sets off its making; pressing twice sends one mail."""
    wish, now = request.form.get("wish", ""), clock.now()
    if not is_reference(wish, WISH):
        raise Refused(_("Please open the page again and press once more."))
    with transaction() as session:
        row = policy.get(session, number)
        if row.number is None:
            raise Refused(_("The insurer has not issued this policy."))
        sent = issuing.issue_again(session, row, wish, now)
        _audit(session, "policy.issue-again", number, mailed=sent)
    sent_text = _("The document is on its way to the customer once more.")
    flash(sent_text if sent else _("The document is being made and goes out by itself."), "success")
    return redirect(url_for("policies_staff.show", number=number), 303)


@blueprint.post("/<string:number>/jobs/<int:job_id>/retry")
@staff("policies.reissue")
def retry(number: str, job_id: int) -> Response:
    """Runs a failed job again."""
    with transaction() as session:
        row = policy.get(session, number)
        policy.retry(session, row, job_id, current_member(), clock.now())
    flash(_("The job runs again."), "success")
    return redirect(url_for("policies_staff.show", number=number), 303)


def _page(session: Session, row: Policy, form: NoteForm) -> str:
    member = current_member()
    _audit(session, "policy.read", row.number or row.application.ref)
    return render_template(
        "staff/policies/show.html",
        all=policy.read(session, row, member),
        form=form,
        longest=LONGEST_NOTE,
        policy=row,
        wish=new_reference(WISH),
        words=words,
    )


def _audit(session: Session, action: str, number: str, **after: object) -> None:
    deed = audit.Deed(action, "policy", number, after=after)
    audit.record(session, current_member().id, deed, clock.now())
