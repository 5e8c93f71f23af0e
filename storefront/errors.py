"""The one hierarchy of exceptions that end a request, each mapped to a page once (`create_app`).

Outcomes of underwriting, rating or claims are values, not exceptions.
"""


class StorefrontError(Exception):
    """Something the visitor must be told; `message` is already in their language."""

    status = 400
    slug = "bad-request"

    def __init__(self, message: str = "") -> None:
        super().__init__(message)
        self.message = message


class NotFound(StorefrontError):
    """No such thing, or one that belongs to somebody else: nobody learns which."""

    status = 404
    slug = "not-found"


class Forbidden(StorefrontError):
    """The visitor is known but may not do this."""

    status = 403
    slug = "forbidden"


class Conflict(StorefrontError):
    """The state changed meanwhile, for example in another tab."""

    status = 409
    slug = "conflict"


class Refused(StorefrontError):
    """What was asked is against a rule or the present state."""

    status = 422
    slug = "refused"


class TooMany(StorefrontError):
    """Too many attempts; wait."""

    status = 429
    slug = "too-many"


class Unavailable(StorefrontError):
    """An outside system or the database does not answer at the moment."""

    status = 503
    slug = "unavailable"
