"""Background tasks of claims: the rules look first, letters are made, clocks are watched."""

from flask import current_app

from storefront import clock, files, jobs
from storefront.claims import letter as printing
from storefront.claims.models import Claim, ClaimDecision, ClaimExGratia
from storefront.claims.service import (
    access,
    adjudicating,
    answering,
    deciding,
    ex_gratia_letters,
    letters,
    reporting,
    taking_over,
    timeline,
    watching,
)
from storefront.db import transaction
from storefront.policies import archive


@jobs.job("claims.assess")
def assess(claim_id: int) -> None:
    """Computes a claim that was handed in; a simple and clear one is decided at once."""
    now = clock.now()
    with transaction() as session:
        claim = access.lock_row(session, claim_id)
        if claim.stage != "assessment" or claim.decision != "pending":
            return
        if deciding.decide_by_rules(session, claim, now) is None:
            adjudicating.assess(session, claim, None, now)
            due = timeline.start_clock(session, claim, "decision", now).due_at
            timeline.ask_staff(session, claim, "claims.assess", due, now)


@jobs.job("claims.letter")
def write_letter(decision_id: int) -> None:
    """Makes, signs and keeps the letter of a decision, and sends it, once however often this runs."""
    settings = current_app.extensions["settings"]
    with transaction() as session:
        decision = session.get_one(ClaimDecision, decision_id)
        if decision.letter_sha256 is not None:
            return
        claim = session.get_one(Claim, decision.claim_id)
        if taking_over.took_back(claim, decision):
            return
        insurer = claim.policy.insurer_code
        html = printing.html(letters.content(session, claim, decision, settings))
    digest = _signed(html, insurer)
    with transaction() as session:
        letters.keep(session, decision_id, digest, clock.now())


@jobs.job("claims.ex_gratia_letter")
def write_ex_gratia_letter(row_id: int) -> None:
    """Makes, signs, keeps and sends the letter about a payment out of goodwill, once."""
    settings = current_app.extensions["settings"]
    with transaction() as session:
        row = session.get_one(ClaimExGratia, row_id)
        if row.letter_sha256 is not None:
            return
        claim = session.get_one(Claim, row.claim_id)
        insurer = claim.policy.insurer_code
        html = printing.goodwill_html(ex_gratia_letters.content(session, claim, row, settings))
    digest = _signed(html, insurer)
    with transaction() as session:
        ex_gratia_letters.keep(session, row_id, digest, clock.now())


def _signed(html: str, insurer: str) -> str:
    """A letter set and signed by the insurer; gives its hash in the file store."""
    from storefront.policies.document.signature import sign  # takes a second to load
    from storefront.policies.document.typeset import to_pdf

    settings = current_app.extensions["settings"]
    data = sign(to_pdf(html), archive.signer(settings, insurer), clock.now())
    return files.store().put(data)


@jobs.job("claims.watch", cron="*/10 * * * *")
def watch() -> None:
    """Opens work for deadlines that come near; closes what nobody objected to."""
    now = clock.now()
    with transaction() as session:
        near = watching.near(session, now)
    for clock_id in near:  # one at a time: each locks a claim
        with transaction() as session:
            watching.open_work(session, clock_id, now)
    with transaction() as session:
        answering.close_unanswered(session, now)
        reporting.forget_expired(session, now)
