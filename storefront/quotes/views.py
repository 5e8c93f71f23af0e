"""Pages of the quote: the form made from the product definition, its price, the kept quote."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from markupsafe import Markup
from werkzeug.wrappers import Response

from storefront import channel, clock
from storefront.access import public
from storefront.catalog import messages
from storefront.catalog import service as catalog
from storefront.catalog.bundle import ProductBundle
from storefront.catalog.definition import ProductDefinition
from storefront.catalog.fragments import fragment
from storefront.db import db, transaction
from storefront.extensions import current_language, limiter
from storefront.quotes import journal, rules, service
from storefront.quotes.form import changed_people, form_fields, given, people_of
from storefront.quotes.service import Assessment

blueprint = Blueprint("quotes", __name__)
SAVES_PER_ADDRESS = "60 per minute"


@blueprint.get("/quote/<string:code>")
@public
def form(code: str) -> str:
    """The empty form, or one filled from an earlier quote or from the address."""
    bundle = catalog.current(db.session, code, clock.now())
    raw, persons = given(bundle, request.args), request.args.get("persons", "")
    if ref := request.args.get("quote"):
        quote = service.get(db.session, ref)
        if quote.product_code == code:
            raw, persons = service.raw_of(quote), str(quote.persons)
    shown = service.assess(bundle, raw, persons, clock.now()) if raw else None
    return _page(bundle, raw, persons, shown, False)


@blueprint.post("/quote/<string:code>")
@public
@limiter.limit(SAVES_PER_ADDRESS)
def save(code: str) -> Response | str | tuple[str, int]:
    """Prices the form; a complete one is kept as a quote, an unfinished one on request."""
    now = clock.now()
    bundle = catalog.current(db.session, code, now)
    raw, persons = given(bundle, request.form), request.form.get("persons", "")
    action = request.form.get("action", "")
    if (people := changed_people(bundle, raw, action)) is not None:
        return _page(bundle, people, persons, service.assess(bundle, people, "", now), False)
    assessment = service.assess(bundle, raw, persons, now)
    if action == "find":
        return _page(bundle, raw, persons, assessment, False)
    if action == "calculate" or (action != "later" and assessment.priced is None):
        status = 200 if assessment.priced else 422
        return _page(bundle, raw, persons, assessment, True), status
    with transaction() as session:
        customer_id = current_user.id if current_user.is_authenticated else None
        quote = service.keep(
            session, bundle, assessment, customer_id, now, channel=channel.present()
        )
        journal.product_shown(session, quote, bundle, now)
        journal.quote_kept(session, quote, current_language(), now)
        ref = quote.ref
    return redirect(url_for("quotes.show", ref=ref), 303)


@blueprint.post("/quote/<string:code>/price")
@public
def price(code: str) -> str:
    """The price panel alone, with the fields that appear or vanish: what htmx asks for."""
    now = clock.now()
    bundle = catalog.current(db.session, code, now)
    raw, persons = given(bundle, request.form), request.form.get("persons", "")
    assessment = service.assess(bundle, raw, persons, now)
    before = given(bundle, request.form, prefix="before.")
    change = service.explain(
        bundle, before, request.form.get("before.persons", ""), assessment, now
    )
    fields = form_fields(bundle, raw, assessment, complain=False)
    filled = {field.fills for field in bundle.definition.answers}
    return render_template(
        "quotes/_price.html",
        bundle=bundle,
        assessment=assessment,
        problems=_problems(bundle.definition, assessment),
        change=change,
        changed_fields=[
            item
            for item in fields
            if item.visible != (item.name in request.form.getlist("visible"))
            or (item.field.key in filled and item.value != request.form.get(item.name, ""))
        ],
        fields=fields,
        refresh=True,
    )


@blueprint.get("/quotes/<string:ref>")
@public
def show(ref: str) -> str | Response:
    """A kept quote: anyone with the address may see it; it holds no names."""
    now = clock.now()
    with transaction() as session:
        quote = service.get(session, ref)
        bundle = catalog.get(session, quote.product_code, quote.product_version)
        state = rules.state_at(quote.state, quote.expires_at, now)
        if quote.state == "draft" and state != "expired":
            return redirect(url_for("quotes.form", code=quote.product_code, quote=ref))
        page = render_template(
            "quotes/show.html",
            quote=quote,
            bundle=bundle,
            state=state,
            sellable=catalog.is_sellable(session, quote.product_code, quote.product_version, now),
            rows=service.answer_rows(bundle, quote) if quote.state != "draft" else [],
            lines=service.lines_of(quote),
        )
        journal.page_shown(session, quote, page, current_language(), now)
        return page


def _page(
    bundle: ProductBundle,
    raw: dict[str, str],
    persons: str,
    assessment: Assessment | None,
    complain: bool,
) -> str:
    def context() -> dict[str, object]:
        fields = form_fields(bundle, raw, assessment, complain=complain)
        return {
            "bundle": bundle,
            "fields": fields,
            "people": people_of(bundle.definition, fields),
            "persons": persons,
            "persons_error": _persons_error(bundle.definition, assessment) if complain else None,
            "assessment": assessment,
            "problems": _problems(bundle.definition, assessment),
            "change": None,
            "changed_fields": [],
            "refresh": False,
        }

    untouched = assessment is None and not raw and not persons
    return render_template(
        "quotes/form.html",
        bundle=bundle,
        summary=_summary(bundle.definition, assessment) if complain else [],
        body=fragment("quotes/_form.html", bundle, context=context)
        if untouched
        else Markup(render_template("quotes/_form.html", **context())),  # noqa: S704 - it escapes
    )


def _problems(
    definition: ProductDefinition, assessment: Assessment | None
) -> list[tuple[str, str]]:
    """What keeps the answers from being sold: (field id, sentence); missing answers are no problem."""
    if assessment is None:
        return []
    return [
        (_field_id(fault.key), messages.sentence(definition, fault))
        for fault in assessment.faults
        if fault.code != "missing"
    ]


def _summary(definition: ProductDefinition, assessment: Assessment | None) -> list[tuple[str, str]]:
    if assessment is None:
        return []
    return [
        (_field_id(fault.key), messages.sentence(definition, fault)) for fault in assessment.faults
    ]


def _persons_error(definition: ProductDefinition, assessment: Assessment | None) -> str | None:
    faults = [
        fault for fault in (assessment.faults if assessment else ()) if fault.key == "persons"
    ]
    return messages.sentence(definition, faults[0]) if faults else None


def _field_id(key: str) -> str:
    return f"field-{key.replace('.', '-')}"


@blueprint.app_template_global()
def frequency(definition: ProductDefinition) -> str:
    """How often the premium shown is paid."""
    return {
        "single": _("paid once, for the whole term"),
        "annual": _("for each year of payment"),
        "instalments": _("for one year of cover"),
    }[definition.payment.frequency]
