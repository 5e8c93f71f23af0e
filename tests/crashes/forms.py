"""Reads the forms of a page the way a browser fills them in."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

TEXT_TYPES = frozenset({"text", "email", "tel", "number", "date", "search", "url", ""})
NEVER_SHOWN_AGAIN = frozenset({"password", "file"})


@dataclass
class Form:
    """The fields of a page by name: what they hold, and which of them take free text."""

    values: dict[str, str] = field(default_factory=dict)
    free: set[str] = field(default_factory=set)
    names: set[str] = field(default_factory=set)


def read_form(html: str) -> Form:
    """Everything that the forms inside <main> would send, taken together."""
    reader = _Reader()
    reader.feed(html)
    return reader.form


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.form = Form()
        self._in_main = False
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        name = given.get("name", "")
        if tag == "main":
            self._in_main = True
        elif not self._in_main:
            return
        elif tag == "option" and "selected" in given:
            self.form.values[self._select] = given.get("value", "")
        elif tag == "select":
            self._select = name
            self.form.names.add(name)
        elif tag == "input" and name:
            self._input(name, given)

    def handle_endtag(self, tag: str) -> None:
        if tag == "main":
            self._in_main = False

    def _input(self, name: str, given: dict[str, str]) -> None:
        kind = given.get("type", "")
        self.form.names.add(name)
        if kind in ("radio", "checkbox"):
            if "checked" in given:
                self.form.values[name] = given.get("value", "on")
        elif kind not in NEVER_SHOWN_AGAIN:
            self.form.values[name] = given.get("value", "")
            if kind in TEXT_TYPES:
                self.form.free.add(name)
