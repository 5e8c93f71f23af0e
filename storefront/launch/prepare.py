"""First stage of `make`: Debian packages and the virtual environment, with the standard library only.

Runs under the system's Python. What works already is recognised within milliseconds; then the
second stage (`storefront.launch`) takes over in the virtual environment, in the same process.
"""

import ctypes
import fcntl
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ENVIRONMENT = ROOT / ".venv"
LOCK = ROOT / "requirements.lock"
STAMP = ENVIRONMENT / ".complete"
OLDEST_PYTHON = (3, 11)
LIBRARIES = {
    "libpango-1.0-0": "libpango-1.0.so.0",
    "libpangoft2-1.0-0": "libpangoft2-1.0.so.0",
    # Without it a Chinese page takes seconds instead of a sixth of one.
    "libharfbuzz-subset0": "libharfbuzz-subset.so.0",
}
TEST_PROGRAMS = {"chromium": "chromium", "poppler-utils": "pdftotext"}
FONT_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.local/share/fonts", "~/.fonts")


class CannotPrepare(Exception):
    """What stops the set-up, as lines for the person at the terminal."""


def main(target: str) -> None:
    """Prepares everything for a target and hands over to it; returns only by an exception."""
    if sys.version_info < OLDEST_PYTHON:
        wanted = ".".join(map(str, OLDEST_PYTHON))
        raise CannotPrepare(f"Python {wanted} or newer is needed, this is {sys.version.split()[0]}")
    check_writable(ROOT)
    install_packages(missing_packages(for_tests=target in ("test", "bench")))
    if target == "lock":
        resolve_lock()
        return
    create_environment()
    python = str(ENVIRONMENT / "bin" / "python")
    os.environ["PATH"] = f"{ENVIRONMENT / 'bin'}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    os.chdir(ROOT)
    os.execv(python, [python, "-m", "storefront.launch", target])  # noqa: S606 - hands over on purpose


def check_writable(folder: Path) -> None:
    """Raises CannotPrepare where files cannot be created in the folder."""
    probe = folder / f".writable-{os.getpid()}"
    try:
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise CannotPrepare(f"The folder {folder} cannot be written: {error.strerror}") from error


def missing_packages(*, for_tests: bool) -> list[str]:
    """Debian packages whose content is not there, whichever way it might have come."""
    missing = [name for name, library in LIBRARIES.items() if not _loads(library)]
    if importlib.util.find_spec("ensurepip") is None:
        missing.append("python3-venv")
    if not any(_chinese_fonts()):
        missing.append("fonts-noto-cjk")
    if for_tests:
        missing += [name for name, program in TEST_PROGRAMS.items() if not shutil.which(program)]
    return missing


def install_packages(packages: list[str]) -> None:
    """Installs Debian packages as root or through sudo; else says which command would."""
    if not packages:
        return
    command = f"apt-get install -y --no-install-recommends {' '.join(packages)}"
    needed = f"Debian packages are missing. Please run:\n  sudo {command}"
    if shutil.which("apt-get") is None:
        raise CannotPrepare(
            f"Missing: {', '.join(packages)}. Please install what these Debian packages hold."
        )
    if os.geteuid() == 0:
        become_root = []
    elif shutil.which("sudo") and _succeeds(["sudo", "-n", "true"]):
        become_root = ["sudo", "-n", "env", "DEBIAN_FRONTEND=noninteractive"]
    else:
        raise CannotPrepare(needed)
    say(f"Installing Debian packages: {' '.join(packages)}")
    # A fresh machine has no package lists yet; an old list may name versions that are gone.
    run([*become_root, "apt-get", "-q", "update"], f"apt-get update failed. {needed}", quiet=True)
    run([*become_root, *command.split()], f"apt-get install failed. {needed}", quiet=True)


def create_environment() -> None:
    """Makes `.venv` with exactly the locked dependencies, unless it is there already."""
    with LOCK.open("rb") as lock:
        digest = hashlib.sha256(lock.read()).hexdigest()
        if _stamp() == (digest, _identity()):
            return
        fcntl.flock(lock, fcntl.LOCK_EX)  # two `make` at once: the second waits, then finds it done
        stamped, identity = _stamp()
        if (stamped, identity) == (digest, _identity()):
            return
        say("Installing the locked dependencies into .venv (a minute or two) …")
        if identity != _identity():
            run(
                [sys.executable, "-m", "venv", "--clear", str(ENVIRONMENT)],
                "The virtual environment .venv could not be made.",
            )
        STAMP.unlink(missing_ok=True)  # killed from here on, it is made anew
        run(
            [str(ENVIRONMENT / "bin" / "python"), "-m", "pip", "install", "--quiet", "--no-input",
             "--disable-pip-version-check", "--require-hashes", "--no-deps", "-r", str(LOCK)],
            "The locked dependencies could not be installed; is a package index within reach?",
            quiet=True,
        )  # fmt: skip
        STAMP.write_text(f"{digest} {_identity()}")


def resolve_lock() -> None:
    """Writes requirements.lock anew from pyproject.toml, with the hash of every file."""
    tools = ROOT / "instance" / "lock-tools"
    run(
        [sys.executable, "-m", "venv", "--clear", str(tools)],
        "No environment for uv could be made.",
    )
    run([str(tools / "bin" / "pip"), "install", "--quiet", "uv"], "uv could not be installed.")
    run(
        [str(tools / "bin" / "uv"), "pip", "compile", "--quiet", "--generate-hashes", "--group", "dev",
         "--python-version", ".".join(map(str, OLDEST_PYTHON)), "--upgrade", "--universal",
         "--custom-compile-command", "made by: make lock", "--output-file", str(LOCK),
         "pyproject.toml"],
        "The dependencies could not be resolved.",
    )  # fmt: skip


def run(command: list[str], failure: str, *, quiet: bool = False) -> None:
    """Runs a command; a failure shows its output and ends in one sentence."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    result = subprocess.run(  # noqa: S603
        command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, check=False,
        capture_output=quiet, text=True,
    )  # fmt: skip
    if result.returncode:
        raise CannotPrepare("\n".join(filter(None, (result.stdout, result.stderr, failure))))


def say(line: str) -> None:
    """Tells the person at the terminal what takes its time."""
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


def _stamp() -> tuple[str, str]:
    """Hash of the lock that was installed, and identity of the environment at that time."""
    digest, _, identity = (STAMP.read_text() if STAMP.is_file() else "").partition(" ")
    return digest, identity


def _identity() -> str:
    """Changes when the environment was moved or the Python behind it was replaced."""
    return f"{ENVIRONMENT} {(ENVIRONMENT / 'bin' / 'python').resolve()}"


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def _chinese_fonts() -> Iterable[Path]:
    for folder in FONT_FOLDERS:
        yield from Path(folder).expanduser().rglob("Noto*CJK*")


def _succeeds(command: list[str]) -> bool:
    result = subprocess.run(  # noqa: S603
        command, stdin=subprocess.DEVNULL, capture_output=True, check=False
    )
    return result.returncode == 0


if __name__ == "__main__":
    try:
        main(sys.argv[1] if len(sys.argv) > 1 else "run")
    except CannotPrepare as problem:
        sys.exit(str(problem))
    except KeyboardInterrupt:
        sys.exit(130)
