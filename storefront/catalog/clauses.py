"""Clauses in Markdown: their sections by anchor, and safe HTML.

A heading such as `## Exclusions {#exclusions}` opens a section; the anchors are the same in both
languages, so that pages and confirmations can point at one article of the contract.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from markdown_it import MarkdownIt
from markdown_it.token import Token

_HEADING = re.compile(
    r"^(?P<marks>#{1,4}) +(?P<title>.*?)(?: *\{#(?P<anchor>[a-z0-9-]+)\})? *$", re.M
)
_ANCHOR = re.compile(r" *\{#(?P<anchor>[a-z0-9-]+)\} *$")


@dataclass(frozen=True, slots=True)
class Section:
    """One anchored section: its heading and the Markdown under it, heading included."""

    anchor: str
    title: str
    markdown: str


def sections(markdown: str) -> Mapping[str, Section]:
    """The anchored sections in order; one ends where a heading of its level or above begins."""
    headings = list(_HEADING.finditer(markdown))
    found: dict[str, Section] = {}
    for number, heading in enumerate(headings):
        anchor = heading["anchor"]
        if anchor is None:
            continue
        level = len(heading["marks"])
        later = (h.start() for h in headings[number + 1 :] if len(h["marks"]) <= level)
        end = next(later, len(markdown))
        found[anchor] = Section(anchor, heading["title"], markdown[heading.start() : end].strip())
    return found


def section(markdown: str, anchor: str) -> Section:
    """One section; KeyError for an anchor that the clauses do not have."""
    return sections(markdown)[anchor]


@lru_cache(maxsize=256)
def to_html(markdown: str) -> str:
    """HTML of clauses, headings carrying their anchors as ids; raw HTML in the source is shown as text."""
    parser = _parser()
    tokens = parser.parse(markdown)
    _move_anchors_to_ids(tokens)
    return str(parser.renderer.render(tokens, parser.options, {}))


def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).enable("table")


def _move_anchors_to_ids(tokens: list[Token]) -> None:
    for opening, inline in pairwise(tokens):
        if opening.type != "heading_open" or not inline.children:
            continue
        last = inline.children[-1]
        if match := _ANCHOR.search(last.content):
            opening.attrSet("id", match["anchor"])
            last.content = last.content[: match.start()]
