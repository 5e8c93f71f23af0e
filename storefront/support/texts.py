"""What a new installation says: its first help articles and replies, from the files beside this module."""

import tomllib
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront.access import Member
from storefront.audit import service as audit
from storefront.errors import NotFound
from storefront.support import articles
from storefront.support.models import HelpArticle, ReplyTemplate

FOLDER = Path(__file__).parent


def fill(session: Session, now: datetime) -> bool:
    """Puts the first articles and replies there, unless there are any; says whether it did."""
    if session.scalar(select(HelpArticle.id).limit(1)) is not None:
        return False
    for entry in _read("articles.toml")["articles"]:
        article = articles.add(session, entry["slug"], entry["topic"], entry["position"])
        wording = articles.Wording(entry["title"], entry["body"])
        articles.save_draft(session, article, wording, None, now)
        articles.publish(session, article, None, now)
    for entry in _read("replies.toml")["replies"]:
        session.add(ReplyTemplate(**entry, updated_at=now))
    session.flush()
    return True


def replies(session: Session) -> list[ReplyTemplate]:
    """The replies kept ready, by code."""
    return list(session.scalars(select(ReplyTemplate).order_by(ReplyTemplate.code)))


def reply(session: Session, code: str) -> ReplyTemplate:
    """One of them. Raises NotFound."""
    found = session.scalar(select(ReplyTemplate).where(ReplyTemplate.code == code))
    if found is None:
        raise NotFound
    return found


def filled_in(template: ReplyTemplate, language: str, name: str, ref: str) -> str:
    """The reply in the customer's language with name and number in their places."""
    text = str(template.body["en" if language == "en" else "zh"])
    return text.replace("{name}", name).replace("{ref}", ref)


def save_reply(
    session: Session,
    code: str,
    wording: articles.Wording,
    member: Member,
    now: datetime,
) -> None:
    """Changes a reply, or adds one."""
    known = session.scalar(select(ReplyTemplate).where(ReplyTemplate.code == code))
    before = {"title": known.title, "body": known.body} if known else {}
    after = {"title": wording.title, "body": wording.body}
    if known is None:
        session.add(ReplyTemplate(code=code, updated_at=now, **after))
    else:
        known.title, known.body, known.updated_at = wording.title, wording.body, now
    deed = audit.Deed("help.reply", "help", code, before=before, after=after)
    audit.record(session, member.id, deed, now)


def _read(name: str) -> dict[str, list[dict[str, Any]]]:
    return tomllib.loads((FOLDER / name).read_text())
