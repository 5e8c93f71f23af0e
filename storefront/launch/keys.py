"""Secrets of a development installation: random, made once, readable by their owner only."""

import base64
import os
import secrets
from collections.abc import Callable
from pathlib import Path

import config
from storefront.launch.problem import LaunchProblem

HEADING = "# Made by the set-up. Losing DATA_KEYS or LOOKUP_KEY makes personal data unreadable.\n"


def open_folder(folder: Path) -> None:
    """Makes the installation's folder, for its owner only. Raises LaunchProblem."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        folder.chmod(0o700)
        probe = folder / f".writable-{os.getpid()}"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise LaunchProblem(
            f"The folder {folder} cannot be written: {error.strerror or error}"
        ) from error


def ensure_secrets(folder: Path) -> None:
    """Adds every secret that `secrets.env` does not hold yet; what it holds stays."""
    path = folder / "secrets.env"
    text = path.read_text() if path.exists() else HEADING
    known = {line.partition("=")[0] for line in text.splitlines()}
    made = [f"{name}={make()}\n" for name, make in _MAKERS.items() if name not in known]
    if made:
        write_private(path, text + "".join(made))


def write_private(path: Path, text: str) -> None:
    """Writes a file that only its owner may read, in one step: it is never there in part."""
    partial = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)


def _data_key() -> str:
    return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()


def _insurer_keys() -> str:
    codes = config.pairs(config.DEMO_INSURER_KEYS)
    return ",".join(f"{code}={secrets.token_urlsafe(32)}" for code in codes)


_MAKERS: dict[str, Callable[[], str]] = {
    "SECRET_KEYS": lambda: secrets.token_urlsafe(48),
    "DATA_KEYS": _data_key,
    "LOOKUP_KEY": lambda: secrets.token_urlsafe(48),
    "STRIPE_WEBHOOK_SECRETS": lambda: f"whsec_{secrets.token_urlsafe(32)}",
    "INSURER_KEYS": _insurer_keys,
}
