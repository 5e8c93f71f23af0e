"""What people read about their files."""

from collections.abc import Callable

from flask import current_app
from flask_babel import gettext as _

from storefront.attachments import rules


def fault(slug: str) -> str:
    """Why a file was refused, and what to do about it."""
    return _FAULTS[slug]()


def largest_upload() -> str:
    """The largest file that is taken, in megabytes."""
    return str(current_app.extensions["settings"].upload_megabytes)


def file_size(size: int) -> str:
    """`7.5 MB`, `21 kB`; the smallest file is one of 1 kB."""
    if size >= 1_000_000:
        return f"{size / 1_000_000:.1f} MB"
    return f"{max(round(size / 1000), 1)} kB"


def nothing_chosen() -> str:
    """The form came without a file."""
    return _("Please choose a file first.")


_FAULTS: dict[str, Callable[[], str]] = {
    "empty": lambda: _("This file is empty. Please choose another one."),
    "too-large": lambda: _(
        "This file is larger than %(size)s MB. Please take a smaller picture or split the document.",
        size=largest_upload(),
    ),
    "too-many": lambda: _(
        "There are %(count)s files already, which is the most we take. Please remove one first.",
        count=current_app.extensions["settings"].upload_files,
    ),
    "kind": lambda: _(
        "We cannot take this kind of file. Please send a JPEG, PNG or HEIC picture, or a PDF file."
    ),
    "disguised": lambda: _(
        "The name says picture or PDF, but the content is something else. Please send the original picture or PDF file."
    ),
    "too-many-pixels": lambda: _(
        "This picture has more than %(count)s million pixels. Please send it in a smaller size.",
        count=rules.LARGEST_PICTURE // 1_000_000,
    ),
    "truncated": lambda: _("The end of this file is missing. Please send it again."),
    "damaged": lambda: _(
        "This file is damaged and cannot be opened. Please photograph or save the document again."
    ),
    "animated": lambda: _(
        "This is a moving picture. Please send a still one, for example a screenshot."
    ),
    "polyglot": lambda: _(
        "Another file is hidden in this one. Please photograph or save the document again."
    ),
    "too-heavy": lambda: _(
        "Opening this file takes too much time or memory. Please save it in a simpler form."
    ),
    "too-many-pages": lambda: _(
        "This document has too many pages. Please send only the pages that matter."
    ),
    "pdf-encrypted": lambda: _(
        "This PDF file is protected by a password or against changes. Please save it without protection."
    ),
    "pdf-active": lambda: _(
        "This PDF file contains a program or a form with functions. Please print it into a new PDF file, or photograph it."
    ),
    "pdf-attachments": lambda: _(
        "Other files are attached inside this PDF file. Please send each of them by itself."
    ),
    "pdf-bomb": lambda: _(
        "Unpacked, this PDF file is far too large. Please save it with smaller pictures."
    ),
}
FAULTS = frozenset(_FAULTS)
