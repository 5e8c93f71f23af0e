"""What an application costs on the standard terms and on others."""

from collections.abc import Iterable
from decimal import Decimal

from storefront.applications.draft import Draft
from storefront.applications.models import Application
from storefront.catalog import pricing
from storefront.catalog.facts import amount_of
from storefront.catalog.loading import Loading, with_loadings
from storefront.catalog.pricing import Priced
from storefront.quotes.service import lines_json
from storefront.underwriting.terms import Terms


def standard(draft: Draft) -> Priced:
    """The premium without any loading.

    A decision may come when the first day of cover has passed: the price is then still that of the day
    applied for, and a new day is chosen before paying.
    """
    return draft.priced or pricing.price(draft.bundle, draft.answers, draft.persons)


def on_terms(draft: Draft, terms: Iterable[Terms]) -> Priced:
    """The premium with the loadings of each insured person."""
    return with_loadings(
        standard(draft),
        [
            Loading(item.person, item.percent, item.per_mille, sum_insured(draft, item.person))
            for item in terms
            if item.percent or item.per_mille
        ],
    )


def sum_insured(draft: Draft, person: int) -> Decimal:
    """The sum insured of the main cover for an insured person, yuan; 0 where it is words only."""
    main = next(cover for cover in draft.definition.covers if cover.kind == "main")
    return amount_of(main.limit, draft.people_answers[person]) or Decimal(0)


def largest_sum(draft: Draft) -> Decimal:
    """The highest sum insured of any person, yuan."""
    return max(sum_insured(draft, person) for person in range(len(draft.people_answers)))


def freeze(application: Application, priced: Priced) -> None:
    """Makes a price the one that is going to be charged (M-03)."""
    application.premium, application.unrounded = priced.total, priced.unrounded
    application.lines = lines_json(priced)
    application.person_premiums = [str(amount) for amount in priced.persons]
