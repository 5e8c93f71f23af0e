"""Texts that many rows share, encrypted once, and the one picture that every fictional claim shows."""

import io
import json
import random
from dataclasses import dataclass
from functools import cache

from PIL import Image, ImageDraw

from storefront import crypto
from storefront.attachments import storage
from storefront.demo.people import names


@dataclass(frozen=True)
class Picture:
    """A file in the store as an attachment names it."""

    name: str
    size: int
    sha256: str
    folder: str
    stored: str


@cache
def encrypted(text: str) -> str:
    """A JSON text, encrypted once: for values that many rows share."""
    return crypto.encrypt_text(text)


def one_of(rng: random.Random, key: str) -> str:
    """One of the texts of a list, encrypted."""
    return encrypted(json.dumps(rng.choice(names()[key]), ensure_ascii=False))


def text(key: str) -> str:
    """A text, encrypted."""
    return encrypted(json.dumps(names()[key], ensure_ascii=False))


def happened(rng: random.Random) -> str:
    """The circumstances of a claim."""
    parts = {"place": names()["place"], "what": rng.choice(names()["happened"])}
    return encrypted(json.dumps(parts, ensure_ascii=False))


def hurt() -> str:
    """Whom it happened to: the first insured person."""
    return encrypted('{"index": 0, "name": ""}')


def reasons(outcome: str) -> str:
    """The reasons of a decision in both languages."""
    zh = names()["reasons"][outcome]
    return encrypted(json.dumps({"zh": zh, "en": f"Example: {outcome}"}, ensure_ascii=False))


def put_picture() -> Picture:
    """Puts the picture into the file store; all attachments share it."""
    image = Image.new("RGB", (640, 400), "#f4f4f4")
    ImageDraw.Draw(image).rectangle((40, 40, 600, 360), outline="#555555", width=4)
    data = io.BytesIO()
    image.save(data, "JPEG")
    folder = storage.new_folder()
    kinds = ("original", "picture", "preview")
    stored = storage.put(folder, dict.fromkeys(kinds, data.getvalue()))
    return Picture(
        name=encrypted('"example.jpg"'),
        size=len(data.getvalue()),
        sha256=crypto.sha256(data.getvalue()),
        folder=folder,
        stored=json.dumps(stored),
    )
