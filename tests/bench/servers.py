"""Starts the processes of the Procfile one by one, and stops them whatever happens.

Each stands in a group of its own and is told by the kernel when the bench dies, so that nothing
outlives it.
"""

import ctypes
import os
import signal
import subprocess
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import psutil
from honcho.environ import parse_procfile

import config

START_SECONDS = 60
GOODBYE_SECONDS = 10
TELL_ME_WHEN_THE_PARENT_DIES = 1  # PR_SET_PDEATHSIG of prctl(2)

Environ = Mapping[str, str]


def web_command(application: str = "wsgi:app") -> str:
    """The web server as the Procfile has it, with one process, serving an application."""
    command = _procfile()["web"].replace("--workers 2", "--workers 1")
    return command.replace("wsgi:app", application)


def command_of(name: str) -> str:
    """Another line of the Procfile."""
    return _procfile()[name]


@contextmanager
def running(command: str, environ: Environ, log: Path, ready: str = "") -> Iterator[psutil.Process]:
    """A process, from when it answers with 200 at the address `ready` until the end of the block."""
    with log.open("ab") as output:
        process = subprocess.Popen(  # noqa: S602 - a line of our own Procfile
            command,
            shell=True,
            cwd=config.ROOT,
            env=dict(environ),
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=_end_with_parent,  # noqa: PLW1509 - the bench has no threads then
        )
    try:
        _wait_for(process, ready, log)
        yield psutil.Process(process.pid)
    finally:
        _stop(process)


def family(process: psutil.Process) -> list[psutil.Process]:
    """A process and all its descendants."""
    return [process, *process.children(recursive=True)]


def cpu_seconds(process: psutil.Process) -> float:
    """CPU time of a process and its children up to now."""
    times = [part.cpu_times() for part in family(process)]
    return sum(part.user + part.system for part in times)


def _end_with_parent() -> None:
    ctypes.CDLL(None).prctl(TELL_ME_WHEN_THE_PARENT_DIES, signal.SIGTERM)


def _wait_for(process: subprocess.Popen[bytes], ready: str, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while ready and not _answers(ready):
        if process.poll() is not None or time.monotonic() > deadline:
            raise SystemExit(f"{process.args!r} does not start:\n{log.read_text()[-2000:]}")
        time.sleep(0.1)


def _stop(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGTERM)
    try:
        process.wait(GOODBYE_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=5) as answer:  # noqa: S310 - our own
            return bool(answer.status == 200)
    except OSError:
        return False


def _procfile() -> dict[str, str]:
    return dict(parse_procfile((config.ROOT / "Procfile").read_text()).processes)
