"""Public pages about the agency: home, disclosure, help, data protection, complaints; the language switch."""

from datetime import timedelta
from urllib.parse import urlsplit

from flask import Blueprint, Response, abort, current_app, redirect, render_template, request
from flask.typing import ResponseReturnValue

from storefront import clock
from storefront.access import public
from storefront.catalog import clauses
from storefront.catalog import service as catalog
from storefront.db import db
from storefront.extensions import LANGUAGES, current_language
from storefront.site import content, service
from storefront.support import articles
from storefront.support.forms import TOPICS
from storefront.support.rules import DEADLINES

blueprint = Blueprint("site", __name__)

SECURITY_TXT_VALID = timedelta(days=30)
LANGUAGE_COOKIE_SECONDS = 365 * 24 * 3600


@blueprint.get("/")
@public
def home() -> str:
    """What is sold here, how buying works and who stands behind it."""
    return render_template(
        "site/home.html",
        lines=content.lines(),
        insurers=catalog.insurers(db.session, clock.now()),
        deadlines=DEADLINES,
    )


@blueprint.get("/disclosure")
@public
def disclosure() -> str:
    """Everything the agency must disclose (T-02)."""
    now = clock.now()
    return render_template(
        "site/disclosure.html",
        insurers=catalog.insurers(db.session, now),
        products=service.listings(db.session, now),
    )


@blueprint.get("/help")
@public
def help() -> str:
    """Articles and their search, emergency and claims contacts."""
    search = request.args.get("q", "").strip()[: articles.LONGEST_SEARCH]
    language = current_language()
    return render_template(
        "site/help.html",
        insurers=catalog.insurers(db.session, clock.now()),
        articles=articles.published(db.session, search, language),
        body_of=lambda article: clauses.to_html(article.body[language]),
        search=search,
        topics=TOPICS,
    )


@blueprint.get("/privacy")
@public
def privacy() -> str:
    """How personal data is protected."""
    return render_template("site/privacy.html")


@blueprint.get("/complaints")
@public
def complaints() -> str:
    """How a complaint or dispute is handled, with its deadlines (Q-01)."""
    return render_template("site/complaints.html", deadlines=DEADLINES)


@blueprint.get("/language/<code>")
@public
def language(code: str) -> ResponseReturnValue:
    """Remembers the language and goes back to where the visitor was."""
    if code not in LANGUAGES:
        abort(404)
    response = redirect(local_target(request.args.get("next", "")))
    response.set_cookie(
        "language",
        code,
        max_age=LANGUAGE_COOKIE_SECONDS,
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Lax",
    )
    return response


@blueprint.get("/robots.txt")
@public
def robots() -> Response:
    """Keeps search engines out of what is personal or has no content of its own."""
    closed = (
        "/account", "/applications", "/claims", "/language", "/payments", "/policies", "/quotes", "/staff",
        "/support", "/verify",
    )  # fmt: skip
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in closed)]
    return Response("\n".join(lines) + "\n", mimetype="text/plain")


@blueprint.get("/favicon.ico")
@public
def favicon() -> ResponseReturnValue:
    """The icon, for browsers that ask for it by its old name."""
    return current_app.send_static_file("img/logo.svg")


@blueprint.get("/.well-known/security.txt")
@public
def security_txt() -> Response:
    """Where to report a weakness (RFC 9116)."""
    settings = current_app.extensions["settings"]
    expires = clock.now() + SECURITY_TXT_VALID
    lines = [
        f"Contact: mailto:{settings.service_email}",
        f"Expires: {expires:%Y-%m-%dT%H:%M:%SZ}",
        "Preferred-Languages: zh, en",
    ]
    return Response("\n".join(lines) + "\n", mimetype="text/plain")


def local_target(address: str) -> str:
    """`address` when it is a path of this site, else the home page: nobody is sent elsewhere."""
    parts = urlsplit(address)
    harmless = address.startswith("/") and not address.startswith(("//", "/\\"))
    if harmless and not parts.netloc and not any(ord(sign) < 32 for sign in address):
        return address
    return "/"
