"""Where the bytes of attachments lie in the file store. Each has a folder with a random name."""

import secrets

from storefront import files


def new_folder() -> str:
    """A folder that nobody can guess."""
    return f"attachments/{secrets.token_urlsafe(24)}"


def put_part(folder: str, data: bytes) -> str:
    """Keeps a piece of an upload and gives its name; two pieces never share one."""
    name = f"{folder}/part-{secrets.token_urlsafe(9)}"
    files.store().put_named(name, data)
    return name


def joined(parts: list[str]) -> bytes:
    """The pieces put together."""
    store = files.store()
    return b"".join(store.get_named(name) for name in parts)


def put(folder: str, content: dict[str, bytes]) -> dict[str, str]:
    """Keeps what is kept of a file, by its kind (`original`, `picture`, `preview`); gives the names."""
    names = {kind: f"{folder}/{kind}" for kind in content}
    for kind, name in names.items():
        files.store().put_named(name, content[kind])
    return names


def read(name: str) -> bytes:
    """The bytes behind one of the names in `Attachment.stored`. Raises FileNotFoundError."""
    return files.store().get_named(name)


def tidy(folder: str, keep: list[str]) -> None:
    """Erases everything in a folder except for the names to keep."""
    store = files.store()
    store.erase_named([name for name in store.names_in(folder) if name not in keep])
