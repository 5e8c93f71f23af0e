"""An underwriter decides about an application that was referred, or appealed against."""

from dataclasses import dataclass

from flask import current_app
from sqlalchemy.orm import Session

from storefront.access import Member
from storefront.applications import limits, rules
from storefront.applications.decisions import appeals, history, outcome, prices, work
from storefront.applications.decisions.history import Source
from storefront.applications.decisions.models import UnderwritingAppeal, UnderwritingDecision
from storefront.applications.draft import Draft
from storefront.applications.risk import facts_of
from storefront.audit import service as audit
from storefront.audit.service import Deed
from storefront.errors import Conflict, Forbidden
from storefront.underwriting import ruling as rulings
from storefront.underwriting.rules import Decision, state_for
from storefront.underwriting.ruling import Ruling, RulingInvalid
from storefront.worklist import service as worklist

SENIOR = "team"
"""Who besides underwriting also leads a team decides above the ordinary authority."""


@dataclass(frozen=True)
class Desk:
    """Who decides; the command line has no member."""

    member: Member | None = None

    @property
    def member_id(self) -> int | None:
        return self.member.id if self.member else None


def decide(session: Session, draft: Draft, desk: Desk, ruling: Ruling) -> UnderwritingDecision:
    """Decides about a locked application, tells the customer and closes the piece of work.

    Raises:
        RulingInvalid: something is missing in the decision; an appeal cannot make it worse; or
            others have taken meanwhile what was left of a limit (S-06).
        Conflict: nobody has to decide, or somebody else has taken it.
        Forbidden: above the member's authority, or somebody else has to decide.
    """
    kind = open_kind(session, draft)
    if kind is None:
        raise Conflict
    _may_decide(session, draft, desk, kind)
    rulings.check(ruling)
    _reserve_anew(session, draft, ruling)
    before = {"state": draft.application.state, "decision": draft.application.decision}
    if kind == work.APPEAL:
        appeals.close(session, draft, ruling)
    source = Source(
        "appeal" if kind == work.APPEAL else "referral",
        by_person=True,
        member_id=desk.member_id,
        reasons=ruling.reasons.strip(),
        note=ruling.note.strip(),
    )
    decision = Decision(ruling.amounts_to, (), ruling.terms, ruling.until)
    row = outcome.carry_out(session, draft, facts_of(draft), decision, source)
    after = {"state": draft.application.state, "decision": draft.application.decision}
    deed = Deed(
        "underwriting.decide",
        "application",
        draft.application.ref,
        reason=source.reasons,
        before=before,
        after=after,
    )
    audit.record(session, desk.member_id, deed, draft.now)
    return row


def open_kind(session: Session, draft: Draft) -> str | None:
    """What waits for a decision: a referral, an appeal, or nothing."""
    return kind_of(draft, appeals.of(session, draft.application))


def kind_of(draft: Draft, appeal: UnderwritingAppeal | None) -> str | None:
    """The same where the appeal of the application is known."""
    if draft.application.state == "referred":
        return work.REFERRAL
    return work.APPEAL if appeal is not None and appeal.decided_at is None else None


def above_authority(draft: Draft, member: Member | None) -> bool:
    """Whether the sum insured is more than this member may decide on; a command line may all."""
    if member is None or SENIOR in member.permissions:
        return False
    limit = int(current_app.extensions["settings"].underwriting_authority_yuan)
    return prices.largest_sum(draft) > limit


def first_decider(session: Session, draft: Draft) -> int | None:
    """The member who decided last; the appeal goes to another one."""
    row = history.latest(session, draft.application)
    return row.member_id if row else None


def _reserve_anew(session: Session, draft: Draft, ruling: Ruling) -> None:
    """What a refused application had let go counts again once it insures somebody after all."""
    state = state_for(ruling.amounts_to)
    if draft.application.state not in rules.HOLDS_NOTHING or state in rules.HOLDS_NOTHING:
        return
    try:
        limits.reserve(session, draft)
    except limits.LimitExceeded as exceeded:
        raise RulingInvalid([("outcome", "over-limit")]) from exceeded


def _may_decide(session: Session, draft: Draft, desk: Desk, kind: str) -> None:
    if above_authority(draft, desk.member):
        raise Forbidden
    item = worklist.find_open(session, kind, draft.application.ref)
    if item is None or desk.member is None:
        return
    if item.barred_id == desk.member.id:
        raise Forbidden
    if item.assignee_id not in (None, desk.member.id):
        raise worklist.TakenAlready
