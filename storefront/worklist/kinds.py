"""What kinds of work there are: what each is called and which page it is done on.

A feature registers its kinds where its staff's pages are defined, with the endpoint and the name of
the parameter that takes the subject:

    kinds.register("underwriting.referral", _l("Referred application"), "underwriting_staff.show", "ref")
"""

from dataclasses import dataclass
from typing import Any

from flask import current_app, url_for

from storefront.worklist.models import WorkItem


@dataclass(frozen=True)
class Kind:
    """A kind of work; `argument` is the parameter of `endpoint` that takes the subject."""

    label: Any
    endpoint: str
    argument: str


_kinds: dict[str, Kind] = {}


def register(name: str, label: Any, endpoint: str, argument: str) -> None:
    """Makes a kind known."""
    _kinds[name] = Kind(label, endpoint, argument)


def label_of(name: str) -> str:
    """What a kind is called; its own name where nobody registered it."""
    return str(_kinds[name].label) if name in _kinds else name


def page_of(item: WorkItem) -> str | None:
    """Address of the page on which the work is done, where that page exists."""
    kind = _kinds.get(item.kind)
    if kind is None or kind.endpoint not in current_app.view_functions:
        return None
    values: dict[str, Any] = {kind.argument: item.subject}
    return url_for(kind.endpoint, **values)
