"""Reading on the desk: the list, and the pages of one claim."""

from flask import render_template, request
from sqlalchemy.orm import Session

from storefront import clock
from storefront.access import current_member, staff
from storefront.claims import standing, texts
from storefront.claims.answer_forms import CAUSES
from storefront.claims.desk import listing, reading
from storefront.claims.desk.blueprint import Errors, Page, blueprint, to
from storefront.claims.models import Claim
from storefront.claims.payouts import texts as payout_texts
from storefront.claims.service import deciding, members
from storefront.claims.views.common import signed_letter
from storefront.db import transaction
from storefront.extensions import current_language
from storefront.worklist import service as worklist


@blueprint.get("/")
@staff("claims.read")
def index() -> str:
    """All claims, newest first, narrowed by the filters of the address."""
    filters = listing.Filters(
        stage=request.args.get("stage", ""),
        product=request.args.get("product", ""),
        after=request.args.get("after", type=int),
    )
    with transaction() as session:
        rows, after = listing.page(session, filters)
        return render_template(
            "staff/claims/index.html",
            rows=rows,
            after=after,
            filters=filters,
            work=listing.work_of(session, [claim.ref for claim, _policy in rows]),
            stages=standing.stage_words(),
            outcomes=standing.outcome_words(),
        )


@blueprint.get("/<string:ref>")
@staff("claims.read")
def show(ref: str) -> str:
    """Heads of loss with their arithmetic, findings, the decision."""
    now = clock.now()
    with transaction() as session:
        return assessment_page(session, reading.opened(session, ref, current_member(), now))


@blueprint.get("/<string:ref>/documents")
@staff("claims.read")
def documents(ref: str) -> str:
    """What was asked for, with its files."""
    with transaction() as session:
        claim = reading.opened(session, ref, current_member(), clock.now())
        return documents_page(session, claim)


@blueprint.get("/<string:ref>/money")
@staff("claims.read")
def money(ref: str) -> str:
    """Reserves, what is due, orders."""
    with transaction() as session:
        claim = reading.opened(session, ref, current_member(), clock.now())
        return money_page(session, claim)


@blueprint.get("/<string:ref>/course")
@staff("claims.read")
def course(ref: str) -> str:
    """Everything that happened."""
    with transaction() as session:
        claim = reading.opened(session, ref, current_member(), clock.now())
        return render_template(
            "staff/claims/course.html",
            **frame(session, claim, "course"),
            **reading.course(session, claim, current_member()),
            event_words=standing.event_for_staff,
            errors=[],
        )


@blueprint.get("/<string:ref>/letters/<int:number>.pdf")
@staff("claims.read")
def letter(ref: str, number: int) -> Page:
    """The signed letter of a decision, as the customer has it."""
    with transaction() as session:
        claim = reading.opened(session, ref, current_member(), clock.now())
        return signed_letter(session, claim, number)


@blueprint.post("/<string:ref>/take/<int:item_id>")
@staff("claims.assess")
def take(ref: str, item_id: int) -> Page:
    """Takes a piece of work about the claim."""
    with transaction() as session:
        worklist.take(session, item_id, current_member(), clock.now())
    return to(ref)


@blueprint.post("/<string:ref>/give-back/<int:item_id>")
@staff("claims.assess")
def give_back(ref: str, item_id: int) -> Page:
    """Puts a piece of work back into the queue."""
    with transaction() as session:
        worklist.give_back(session, item_id, current_member(), clock.now())
    return to(ref)


def assessment_page(
    session: Session, claim: Claim, errors: Errors | None = None, preview: str = ""
) -> str:
    """The page on which a claim is assessed and decided."""
    top = frame(session, claim, "show")
    context = reading.assessment(session, claim, top["definition"])
    found = context["found"]
    member = current_member()
    objection = context["objection"]
    before = next((row for row, one in context["decisions"] if one is objection), None)
    return render_template(
        "staff/claims/show.html",
        **top,
        **context,
        suggestion=deciding.suggested(found) if found else None,
        barred=objection is not None and before is not None and before.decided_by == member.id,
        deciding=members.DECIDING,
        open=claim.stage == "assessment" and claim.decision == "pending",
        causes=CAUSES,
        roles=texts.roles(),
        flag_words=texts.flag,
        errors=errors or [],
        preview=preview,
        typed=request.form,
    )


def documents_page(session: Session, claim: Claim, errors: Errors | None = None) -> str:
    """The page on which documents are judged."""
    return render_template(
        "staff/claims/documents.html",
        **frame(session, claim, "documents"),
        **reading.documents(session, claim),
        barred=_is_barred(session, claim),
        errors=errors or [],
        typed=request.form,
    )


def money_page(session: Session, claim: Claim, errors: Errors | None = None) -> str:
    """The page of reserves and payouts."""
    top = frame(session, claim, "money")
    return render_template(
        "staff/claims/money.html",
        **top,
        **reading.money(session, claim, top["definition"]),
        barred=_is_barred(session, claim),
        states=payout_texts.states(),
        kinds=payout_texts.payee_kinds(),
        reasons=payout_texts.reasons(),
        errors=errors or [],
        typed=request.form,
    )


def _is_barred(session: Session, claim: Claim) -> bool:
    """Whether the member took the decision that is objected to, and must leave the claim alone."""
    looked_at = claim.stage == "assessment"
    return looked_at and members.has_decided(session, claim, current_member().id)


def frame(session: Session, claim: Claim, page: str) -> reading.Context:
    """What the top of every page of a claim needs, with the words of stages and decisions."""
    return {
        **reading.frame(session, claim, current_member()),
        "page": page,
        "stages": standing.stage_words(),
        "outcomes": standing.outcome_words(),
        "language": current_language(),
    }
