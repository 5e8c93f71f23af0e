"""Texts the customer confirms, and sentences for what is wrong in a step.

The long texts are Markdown files beside this module, one for each language; clauses and exclusions
come from the product version.
"""

import re
from functools import lru_cache
from pathlib import Path

from flask import current_app
from flask_babel import gettext as _

from storefront.applications import figures
from storefront.applications.draft import Draft
from storefront.catalog import clauses
from storefront.catalog import service as catalog
from storefront.db import db
from storefront.pages import money

FOLDER = Path(__file__).parent / "wording"
TITLE = re.compile(r"^#(?= )", re.MULTILINE)


def markdown(draft: Draft, step: str, language: str) -> str:
    """The exact text of a confirmation step in one language."""
    if step == "clauses":
        return draft.bundle.clauses_in(language)
    if step == "exclusions":
        return clauses.section(draft.bundle.clauses_in(language), "exclusions").markdown
    settings = current_app.extensions["settings"]
    insurer = catalog.insurer(db.session, draft.definition.insurer, draft.now)
    return _file(step, language).format(
        agency=settings.operator_name_en if language == "en" else settings.operator_name_zh,
        licence=settings.licence_number,
        phone=settings.service_phone,
        email=settings.service_email,
        insurer=insurer.name.in_language(language),
        insurer_phone=insurer.service_phone,
        product=draft.definition.clause_name.in_language(language),
    )


def html(text: str) -> str:
    """Safe HTML of such a text, its headings below that of the page."""
    return clauses.to_html(TITLE.sub("##", text))


@lru_cache
def _file(step: str, language: str) -> str:
    return (FOLDER / f"{step}.{language}.md").read_text()


def statement(kind: str) -> str:
    """What the customer says by ticking a box."""
    return {
        "notice": _("I have read the customer notice."),
        "sensitive-data": _(
            "I agree that my identity number and health answers, which are sensitive personal data, are processed for this application."
        ),
        "passing-on": _(
            "I agree that the data of this application is passed to the insurer named above."
        ),
        "suitability": _("This describes my situation: go on"),
        "own-will": _(
            "I have read that this insurance does not fit my needs or means, and I go on of my own will."
        ),
        "authorised": _(
            "The company has authorised me to apply for this insurance and to act for it in this matter."
        ),
        "care": _("I understand this product, its cost and its risks, and I decide on my own."),
        "insured-consent": _(
            "Every insured person other than me and my minor children knows about this insurance and agrees to it."
        ),
        "controls": _(
            "I have answered every question about the company's security truthfully and completely, as things stand today."
        ),
        "employee-data": _(
            "The employees know that their data is passed to the insurer for this insurance, and the company may pass it on."
        ),
        "other-cover": _(
            "I have compared this product with the cover that exists already, and I know that all payments together never exceed the actual cost."
        ),
        "guardian": _(
            "I am the guardian of the minors insured here, or their guardian knows about this insurance and agrees to it."
        ),
        "children-data": _(
            "I am the parent or guardian of the children under %(age)s named here and agree that their personal data, which is sensitive, is processed for this application and passed to the insurer.",
            age=figures.CHILD_AGE,
        ),
        "health": _("I have answered every question truthfully and completely."),
        "clauses": _("I have read the clauses."),
        "exclusions": _("I have read the exclusions and understand what is not covered."),
        "summary": _("Everything above is right, and I apply for this insurance."),
        "offer": _("I have read the special terms and the new premium, and I agree to them."),
    }[kind]


def object_title(line: str) -> str:
    """What the insured object is called for a line of products."""
    return {"motor": _("Vehicle"), "cyber": _("Website")}.get(line, _("Insured object"))


def overlap() -> str:
    """What somebody with medical cover has to know before buying more of it (N-04)."""
    return _(
        "This insurance reimburses hospital costs. Basic medical insurance, an employer's cover, other policies and this one together never pay more than was actually spent. Whoever has hospital cover of this size already often gains nothing from a second policy but pays a second premium."
    )


def other_cover(key: str) -> str:
    """What is asked about existing cover of one insured person."""
    return {
        "hospital": _("Is there another policy that pays hospital costs?"),
        "employer": _("Does an employer provide medical cover beyond basic medical insurance?"),
    }[key]


def statement_missing() -> str:
    """What an unticked box leads to."""
    return _("Please confirm this before you go on.")


def document_fault(name: str, checking: bool) -> str:
    """Why a document is not there yet."""
    if checking:
        return _("“%(name)s” is still being checked. Please try again in a moment.", name=name)
    return _("Please attach “%(name)s”.", name=name)


def fault(slug: str) -> str:
    """One sentence for a fault of a party, a declaration or a step."""
    return {
        "missing": _("Please fill this in."),
        "too-long": _("This is too long."),
        "unprintable": _("This contains characters that cannot be printed."),
        "id-length": _("An identity number has 18 characters."),
        "id-check-digit": _(
            "This identity number has a typing mistake; please compare it with the card."
        ),
        "id-birth-date": _(
            "The birth date in this identity number does not exist or lies in the future."
        ),
        "not-a-mobile": _(
            "Please enter a mobile number of Mainland China, for example 138 0000 0000."
        ),
        "uscc-length": _("A unified social credit code has 18 digits and capital letters."),
        "uscc-check-digit": _(
            "This unified social credit code has a typing mistake; please compare it with the business licence."
        ),
        "authorised-too-young": _("The authorised person has to be 18 or older."),
        "policyholder-too-young": _("The policyholder has to be 18 or older."),
        "relation-not-allowed": _(
            "This product cannot be taken out for somebody in this relation to you."
        ),
        "minor-death-parents": _(
            "For a minor only a parent can take out insurance that pays on death. Please check the relation, or let a parent apply."
        ),
        "age-not-insurable": _("This person's age is outside the ages that this product insures."),
        "birth-date-differs": _(
            "The identity number shows another birth date than the one the price was calculated for. Please correct one of them; the date of the price can be changed in the step “Cover”."
        ),
        "sex-differs": _(
            "The identity number shows another sex than the one the price was calculated for. The step “Cover” lets you change it."
        ),
        "minor-limit": _(
            "Death cover for minors is limited by law: %(young)s below the age of %(age)s, %(older)s from there to %(last)s, counting cover elsewhere. Please lower the sum insured in the step “Cover”.",
            young=money(figures.MINOR_LIMITS[0][1]),
            older=money(figures.MINOR_LIMITS[1][1]),
            age=figures.YOUNG_AGE,
            last=figures.ADULT_AGE - 1,
        ),
        "elsewhere-missing": _(
            "Please say how much other policies would pay on death; enter 0 if there are none."
        ),
        "not-quoted": _(
            "The price was not calculated for somebody born on this day. Please correct the birth date or add the person in the step “Cover”."
        ),
        "insured-twice": _("This person is already on the list."),
        "insured-count": _("Please add the insured persons."),
        "insured-full": _("No more people can be added to this policy."),
        "links-missing": _(
            "Everybody listed here has to agree first. You can leave this page; we write to you as soon as somebody answers."
        ),
        "consent-missing": _("Please confirm that the insured persons agree."),
        "shares": _("The shares of each rank have to add up to 100%."),
        "share": _("A share is a whole number from 1 to 100."),
        "rank": _("A rank is a whole number from 1 to 9."),
        "beneficiary-insured": _(
            "The insured person cannot be the beneficiary of the death benefit."
        ),
        "beneficiaries-none": _("Please add at least one beneficiary, or choose the legal heirs."),
        "employees-missing": _("Please upload the list of employees."),
        "employees-differ": _(
            "The list and the answers of the quote differ. Please calculate the premium anew or upload another list."
        ),
        "unanswered": _("Please answer this question."),
        "not-a-number": _("Please enter a number."),
        "number-out-of-range": _("This number cannot be right; please check it."),
        "not-a-date": _("Please enter a date."),
        "plate": _("This is not a plate number of Mainland China."),
        "vin": _(
            "A VIN has 17 characters without I, O and Q; please compare it with the vehicle licence."
        ),
        "engine": _("Please enter the engine number as the vehicle licence shows it."),
        "date-past": _("This date lies in the future or cannot be right."),
        "domain": _("Please enter a domain such as example.com."),
        "amount": _("Please enter an amount in yuan, without separators."),
        "start-window": _("The first day of cover lies outside the days that can be chosen."),
    }[slug]
