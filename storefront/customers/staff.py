"""The page of a customer: everything in one place, masked; unmasking, editing, closing."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from storefront import clock
from storefront.access import current_member, staff
from storefront.accounts import forms, rules
from storefront.accounts.models import Customer
from storefront.audit import service as audit
from storefront.audit import unmasking
from storefront.closing import service as closing
from storefront.customers import changes, record, words
from storefront.customers.forms import CloseForm, ContactForm, ReasonForm
from storefront.db import transaction

blueprint = Blueprint("customers_staff", __name__, url_prefix="/staff/customers")
Page = str | Response | tuple[str, int]


@blueprint.get("/")
@staff("customers.read")
def index() -> Response:
    """All of them, as a list."""
    return redirect(url_for("lists_staff.show", name="customers"))


@blueprint.get("/<int:customer_id>")
@staff("customers.read")
def show(customer_id: int) -> Page:
    """Everything about a customer."""
    with transaction() as session:
        return _page(session, record.get(session, customer_id), ReasonForm(formdata=None))


@blueprint.post("/<int:customer_id>/unmask")
@staff("customers.unmask")
def unmask(customer_id: int) -> Page:
    """Shows what is masked for ten minutes, for a reason that is recorded."""
    form, now = ReasonForm(), clock.now()
    with transaction() as session:
        row = record.get(session, customer_id)
        if not form.validate():
            return _page(session, row, form), 422
        unmasking.unmask(session, _subject(row), form.reason.data, current_member(), now)
    return redirect(url_for("customers_staff.show", customer_id=customer_id), 303)


@blueprint.route("/<int:customer_id>/edit", methods=["GET", "POST"])
@staff("customers.edit")
def edit(customer_id: int) -> Page:
    """Contact data. Whoever changes them has to see them, so a reason is asked for first."""
    now, member = clock.now(), current_member()
    with transaction() as session:
        row = record.get(session, customer_id)
        masked = unmasking.reason_first(_subject(row), member, now)
        if masked and request.method == "GET":
            return masked
        form = ContactForm(obj=row)
        if not form.validate_on_submit():
            deed = audit.Deed("customer.edit-opened", "customer", str(row.id))
            audit.record(session, member.id, deed, now)
            page = render_template("staff/customers/edit.html", customer=row, form=form)
            return page, 422 if form.errors else 200
        contact = changes.Contact(form.name.data or None, form.mobile.data or None, form.email.data)
        asked = changes.change_contact(session, row, contact, member, now, reason=form.reason.data)
    flash(_("The change is saved."), "success")
    if asked:
        flash(_("The address changes once the links in both mails were opened."), "info")
    return redirect(url_for("customers_staff.show", customer_id=customer_id), 303)


@blueprint.route("/<int:customer_id>/close", methods=["GET", "POST"])
@staff("customers.close")
def close(customer_id: int) -> Page:
    """What closing would do; confirmed, it is done, and the report stands there."""
    form, now = CloseForm(), clock.now()
    with transaction() as session:
        row = record.get(session, customer_id)
        if form.validate_on_submit():
            report = changes.close(session, row, form.reason.data, current_member(), now)
            return render_template("staff/customers/closed.html", customer=row, report=report)
        report = closing.preview(session, row, now)
        page = render_template("staff/customers/close.html", customer=row, form=form, report=report)
        return page, 422 if form.errors else 200


def _page(session: Session, row: Customer, form: ReasonForm) -> str:
    member, now = current_member(), clock.now()
    until = unmasking.shown_until(_subject(row), member, now)
    deed = audit.Deed("customer.read", "customer", str(row.id), after={"clear": until is not None})
    audit.record(session, member.id, deed, now)
    return render_template(
        "staff/customers/show.html",
        all=record.read(session, row, member),
        customer=row,
        clear_until=until,
        device_name=rules.device_name,
        form=form,
        most=record.MOST,
        now=now,
        relations=forms.RELATIONS,
        words=words,
    )


def _subject(row: Customer) -> unmasking.Subject:
    return "customer", str(row.id)
