"""The step of due diligence: occupation and source of funds; copies are asked for with the documents."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from storefront import clock
from storefront.applications import journal, service, texts
from storefront.applications.diligence import rules
from storefront.applications.draft import Draft
from storefront.applications.steps import Context, Step, StepInvalid, Typed
from storefront.catalog import occupations
from storefront.extensions import current_language
from storefront.worklist import service as worklist

REVIEW = "diligence.review"
PERMISSION = "diligence"
REVIEW_DAYS = 3
SOURCES = {
    "wages": _l("Wages or salary"),
    "business": _l("Income of a business"),
    "savings": _l("Savings"),
    "property": _l("Sale or rent of property"),
    "investment": _l("Investments"),
    "family": _l("Gift or support of the family, inheritance"),
    "other": _l("Something else"),
}


def show(session: Session, draft: Draft, language: str) -> Context:
    """The form with what was said before."""
    return _context(draft, draft.application.parties.get(rules.KEY, {}), {})


def save(session: Session, draft: Draft, typed: Typed, language: str) -> str:
    """Stores the answers with the amounts that made them necessary."""
    given, faults = rules.read(typed)
    if faults:
        errors = {name: _sentence(name, slug) for name, slug in faults}
        raise StepInvalid(list(errors.items()), _context(draft, given, errors))
    if draft.diligence is not None:
        given |= {"premium": str(draft.diligence.premium), "in_year": str(draft.diligence.in_year)}
    fresh = service.set_party(draft, rules.KEY, given)
    journal.answered(session, fresh, rules.KEY, given)
    return fresh.after(rules.KEY)


def submitted(session: Session, draft: Draft) -> None:
    """Compliance looks at what was said, where it was asked."""
    if draft.diligence is None:
        return
    day = clock.add_working_days(draft.today, REVIEW_DAYS)
    work = worklist.Work(
        REVIEW, draft.application.ref, PERMISSION, clock.local_midnight(day), worklist.NORMAL
    )
    worklist.open_item(session, work, draft.now)


def _sentence(name: str, slug: str) -> str:
    asked = {
        "occupation": _("Please say what you do for a living."),
        "source": _("Please say where the money for the premium comes from."),
        "source_text": _("Please say in a few words where the money comes from."),
    }
    return asked[name] if slug == "missing" else texts.fault(slug)


def _context(draft: Draft, given: dict[str, str], errors: dict[str, str]) -> Context:
    return {
        "due": draft.diligence,
        "given": given,
        "field_errors": errors,
        "sources": SOURCES,
        "occupations": [
            item.name.in_language(current_language()) for item in occupations.table().values()
        ],
    }


STEP = Step(show, save)
