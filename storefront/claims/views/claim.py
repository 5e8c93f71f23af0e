"""The list of one's claims, and the page of one claim: where it stands, who acts, until when."""

from flask import render_template, request
from flask_login import current_user
from werkzeug.wrappers import Response

from storefront import clock
from storefront.access import customer, public
from storefront.catalog import service as catalog
from storefront.claims import standing
from storefront.claims.service import access, contract, requirements, timeline
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
        running = [row for row in timeline.clocks_of(session, claim) if row.met_at is None]
        return render_template(
            "claims/show.html",
            claim=claim,
            definition=definition,
            claim_type=contract.type_of(definition, claim.claim_type),
            insurer=archive.insurer_profile(session, claim.policy.insurer_code),
            requirements=rows,
            standing=standing.standing(claim, running, len(requirements.missing(rows))),
            progress=standing.progress(claim.stage),
            notices=standing.notices_of(claim.flags),
            events=timeline.visible(session, claim),
            event_words=standing.event,
        )
