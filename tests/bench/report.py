"""The figures as a table for the terminal and as docs/benchmarks.md."""

import os
import platform
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

import psutil

from tests.bench.figures import Figure, Section

INTRODUCTION = """# Benchmarks

Written by `make bench`; run it again to get these figures for another machine. Rates depend on the
machine, so pages are judged by their ratio to a bare page, measured in turns in the same run: each
ratio is the median of the rounds.

"""


def write(path: Path, sections: Sequence[Section], day: date) -> None:
    """Writes the report."""
    path.parent.mkdir(exist_ok=True)
    body = "\n".join("\n".join(_markdown(section)) for section in sections)
    path.write_text(f"{INTRODUCTION}{day.isoformat()}, {machine()}\n\n{body}")


def plain(section: Section) -> str:
    """One section for the terminal."""
    lines = [section.title]
    for figure in section.figures:
        values = [f"{name} {value}".strip() for name, value in _named(section, figure)]
        lines.append(f"  {figure.name}: {', '.join(values)}{_judged(figure)}")
    return "\n".join(lines)


def machine() -> str:
    """What this machine is."""
    memory = psutil.virtual_memory().total / 2**30
    load = os.getloadavg()[0]
    return (
        f"{_processor()}, {os.cpu_count()} CPUs, {memory:.0f} GB, {platform.system()} "
        f"{platform.release()}, Python {platform.python_version()}, load {load:.1f} at the end."
    )


def _markdown(section: Section) -> Iterator[str]:
    columns = [name for name in section.columns if name]
    aims = any(figure.aim for figure in section.figures)
    head = ["", *columns, *(["aim"] if aims else [])]
    yield from (f"## {section.title}", "", section.note, "")
    yield f"| {' | '.join(head)} |"
    yield f"|{'---|' * len(head)}"
    for figure in section.figures:
        values = [value for _, value in _named(section, figure)]
        aim = [f"{figure.aim}{' ✓' if figure.met else ' ✗'}" if figure.aim else ""] if aims else []
        yield f"| {' | '.join([figure.name, *values, *aim])} |"
    yield ""


def _named(section: Section, figure: Figure) -> list[tuple[str, str]]:
    values = (figure.value, figure.bare, figure.ratio)
    return [(name, value) for name, value in zip(section.columns, values, strict=True) if name]


def _judged(figure: Figure) -> str:
    if not figure.aim:
        return ""
    return f"   (aim {figure.aim}: {'met' if figure.met else 'MISSED'})"


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()
