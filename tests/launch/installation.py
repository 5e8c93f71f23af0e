"""A real installation in a folder of its own, started and stopped the way `make run` does it."""

import os
import secrets
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil

import config
from storefront.launch import postgres

OPEN = "The storefront is open: "


def free_port() -> int:
    """A port nobody uses, below those that the system gives to connections of its own choice.

    One of theirs could be taken again before the process that is meant to listen has started.
    """
    while True:
        port = 11_000 + secrets.randbelow(20_000)
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


def eventually(condition: Callable[[], Any], seconds: float = 20) -> Any:
    """The first true value of a condition that needs time to become true."""
    deadline = time.monotonic() + seconds
    while not (value := condition()):
        assert time.monotonic() < deadline, "did not happen in time"
        time.sleep(0.05)
    return value


def is_alive(process: psutil.Process) -> bool:
    """Whether a process runs; one that ended but was not yet waited for does not."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


class Installation:
    """One folder and three ports."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.ports = {name: free_port() for name in ("PORT", "SANDBOX_PORT", "SANDBOX_SMTP_PORT")}
        self.environ = {
            **{name: value for name, value in os.environ.items() if name not in _settings()},
            **{name: str(port) for name, port in self.ports.items()},
            "STOREFRONT_INSTANCE": str(folder),
        }

    def command(self, target: str, **changes: str) -> subprocess.CompletedProcess[str]:
        """Runs a target to its end."""
        return self._run("storefront.launch", target, **changes)

    def ask(self, module: str, *words: str) -> str:
        """What a program says that runs to its end beside the site, with the site's settings."""
        done = self._run(module, *words)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def _run(self, *words: str, **changes: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", *words],
            cwd=config.ROOT,
            env={**self.environ, **changes},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def start(self) -> "Running":
        """Starts everything and waits until the address is printed."""
        return Running(self)

    @property
    def database_process(self) -> psutil.Process | None:
        """The main process of the embedded PostgreSQL."""
        file = postgres.data_folder(self.folder) / "postmaster.pid"
        pid = int(file.read_text().split()[0]) if file.exists() else 0
        return psutil.Process(pid) if pid and psutil.pid_exists(pid) else None

    def answers(self, path: str) -> bool:
        """Whether a page is served with 200."""
        try:
            address = f"http://127.0.0.1:{self.ports['PORT']}{path}"
            with urllib.request.urlopen(address, timeout=5) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False


class Running:
    """A started installation."""

    def __init__(self, installation: Installation) -> None:
        self.installation = installation
        self.lines: list[str] = []
        self.process = subprocess.Popen(
            [sys.executable, "-m", "storefront.launch", "run"],
            cwd=config.ROOT,
            env=installation.environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        threading.Thread(target=self._read, daemon=True).start()
        began = time.monotonic()
        eventually(lambda: self.process.poll() is not None or OPEN in self.output, seconds=45)
        self.seconds_to_open = time.monotonic() - began
        assert self.process.poll() is None, self.output

    @property
    def output(self) -> str:
        """Everything printed until now."""
        return "".join(self.lines)

    def parts(self) -> list[psutil.Process]:
        """Every process that belongs to it: the descendants, and the database that detached."""
        launcher = psutil.Process(self.process.pid)
        database = self.installation.database_process
        return [*launcher.children(recursive=True), *([database] if database else [])]

    def part(self, *words: str) -> psutil.Process | None:
        """The topmost of its processes whose command line has all the words."""
        for process in self.parts():
            try:
                command = " ".join(process.cmdline())
            except psutil.Error:  # ended meanwhile
                continue
            if all(word in command for word in words):
                return process
        return None

    def __enter__(self) -> "Running":
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.stop()

    def stop(self, number: signal.Signals = signal.SIGINT) -> list[psutil.Process]:
        """Sends a signal to the whole group, as a terminal does; gives what still runs after it."""
        parts = self.parts()
        os.killpg(self.process.pid, number)
        self.process.wait(20)
        return [part for part in parts if is_alive(part)]

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line)


def _settings() -> set[str]:
    return {item.name for item in config.SETTINGS}
