"""Request parameters as Stripe's form encoding nests them, read one by one with its errors."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from storefront.sandbox.stripe.errors import StripeError

METADATA_KEYS, METADATA_KEY_LENGTH, METADATA_VALUE_LENGTH = 50, 40, 500


def parse(pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Nest `a[b][0]=c` into {"a": {"b": ["c"]}}."""
    tree: dict[str, Any] = {}
    for name, value in pairs:
        *outer, last = re.findall(r"[^\[\]]+|\[\]", name) or [name]
        node = tree
        for key in outer:
            node = node.setdefault(_index(node, key), {})
            if not isinstance(node, dict):
                raise StripeError("Invalid hash", param=name)
        node[_index(node, last)] = value
    return {key: _with_lists(value) for key, value in tree.items()}


def _index(node: dict[str, Any], key: str) -> str:
    return str(len(node)) if key == "[]" else key


def _with_lists(node: Any) -> Any:
    if not isinstance(node, dict):
        return node
    if node and all(key.isdecimal() for key in node):
        return [_with_lists(node[key]) for key in sorted(node, key=int)]
    return {key: _with_lists(value) for key, value in node.items()}


@dataclass(frozen=True)
class Params:
    """A mapping of parameters and where in the request it stands, for the error's `param`."""

    values: dict[str, Any]
    path: str = ""

    def name(self, key: str) -> str:
        return f"{self.path}[{key}]" if self.path else key

    def only(self, *known: str) -> None:
        """Refuse what this endpoint does not take."""
        for key in self.values:
            if key not in known:
                name = self.name(key)
                raise StripeError(
                    f"Received unknown parameter: {name}", code="parameter_unknown", param=name
                )

    def text(self, key: str, limit: int = 5000) -> str | None:
        """A string, or None where it is left out or empty."""
        value = self.values.get(key)
        if value is None or value == "":
            return None
        if not isinstance(value, str):
            raise StripeError("Invalid string", param=self.name(key))
        if len(value) > limit:
            raise StripeError(
                f"Invalid string: must be at most {limit} characters", param=self.name(key)
            )
        return value

    def required(self, key: str, limit: int = 5000) -> str:
        value = self.text(key, limit)
        if value is None:
            raise self.missing(key)
        return value

    def missing(self, key: str) -> StripeError:
        name = self.name(key)
        return StripeError(f"Missing required param: {name}.", code="parameter_missing", param=name)

    def integer(self, key: str, minimum: int = 0) -> int | None:
        value = self.text(key)
        if value is None:
            return None
        if not re.fullmatch(r"-?\d{1,18}", value):
            raise StripeError(
                f"Invalid integer: {value}", code="parameter_invalid_integer", param=self.name(key)
            )
        if int(value) < minimum:
            raise StripeError(
                f"This value must be greater than or equal to {minimum}.",
                code="parameter_invalid_integer",
                param=self.name(key),
            )
        return int(value)

    def choice(self, key: str, options: Iterable[str]) -> str | None:
        value = self.text(key)
        allowed = list(options)
        if value is not None and value not in allowed:
            raise StripeError(
                f"Invalid {self.name(key)}: must be one of {', '.join(allowed)}",
                param=self.name(key),
            )
        return value

    def url(self, key: str) -> str | None:
        value = self.text(key)
        if value is not None and not _is_web_address(value):
            raise StripeError("Not a valid URL", code="url_invalid", param=self.name(key))
        return value

    def inner(self, key: str) -> "Params":
        """A nested mapping, empty where it is left out."""
        value = self.values.get(key) or {}
        if not isinstance(value, dict):
            raise StripeError("Invalid object", param=self.name(key))
        return Params(value, self.name(key))

    def items(self, key: str) -> list["Params"]:
        """A list of mappings."""
        return [
            Params(value, f"{self.name(key)}[{number}]")
            for number, value in enumerate(self._list(key, dict))
        ]

    def texts(self, key: str) -> list[str]:
        """A list of strings."""
        return self._list(key, str)

    def _list(self, key: str, of: type) -> list[Any]:
        value = self.values.get(key) or []
        if not isinstance(value, list) or not all(isinstance(item, of) for item in value):
            raise StripeError("Invalid array", param=self.name(key))
        return value

    def metadata(self) -> dict[str, str]:
        """The caller's own notes, within Stripe's limits; an empty value leaves a key out."""
        notes = self.inner("metadata")
        if len(notes.values) > METADATA_KEYS:
            raise StripeError(
                f"You can have up to {METADATA_KEYS} metadata keys.", param=notes.path
            )
        for key in notes.values:
            if len(key) > METADATA_KEY_LENGTH:
                raise StripeError(
                    f"Metadata keys can be at most {METADATA_KEY_LENGTH} characters.",
                    param=notes.name(key),
                )
        values = {key: notes.text(key, METADATA_VALUE_LENGTH) for key in notes.values}
        return {key: value for key, value in values.items() if value is not None}


def _is_web_address(value: str) -> bool:
    try:
        parts = urlsplit(value)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc) and " " not in value
