"""A file of a million rows through `flask rate --csv`: seconds, CPU and the most memory it held."""

import csv
import os
import random
import subprocess
import time
from pathlib import Path

import config
from tests.bench.figures import Figure, Section
from tests.bench.site import Site

ROWS = 1_000_000
LONGEST_SECONDS = 240
WANTED_SECONDS = 60
KEYS = ("birth_date", "sex", "start_date", "sum_insured", "term_years", "pay_years")


def batch(site: Site) -> Section:
    """Prices the file once, in a process of its own."""
    source, target = site.folder / "rows.csv", site.folder / "premiums.csv"
    _write_rows(source, ROWS)
    small = site.folder / "few-rows.csv"
    _write_rows(small, ROWS // 50)
    _, _, few_mb = _rate(site, small, target)
    seconds, cpu, most_mb = _rate(site, source, target)
    return Section(
        "Batch",
        f"`flask --app wsgi rate term-life --csv`, {ROWS:,} rows. The memory is that of the program "
        f"itself: {ROWS // 50:,} rows need {few_mb:.0f} MB.",
        (
            Figure(
                f"{ROWS:,} rows",
                f"{seconds:.1f} s",
                f"{cpu:.1f} s",
                f"{most_mb:.0f} MB",
                f"≤ {WANTED_SECONDS} s on one core",
                cpu <= WANTED_SECONDS,
            ),
        ),
        ("time", "CPU", "most memory"),
    )


def _write_rows(path: Path, count: int) -> None:
    chance = random.Random(20261122)
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(KEYS)
        for _ in range(count):
            term = chance.choice((10, 15, 20, 30))
            born = f"{chance.randint(1980, 2005)}-{chance.randint(1, 12):02d}-{chance.randint(1, 28):02d}"
            writer.writerow(
                (
                    born,
                    chance.choice("MF"),
                    "2026-12-01",
                    chance.randrange(100_000, 1_000_001, 10_000),
                    term,
                    chance.choice((1, 10, term) if term > 10 else (1, 10)),
                )
            )


def _rate(site: Site, source: Path, target: Path) -> tuple[float, float, float]:
    """Seconds, CPU seconds and peak memory in MB of pricing one file."""
    command = ["flask", "--app", "wsgi", "rate", "term-life", "--csv", str(source)]
    began = time.monotonic()
    with (site.folder / "rate.log").open("wb") as log:
        process = subprocess.Popen(
            ["timeout", str(LONGEST_SECONDS), *command, "--out", str(target)],
            cwd=config.ROOT,
            env=site.environ,
            stdout=log,
            stderr=log,
        )
        _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"the batch failed: {(site.folder / 'rate.log').read_text()[-2000:]}")
    return time.monotonic() - began, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024
