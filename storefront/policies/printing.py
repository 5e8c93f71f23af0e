"""What of a contract is printed: the schedule of its document, in the policy's language."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from flask_babel import force_locale, ngettext
from flask_babel import gettext as _

from config import Settings
from storefront.catalog import answers as catalog_answers
from storefront.catalog import members, occupations
from storefront.catalog.bundle import ProductBundle
from storefront.catalog.definition import AnswerField, Cover, ProductDefinition, Text
from storefront.catalog.facts import years_of_premium
from storefront.catalog.insurers import InsurerProfile
from storefront.extensions import LANGUAGES
from storefront.pages import day, money
from storefront.policies import printed_parties
from storefront.policies.document.pages import Clauses
from storefront.policies.document.schedule import CoverLine, Organisation, Schedule
from storefront.policies.models import Policy
from storefront.rating.level import LevelBasis


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
            policyholder=printed_parties.party(content["parties"]["policyholder"]),
            insured=printed_parties.insured(content),
            object_fields=printed_parties.object_fields(definition, content["parties"], language)
            + printed_parties.employee_list(content["parties"].get("employees"), language),
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
            beneficiaries=printed_parties.beneficiaries(content["parties"]),
            special_terms=tuple(term[language] for term in content["special_terms"]),
            cooling_off_days=definition.cooling_off_days,
            cancellation=definition.refund.note.in_language(language),
            insurer=_insurer(insurer, language),
            agency=_agency(settings, language),
        )


def _particulars(
    definition: ProductDefinition, answers: Mapping[str, object], language: str
) -> tuple[tuple[str, str], ...]:
    """The answers on which the premium rests and that the table of covers does not show."""
    amounts = [cover.limit for cover in definition.covers]
    amounts += [cover.deductible for cover in definition.covers if cover.deductible]
    shown = {amount.key for amount in amounts}
    asked = [field for field in definition.answers if field.key not in shown]
    if members.count(answers) == 1:
        return tuple(_answers(asked, answers, language))
    own = members.own_keys(definition)
    rows = _answers([field for field in asked if field.key not in own], answers, language)
    for number, person in enumerate(members.each(definition, answers), 1):
        rows += [
            (_("%(label)s (person %(number)s)", label=label, number=number), value)
            for label, value in _answers([f for f in asked if f.key in own], person, language)
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
    labels = (choice.label for choice in field.choices if choice.value == text)
    if label := next(labels, occupations.name_of(field, value)):
        return label.in_language(language)
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
