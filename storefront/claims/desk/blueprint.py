"""The blueprint of the assessors' desk, and what its views share."""

from flask import Blueprint, redirect, url_for
from werkzeug.wrappers import Response

blueprint = Blueprint("claims_staff", __name__, url_prefix="/staff/claims")
Page = str | tuple[str, int] | Response
Errors = list[tuple[str, str]]


def to(ref: str, page: str = "show") -> Response:
    """Back to a page of a claim."""
    return redirect(url_for(f"claims_staff.{page}", ref=ref), 303)
