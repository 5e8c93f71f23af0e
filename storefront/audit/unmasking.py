"""What a member unmasked stays readable for ten minutes, in this browser and for this member only."""

from datetime import datetime, timedelta

import flask
from flask import redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from storefront.access import Member
from storefront.audit import service as audit

LASTS = timedelta(minutes=10)
KEY = "unmasked"
MOST = 10  # the cookie stays small
Subject = tuple[str, str]  # kind and name, as in the audit


def unmask(session: Session, subject: Subject, reason: str, member: Member, now: datetime) -> None:
    """Records who looks and why; from now on the subject's pages show everything."""
    kind, name = subject
    audit.record(session, member.id, audit.Deed(f"{kind}.unmask", kind, name, reason), now)
    open_ones = [entry for entry in flask.session.get(KEY, []) if entry[3] > now.timestamp()]
    entry = [member.id, kind, name, (now + LASTS).timestamp()]
    flask.session[KEY] = [*open_ones, entry][-MOST:]


def shown_until(subject: Subject, member: Member, now: datetime) -> datetime | None:
    """Until when the member sees a subject in clear; None where it is masked."""
    for member_id, kind, name, until in flask.session.get(KEY, []):
        if (member_id, (kind, name)) == (member.id, subject) and until > now.timestamp():
            return datetime.fromtimestamp(until, now.tzinfo)
    return None


def reason_first(subject: Subject, member: Member, now: datetime) -> Response | None:
    """The way to the page that asks for a reason and leads back; None where one was given."""
    if shown_until(subject, member, now) is not None:
        return None
    kind, name = subject
    wanted = request.full_path if request.method == "GET" else request.referrer
    return redirect(url_for("staff.unmask", kind=kind, name=name, next=wanted))
