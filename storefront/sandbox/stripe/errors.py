"""Errors in the shape and words that Stripe answers with."""

from typing import Any


class StripeError(Exception):
    """An answer other than success.

    `executed` tells an error of the work itself, which an Idempotency-Key replays, from a
    refusal before the work began, which it does not.
    """

    def __init__(
        self,
        message: str,
        *,
        status: int = 400,
        kind: str = "invalid_request_error",
        code: str | None = None,
        param: str | None = None,
        executed: bool = False,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.executed = executed
        self._body = {"code": code, "message": message, "param": param, "type": kind}

    def body(self) -> dict[str, Any]:
        fields = {name: value for name, value in self._body.items() if value is not None}
        if "code" in fields:
            slug = fields["code"].replace("_", "-")
            fields["doc_url"] = f"https://stripe.com/docs/error-codes/{slug}"
        return {"error": fields}


def missing_object(kind: str, object_id: str, param: str = "id", status: int = 404) -> StripeError:
    return StripeError(
        f"No such {kind}: '{object_id}'", status=status, code="resource_missing", param=param
    )


def server_error() -> StripeError:
    return StripeError(
        "An error occurred with our connection to Stripe. (The sandbox was told to fail.)",
        status=500,
        kind="api_error",
        executed=True,
    )
