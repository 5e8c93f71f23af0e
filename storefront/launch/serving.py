"""`make run`: checks, set-up, then web, worker and sandbox until somebody stops them."""

import os
import time
import urllib.request
from collections.abc import Mapping
from typing import Any

import config
from storefront.launch import installation
from storefront.launch.problem import say
from storefront.launch.processes import Processes, add_from_procfile

LONGEST_START_SECONDS = 120
DATABASE_MAY_MISS = 3  # checks, one a second


def serve() -> int:
    """Serves until SIGINT, SIGTERM or SIGHUP; 0 after an orderly end."""
    settings = installation.open_settings()
    installation.check_libraries()
    installation.check_ports(_ports(settings))
    with installation.database(settings) as database:
        environ = environment(settings, database.url)
        installation.complete(settings, environ)
        return _run_processes(settings, environ, database)


def set_up() -> int:
    """The set-up alone."""
    settings = installation.open_settings()
    installation.check_libraries()
    with installation.database(settings) as database:
        installation.complete(settings, environment(settings, database.url))
    return 0


def environment(settings: config.Settings, database_url: str) -> dict[str, str]:
    """Environment of every process: the settings as they are in force, spelled out."""
    values = {item.name: str(getattr(settings, item.name.lower())) for item in config.SETTINGS}
    return {
        **os.environ,
        **values,
        "STOREFRONT_INSTANCE": str(settings.instance.resolve()),
        "DATABASE_URL": database_url,
        "SANDBOX_STATE": str(settings.instance.resolve() / "sandbox.sqlite3"),
        "STRIPE_WEBHOOK_URL": f"http://127.0.0.1:{settings.port}/stripe/webhook",
        "PYTHONUNBUFFERED": "1",
    }


def _ports(settings: config.Settings) -> dict[str, tuple[str, int]]:
    ports = {"PORT": (settings.host, int(settings.port))}
    if not settings.production:
        ports["SANDBOX_PORT"] = ("127.0.0.1", int(settings.sandbox_port))
        ports["SANDBOX_SMTP_PORT"] = ("127.0.0.1", int(settings.sandbox_smtp_port))
    return ports


def _run_processes(
    settings: config.Settings, environ: Mapping[str, str], database: installation.Database
) -> int:
    def attend() -> None:
        _announce(settings, processes.stopping)
        _keep_alive(database, processes.stopping)

    processes = Processes(started=attend)
    left_out = {"sandbox"} if settings.production else set()
    add_from_procfile(processes, config.ROOT / "Procfile", environ, left_out)
    return processes.run()


def _announce(settings: config.Settings, stopping: Any) -> None:
    """Prints the address as soon as the site answers there."""
    deadline = time.monotonic() + LONGEST_START_SECONDS
    while not stopping.wait(0.1) and time.monotonic() < deadline:
        if _answers(f"http://127.0.0.1:{settings.port}/healthz"):
            say(f"The storefront is open: {settings.base_url}   (Ctrl-C closes it)")
            if not settings.production:
                say(f"Mailbox and stand-ins: http://127.0.0.1:{settings.sandbox_port}")
            return


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=2) as answer:  # noqa: S310 - our own address
            return bool(answer.status == 200)
    except OSError:  # not listening yet, or not ready
        return False


def _keep_alive(database: installation.Database, stopping: Any) -> None:
    """Starts the embedded database again when it has been gone for longer than a restart takes."""
    missed = 0
    while not stopping.wait(1):
        missed = 0 if database.is_running() else missed + 1
        if missed >= DATABASE_MAY_MISS:
            database.revive()
