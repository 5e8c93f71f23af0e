"""Use cases of help articles: read and searched by customers, written and published by staff."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from storefront.access import Member
from storefront.audit import service as audit
from storefront.errors import Conflict, NotFound
from storefront.support.models import HelpArticle, HelpVersion

LONGEST_SEARCH = 60
TAKEN = ("new", "replies")  # addresses of other pages of the desk


@dataclass(frozen=True)
class Wording:
    """Title and Markdown of an article in both languages."""

    title: dict[str, str]
    body: dict[str, str]


@dataclass(frozen=True)
class Shown:
    """An article as it is published: its slug, topic, and wording."""

    slug: str
    topic: str
    title: dict[str, Any]
    body: dict[str, Any]


def published(session: Session, search: str = "", language: str = "zh") -> Sequence[Shown]:
    """The published articles in their order; with `search`, those that hold every word of it."""
    newest = _newest_published()
    query = (
        select(HelpArticle.slug, HelpArticle.topic, HelpVersion.title, HelpVersion.body)
        .join(HelpVersion, HelpVersion.article_id == HelpArticle.id)
        .join(
            newest,
            (newest.c.article_id == HelpArticle.id) & (newest.c.number == HelpVersion.number),
        )
        .where(HelpArticle.withdrawn_at.is_(None))
        .order_by(HelpArticle.position, HelpArticle.id)
    )
    for word in search[:LONGEST_SEARCH].split():
        pattern = "%" + word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
        texts = (HelpVersion.title[language].astext, HelpVersion.body[language].astext)
        query = query.where(or_(*(text.ilike(pattern) for text in texts)))
    return [Shown(*row) for row in session.execute(query)]


def one(session: Session, slug: str) -> Shown:
    """A published article. Raises NotFound."""
    found = next((article for article in published(session) if article.slug == slug), None)
    if found is None:
        raise NotFound
    return found


def for_staff(session: Session) -> Sequence[HelpArticle]:
    """All articles, withdrawn ones included."""
    return session.scalars(select(HelpArticle).order_by(HelpArticle.position, HelpArticle.id)).all()


def get(session: Session, slug: str) -> HelpArticle:
    """An article with its versions, for staff. Raises NotFound."""
    article = session.scalar(select(HelpArticle).where(HelpArticle.slug == slug))
    if article is None:
        raise NotFound
    return article


def add(session: Session, slug: str, topic: str, position: int) -> HelpArticle:
    """An article without a wording yet. Raises Conflict where the address is taken."""
    if slug in TAKEN or session.scalar(select(HelpArticle.id).where(HelpArticle.slug == slug)):
        raise Conflict(_("There is a page with this address already. Please choose another one."))
    article = HelpArticle(slug=slug, topic=topic, position=position, withdrawn_at=None)
    session.add(article)
    session.flush()
    return article


def save_draft(
    session: Session, article: HelpArticle, wording: Wording, member_id: int | None, now: datetime
) -> HelpVersion:
    """Keeps a wording that customers do not see yet; the draft there is gets overwritten."""
    versions = _locked_versions(session, article)
    before = _words(versions[-1]) if versions else {}
    _audit(session, article, "help.draft", member_id, now=now, before=before, after=_words(wording))
    if versions and versions[-1].published_at is None:
        draft = versions[-1]
        draft.title, draft.body = wording.title, wording.body
        draft.member_id, draft.created_at = member_id, now
        return draft
    draft = HelpVersion(
        article_id=article.id,
        number=len(versions) + 1,
        title=wording.title,
        body=wording.body,
        member_id=member_id,
        created_at=now,
        published_at=None,
    )
    session.add(draft)
    session.flush()
    return draft


def publish(session: Session, article: HelpArticle, member: Member | None, now: datetime) -> None:
    """Shows the draft to customers. Raises NotFound where there is none."""
    versions = _locked_versions(session, article)
    if not versions or versions[-1].published_at is not None:
        raise NotFound
    before = _words(versions[-2]) if len(versions) > 1 else {}
    versions[-1].published_at = now
    article.withdrawn_at = None
    after = _words(versions[-1])
    member_id = member.id if member else None
    _audit(session, article, "help.publish", member_id, now=now, before=before, after=after)


def withdraw(session: Session, article: HelpArticle, member: Member, now: datetime) -> None:
    """Takes an article off the site; its versions stay."""
    article.withdrawn_at = now
    _audit(session, article, "help.withdraw", member.id, now=now, before={}, after={})


def _newest_published() -> Any:
    return (
        select(HelpVersion.article_id, func.max(HelpVersion.number).label("number"))
        .where(HelpVersion.published_at.is_not(None))
        .group_by(HelpVersion.article_id)
        .subquery()
    )


def _locked_versions(session: Session, article: HelpArticle) -> Sequence[HelpVersion]:
    session.get_one(HelpArticle, article.id, with_for_update=True, populate_existing=True)
    return session.scalars(
        select(HelpVersion)
        .where(HelpVersion.article_id == article.id)
        .order_by(HelpVersion.number)
        .execution_options(populate_existing=True)
    ).all()


def _audit(
    session: Session,
    article: HelpArticle,
    action: str,
    member_id: int | None,
    *,
    now: datetime,
    before: dict[str, Any],
    after: dict[str, Any],
) -> None:
    deed = audit.Deed(action, "help", article.slug, before=before, after=after)
    audit.record(session, member_id, deed, now)


def _words(row: Wording | HelpVersion) -> dict[str, str]:
    """Title and text in each language, one by one, so that only what changed is kept."""
    return {
        f"{part}_{language}": str(words)
        for part in ("title", "body")
        for language, words in getattr(row, part).items()
    }
