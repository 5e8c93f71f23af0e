"""The exact text that an insured person agrees to or refuses. Names are masked: a link can go astray."""

import re
from datetime import timedelta
from typing import Any

from flask import current_app
from flask_babel import gettext as _

from storefront import clock
from storefront.applications import rules, texts
from storefront.applications.draft import Draft
from storefront.applications.forms import RELATIONS
from storefront.catalog import service as catalog
from storefront.catalog.facts import amount_of
from storefront.db import db
from storefront.identity import mask_name
from storefront.pages import money

MARKUP = re.compile(r"([^\w\s]|_)")


def markdown(draft: Draft, place: int, language: str) -> str:
    """The text for one insured person, as the application stands now."""
    settings = current_app.extensions["settings"]
    definition = draft.definition
    insurer = catalog.insurer(db.session, definition.insurer, draft.now)
    begins, ends = _period(draft)
    return (
        (texts.FOLDER / f"consent.{language}.md")
        .read_text()
        .format(
            agency=settings.operator_name_en if language == "en" else settings.operator_name_zh,
            phone=settings.service_phone,
            policyholder=_masked((draft.policyholder or {})["name"]),
            insurer=insurer.name.in_language(language),
            product=definition.clause_name.in_language(language),
            amounts="\n".join(_amounts(draft, place, language)),
            begins=begins,
            ends=ends,
            beneficiaries=_beneficiaries(draft.beneficiaries),
        )
    )


def _masked(name: str) -> str:
    """The masked name as Markdown: neither its stars nor anything typed may become markup."""
    return MARKUP.sub(r"\\\1", mask_name(name))


def _amounts(draft: Draft, place: int, language: str) -> list[str]:
    answers = draft.people_answers[place]
    found = [
        (cover.name.in_language(language), amount_of(cover.limit, answers))
        for cover in draft.definition.covers
        if cover.death_benefit
    ]
    return [f"- {name}: {money(amount)}" for name, amount in found if amount]


def _period(draft: Draft) -> tuple[str, str]:
    start = draft.application.start_date or draft.today
    begins, ends = rules.period(draft.definition, draft.answers, start)
    last = clock.local_date(ends - timedelta(seconds=1))
    return clock.local_date(begins).isoformat(), last.isoformat()


def _beneficiaries(chosen: dict[str, Any] | None) -> str:
    named = (chosen or {}).get("named", [])
    if not named:
        return _("the legal heirs")
    return "; ".join(
        _(
            "rank %(rank)s: %(name)s (%(relation)s), %(share)s%%",
            rank=person["rank"],
            name=_masked(person["name"]),
            relation=RELATIONS[person["relation"]],
            share=person["share"],
        )
        for person in sorted(named, key=lambda person: int(person["rank"]))
    )
