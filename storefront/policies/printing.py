"""What of a contract is printed: the schedule of its document, in the policy's language."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from flask_babel import force_locale, ngettext
from flask_babel import gettext as _

from config import Settings
from storefront.applications.employees.texts import employee_rows
from storefront.catalog import answers as catalog_answers
from storefront.catalog import members
from storefront.catalog.bundle import ProductBundle
from storefront.catalog.definition import AnswerField, Cover, ProductDefinition, Text
from storefront.catalog.facts import years_of_premium
from storefront.catalog.insurers import InsurerProfile
from storefront.extensions import LANGUAGES
from storefront.identity import mask_id_number, mask_mobile
from storefront.pages import day, money
from storefront.policies.document.pages import Clauses
from storefront.policies.document.schedule import CoverLine, Organisation, Party, Schedule
from storefront.policies.models import Policy
from storefront.rating.level import LevelBasis

SHOWN_DIGITS = 16  # of a fingerprint


def clauses(bundle: ProductBundle, insurer: InsurerProfile, language: str, html: str) -> Clauses:
    """The clauses of a product version, ready to be set."""
    definition = bundle.definition
    return Clauses(
        language=language,
        name=definition.clause_name.in_language(language),
        filing_number=definition.filing_number,
        insurer=insurer.name.in_language(language),
        html=html,
    )


def schedule(
    policy: Policy,
    content: Mapping[str, Any],
    bundle: ProductBundle,
    insurer: InsurerProfile,
    settings: Settings,
    *,
    language: str,
) -> Schedule:
    """The schedule of an issued policy; its document is in the policy's language, pages in any."""
    if policy.number is None or policy.issued_at is None:
        raise ValueError("a policy without a number cannot be printed")
    definition = bundle.definition
    answers = catalog_answers.load(definition, content["answers"])
    with force_locale(LANGUAGES[language]):
        return Schedule(
            language=language,
            number=policy.number,
            issued_at=policy.issued_at,
            verify_code=policy.verify_code,
            verify_url=f"{settings.base_url}/verify/{policy.verify_code}",
            clause_name=definition.clause_name.in_language(language),
            marketing_name=definition.marketing_name.in_language(language),
            filing_number=definition.filing_number,
            illustrative=definition.illustrative,
            start_at=datetime.fromisoformat(content["start_at"]),
            end_at=datetime.fromisoformat(content["end_at"]),
            start_shifted=content["start_shifted"],
            policyholder=_party(content["parties"]["policyholder"]),
            insured=_insured(content),
            object_fields=_object_fields(definition, content["parties"], language)
            + _employee_list(content["parties"].get("employees"), language),
            particulars=_particulars(definition, answers, language),
            covers=tuple(
                _cover_line(definition.cover(cover["code"]), cover, language)
                for cover in content["covers"]
            ),
            premium_lines=tuple(
                (line["name"][language], Decimal(line["amount"])) for line in content["lines"]
            ),
            premium=Decimal(content["premium"]),
            currency=content["currency"],
            payment_plan=_payment_plan(definition, answers, Decimal(content["premium"])),
            cash_values=_cash_values(bundle, answers),
            takes_beneficiaries=any(cover.death_benefit for cover in definition.covers),
            beneficiaries=_beneficiaries(content["parties"]),
            special_terms=tuple(term[language] for term in content["special_terms"]),
            cooling_off_days=definition.cooling_off_days,
            cancellation=definition.refund.note.in_language(language),
            insurer=_insurer(insurer, language),
            agency=_agency(settings, language),
        )


def _insured(content: Mapping[str, Any]) -> tuple[Party, ...]:
    """The insured persons, each with its share of the premium where they are several."""
    people = [_party(person) for person in content["parties"].get("insured", [])]
    premiums = content.get("person_premiums") or []  # older contracts have none
    if len(people) < 2 or len(premiums) != len(people):
        return tuple(people)
    return tuple(
        replace(person, premium=Decimal(premium))
        for person, premium in zip(people, premiums, strict=True)
    )


def _party(person: Mapping[str, Any]) -> Party:
    if person.get("kind") == "company":
        return _company(person)
    number = person.get("id_number") or ""
    birth_date = person.get("birth_date")
    return Party(
        name=person["name"],
        id_number=mask_id_number(number) if number else "",
        birth_date=date.fromisoformat(birth_date) if birth_date else None,
        sex={"M": _("male"), "F": _("female")}.get(person.get("sex") or "", ""),
        relation=relation_name(person.get("relation") or ""),
        mobile=mask_mobile(person["mobile"]) if person.get("mobile") else "",
        email=person.get("email") or "",
        address=person.get("address") or "",
        rank=int(person.get("rank") or 0),
        share=str(person.get("share") or ""),
    )


def _company(company: Mapping[str, Any]) -> Party:
    """A credit code stands in a public register; the person who acts for the company does not."""
    contact = company["contact"]
    return Party(
        name=company["name"],
        company=True,
        id_number=company["uscc"],
        mobile=mask_mobile(contact["mobile"]),
        email=company.get("email") or "",
        address=company["address"],
        legal_representative=company["legal_representative"],
        contact=contact["name"],
    )


def relation_name(slug: str) -> str:
    """A relation in the present language."""
    return {
        "self": _("the policyholder"),
        "spouse": _("spouse"),
        "child": _("child"),
        "parent": _("parent"),
        "relative": _("other relative"),
        "other-relative": _("other relative"),
        "employee": _("employee"),
        "other": _("other"),
    }.get(slug, slug)


def _beneficiaries(parties: Mapping[str, Any]) -> tuple[Party, ...]:
    named = parties.get("beneficiaries", {}).get("named", [])
    return tuple(_party(person) for person in sorted(named, key=lambda person: int(person["rank"])))


def _object_fields(
    definition: ProductDefinition, parties: Mapping[str, Any], language: str
) -> tuple[tuple[str, str], ...]:
    given = parties.get("object", {})
    return tuple(
        (field.label.in_language(language), str(given[field.key]))
        for field in definition.application.extra
        if given.get(field.key)
    )


def _employee_list(listed: Mapping[str, Any] | None, language: str) -> tuple[tuple[str, str], ...]:
    """How many employees are insured, and the fingerprint of the list that names them."""
    if listed is None:
        return ()
    fingerprint = (_("Fingerprint of the list of employees"), listed["sha256"][:SHOWN_DIGITS])
    return (*employee_rows(listed, language), fingerprint)


def _particulars(
    definition: ProductDefinition, answers: Mapping[str, object], language: str
) -> tuple[tuple[str, str], ...]:
    """The answers on which the premium rests and that the table of covers does not show."""
    amounts = [cover.limit for cover in definition.covers]
    amounts += [cover.deductible for cover in definition.covers if cover.deductible]
    shown = {amount.key for amount in amounts}
    asked = [field for field in definition.answers if field.key not in shown]
    rows = _answers(asked, answers, language)
    for number, member in enumerate(members.further(answers), 2):
        rows += [
            (_("%(label)s (person %(number)s)", label=label, number=number), value)
            for label, value in _answers(asked, member, language)
        ]
    return tuple(rows)


def _answers(
    fields: Iterable[AnswerField], answers: Mapping[str, object], language: str
) -> list[tuple[str, str]]:
    return [
        (field.label.in_language(language), _answer(field, answers[field.key], language))
        for field in fields
        if answers.get(field.key) is not None and field.type != "map"
    ]


def _answer(field: AnswerField, value: object, language: str) -> str:
    text = str(value).lower() if isinstance(value, bool) else str(value)
    for choice in field.choices:
        if choice.value == text:
            return choice.label.in_language(language)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, date):
        return day(value)
    if field.type == "money" and isinstance(value, Decimal):
        return money(value)
    return f"{text} {_in(field.unit, language)}".strip()


def _cover_line(cover: Cover, terms: Mapping[str, Any], language: str) -> CoverLine:
    none = _("none")
    days = int(terms["waiting_days"])
    copay = Decimal(terms["copay_ratio"] or 0)
    return CoverLine(
        name=cover.name.in_language(language),
        rider=cover.kind == "rider",
        limit=_limit(terms["limit"], _in(cover.limit.text, language)),
        deductible=_limit(
            terms["deductible"] if Decimal(terms["deductible"] or 0) else None,
            _in(cover.deductible.text, language) if cover.deductible else "",
        )
        or none,
        copay=f"{(copay * 100).normalize():f}%" if copay else none,
        waiting=ngettext("%(num)d day", "%(num)d days", days) if days else none,
    )


def _limit(amount: str | None, text: str) -> str:
    if amount is None:
        return text
    shown = money(Decimal(amount))
    return _("%(amount)s (%(remark)s)", amount=shown, remark=text) if text else shown


def _in(text: Text | None, language: str) -> str:
    return text.in_language(language) if text else ""


def _payment_plan(
    definition: ProductDefinition, answers: Mapping[str, object], premium: Decimal
) -> str:
    plan = definition.payment
    if plan.frequency == "annual" and (years := years_of_premium(definition, answers)) > 1:
        return ngettext(
            "A premium of %(amount)s is due each year for %(num)d year; the first is paid.",
            "A premium of %(amount)s is due each year for %(num)d years; the first is paid.",
            years,
            amount=money(premium),
        )
    if plan.frequency == "instalments" and answers.get(plan.instalments_key or ""):
        return _("The premium is paid in instalments; the first is paid.")
    return _("The premium is paid in one sum.")


def _cash_values(bundle: ProductBundle, answers: Mapping[str, object]) -> tuple[Decimal, ...]:
    """What surrender pays at the end of each policy year, for one product whose refund is that."""
    if bundle.definition.refund.basis != "cash-value" or not isinstance(bundle.basis, LevelBasis):
        return ()
    return bundle.basis.cash_values(answers)


def _insurer(insurer: InsurerProfile, language: str) -> Organisation:
    return Organisation(
        name=insurer.name.in_language(language),
        licence=insurer.licence,
        address=insurer.address.in_language(language),
        service_phone=insurer.service_phone,
        service_email=insurer.service_email,
        claims_phone=insurer.claims_phone,
        complaint_phone=insurer.complaint_phone,
        complaint_email=insurer.complaint_email,
        website=insurer.website,
    )


def _agency(settings: Settings, language: str) -> Organisation:
    return Organisation(
        name=settings.operator_name_en if language == "en" else settings.operator_name_zh,
        licence=settings.licence_number,
        address="",
        service_phone=settings.service_phone,
        service_email=settings.service_email,
        claims_phone=settings.service_phone,
        complaint_phone=settings.service_phone,
        complaint_email=settings.service_email,
        website=settings.base_url,
    )
