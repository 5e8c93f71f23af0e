"""Who may see and change the files of an owner: each feature that has files registers a gate.

The views here know nothing of applications, claims or tickets. Without a gate there is no way in.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

import flask
from flask import current_app
from sqlalchemy.orm import Session

from storefront.access import Member
from storefront.attachments.models import Attachment
from storefront.errors import NotFound

Visitor = Callable[[Session, str, bool], str | None]
"""(session, owner's reference, wants to change) → who it is, such as `customer:12`, or None.

For a change it locks the owner, so that a file cannot come or go while the owner is being submitted.
"""
Arrived = Callable[[Session, Attachment, datetime], None]
Purposes = Callable[[Session, str], Collection[str]]


@dataclass(frozen=True)
class Gate:
    """The rules of one kind of owner.

    `page` gives the page of an owner's files for a visitor, `staff_page` for staff. `reading` and
    `writing` are the permissions that members of staff need; empty: none may. With `keep_original` the
    file stays as it came, beside the re-encoded picture; with `lasting` nobody takes an accepted file
    away, and nobody takes one away that came before the moment of `used_until`: it was used already.
    `arrived` is called when a file is accepted, in the same transaction. `purposes` gives the documents that an owner asks
    for, where only those may come.
    """

    visitor: Visitor
    page: Callable[[str], str]
    reading: str = ""
    writing: str = ""
    staff_page: Callable[[str], str] | None = None
    keep_original: bool = False
    lasting: bool = False
    arrived: Arrived | None = None
    purposes: Purposes | None = None
    used_until: Callable[[Session, str], datetime | None] | None = None


@dataclass(frozen=True)
class Admission:
    """Somebody who was let in: as whom, where the page is, and the member of staff if it is one."""

    actor: str
    page: str
    member: Member | None = None


_gates: dict[str, Gate] = {}


def register(owner_kind: str, gate: Gate) -> None:
    """Makes a kind of owner known. Called while the application is wired."""
    _gates[owner_kind] = gate


def gate_of(owner_kind: str) -> Gate:
    """The gate of a kind of owner. Raises NotFound for a kind that nobody registered."""
    if owner_kind not in _gates:
        raise NotFound
    return _gates[owner_kind]


def removable(session: Session, kind: str, ref: str, files: Iterable[Attachment]) -> set[str]:
    """References of the files of an owner that whoever may change them may take away."""
    gate = gate_of(kind)
    used_until = gate.used_until(session, ref) if gate.used_until else None
    return {
        file.ref
        for file in files
        if not (gate.lasting and file.state == "ready")
        and (used_until is None or file.created_at > used_until)
    }


def present_member() -> Member | None:
    """The member of staff who makes this request. Asked before a transaction is opened: it opens one."""
    member: Member | None = current_app.extensions["staff_loader"](flask.session)
    return member


def admit(
    session: Session, kind: str, ref: str, member: Member | None, *, writing: bool
) -> Admission:
    """Lets the visitor of this request in, as the owner or as staff. Raises NotFound."""
    gate = gate_of(kind)
    actor = gate.visitor(session, ref, writing)
    if actor is not None:
        return Admission(actor, gate.page(ref))
    permission = gate.writing if writing else gate.reading
    if member is None or not permission or permission not in member.permissions:
        raise NotFound
    return Admission(f"staff:{member.id}", (gate.staff_page or gate.page)(ref), member)


def check_purpose(session: Session, kind: str, ref: str, purpose: str) -> None:
    """Raises NotFound for a document that the owner does not ask for: it would show nowhere."""
    asked = gate_of(kind).purposes
    if asked is not None and purpose not in asked(session, ref):
        raise NotFound
