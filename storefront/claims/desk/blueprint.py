"""The blueprint of the assessors' desk, and what its views share."""

from decimal import Decimal, InvalidOperation

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

blueprint = Blueprint("claims_staff", __name__, url_prefix="/staff/claims")
Page = str | tuple[str, int] | Response
Errors = list[tuple[str, str]]


def to(ref: str, page: str = "show") -> Response:
    """Back to a page of a claim."""
    return redirect(url_for(f"claims_staff.{page}", ref=ref), 303)


def text_of(field: str, longest: int) -> str:
    """What was typed into a field of the form, without blanks around it, cut where it is too long."""
    return request.form.get(field, "").strip()[:longest]


def amount_of(text: str) -> Decimal | None:
    """An amount in yuan as it was typed; None where it cannot be one."""
    try:
        amount = Decimal(text.replace(",", "").strip())
    except InvalidOperation:
        return None
    fine = amount.is_finite() and amount >= 0 and amount == round(amount, 2)
    return amount if fine else None
