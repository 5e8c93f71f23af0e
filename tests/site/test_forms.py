"""The form parts tie label, hint, unit and error together, and tick nothing by themselves."""

import pytest
from flask import Flask, render_template_string
from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    FieldList,
    Form,
    FormField,
    RadioField,
    SelectField,
    StringField,
)
from wtforms.validators import InputRequired, Length, Optional

from tests.pages import check_page

PAGE = (
    '{% from "_macros/forms.html" import csrf, field, form_errors %}'
    "<form method=post action='/'>{{ csrf() }}{{ form_errors(form) }}"
    '{{ field(form.name, hint="As on the card", autocomplete="name") }}'
    '{{ field(form.amount, prefix="CNY", unit="per year", inputmode="decimal") }}'
    "{{ field(form.plan) }}{{ field(form.smoker) }}{{ field(form.agreed) }}"
    "{{ field(form.address.form.city) }}"
    "{% for entry in form.nicknames %}{{ field(entry) }}{% endfor %}</form>"
)


class Address(Form):
    city = StringField("City", [InputRequired("City missing")])


class Sample(Form):
    name = StringField("Name", [InputRequired("Name missing")])
    amount = StringField("Amount", [Optional()])
    plan = SelectField("Plan", choices=[("", "Please choose"), ("a", "A")])
    smoker = RadioField(
        "Smoker", choices=[("yes", "Yes"), ("no", "No")], validate_choice=False,
        validators=[InputRequired("Smoker missing")],
    )  # fmt: skip
    agreed = BooleanField("I agree", [InputRequired("Agreement missing")])
    address = FormField(Address)
    nicknames = FieldList(StringField("Nickname", [Length(max=3, message="Too long")]))


def render(app: Flask, given: dict[str, str] | None = None) -> str:
    form = Sample(MultiDict(given) if given is not None else None)
    if given is not None:
        form.validate()
    with app.test_request_context():
        page = render_template_string(PAGE, form=form)
    check_page(page, "en")
    return page


@pytest.mark.rule("S-01")
def test_nothing_is_ticked_or_selected(app: Flask) -> None:
    page = render(app)
    assert "checked" not in page
    assert "selected" not in page.replace('<option selected value="">', "")


def test_hint_and_attributes_belong_to_the_input(app: Flask) -> None:
    page = render(app)
    assert 'aria-describedby="name-hint"' in page
    assert 'autocomplete="name"' in page
    assert 'inputmode="decimal"' in page
    assert "aria-invalid" not in page


def test_errors_stand_at_the_field_and_in_the_summary(app: Flask) -> None:
    page = render(app, {"plan": "a", "nicknames-0": "far too long"})
    assert 'aria-describedby="name-hint name-error"' in page
    assert page.count('aria-invalid="true"') == 4
    for target in ("name", "smoker-0", "agreed", "address-city", "nicknames-0"):
        assert f'<a href="#{target}">' in page
        assert f'id="{target}"' in page


def test_what_was_typed_is_kept(app: Flask) -> None:
    page = render(app, {"amount": "12.5", "smoker": "no"})
    assert 'value="12.5"' in page
    assert page.count("checked") == 1
