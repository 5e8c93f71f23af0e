"""Files in a local folder or an object store: documents under the hash of their content, for good, and
what people send us under names that nobody can guess, until it is erased.
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import obstore
from flask import current_app
from obstore.store import LocalStore, ObjectStore, from_url

from storefront.crypto import sha256


@dataclass(frozen=True)
class FileStore:
    """A place for immutable files; whichever way one is put, putting it twice is harmless."""

    store: ObjectStore

    def put(self, data: bytes) -> str:
        """Keeps the bytes and gives the SHA-256 under which they are found."""
        digest = sha256(data)
        obstore.put(self.store, _path(digest), data)
        return digest

    def get(self, digest: str) -> bytes:
        """The bytes kept under a hash. Raises FileNotFoundError."""
        return bytes(obstore.get(self.store, _path(digest)).bytes())

    def put_named(self, name: str, data: bytes) -> None:
        """Keeps the bytes under a name such as `attachments/<random>/original`."""
        obstore.put(self.store, name, data)

    def put_file(self, name: str, path: Path) -> None:
        """Keeps a file of any size under a name; it is read piece by piece."""
        obstore.put(self.store, name, path)

    def read_named(self, name: str) -> Iterator[bytes]:
        """The bytes kept under a name, piece by piece. Raises FileNotFoundError."""
        return (bytes(piece) for piece in obstore.get(self.store, name))

    def get_named(self, name: str) -> bytes:
        """The bytes kept under a name. Raises FileNotFoundError."""
        return bytes(obstore.get(self.store, name).bytes())

    def names_in(self, folder: str) -> list[str]:
        """The names of all files in a folder."""
        return [item["path"] for item in obstore.list(self.store, f"{folder}/").collect()]

    def erase_named(self, names: list[str]) -> None:
        """Removes files for good; one that is gone already does not matter."""
        for name in names:
            with suppress(FileNotFoundError):
                obstore.delete(self.store, name)


def open_store(url: str, default_folder: Path) -> FileStore:
    """The store of the FILES_URL setting; an empty URL means the local folder."""
    if url:
        return FileStore(from_url(url))
    default_folder.mkdir(parents=True, exist_ok=True)
    return FileStore(LocalStore(prefix=default_folder))


def store() -> FileStore:
    """The store of the present application."""
    found: FileStore = current_app.extensions["files"]
    return found


def _path(digest: str) -> str:
    return f"{digest[:2]}/{digest[2:4]}/{digest}"
