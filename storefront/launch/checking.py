"""`make check` and `make test`: the tools, one after the other, each with its own output."""

import os
import subprocess
import sys

import config
from storefront.launch import translations
from storefront.launch.problem import say

CHECKS = {
    "format": ["ruff", "format", "--check", "."],
    "lint": ["ruff", "check", "."],
    "types": ["mypy"],
    "layers": ["lint-imports"],
    "migrations agree with models": [
        sys.executable,
        "-m",
        "pytest",
        "tests/test_database.py::test_models_and_migrations_agree",
    ],
}


def check() -> int:
    """Runs every check, also after one failed; 1 if any did."""
    failed = [name for name, command in CHECKS.items() if not _passes(name, command)]
    say(f"Failed: {', '.join(failed)}" if failed else "All checks passed.")
    return 1 if failed else 0


def test() -> int:
    """Runs every test; with ARGS in the environment, the one run of pytest that it asks for.

    The journeys run by themselves: beside a browser's event loop no other loop can run in a process.
    Files are handed out in their order; by their number of tests the slowest would come last.
    """
    translations.compile_changed()
    asked = os.environ.get("ARGS")
    runs = [asked.split()] if asked else [["--ignore", "tests/journeys"], ["tests/journeys"]]
    shared = [] if asked else ["-n", "2", "--dist", "loadfile", "--no-loadscope-reorder"]
    results = [
        subprocess.run([sys.executable, "-m", "pytest", *run, *shared], check=False)  # noqa: S603
        for run in runs
    ]
    return max(result.returncode for result in results)


def bench() -> int:
    """Measures the speed against a bare page."""
    translations.compile_changed()
    os.execv(sys.executable, [sys.executable, "-m", "tests.bench"])  # noqa: S606


def _passes(name: str, command: list[str]) -> bool:
    say(f"── {name}")
    return subprocess.run(command, cwd=config.ROOT, check=False).returncode == 0  # noqa: S603
