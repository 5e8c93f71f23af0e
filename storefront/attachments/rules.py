"""What is accepted, and how the kind of a file is told from its first bytes. Pure.

Faults are slugs; `texts.py` has a sentence for each.
"""

import re
from collections.abc import Mapping
from datetime import timedelta
from pathlib import PurePosixPath

LARGEST_PICTURE = 40_000_000
"""Most pixels a picture may have: 17 kB of PNG can claim to be a hundred times as many."""
HEAD_BYTES = 4096
CHUNK_BYTES = 512 * 1024
UNFINISHED_LIVES = timedelta(days=2)
LONGEST_NAME = 120
PURPOSE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*", re.ASCII)
LONGEST_PURPOSE = 60
STAFF = "staff:"  # how the actor begins that stands for a member of staff

TRANSITIONS: Mapping[str, frozenset[str]] = {
    "uploading": frozenset({"checking", "refused"}),
    "checking": frozenset({"ready", "refused"}),
    "ready": frozenset(),
    "refused": frozenset(),
}

MEDIA_TYPES: Mapping[str, str] = {
    "jpeg": "image/jpeg",
    "png": "image/png",
    "heic": "image/heic",
    "pdf": "application/pdf",
}
"""The accepted kinds of files."""
ENDINGS: Mapping[str, str] = {
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/heic": ".heic",
    "application/pdf": ".pdf",
}
ACCEPTED_ENDINGS = frozenset({".jpg", ".jpeg", ".png", ".heic", ".heif", ".pdf"})

_STILL_HEIF = frozenset({b"heic", b"heix", b"heim", b"heis"})
_MOVING_HEIF = frozenset({b"hevc", b"hevx", b"hevm", b"hevs", b"msf1"})
_MARKUP = re.compile(rb"<script|<\?php|<html|<!doctype html", re.IGNORECASE)
_ZIP_END = b"PK\x05\x06"
_ZIP_END_WITHIN = 22 + 65_535  # the end record of a ZIP file and its longest comment
_PDF_HEAD_WITHIN = 1024  # where readers of PDF look for the beginning
_PDF_END_WITHIN = 2048


class ForbiddenTransition(Exception):
    """A step that the state machine does not know."""


def next_state(state: str, wanted: str) -> str:
    """The wanted state, if it may follow; raises ForbiddenTransition."""
    if wanted not in TRANSITIONS[state]:
        raise ForbiddenTransition(f"a file cannot go from {state} to {wanted}")
    return wanted


def is_purpose(text: str) -> bool:
    """Whether a text has the form of a document code."""
    return len(text) <= LONGEST_PURPOSE and PURPOSE.fullmatch(text) is not None


def may_remove(uploaded_by: str, actor: str) -> bool:
    """Customers and staff take away only what their own side has added."""
    return uploaded_by.startswith(STAFF) == actor.startswith(STAFF)


def announced_fault(size: int, count: int, largest: int, most: int) -> str | None:
    """Why a file of a size cannot be taken in where `count` of `most` are there already."""
    if size <= 0:
        return "empty"
    if size > largest:
        return "too-large"
    return "too-many" if count >= most else None


def kind_of(head: bytes) -> str | None:
    """The kind of a file by its first bytes: one of MEDIA_TYPES, `moving`, or None."""
    if head.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if head.startswith(b"%PDF-"):
        return "pdf"
    if head[4:8] == b"ftyp":
        return _heif_kind(head)
    return "moving" if head.startswith((b"GIF87a", b"GIF89a")) else None


def head_fault(head: bytes, name: str) -> str | None:
    """What can be said against a file from its beginning alone."""
    kind = kind_of(head)
    if kind == "moving":
        return "animated"
    if kind is None:
        # Somebody whose file carries one of our endings needs to hear that the content differs.
        return "disguised" if ending_of(name) in ACCEPTED_ENDINGS else "kind"
    return None


def is_polyglot(data: bytes, kind: str) -> bool:
    """Whether a file can be read as another kind too: a ZIP archive, a PDF, a page with a script.

    Phones append film clips and depth maps to pictures; those stay allowed.
    """
    if data.rfind(_ZIP_END, -_ZIP_END_WITHIN) >= 0:
        return True
    if kind == "pdf":
        return False
    return b"%PDF-" in data[:_PDF_HEAD_WITHIN] or _MARKUP.search(data) is not None


def is_cut_off(data: bytes, kind: str) -> bool:
    """Whether the end of the file is missing, as far as it shows without reading the rest."""
    if kind == "pdf":
        return b"%%EOF" not in data[-_PDF_END_WITHIN:]
    if kind == "png":
        return b"IEND" not in data
    return kind == "jpeg" and b"\xff\xd9" not in data


def clean_name(name: str) -> str:
    """A file name as it may be shown and sent: no folders, nothing unprintable, not too long."""
    last = re.split(r"[/\\]", name)[-1]
    printable = "".join(character for character in last if character.isprintable()).strip()
    path = PurePosixPath(PurePosixPath(printable).name or "file")
    return path.stem[: LONGEST_NAME - len(path.suffix[:10])] + path.suffix[:10]


def download_name(name: str, media_type: str) -> str:
    """The name under which a file is sent: its ending follows the content."""
    path = PurePosixPath(name)
    stem = path.stem if path.suffix.lower() in ACCEPTED_ENDINGS else path.name
    return stem + ENDINGS[media_type]


def ending_of(name: str) -> str:
    """The ending of a file name, lower case, with its dot."""
    return PurePosixPath(name).suffix.lower()


def _heif_kind(head: bytes) -> str | None:
    length = min(int.from_bytes(head[:4], "big"), len(head))
    brands = [head[8:12], *(head[at : at + 4] for at in range(16, length - 3, 4))]
    if brands[0] in _MOVING_HEIF:
        return "moving"
    return "heic" if _STILL_HEIF.intersection(brands) else None
