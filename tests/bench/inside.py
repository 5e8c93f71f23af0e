"""What is measured inside the process: quotes, policy documents, evidence."""

import io
import re
import resource
import statistics
import time
from collections.abc import Callable
from datetime import date, timedelta
from typing import TypeVar

import pikepdf
from sqlalchemy.orm import Session

from storefront import clock
from storefront.catalog import answers, pricing
from storefront.catalog import service as catalog
from storefront.catalog.bundle import ProductBundle
from storefront.catalog.clauses import to_html
from storefront.catalog.loader import load_all
from storefront.crypto import new_reference
from storefront.db import db, transaction
from storefront.evidence import anchors, checking
from storefront.evidence import service as evidence
from storefront.evidence.service import Happening
from storefront.policies import archive, printing
from storefront.policies.document.issue import issue_document
from storefront.policies.document.pages import clauses_html
from storefront.policies.document.typeset import to_pdf
from tests.bench.figures import Figure, Section
from tests.bench.site import Site
from tests.policies.sample import schedule

Result = TypeVar("Result")

QUOTE_SECONDS = 1.0
DOCUMENTS = 20
PRINTED = "travel-accident"
PAGES_SHOWN = 300
CHAINS, STEPS = 1000, 14
PAGE_TEXT = "What the customer was shown, to the letter. " * 450  # about 20,000 bytes


def quotes(site: Site) -> Section:
    """Quotes a second of every product: answers read and judged as typed, then priced."""
    return Section(
        "Quotes in process",
        "Answers parsed, judged and priced as for a page, without HTTP. The first quote builds the "
        "rate basis of the product from its definition and tables.",
        tuple(_quotes_of(bundle) for bundle in load_all().values()),
        ("a second", "first", "CPU for each"),
    )


def documents(site: Site) -> Section:
    """Signed policies a second, once the clauses are set."""
    settings = site.app.extensions["settings"]
    with site.app.app_context(), site.app.test_request_context():
        bundle = catalog.current(db.session, PRINTED, clock.now())
        insurer = catalog.insurer(db.session, bundle.definition.insurer, clock.now())
        db.session.rollback()
        html = clauses_html(printing.clauses(bundle, insurer, "zh", _long_clauses()))
        first_cpu, clauses = _cpu(lambda: to_pdf(html))
        signer = archive.signer(settings, insurer.code)
        policy = schedule("zh")
        signed = issue_document(policy, clauses, signer, clock.now())
        began = time.perf_counter()
        cpu, _ = _cpu(
            lambda: [issue_document(policy, clauses, signer, clock.now()) for _ in range(DOCUMENTS)]
        )
        seconds = time.perf_counter() - began
    with pikepdf.open(io.BytesIO(signed)) as pdf:
        pages = len(pdf.pages)
    each = cpu / DOCUMENTS
    name = f"signed policy of {pages} pages, {len(signed) // 1024} KB"
    return Section(
        "Policy documents",
        f"One process. The clauses are set once for each product version ({first_cpu:.2f} s of CPU).",
        (Figure(name, f"{DOCUMENTS / seconds:.1f}", f"{each:.3f} s", "", "< 0.4 s", each < 0.4),),
        ("a second", "CPU for each", ""),
    )


def records(site: Site) -> Section:
    """What it costs to record a page that was shown, and to check the whole record."""
    checked, kept = _check_seconds(site)
    return Section(
        "Evidence",
        f"A page shown ({len(PAGE_TEXT) // 1000} KB of text) recorded, by wall clock, medians: the recording "
        "itself, which a request adds to its own transaction, and one with a commit of its own.",
        (
            _recording(site, "a text never shown before", fresh=True),
            _recording(site, "a text that is kept already", fresh=False),
            Figure(f"check of {CHAINS:,} applications, {kept:,} records", f"{checked:.1f} s"),
        ),
        ("itself", "with commit", ""),
    )


def _quotes_of(bundle: ProductBundle) -> Figure:
    definition = bundle.definition
    typed = answers.flatten(answers.dump(answers.example(definition)))
    today = date(2026, 11, 20)

    def quote() -> None:
        pricing.price(bundle, answers.parse(definition, typed, today))

    fresh = ProductBundle(definition, bundle.clauses, bundle.tables)
    first, _ = _cpu(lambda: pricing.price(fresh, answers.parse(definition, typed, today)))
    quote()
    count, began, cpu_began = 0, time.perf_counter(), time.process_time()
    while time.perf_counter() - began < QUOTE_SECONDS:
        quote()
        count += 1
    each = (time.process_time() - cpu_began) / count
    rate = count / (time.perf_counter() - began)
    return Figure(
        definition.code,
        f"{rate:,.0f}",
        f"{first * 1000:.1f} ms",
        f"{each * 1000:.3f} ms",
        "< 1 ms",
        each < 0.001,
    )


def _long_clauses() -> str:
    """Clauses of three products on end, to fill a policy of about 12 pages."""
    texts = [bundle.clauses_in("zh") for bundle in list(load_all().values())[:3]]
    return to_html(re.sub(r"\s*{#[\w-]+}", "", "\n\n".join(texts)))


def _recording(site: Site, name: str, *, fresh: bool) -> Figure:
    """Medians: another program's write to the disk is not our cost."""
    chain = new_reference("A")
    alone, whole = [], []
    with site.app.app_context():
        for number in range(PAGES_SHOWN):
            text = f"{number} {chain} {PAGE_TEXT}" if fresh else PAGE_TEXT
            began = time.perf_counter()
            with transaction() as session:
                session.connection()
                entered = time.perf_counter()
                _record(session, chain, number, text)
                alone.append(time.perf_counter() - entered)
            whole.append(time.perf_counter() - began)
    itself, committed = (statistics.median(taken) * 1000 for taken in (alone, whole))
    return Figure(name, f"{itself:.2f} ms", f"{committed:.2f} ms", "", "< 3 ms", committed < 3)


def _record(session: Session, chain: str, number: int, text: str) -> None:
    now = clock.now()
    happening = Happening(chain, "page:bench", "customer:0", text, {"number": number})
    evidence.record(session, happening, now, clock.local_date(now + timedelta(days=1)))


def _check_seconds(site: Site) -> tuple[float, int]:
    """Seconds to check a thousand chains with an anchor, and how many records that are."""
    with site.app.app_context():
        for _ in range(CHAINS):
            chain = new_reference("A")
            with transaction() as session:
                for number in range(STEPS):
                    text = f"{chain} {number}" * 100 if number % 2 else f"{number} {PAGE_TEXT}"
                    _record(session, chain, number, text)
        with transaction() as session:
            anchors.anchor(session, clock.now())
        began = time.perf_counter()
        with transaction() as session:
            found = list(checking.faults(session, clock.now()))
            kept = checking.counts(session).records
        if found:
            raise SystemExit(f"the record has faults: {found[0]}")
        return time.perf_counter() - began, kept


def _cpu(action: Callable[[], Result]) -> tuple[float, Result]:
    before = _cpu_used()
    result = action()
    return _cpu_used() - before, result


def _cpu_used() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime
