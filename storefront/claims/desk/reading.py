"""What the pages of one claim show, with few questions to the database."""

from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select, true
from sqlalchemy.orm import Session, aliased, joinedload

from storefront.access import Member
from storefront.applications.decisions.queue import names_of
from storefront.attachments import gates
from storefront.attachments import service as attachments
from storefront.audit import service as audit
from storefront.audit.service import Deed
from storefront.catalog.definition import ProductDefinition
from storefront.claims import rules
from storefront.claims.desk import facts, listing, offers
from storefront.claims.desk import files as desk_files
from storefront.claims.desk.models import ClaimNote, ClaimRecovery
from storefront.claims.models import (
    Claim,
    ClaimAssessment,
    ClaimDecision,
    ClaimEvent,
    Objection,
    ReserveChange,
)
from storefront.claims.payouts import entitled
from storefront.claims.payouts.models import PayoutDue
from storefront.claims.service import (
    access,
    adjudicating,
    contract,
    ex_gratia,
    handing_in,
    people,
    reasons,
    recording,
    requirements,
    taking_over,
    timeline,
)
from storefront.claims.service.heads import reserve_changes
from storefront.claims.views.claim import files_of
from storefront.crypto import is_reference
from storefront.errors import NotFound
from storefront.support import tickets
from storefront.worklist.models import MEMBER, WorkItem

MOST_EVENTS = 200
Context = dict[str, Any]


def claim_by(session: Session, ref: str) -> Claim:
    """A claim with policy, heads and the account that reported it by its reference. Raises NotFound."""
    claim = None
    if is_reference(ref, "C"):
        parts = (Claim.policy, Claim.heads, Claim.customer)
        found = select(Claim).options(*map(joinedload, parts)).where(Claim.ref == ref)
        claim = session.scalars(found).unique().one_or_none()
    if claim is None:
        raise NotFound
    return claim


def locked(session: Session, ref: str) -> Claim:
    """A claim that a member is about to change, locked with its policy. Raises NotFound."""
    return access.lock_row(session, claim_by(session, ref).id)


def opened(session: Session, ref: str, member: Member, now: Any) -> Claim:
    """A claim that a member reads; the reading stands in the audit."""
    claim = claim_by(session, ref)
    audit.record(session, member.id, Deed("claims.read", "claim", ref), now)
    return claim


def frame(session: Session, claim: Claim, member: Member) -> Context:
    """What stands on top of every page of a claim."""
    definition = contract.definition_of(session, claim)
    rows = session.execute(
        select(WorkItem, MEMBER.c.name)
        .outerjoin(MEMBER, MEMBER.c.id == WorkItem.assignee_id)
        .where(
            WorkItem.kind.in_(listing.WORK),
            WorkItem.subject == claim.ref,
            WorkItem.closed_at.is_(None),
        )
        .order_by(WorkItem.due_at)
    ).all()
    return {
        "claim": claim,
        "definition": definition,
        "claim_type": contract.type_of(definition, claim.claim_type),
        "head_titles": people.titles(definition, claim),
        "items": [item for item, _name in rows],
        "me": member,
        "assesses": "claims.assess" in member.permissions,
        "names": {item.assignee_id: name for item, name in rows if name},
    }


def assessment(session: Session, claim: Claim, definition: ProductDefinition) -> Context:
    """Heads with their figures, findings, decisions, objections and clocks."""
    row, adjuster, decisions = _decided(session, claim)
    found = adjudicating.result_of(row) if row else None
    return {
        "decisions": decisions,
        "objection": next((one for _d, one in decisions if one and one.state == "open"), None),
        "found": found,
        "reasons": reasons.choices(definition, found) if found else {},
        "heads": heads_of(claim, found),
        "adjuster": adjuster,
        "clocks": timeline.clocks_of(session, claim),
        "may_take_over": taking_over.may_take_over(session, claim),
        "may_record": recording.may_record(session, claim),
        "publicity": facts.publicity_counts(definition, claim),
        "refusable": facts.refusable(definition, claim),
        **known(claim, definition),
        "facts": claim.circumstances.get("facts", {}),
        **(
            offers.of(session, claim, definition)
            if claim.stage == "assessment"
            else {"stated": offers.stated(session, claim, definition)}
        ),
    }


def _decided(
    session: Session, claim: Claim
) -> tuple[ClaimAssessment | None, str | None, list[tuple[ClaimDecision, Objection | None]]]:
    """The last computation, who looks into the claim, and the decisions, newest first; in one question."""
    latest = aliased(ClaimAssessment, adjudicating.latest_of(claim).subquery())
    adjuster = timeline.adjuster_of(claim).scalar_subquery()
    rows = session.execute(
        select(latest, adjuster, ClaimDecision, Objection)
        .select_from(Claim)
        .outerjoin(latest, true())
        .outerjoin(ClaimDecision, ClaimDecision.claim_id == Claim.id)
        .outerjoin(Objection, Objection.decision_id == ClaimDecision.id)
        .where(Claim.id == claim.id)
        .order_by(ClaimDecision.number.desc())
    ).all()
    row, named, *_none = rows[0]
    return row, named, [(made, answer) for _row, _named, made, answer in rows if made]


def known(claim: Claim, definition: ProductDefinition) -> Context:
    """What customer and assessor have entered, with the words for it."""
    return {
        "typed_amounts": claim.circumstances.get("typed", {}),
        "fields": facts.fields_of(definition, claim),
        "typed_of": facts.typed_of,
        "labels": facts.labels(),
    }


def heads_of(claim: Claim, found: rules.Adjudication | None) -> dict[int, rules.Head]:
    """The figures of every head: as decided, or as last computed."""
    computed = {int(head.code): head for head in found.heads} if found else {}
    decided = {
        head.position: rules.Head.model_validate(head.figures)
        for head in claim.heads
        if head.figures and head.payable is not None and claim.decision != "pending"
    }
    return {**computed, **decided}


def documents(session: Session, claim: Claim) -> Context:
    """Requirements with their files, and files that stand for none of them."""
    rows = requirements.of(session, claim)
    files = files_of(attachments.of(session, handing_in.OWNER, claim.ref))
    known = {row.document for row in rows}
    return {
        "requirements": rows,
        "files": files,
        "others": [file for code, some in files.items() if code not in known for file in some],
    }


def money(session: Session, claim: Claim, definition: ProductDefinition) -> Context:
    """Reserves with their history, what is due, and its orders."""
    dues = session.scalars(
        select(PayoutDue)
        .options(joinedload(PayoutDue.orders))
        .where(PayoutDue.claim_id == claim.id)
        .order_by(PayoutDue.id)
    )
    found = dues.unique().all()
    named = reserve_changes(claim).add_columns(MEMBER.c.name)
    history = session.execute(named.outerjoin(MEMBER, MEMBER.c.id == ReserveChange.member_id)).all()
    goodwill = ex_gratia.of(session, claim)
    asked = [member_id for row in goodwill for member_id in (row.requested_by, row.decided_by)]
    return {
        "goodwill": goodwill,
        "may_ask_goodwill": ex_gratia.may_be_asked(claim, goodwill),
        "dues": found,
        "entitled": entitled.named(session, claim, definition) if found else (),
        "history": [change for change, _name in history],
        "recoveries": session.scalars(
            select(ClaimRecovery)
            .where(ClaimRecovery.claim_id == claim.id)
            .order_by(ClaimRecovery.id)
        ).all(),
        "members": {
            **{change.member_id: name for change, name in history},
            **(names_of(session, asked) if asked else {}),
        },
    }


def course(session: Session, claim: Claim, member: Member) -> Context:
    """Everything that happened, newest first, and what was written to us about the claim."""
    events = session.scalars(
        select(ClaimEvent)
        .where(ClaimEvent.claim_id == claim.id)
        .order_by(ClaimEvent.id.desc())
        .limit(MOST_EVENTS)
    ).all()
    ids = [int(row.actor[6:]) for row in events if row.actor.startswith("staff:")]
    notes = session.scalars(
        select(ClaimNote).where(ClaimNote.claim_id == claim.id).order_by(ClaimNote.id.desc())
    ).all()
    uploaded = attachments.of(session, desk_files.OWNER, claim.ref)
    return {
        "events": events,
        "notes": notes,
        "files": files_of(uploaded),
        "removable": gates.removable(session, desk_files.OWNER, claim.ref, uploaded),
        "purpose_of": desk_files.purpose_of,
        "kinds": note_kinds(),
        "tickets": tickets.about(session, claim.policy.customer_id, claim.ref)
        if "tickets" in member.permissions
        else (),
        "members": names_of(session, ids),
    }


def note_kinds() -> dict[str, str]:
    """What an adjuster writes down."""
    return {
        "adjuster": _("Adjuster named"),
        "survey": _("Survey"),
        "measures": _("Preventive measures reviewed"),
        "negotiation": _("Negotiation"),
    }
