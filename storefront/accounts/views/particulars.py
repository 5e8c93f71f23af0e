"""One's own particulars and the people one insures often. Numbers are shown masked."""

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from storefront import clock
from storefront.access import customer
from storefront.accounts import service
from storefront.accounts.forms import RELATIONS, PersonForm, ProfileForm
from storefront.accounts.models import Customer, Person
from storefront.accounts.service.people import record_consent
from storefront.accounts.views import blueprint
from storefront.db import db, transaction
from storefront.identity import IdNumber, mask_id_number, mask_mobile

Page = str | tuple[str, int] | Response


@blueprint.get("/")
@customer
def profile() -> Page:
    """What we keep about the customer, and the way to everything else of the account."""
    return render_template(
        "accounts/profile.html",
        profile=service.profile_of(current_user),
        mask_id_number=mask_id_number,
        mask_mobile=mask_mobile,
    )


@blueprint.route("/profile", methods=["GET", "POST"])
@customer
def edit_profile() -> Page:
    """Changes name, identity number and mobile number."""
    kept = service.profile_of(current_user)
    form = ProfileForm(data={"name": kept.name})
    form.stored, form.stored_mobile = _stored(current_user), kept.mobile
    form.consent.label.text = own_consent()
    if form.validate_on_submit():
        with transaction() as session:
            service.save_profile(current_user, form.name.data, form.stored, form.stored_mobile)
            if form.id_number.data:
                record_consent(session, current_user.id, own_consent(), clock.now())
        flash(_("Your particulars are saved."), "success")
        return redirect(url_for("accounts.profile"))
    page = render_template("accounts/edit_profile.html", form=form, **_hints(kept))
    return page, 422 if form.errors else 200


@blueprint.post("/profile/forget")
@customer
def forget_profile() -> Response:
    """Removes the customer's name and numbers; the account stays."""
    with transaction():
        service.save_profile(current_user, None, None, None)
    flash(_("Your name and numbers are removed from your account."), "success")
    return redirect(url_for("accounts.profile"))


@blueprint.get("/people")
@customer
def people() -> Page:
    """The people one insures often."""
    return render_template(
        "accounts/people.html",
        people=service.people_of(db.session, current_user.id),
        relations=RELATIONS,
        mask_id_number=mask_id_number,
    )


@blueprint.route("/people/new", methods=["GET", "POST"])
@customer
def add_person() -> Page:
    """Adds somebody to the list."""
    return _person_page(PersonForm(), None)


@blueprint.route("/people/<int:person_id>", methods=["GET", "POST"])
@customer
def edit_person(person_id: int) -> Page:
    """Changes somebody of the list."""
    person = service.person_of(db.session, current_user.id, person_id)
    form = PersonForm(data={"name": person.name, "relation": person.relation})
    form.stored, form.stored_mobile = _stored(person), person.mobile
    return _person_page(form, person)


@blueprint.post("/people/<int:person_id>/remove")
@customer
def remove_person(person_id: int) -> Response:
    """Takes somebody off the list."""
    with transaction() as session:
        service.remove_person(session, current_user.id, person_id)
    flash(_("The person is removed from your list."), "success")
    return redirect(url_for("accounts.people"))


def own_consent() -> str:
    """What a customer agrees to before the identity number is kept (S-08)."""
    text: str = _(
        "I agree that my identity number is kept encrypted to fill in my applications; I can remove it at any time."
    )
    return text


def person_consent() -> str:
    """What a customer agrees to, for somebody else, before that person's number is kept (S-08)."""
    text: str = _(
        "This person, or the guardian of a minor, agrees that the identity number is kept encrypted to fill in applications; it can be removed at any time."
    )
    return text


def _person_page(form: PersonForm, person: Person | None) -> Page:
    form.consent.label.text = person_consent()
    if form.validate_on_submit() and _save(form, person):
        flash(_("The person is saved in your list."), "success")
        return redirect(url_for("accounts.people"))
    page = render_template(
        "accounts/edit_person.html",
        form=form,
        person_id=person.id if person else None,
        **_hints(person),
    )
    return page, 422 if form.errors else 200


def _save(form: PersonForm, person: Person | None) -> bool:
    if form.stored is None:
        return False
    details = service.PersonDetails(
        form.name.data, form.relation.data, form.stored, form.stored_mobile
    )
    now = clock.now()
    try:
        with transaction() as session:
            service.save_person(
                session, current_user.id, details, now, person.id if person else None
            )
            if form.id_number.data:
                record_consent(session, current_user.id, person_consent(), now)
    except service.AlreadyListed as error:
        form.id_number.errors = [error.message]
        return False
    return True


def _stored(holder: Person | Customer) -> IdNumber | None:
    if holder.id_number is None or holder.birth_date is None:
        return None
    return IdNumber(holder.id_number, holder.birth_date, "M" if holder.sex == "M" else "F")


def _hints(kept: Person | service.Profile | None) -> dict[str, str]:
    """The stored numbers, masked, as a word beside the empty fields that may replace them."""
    id_number = kept.id_number if kept else None
    mobile = kept.mobile if kept else None
    return {
        "id_number_hint": _(
            "Kept: %(number)s; leave the field empty to keep it.", number=mask_id_number(id_number)
        )
        if id_number
        else _("18 characters, as in the identity document."),
        "mobile_hint": _(
            "Kept: %(number)s; leave the field empty to keep it.", number=mask_mobile(mobile)
        )
        if mobile
        else _("Mainland China, 11 digits; needed only where a policy asks for it."),
    }
