"""`make run` from its second stage on, as real processes: up, down, and what survives a kill."""

import re
import signal
import stat
import subprocess
import sys
import time

import psutil
import psycopg

import config
from tests.launch.installation import Installation, Running, eventually, is_alive

PASSWORD = re.compile(r"password\W+(\S{16,})", re.IGNORECASE)


def test_first_run_sets_everything_up_and_ctrl_c_stops_everything(
    installation: Installation,
) -> None:
    with installation.start() as running:
        eventually(lambda: installation.answers("/readyz"))
        assert installation.answers("/products/")
        assert PASSWORD.search(running.output)
        secrets = installation.folder / "secrets.env"
        assert stat.S_IMODE(secrets.stat().st_mode) == 0o600
        assert stat.S_IMODE(installation.folder.stat().st_mode) == 0o700
        certificates = {path.name for path in (installation.folder / "signing").iterdir()}
        assert certificates == {"haitang.p12", "yunshan.p12"}

        assert running.stop(signal.SIGINT) == []
        assert installation.database_process is None
        assert running.process.returncode == 0
        assert "Traceback" not in running.output


def test_second_run_keeps_the_data_and_is_quick(installation: Installation) -> None:
    secrets = (installation.folder / "secrets.env").read_text()
    # A web process has to load the application in any case; nothing much may come on top of it.
    # On an idle machine that is below 5 seconds altogether.
    allowed = 2 + 3 * max(_seconds_to_load() for _ in range(2))

    with installation.start() as running:
        assert running.seconds_to_open < allowed
        assert "Published" not in running.output
        assert not PASSWORD.search(running.output)
        assert (installation.folder / "secrets.env").read_text() == secrets
        assert _staff_count(installation) == 2

        assert running.stop(signal.SIGTERM) == []
        assert "Traceback" not in running.output


def test_what_is_killed_is_started_again(installation: Installation) -> None:
    with installation.start() as running:
        _kill_and_wait_for_another(running, "granian", "--workers")
        eventually(lambda: installation.answers("/"))
        _kill_and_wait_for_another(running, "flask", "worker")
        _kill_database(installation)
        eventually(lambda: installation.answers("/readyz"), seconds=40)

        assert running.stop() == []
        assert installation.database_process is None


def test_nothing_outlives_a_killed_launcher(installation: Installation) -> None:
    with installation.start() as running:
        database = installation.database_process
        parts = [part for part in running.parts() if part != database]
        running.process.kill()
        eventually(lambda: not any(is_alive(part) for part in parts))

    with installation.start() as again:  # finds the database running, and stops it in the end
        assert again.stop() == []
        assert installation.database_process is None


def _seconds_to_load() -> float:
    began = time.monotonic()
    subprocess.run([sys.executable, "-c", "import storefront.factory"], cwd=config.ROOT, check=True)
    return time.monotonic() - began


def _kill_and_wait_for_another(running: Running, *words: str) -> None:
    first = running.part(*words)
    assert first is not None
    first.kill()
    eventually(lambda: (other := running.part(*words)) and other.pid != first.pid)


def _kill_database(installation: Installation) -> None:
    database = installation.database_process
    assert database is not None
    database.kill()
    psutil.wait_procs([database], timeout=5)


def _staff_count(installation: Installation) -> int:
    lines = (installation.folder / "database.env").read_text().splitlines()
    url = dict(line.split("=", 1) for line in lines)["DATABASE_URL"]
    with psycopg.connect(url) as connection:
        row = connection.execute("select count(*) from staff_member").fetchone()
    assert row is not None
    return int(row[0])
