"""What goes into the use cases of attachments, and the exceptions that come out."""

from dataclasses import dataclass
from datetime import date

from storefront.errors import Conflict, Refused


class FileRefused(Refused):
    """A file that is not taken in; `slug` says why."""

    def __init__(self, slug: str) -> None:
        super().__init__()
        self.slug = slug


class WrongOffset(Conflict):
    """A piece that does not follow on what is there; `offset` is where to go on."""

    def __init__(self, offset: int) -> None:
        super().__init__()
        self.offset = offset


@dataclass(frozen=True)
class Owner:
    """Whom a file belongs to: kind and reference."""

    kind: str
    ref: str


@dataclass(frozen=True)
class Offer:
    """A file that somebody wants to attach. `mark` is the same when the same file is chosen again."""

    purpose: str
    name: str
    size: int
    by: str
    mark: str = ""


@dataclass(frozen=True)
class Limits:
    """Largest file in bytes, most files of one owner, and until when a file is kept at least (E-03)."""

    size: int
    files: int
    retain_until: date


@dataclass(frozen=True)
class Piece:
    """A piece of a file that is in the store already; `head` holds its first bytes."""

    name: str
    size: int
    head: bytes


@dataclass(frozen=True)
class Kept:
    """What the store holds of a file that was looked at, and the hash of the file as it came."""

    sha256: str
    stored: dict[str, str]
