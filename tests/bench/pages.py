"""Pages through HTTP, each measured in turns with a bare one, so that both meet the same noise."""

import json
import statistics
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

import httpx

import config
from tests.bench import servers
from tests.bench.figures import Figure, Section
from tests.bench.site import Site
from tests.visitor import TOKEN, Visitor

ROUNDS = 7
SECONDS = 0.8
WARM_UP_SECONDS = 0.15
CONNECTIONS = 4
QUOTED = "term-life"


@dataclass(frozen=True)
class Target:
    """One address of one server, asked in one way."""

    server: str
    path: str
    method: str = "GET"
    body: str = ""
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Speed:
    """Requests a second in each round, and CPU time of the web process for one of them."""

    rates: tuple[float, ...]
    cpu_ms: float

    @property
    def rate(self) -> float:
        """The median of the rounds."""
        return statistics.median(self.rates)

    def against(self, other: "Speed") -> float:
        """The median over the rounds of this rate divided by the other's beside it."""
        return statistics.median(
            mine / its for mine, its in zip(self.rates, other.rates, strict=True)
        )


def against_bare(site: Site, buyer: Visitor) -> Section:
    """The pages that people see most, and the price of a quote."""
    kept = buyer.quote(QUOTED, quote_answers())
    login = {"Cookie": "; ".join(f"{name}={value}" for name, value in buyer.http.cookies.items())}
    figures = [
        _page_figure(site, name, Target("web", path, headers=headers))
        for name, path, headers in (
            ("product page", f"/products/{QUOTED}", {}),
            ("quote page", f"/quote/{QUOTED}", {}),
            ("kept quote", f"/quotes/{kept}", {}),
            ("my policies", "/policies/", login),
        )
    ]
    return Section(
        "Pages against a bare page",
        "Requests a second. The bare page is Flask and Jinja with one indexed query and as many "
        "bytes, on the same server with the same settings, asked in turns with ours.",
        (*figures, _price_figure(site)),
        ("ours", "bare", "ours : bare"),
    )


def list_lengths(site: Site, products: int, many: int) -> Section:
    """The product list with few and with many products on sale."""
    few, crowded = take_turns(site, (Target("web", "/products/"), Target("crowded", "/products/")))
    slower = few.against(crowded)
    return Section(
        "Product list",
        "Requests a second of the first page of the list.",
        (
            Figure(
                f"{products} and {many:,} products",
                f"{few.rate:.0f}",
                f"{crowded.rate:.0f}",
                f"{slower:.2f} × slower",
                "≤ 1.5 ×",
                slower <= 1.5,
            ),
        ),
        (f"{products} products", f"{many:,} products", "ratio"),
    )


def quote_answers() -> dict[str, str]:
    """What somebody types for a quote."""
    return {
        "birth_date": "1990-06-15",
        "sex": "M",
        "start_date": "2026-12-20",
        "sum_insured": "100000",
        "term_years": "20",
        "pay_years": "20",
    }


def take_turns(site: Site, targets: Sequence[Target]) -> list[Speed]:
    """Speeds of targets that are asked one after the other, round by round."""
    rates: list[list[float]] = [[] for _ in targets]
    cpu = [0.0 for _ in targets]
    requests = [0 for _ in targets]
    for target in targets:
        _ask(site, target, seconds=0.1)  # whatever is made once is made now
    for _ in range(ROUNDS):
        for place, target in enumerate(targets):
            before = servers.cpu_seconds(site.processes[target.server])
            counted = _ask(site, target)
            cpu[place] += servers.cpu_seconds(site.processes[target.server]) - before
            rates[place].append(counted["requests"] / counted["seconds"])
            # The warm-up is not counted but costs CPU time all the same.
            requests[place] += int(counted["requests"] * (1 + WARM_UP_SECONDS / SECONDS))
    return [
        Speed(tuple(rates[place]), cpu[place] / max(requests[place], 1) * 1000)
        for place in range(len(targets))
    ]


def _ask(site: Site, target: Target, seconds: float = SECONDS) -> dict[str, float]:
    order = {
        "port": site.ports[target.server],
        "path": target.path,
        "method": target.method,
        "body": target.body,
        "headers": target.headers,
        "connections": CONNECTIONS,
        "seconds": seconds,
        "warm_up": WARM_UP_SECONDS,
    }
    result = subprocess.run(
        [sys.executable, "-m", "tests.bench.load", json.dumps(order)],
        cwd=config.ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    if result.returncode:
        raise SystemExit(result.stderr)
    return dict(json.loads(result.stdout))


def _page_figure(site: Site, name: str, page: Target) -> Figure:
    size = len(httpx.get(f"{site.url()}{page.path}", headers=page.headers).content)
    return _figure(site, f"{name}, {size:,} bytes", page, Target("bare", f"/page/{size}"), "≥ 0.5")


def _price_figure(site: Site) -> Figure:
    form = httpx.get(f"{site.url()}/quote/{QUOTED}")
    found = TOKEN.search(form.text)
    token = {"csrf_token": found[1]} if found else {}
    body = urlencode({**token, **quote_answers()})
    cookie = {"Cookie": f"session={form.cookies['session']}"}
    ours = Target("web", f"/quote/{QUOTED}/price", "POST", body, cookie)
    return _figure(
        site, "price of a quote, against JSON", ours, Target("bare", "/json", "POST", "code=x")
    )


def _figure(site: Site, name: str, ours: Target, bare: Target, aim: str = "") -> Figure:
    mine, beside = take_turns(site, (ours, bare))
    ratio = mine.against(beside)
    return Figure(
        name,
        f"{mine.rate:.0f} ({mine.cpu_ms:.2f} ms CPU)",
        f"{beside.rate:.0f} ({beside.cpu_ms:.2f} ms CPU)",
        f"{ratio:.2f}",
        aim,
        ratio >= 0.5 if aim else None,
    )
