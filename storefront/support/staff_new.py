"""A ticket that staff open for somebody who telephoned, came by or wrote a letter."""

import secrets

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront import clock
from storefront.access import current_member, staff
from storefront.accounts.models import Customer
from storefront.db import transaction
from storefront.errors import Forbidden
from storefront.support import tickets
from storefront.support.forms import TakenDownForm
from storefront.support.staff import Page, blueprint


@blueprint.get("/new")
@staff("tickets")
def new() -> str:
    """The form; `customer` in the address fills in whose account it is about."""
    form = TakenDownForm(formdata=None)
    form.offer(complaints=_may_complain())
    form.form.data = secrets.token_urlsafe(16)
    with transaction() as session:
        row = session.get(Customer, request.args.get("customer", type=int) or 0)
        if row is not None and row.closed_at is None:
            form.name.data, form.email.data = row.name, row.email
            form.language.data = row.language
    return render_template("staff/support/new.html", form=form)


@blueprint.post("/new")
@staff("tickets")
def create() -> Page:
    """Opens it; whom it concerns gets the same mail as if they had written themselves."""
    form = TakenDownForm()
    form.offer(complaints=_may_complain())
    if not form.validate_on_submit():
        return render_template("staff/support/new.html", form=form), 422
    if form.kind.data == "complaint" and not _may_complain():
        raise Forbidden
    with transaction() as session:
        ref = _open(session, form)
    flash(_("The ticket is open; the customer has a mail with its number."), "success")
    return redirect(url_for("support_staff.show", ref=ref), 303)


def _open(session: Session, form: TakenDownForm) -> str:
    customer = session.scalar(
        select(Customer).where(Customer.email == form.email.data, Customer.closed_at.is_(None))
    )
    writer = tickets.Writer(
        form.name.data.strip(),
        form.email.data,
        form.language.data,
        customer.id if customer else None,
    )
    letter = form.letter(form.kind.data)
    note = _("Taken down at the desk, not written by the customer.")
    ticket = tickets.open_for(session, writer, letter, current_member(), clock.now(), remark=note)
    return ticket.ref


def _may_complain() -> bool:
    return "complaints" in current_member().permissions
