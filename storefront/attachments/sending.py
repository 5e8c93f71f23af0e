"""Sends what people uploaded so that a browser can do no harm with it.

Only pictures that we encoded ourselves are shown in place; everything else is saved, not opened, but for
PDFs in a frame of the staff's. The
policy of the answer forbids scripts, forms and plug-ins, whatever the file holds.
"""

from dataclasses import dataclass, replace
from io import BytesIO

from flask import send_file
from werkzeug.wrappers import Response

from storefront.attachments import rules, storage
from storefront.attachments.models import Attachment
from storefront.errors import NotFound

POLICY = "default-src 'none'; sandbox"
FRAMED = f"{POLICY}; frame-ancestors 'self'"
PICTURE = "image/jpeg"


@dataclass(frozen=True)
class Sheet:
    """Something to be sent: where it lies, as what and under which name, and whether to save it."""

    stored: str
    media_type: str
    name: str
    save: bool


def sheet_of(attachment: Attachment, what: str) -> Sheet:
    """The `file` as it is kept, its `preview`, or the `original`. Raises NotFound where there is none."""
    if what == "file":
        what = "picture" if "picture" in attachment.stored else "original"
    if what not in attachment.stored or attachment.media_type is None:
        raise NotFound
    media_type = attachment.media_type if what == "original" else PICTURE
    name = rules.download_name(attachment.file_name, media_type)
    return Sheet(attachment.stored[what], media_type, name, save=what == "original")


def send(sheet: Sheet) -> Response:
    """The answer with the bytes. Raises NotFound where they were erased meanwhile."""
    try:
        data = storage.read(sheet.stored)
    except FileNotFoundError as error:
        raise NotFound from error
    answer = send_file(
        BytesIO(data), sheet.media_type, as_attachment=sheet.save, download_name=sheet.name
    )
    answer.headers["Content-Security-Policy"] = POLICY
    answer.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def send_framed(sheet: Sheet) -> Response:
    """The same for a frame in a page of ours: shown in place, by what the browser shows such files with."""
    answer = send(replace(sheet, save=False))
    answer.headers["Content-Security-Policy"] = FRAMED
    return answer
