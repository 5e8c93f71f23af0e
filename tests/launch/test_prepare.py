"""The first stage: what it finds missing, and what it asks of the machine.

It runs here in a process of its own whose PATH holds stand-ins for apt-get and sudo.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import config

PREPARE = config.ROOT / "storefront" / "launch"
NOBODY = 65534


@pytest.fixture
def programs(tmp_path: Path) -> Path:
    """A folder for stand-ins, which write down how they were called."""
    folder = tmp_path / "programs"
    folder.mkdir()
    folder.chmod(0o755)
    return folder


def stand_in(programs: Path, name: str, body: str) -> None:
    """A small program."""
    path = programs / name
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)


def prepare(programs: Path, statement: str, *, as_root: bool) -> subprocess.CompletedProcess[str]:
    """Runs one statement of the first stage, as root in its own eyes or as anybody else."""
    uid = 0 if as_root else NOBODY
    script = (
        f"import os, sys; sys.path.insert(0, {str(PREPARE)!r}); import prepare;"
        f"os.geteuid = lambda: {uid};"
        f"\ntry: {statement}"
        "\nexcept prepare.CannotPrepare as problem: sys.exit(str(problem))"
    )
    return subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, "PATH": f"{programs}:/nowhere"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_without_root_or_sudo_it_prints_the_one_command(programs: Path) -> None:
    stand_in(programs, "apt-get", f"echo called >> {programs}/log")

    result = prepare(programs, "prepare.install_packages(['a', 'b'])", as_root=False)

    assert result.returncode == 1
    assert "sudo apt-get install -y --no-install-recommends a b" in result.stderr
    assert not (programs / "log").exists()


@pytest.mark.parametrize("as_root", [True, False])
def test_packages_are_installed_as_root_or_through_sudo(programs: Path, as_root: bool) -> None:
    stand_in(programs, "apt-get", f'echo "$DEBIAN_FRONTEND $*" >> {programs}/log')
    stand_in(programs, "env", '/usr/bin/env "$@"')
    stand_in(programs, "true", "exit 0")
    stand_in(programs, "sudo", 'test "$1" = -n && shift && exec "$@"')

    result = prepare(programs, "prepare.install_packages(['a', 'b'])", as_root=as_root)

    assert result.returncode == 0, result.stderr
    assert (programs / "log").read_text().splitlines() == [
        "noninteractive -q update",
        "noninteractive install -y --no-install-recommends a b",
    ]


def test_a_failed_installation_shows_why(programs: Path) -> None:
    stand_in(programs, "apt-get", "echo no network >&2; exit 100")

    result = prepare(programs, "prepare.install_packages(['a'])", as_root=True)

    assert result.returncode == 1
    assert "no network" in result.stderr
    assert "sudo apt-get install" in result.stderr
    assert "Traceback" not in result.stderr


def test_what_the_tests_need_is_asked_for_by_tests_only(programs: Path) -> None:
    needs = [
        prepare(
            programs,
            f"print(*prepare.missing_packages(for_tests={for_tests}))",
            as_root=False,
        ).stdout.split()
        for for_tests in (False, True)
    ]

    assert needs == [[], ["chromium", "poppler-utils"]]


def test_a_library_that_does_not_load_is_missing(programs: Path) -> None:
    statement = "prepare.LIBRARIES = {'libnowhere9': 'libnowhere.so.9'};"
    result = prepare(programs, statement + "print(*prepare.missing_packages(for_tests=False))",
                     as_root=False)  # fmt: skip

    assert result.stdout.split() == ["libnowhere9"]


def test_an_unwritable_folder_is_named(programs: Path) -> None:
    statement = "from pathlib import Path; prepare.check_writable(Path('/proc/self'))"

    result = prepare(programs, statement, as_root=True)

    assert result.returncode == 1
    assert "The folder /proc/self cannot be written" in result.stderr
    assert "Traceback" not in result.stderr


def test_an_old_python_is_refused(programs: Path) -> None:
    statement = "prepare.OLDEST_PYTHON = (99, 0); prepare.main('run')"

    result = prepare(programs, statement, as_root=True)

    assert result.returncode == 1
    assert "Python 99.0 or newer is needed" in result.stderr
