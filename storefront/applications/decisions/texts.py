"""The exact text of a counter-offer, which the customer confirms, and sentences for what is wrong."""

from flask_babel import gettext as _

from storefront.applications.decisions import offers
from storefront.applications.decisions.explaining import name_of
from storefront.applications.decisions.models import CounterOffer
from storefront.applications.draft import Draft
from storefront.pages import moment, money
from storefront.quotes.service import lines_of
from storefront.underwriting.terms import Terms, changed


def offer(draft: Draft, made: CounterOffer, language: str) -> str:
    """What is offered, as Markdown in one language: every special term, and the price with its lines."""
    lines = [
        _(
            "Application %(ref)s, %(product)s",
            ref=draft.application.ref,
            product=draft.definition.clause_name.in_language(language),
        ),
        "",
        f"### {_('Special terms')}",
        "",
    ]
    for item in changed(offers.terms_of(made)):
        lines += [f"- {sentence}" for sentence in _sentences(draft, item, language)]
    lines += ["", f"### {_('Premium')}", ""]
    lines += [
        "- " + _("%(name)s: %(amount)s", name=line["name"][language], amount=money(line["amount"]))
        for line in lines_of(made)
    ]
    lines += [
        "",
        "**" + _("Premium on these terms: %(amount)s", amount=money(made.premium)) + "**",
        "",
        _("Without the special terms it would be %(amount)s.", amount=money(made.standard)),
        "",
        _("This offer ends on %(moment)s, Beijing time.", moment=moment(made.expires_at)),
        "",
    ]
    return "\n".join(lines)


def _sentences(draft: Draft, item: Terms, language: str) -> list[str]:
    found = []
    if item.percent:
        found.append(
            _("The premium is %(percent)s%% higher.", percent=f"{item.percent.normalize():f}")
        )
    if item.per_mille:
        rate = f"{item.per_mille.normalize():f}"
        found.append(_("%(rate)s‰ of the sum insured is added a year.", rate=rate))
    for exclusion in item.exclusions:
        text = exclusion.text.in_language(language)
        found.append(_("Not covered: %(text)s", text=text))
    name = name_of(draft, item.person)
    return [f"{name}: {sentence}" for sentence in found] if name else found


def fault(slug: str) -> str:
    """One sentence for each slug of the pages here and of an underwriter's decision."""
    return {
        "missing": _("Please fill this in."),
        "too-short": _("Please say it in a sentence at least."),
        "too-long": _("Please shorten the text to 2,000 characters."),
        "unprintable": _("This contains characters that cannot be printed."),
        "no-loading": _("A loading needs per cent or per mille."),
        "no-exclusion": _("An exclusion has to be chosen or written."),
        "terms-without-outcome": _(
            "Loadings and exclusions go with the outcomes of that name only."
        ),
        "out-of-range": _("This number cannot be right; please check it."),
        "not-a-number": _("Please enter a number."),
        "until-missing": _("Please say until when."),
        "until-unwanted": _("Only a postponed application waits for something."),
        "worse-than-before": _("An appeal cannot make the decision worse."),
        "over-limit": _(
            "This person is insured otherwise by now, and what is left of the limit does not suffice."
        ),
        "both-languages": _(
            "Please write the exclusion in both languages; it becomes part of the contract."
        ),
    }[slug]
