"""Headers that every answer carries: a strict content security policy and its companions."""

from urllib.parse import urlsplit

from flask import Flask, Response, request

from config import Settings

OWN_FRAMES = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
    " font-src 'self'; connect-src 'self'; form-action 'self'; frame-src 'self';"
    " frame-ancestors 'none'; base-uri 'none'"
)
"""The policy of a page that holds a frame with a document of ours."""


def init_app(app: Flask, settings: Settings) -> None:
    """Adds the headers to every answer."""
    payment_page = "https://checkout.stripe.com"
    if settings.stripe_api_base:
        parts = urlsplit(settings.stripe_api_base)
        payment_page = f"{parts.scheme}://{parts.netloc}"
    # Browsers apply form-action to the redirect after a form, so the payment page must be named.
    policy = "; ".join(
        (
            "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data:",
            "font-src 'self'", "connect-src 'self'", f"form-action 'self' {payment_page}",
            "frame-ancestors 'none'", "base-uri 'none'", "manifest-src 'self'",
        )
    )  # fmt: skip

    def add_headers(response: Response) -> Response:
        response.headers.setdefault("Content-Security-Policy", policy)
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "same-origin"
        response.headers["Permissions-Policy"] = "geolocation=(), microphone=(), payment=()"
        response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
        if settings.production:
            response.headers["Strict-Transport-Security"] = "max-age=63072000"
        if request.endpoint not in ("static", "bootstrap.static"):
            response.headers.setdefault(
                "Cache-Control", "no-store" if request.cookies.get("session") else "no-cache"
            )
        return response

    app.after_request(add_headers)
