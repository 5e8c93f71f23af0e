"""The audit: who of the staff read or changed what, for those who watch over it."""

from flask import render_template, request
from werkzeug.wrappers import Response

from storefront import clock
from storefront.access import current_member, staff
from storefront.audit import search, words
from storefront.audit import service as audit_service
from storefront.db import transaction
from storefront.staff import members
from storefront.staff.views import blueprint
from storefront.worklist import kinds

Page = str | Response


@blueprint.get("/audit")
@staff("audit")
def audit() -> Page:
    """Entries, newest first; the filters stand in the address."""
    with transaction() as session:
        entries, after = search.find(session, _filters(), request.args.get("after", type=int))
        return render_template(
            "staff/audit.html",
            entries=entries,
            after=after,
            names=members.names(session),
            actions=search.actions(session),
            action_words=words.action,
            subject_words=_subject_words,
        )


@blueprint.get("/audit/<int:entry_id>")
@staff("audit")
def audit_entry(entry_id: int) -> Page:
    """One entry with what was before and after; to look is itself recorded."""
    with transaction() as session:
        entry = search.get(session, entry_id)
        deed = audit_service.Deed("audit.read", "audit", str(entry_id))
        audit_service.record(session, current_member().id, deed, clock.now())
        return render_template(
            "staff/audit_entry.html",
            entry=entry,
            names=members.names(session),
            keys=sorted({*entry.before, *entry.after}),
            action_words=words.action,
            subject_words=_subject_words,
        )


def _subject_words(kind: str) -> str:
    """What kind of thing an entry is about; taking work concerns a piece of work."""
    return str(words.SUBJECTS.get(kind) or kinds.label_of(kind))


def _filters() -> search.Filters:
    return search.Filters(
        member_id=request.args.get("member", type=int),
        action=request.args.get("action", ""),
        subject=request.args.get("subject", "").strip(),
        first_day=clock.day_of(request.args.get("from", "")),
        last_day=clock.day_of(request.args.get("to", "")),
    )
