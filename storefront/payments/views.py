"""Pages of paying, and the address Stripe sends its events to.

The page of a payment only shows what is stored; nothing a browser sends settles anything.
"""

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from storefront import clock
from storefront.access import customer, public
from storefront.applications import journal
from storefront.applications.draft import open_draft
from storefront.db import transaction
from storefront.extensions import csrf, current_language
from storefront.pages import main_of
from storefront.payments import checkout, events, rules, service

blueprint = Blueprint("payments", __name__)


@blueprint.post("/payments/start/<application_ref>")
@customer
def start(application_ref: str) -> Response:
    """To Stripe's page; pressed twice, or in two tabs, to the same one."""
    opened = checkout.open_checkout(application_ref, current_user.id)
    if opened.url is not None:
        return redirect(opened.url, 303)
    trouble = None if opened.reachable else 1
    return redirect(url_for("payments.show", ref=opened.payment_ref, trouble=trouble), 303)


@blueprint.get("/payments/<ref>")
@customer
def show(ref: str) -> str | tuple[str, int]:
    """Where the payment stands; the open page asks again and again, and mostly nothing is new."""
    with transaction() as session:
        payment = service.get_own(session, ref, current_user.id)
        stage = service.stage(session, payment)
        seen = f"{stage} {payment.failure or ''}".strip()
        if request.args.get("seen") == seen:
            return "", 204
        page = render_template(
            "payments/show.html",
            payment=payment,
            stage=stage,
            seen=seen,
            refunds=service.refunds_of(session, payment),
            paid=service.paid_amount(payment),
            is_open=payment.state in rules.OPEN_STATES,
            returned=request.args.get("returned"),
            trouble="trouble" in request.args,
        )
        draft = open_draft(session, payment.application, clock.now())
        journal.page_shown(
            session, draft, "payment", main_of(page), current_language(), title=_("Payment")
        )
        return page


@blueprint.post("/stripe/webhook")
@public
def webhook() -> tuple[str, int]:
    """Keeps an event and answers at once; a job does the rest."""
    request.max_content_length = events.LARGEST_BODY
    secrets = current_app.extensions["settings"].stripe_webhook_secrets.split(",")
    try:
        event = events.read(
            request.get_data(cache=False), request.headers.get("Stripe-Signature"), secrets
        )
    except events.NotStripe as error:
        raise BadRequest from error
    with transaction() as session:
        events.store(session, event, clock.now())
    return "", 200


csrf.exempt(webhook)  # Stripe signs its messages instead
