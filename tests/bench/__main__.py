"""`make bench`: everything in one run, on a storefront of its own, which takes twenty minutes: it is filled
with a million policies, and with a million claims.

`python -m tests.bench pages quotes` measures only these and leaves the report alone. With
BENCH_POLICIES or BENCH_CLAIMS in the environment the large databases hold so many instead of a million.
It ends with 1 where an aim is missed.
"""

import signal
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import config
from storefront import clock
from tests.bench import claims, desk, inside, million, pages, purchases, report, site
from tests.bench.figures import Section

PRODUCTS, MANY_PRODUCTS = 10, 1000
PARTS = ("desk", "claims", "quotes", "documents", "evidence", "batch", "purchases", "pages")
REPORT = config.ROOT / "docs" / "benchmarks.md"


def main(wanted: tuple[str, ...]) -> int:
    """Measures, prints, and writes the report when everything was measured."""
    signal.signal(signal.SIGTERM, _interrupt)
    unknown = sorted(set(wanted) - set(PARTS))
    if unknown:
        raise SystemExit(f"no part is called {', '.join(unknown)}; there are: {', '.join(PARTS)}")
    sections = []
    with tempfile.TemporaryDirectory(prefix="storefront-bench-") as folder:
        instance = Path(folder) / "instance"
        with site.prepared(instance, PRODUCTS, MANY_PRODUCTS) as prepared:
            for section in _measure(prepared, wanted or PARTS):
                sys.stdout.write(f"{report.plain(section)}\n")
                sys.stdout.flush()
                sections.append(section)
    if not wanted:
        report.write(REPORT, sections, clock.local_date(clock.now()))
    return _judge(sections)


def _judge(sections: list[Section]) -> int:
    """Names the aims that were missed; 1 where there are some."""
    missed = [
        f"{section.title}: {figure.name}"
        for section in sections
        for figure in section.figures
        if figure.met is False
    ]
    if missed:
        sys.stdout.write(f"{len(missed)} missed: {'; '.join(missed)}\n")
    return 1 if missed else 0


def _measure(prepared: site.Site, wanted: tuple[str, ...]) -> Iterator[Section]:
    for name, part in (
        ("desk", desk.lengths),
        ("claims", claims.lengths),
        ("quotes", inside.quotes),
        ("documents", inside.documents),
        ("evidence", inside.records),
        ("batch", million.batch),
    ):
        if name in wanted:
            yield part(prepared)
    # The pages of "my policies" show what was bought before.
    if {"purchases", "pages"} & set(wanted):
        with site.serving_purchases(prepared):
            yield from purchases.buying(prepared)
    if "pages" in wanted:
        with site.serving_pages(prepared), purchases.logged_in(prepared, 0) as buyer:
            yield pages.against_bare(prepared, buyer)
            yield pages.list_lengths(prepared, PRODUCTS, MANY_PRODUCTS)


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    try:
        sys.exit(main(tuple(sys.argv[1:])))
    except KeyboardInterrupt:
        sys.exit(130)
