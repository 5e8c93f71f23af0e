"""The customer's page that closes the account."""

from flask import Blueprint, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from werkzeug.utils import redirect
from werkzeug.wrappers import Response
from wtforms import BooleanField, PasswordField
from wtforms.validators import DataRequired, InputRequired, Length

from storefront import clock
from storefront.access import customer
from storefront.accounts import login as visitor
from storefront.accounts import rules
from storefront.accounts.models import Customer
from storefront.accounts.service import logins
from storefront.accounts.views.common import refuse
from storefront.closing import service
from storefront.db import transaction
from storefront.errors import Refused
from storefront.extensions import Form, limiter

blueprint = Blueprint("closing", __name__, url_prefix="/account")


class CloseForm(Form):
    """The password once more, and a statement that is never ticked beforehand."""

    understood = BooleanField(
        _l("I have read what is deleted and what is kept. This cannot be undone."),
        [DataRequired(_l("Please confirm this before you go on."))],
    )
    password = PasswordField(
        _l("Your password"),
        [InputRequired(_l("Please enter your password.")), Length(max=rules.MAXIMUM_PASSWORD)],
    )


@blueprint.route("/close", methods=["GET", "POST"])
@customer
@limiter.limit(rules.LOGIN_LIMIT, methods=["POST"])
def close() -> str | tuple[str, int] | Response:
    """What closing would do; with the password, it is done."""
    form = CloseForm()
    status = 200
    if form.validate_on_submit():
        now = clock.now()
        with transaction() as session:
            account = session.get_one(Customer, current_user.id)
            attempt = visitor.attempt(account.email, form.password.data)
            outcome = logins.prove(session, attempt, account.password_hash, now)
        if outcome is True:
            return _close()
        status = refuse(form.password, outcome, _("This is not your present password."))
    with transaction() as session:
        account = session.get_one(Customer, current_user.id)
        report = service.preview(session, account, clock.now())
        page = render_template("closing/close.html", form=form, report=report)
    return page, 422 if form.errors and status == 200 else status


def _close() -> str | Response:
    try:
        with transaction() as session:
            account = session.get_one(Customer, current_user.id)
            now = clock.now()
            report = service.close(session, account, f"customer:{account.id}", now)
            visitor.end(session, now)
    except Refused:  # something began meanwhile; the page says what
        return redirect(url_for("closing.close"), 303)
    return render_template("closing/closed.html", report=report)
