"""The list of one's claims, and the page of one claim: where it stands, who acts, until when."""

from flask import render_template, request
from flask_login import current_user
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from storefront import clock
from storefront.access import customer, public
from storefront.attachments import gates
from storefront.attachments import service as attachments
from storefront.attachments.models import Attachment
from storefront.catalog import service as catalog
from storefront.claims import attached, standing
from storefront.claims.models import Claim
from storefront.claims.payouts import settling
from storefront.claims.service import (
    access,
    adjudicating,
    answering,
    consequences,
    contract,
    deciding,
    ex_gratia,
    handing_in,
    letters,
    paying,
    requirements,
    taking_over,
    timeline,
)
from storefront.claims.views import blueprint
from storefront.claims.views.common import unknown, visitor
from storefront.db import transaction
from storefront.errors import NotFound
from storefront.policies import archive

Page = str | tuple[str, int] | Response


@blueprint.get("/")
@customer
def index() -> str:
    """The customer's claims, newest first, a page at a time."""
    now = clock.now()
    with transaction() as session:
        found = access.own(session, current_user.id, request.args.get("before", type=int))
        rows = [
            (row.Claim, catalog.get(session, row.product_code, row.product_version).definition)
            for row in found[: access.PAGE]
        ]
        return render_template(
            "claims/index.html",
            claims=[
                (claim, definition, contract.type_of(definition, claim.claim_type))
                for claim, definition in rows
            ],
            following=rows[-1][0].id if len(found) > access.PAGE else None,
            reports=access.open_reports(session, current_user.id, now),
        )


@blueprint.get("/<string:ref>")
@public
def show(ref: str) -> Page:
    """Everything about one claim."""
    with transaction() as session:
        try:
            claim = access.get(session, ref, visitor())
        except NotFound:
            return unknown()
        definition = contract.definition_of(session, claim)
        rows = requirements.of(session, claim)
        uploaded = attachments.of(session, handing_in.OWNER, claim.ref)
        files, newest = files_of(uploaded), handing_in.newest_files(uploaded)
        missing = [
            row for row in requirements.missing(rows)
            if not requirements.stands_for(row, newest.get(row.document))
        ]  # fmt: skip
        running = [row for row in timeline.clocks_of(session, claim) if row.met_at is None]
        given = handing_in.amounts_given(claim)
        answers = _answers(session, claim)
        may = standing.Answers(
            wants_account=bool(answers["wants_account"] or paying.waiting(session, claim)),
            may_object=bool(answers["may_object"]),
            object_until=answering.object_until(session, claim),
        )
        return render_template(
            "claims/show.html",
            claim=claim,
            definition=definition,
            claim_type=contract.type_of(definition, claim.claim_type),
            insurer=archive.insurer_profile(session, claim.policy.insurer_code),
            requirements=rows,
            files=files,
            removable=gates.removable(session, handing_in.OWNER, claim.ref, uploaded),
            missing=[row.document for row in missing],
            amounts_given=given,
            may_change=attached.may_change(session, claim),
            adjuster=timeline.adjuster(session, claim),
            standing=standing.standing(claim, running, bool(missing) or not given, may),
            progress=standing.progress(claim.stage),
            notices=standing.notices_of(claim.flags),
            events=timeline.visible(session, claim),
            event_words=standing.event,
            decision=decision_html(session, claim),
            waiting=_waits_for_a_job(session, claim),
            **answers,
        )


def _answers(session: Session, claim: Claim) -> dict[str, object]:
    """What the customer may do now."""
    decision = deciding.latest(session, claim)
    objections = answering.objections(session, claim)
    ahead = paying.waiting_advance(session, claim)
    return {
        "letter": decision.number if decision and decision.letter_sha256 else None,
        "may_accept": bool(claim.stage == "decided" and claim.payable),
        "may_object": answering.may_object(session, claim),
        "may_withdraw": answering.may_withdraw(session, claim),
        "objection": next((row for row in objections if row.state == "open"), None),
        "complaint": any(row.state == "decided" for row in objections),
        "waiting_advance": ahead,
        "waiting_beside": paying.waiting(session, claim) - ahead,
        "goodwill": ex_gratia.agreed(session, claim),
        "account": paying.account_of(session, claim),
        "wants_account": settling.wants_account(session, claim),
    }


def _waits_for_a_job(session: Session, claim: Claim) -> bool:
    """Whether the rules have yet to look, or the letter is being made: then the page renews itself."""
    if claim.stage == "assessment" and not claim.reopened:
        looked = adjudicating.latest(session, claim)
        return looked is None or (claim.complete_at is not None and looked.at < claim.complete_at)
    decision = deciding.latest(session, claim)
    return claim.stage in ("decided", "paying") and bool(decision and not decision.letter_sha256)


def decision_html(session: Session, claim: Claim) -> str:
    """The decision as the customer sees it: outcome, reasons, every head line by line; empty before."""
    decision = deciding.latest(session, claim)
    if decision is None or taking_over.took_back(claim, decision):
        return ""
    return render_template(
        "claims/_decision.html",
        claim=claim,
        decision=decision,
        parts=letters.parts(session, claim, decision),
        advanced=paying.advanced(session, claim),
        returns=letters.returns(session, claim),
        last_day=consequences.last_day(session, claim),
    )


def files_of(found: list[Attachment]) -> dict[str, list[Attachment]]:
    """Files by the document that they stand for."""
    by_purpose: dict[str, list[Attachment]] = {}
    for item in found:
        by_purpose.setdefault(item.purpose, []).append(item)
    return by_purpose
