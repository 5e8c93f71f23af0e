"""Judges PDF files without drawing them. Runs in the inspector's process only."""

import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream

from storefront.attachments.pictures import Unfit

MOST_PAGES = 500
LARGEST_IMAGE = 200_000_000  # pixels: a page of A4 at 1200 dots per inch has 139 million
LARGEST_STREAM = 256 * 1024**2
LARGEST_IN_ALL = 1024**3
PIECE = 64 * 1024
ACTIVE_ACTIONS = {
    Name.JavaScript, Name.Launch, Name.SubmitForm, Name.ImportData, Name.GoToE, Name.GoToR,
    Name.Rendition, Name.Movie, Name.Sound, Name.RichMediaExecute,
}  # fmt: skip
ACTIVE_KEYS = ("/JS", "/JavaScript", "/XFA", "/RichMediaContent")
FILE_KEYS = ("/EmbeddedFiles", "/EF")


def judge(path: Path) -> int:
    """The number of pages of an acceptable PDF file. Raises Unfit."""
    try:
        with pikepdf.open(path) as pdf:
            if pdf.is_encrypted:
                raise Unfit("pdf-encrypted")
            pages = len(pdf.pages)
            if pages == 0:
                raise Unfit("damaged")
            if pages > MOST_PAGES:
                raise Unfit("too-many-pages")
            _judge_objects(pdf)
            return pages
    except pikepdf.PasswordError as error:
        raise Unfit("pdf-encrypted") from error
    except pikepdf.PdfError as error:
        raise Unfit("damaged") from error


def _judge_objects(pdf: pikepdf.Pdf) -> None:
    inflated = 0
    for item in pdf.objects:
        for part in _dictionaries(item):
            _judge_dictionary(part)
        if isinstance(item, Stream):
            inflated += _inflated(item, LARGEST_STREAM)
            if inflated > LARGEST_IN_ALL:
                raise Unfit("pdf-bomb")


def _judge_dictionary(part: Any) -> None:
    if any(key in part for key in FILE_KEYS) or part.get("/Type") == Name.EmbeddedFile:
        raise Unfit("pdf-attachments")
    if any(key in part for key in ACTIVE_KEYS) or _is_active(part):
        raise Unfit("pdf-active")
    width, height = part.get("/Width"), part.get("/Height")
    if isinstance(width, int) and isinstance(height, int) and width * height > LARGEST_IMAGE:
        raise Unfit("pdf-bomb")


def _is_active(part: Any) -> bool:
    kind = part.get("/S")
    return isinstance(kind, Name) and kind in ACTIVE_ACTIONS


def _dictionaries(item: Any) -> Iterator[Any]:
    """The dictionaries inside one object; other objects that it points to come by themselves."""
    waiting = [item]
    while waiting:
        part = waiting.pop()
        if isinstance(part, Stream):
            part = part.stream_dict
        if isinstance(part, Dictionary):
            yield part
            children = [value for _, value in part.items()]
        elif isinstance(part, Array):
            children = list(part)
        else:
            continue
        waiting += [
            child
            for child in children
            if isinstance(child, Dictionary | Array) and not child.is_indirect
        ]


def _inflated(stream: Stream, most: int) -> int:
    """How many bytes the compressed layers of a stream come to, counted piece by piece.

    Raises Unfit where there are more than `most`: nothing of that size is ever held in memory.
    """
    filters = stream.get("/Filter", Array())
    layers = list(filters) if isinstance(filters, Array) else [filters]
    pieces: Iterator[bytes] = iter((stream.read_raw_bytes(),))
    for layer in layers:
        if layer not in (Name.FlateDecode, Name.Fl):
            break
        pieces = _unpacked(pieces)
    total = 0
    for piece in pieces:
        total += len(piece)
        if total > most:
            raise Unfit("pdf-bomb")
    return total


def _unpacked(pieces: Iterator[bytes]) -> Iterator[bytes]:
    unpacker = zlib.decompressobj()
    for packed in pieces:
        waiting = packed
        while waiting and not unpacker.eof:
            try:
                yield unpacker.decompress(waiting, PIECE)
            except zlib.error:  # readers show what comes before a fault
                return
            waiting = unpacker.unconsumed_tail
