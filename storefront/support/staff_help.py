"""Pages of the desk for help articles and replies kept ready."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from storefront import clock
from storefront.access import current_member, staff
from storefront.catalog import clauses
from storefront.db import transaction
from storefront.errors import Conflict, NotFound
from storefront.support import articles, texts
from storefront.support.forms import TOPICS, ArticleForm, WordingForm
from storefront.support.models import HelpArticle, ReplyTemplate

blueprint = Blueprint("help_staff", __name__, url_prefix="/staff/help")
Page = str | Response | tuple[str, int]


@blueprint.get("/")
@staff("help.edit")
def index() -> str:
    """All articles and replies."""
    with transaction() as session:
        shown = {article.slug: article for article in articles.published(session)}
        return render_template(
            "staff/support/help.html",
            articles=articles.for_staff(session),
            shown=shown,
            replies=texts.replies(session),
            topics=TOPICS,
        )


@blueprint.route("/new", methods=["GET", "POST"])
@staff("help.edit")
def new() -> Page:
    """A new article, as a draft."""
    form = ArticleForm()
    if not form.validate_on_submit():
        return _form(form, _("New article"))
    with transaction() as session:
        try:
            article = articles.add(session, form.slug.data, form.topic.data, position=1000)
        except Conflict as taken:
            form.slug.errors = [taken.message]
            return _form(form, _("New article"))
        articles.save_draft(session, article, _wording(form), current_member().id, clock.now())
    return redirect(url_for("help_staff.edit", slug=form.slug.data), 303)


@blueprint.route("/<slug>", methods=["GET", "POST"])
@staff("help.edit")
def edit(slug: str) -> Page:
    """An article with its versions; saving keeps a draft, which is published by itself."""
    form = WordingForm()
    with transaction() as session:
        article = articles.get(session, slug)
        if form.validate_on_submit():
            articles.save_draft(session, article, _wording(form), current_member().id, clock.now())
            flash(_("The draft is kept. Customers see it once it is published."), "success")
            return redirect(url_for("help_staff.edit", slug=slug), 303)
        if not form.errors:
            _show(form, article.versions[-1])
        return _form(form, article.versions[-1].title, article)


@blueprint.post("/<slug>/publish")
@staff("help.edit")
def publish(slug: str) -> Response:
    """Shows the draft to customers."""
    with transaction() as session:
        articles.publish(session, articles.get(session, slug), current_member(), clock.now())
    flash(_("Customers see the article now."), "success")
    return redirect(url_for("help_staff.index"), 303)


@blueprint.post("/<slug>/withdraw")
@staff("help.edit")
def withdraw(slug: str) -> Response:
    """Takes it off the site."""
    with transaction() as session:
        articles.withdraw(session, articles.get(session, slug), current_member(), clock.now())
    flash(_("The article is off the site."), "success")
    return redirect(url_for("help_staff.index"), 303)


@blueprint.route("/replies/<code>", methods=["GET", "POST"])
@staff("help.edit")
def reply(code: str) -> Page:
    """A reply kept ready; an unknown code begins a new one."""
    form = WordingForm()
    with transaction() as session:
        if form.validate_on_submit():
            texts.save_reply(session, code, _wording(form), current_member(), clock.now())
            flash(_("The reply is kept."), "success")
            return redirect(url_for("help_staff.index"), 303)
        try:
            known = texts.reply(session, code)
        except NotFound:
            known = None
        if known is not None and not form.errors:
            _show(form, known)
        return _form(form, known.title if known else code)


def _wording(form: WordingForm) -> articles.Wording:
    return articles.Wording(
        {"zh": form.title_zh.data, "en": form.title_en.data},
        {"zh": form.body_zh.data, "en": form.body_en.data},
    )


def _show(form: WordingForm, row: HelpArticle | ReplyTemplate | object) -> None:
    for part in ("title", "body"):
        for language in ("zh", "en"):
            form[f"{part}_{language}"].data = getattr(row, part)[language]


def _form(form: WordingForm, title: object, article: HelpArticle | None = None) -> Page:
    body = render_template(
        "staff/support/wording.html",
        form=form,
        title=title,
        article=article,
        preview=clauses.to_html(form.body_zh.data or "") if article else "",
    )
    return (body, 422) if form.errors else body
