"""Two hundred bad files, and a connection that breaks, against the real server and its worker."""

import shutil
import socket
import threading
import time
from collections.abc import Iterator
from html import unescape
from itertools import cycle, islice
from urllib.parse import urlsplit

import httpx
import pytest

from storefront import clock
from storefront.attachments.rules import CHUNK_BYTES
from storefront.launch import postgres
from tests.attachments import samples
from tests.crashes.site import Site, eventually
from tests.launch.installation import Installation
from tests.plans import PLANS
from tests.visitor import TOKEN

FILES = 200
MOST_GROWTH = 100 * 1024**2
PURPOSE = "business-licence"
STATES = "select state, fault, count(*) from attachment where owner_ref = %s group by 1, 2"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Everything that `make run` starts, with room for all the files in one application."""
    folder = tmp_path_factory.mktemp("trials") / "instance"
    installation = Installation(folder)
    installation.environ["UPLOAD_FILES"] = str(10 * FILES)
    running = installation.start()
    yield Site(installation, running)
    running.stop()
    data = postgres.data_folder(folder)
    shutil.rmtree(data.parent if data.parent != folder else data, ignore_errors=True)


class Sender:
    """A customer with a draft application, sending from several addresses because of the limits."""

    def __init__(self, site: Site, email: str) -> None:
        self.site = site
        visitor = site.customer(email)
        product, answers, _ = PLANS["cyber-sme"](clock.local_date(clock.now()))
        self.owner = visitor.begin(visitor.quote(product, answers))
        found = TOKEN.search(visitor.page.text)
        assert found
        self.token = unescape(found[1])
        self.cookies = dict(visitor.http.cookies)
        self._lines = cycle([self._line(number) for number in range(2, 12)])

    def _line(self, number: int) -> httpx.Client:
        transport = httpx.HTTPTransport(local_address=f"127.0.0.{number}")
        return httpx.Client(
            transport=transport, base_url=self.site.url, cookies=self.cookies, timeout=60
        )

    def post(self, path: str, **content: object) -> httpx.Response:
        """Sends from the next address."""
        headers = {"X-CSRFToken": self.token}
        return next(self._lines).post(path, headers=headers, **content)  # type: ignore[arg-type]

    def get(self, path: str) -> httpx.Response:
        """Asks from the next address."""
        return next(self._lines).get(path)

    def announce(self, name: str, size: int) -> httpx.Response:
        """The beginning of an upload in pieces."""
        form = {"purpose": PURPOSE, "name": name, "size": str(size), "mark": ""}
        return self.post(f"/attachments/of/application/{self.owner}/begin", data=form)

    def send(self, name: str, data: bytes) -> list[httpx.Response]:
        """All of a file in pieces, until it is refused; gives the answers."""
        answers = [self.announce(name, len(data))]
        for offset in range(0, len(data), CHUNK_BYTES):
            found = answers[-1].json()
            if answers[-1].status_code != 200 or found["state"] != "uploading":
                break
            piece = data[offset : offset + CHUNK_BYTES]
            path = f"/attachments/{answers[0].json()['ref']}/piece?offset={offset}"
            answers.append(self.post(path, content=piece))
        return answers

    def send_by_form(self, name: str, data: bytes) -> list[httpx.Response]:
        """All of a file at once."""
        path = f"/attachments/of/application/{self.owner}/form"
        return [self.post(path, data={"purpose": PURPOSE}, files={"file": (name, data)})]


def trials() -> Iterator[tuple[str, bytes]]:
    """Every kind of file that must be refused, empty and oversized ones, and damaged ones by chance."""
    for name, make, _ in samples.REFUSED.values():
        yield name, make()
    yield "empty.jpg", b""
    yield "one byte.pdf", b"%"
    yield "large.jpg", samples.photo() + bytes(21 * 1024**2)
    yield "as large as can be.jpg", samples.noisy(5000, 4000, quality=97)[: 20 * 1024**2]
    yield "large.pdf", samples.large_pdf(19 * 1024**2)
    yield from samples.damaged(seed=200)


class Memory(threading.Thread):
    """Watches how much memory the web processes and the worker take, apart from the inspectors."""

    def __init__(self, site: Site) -> None:
        super().__init__(daemon=True)
        web = site.web()
        self.processes = [web, *web.children(recursive=True), site.worker()]
        self.before = self.now()
        self.most = dict(self.before)
        self.over = threading.Event()

    def now(self) -> dict[int, int]:
        """Resident bytes by process."""
        return {process.pid: process.memory_info().rss for process in self.processes}

    def run(self) -> None:
        while not self.over.wait(0.05):
            self.most = {pid: max(rss, self.most[pid]) for pid, rss in self.now().items()}

    @property
    def growth(self) -> int:
        """The most that any of them has grown, bytes."""
        return max(self.most[pid] - rss for pid, rss in self.before.items())


def test_two_hundred_bad_files(site: Site) -> None:
    sender = Sender(site, "trials@example.com")
    for data in (samples.photo(), samples.pdf()):  # what is loaded at first use is no growth
        sender.send("warm.jpg", data)
        sender.send_by_form("warm.jpg", data)
    wait_for_checks(site, sender.owner)
    memory = Memory(site)
    memory.start()

    ways = cycle([sender.send, sender.send, sender.send_by_form])
    for name, data in islice(trials(), FILES):
        answers = next(ways)(name, data)
        assert all(answer.status_code in (200, 303, 413, 422) for answer in answers), name
        last = answers[-1]
        assert last.status_code != 422 or last.json()["message"]
    wait_for_checks(site, sender.owner)
    memory.over.set()
    memory.join()

    assert memory.growth < MOST_GROWTH, f"{memory.growth / 1024**2:.0f} MB"
    states = site.ask(STATES, sender.owner)
    assert {state for state, _, _ in states} <= {"ready", "refused"}
    assert all(fault for state, fault, _ in states if state == "refused")
    assert sum(count for _, _, count in states) > FILES / 2
    listed = sender.get(f"/attachments/of/application/{sender.owner}/files/{PURPOSE}")
    assert listed.status_code == 200
    assert listed.text.count('data-state="refused"') > FILES / 4
    assert "request.fault" not in site.running.output
    assert '"job.failed"' not in site.running.output and "job.failed" not in site.running.output


def test_a_connection_that_breaks_in_the_middle_loses_nothing(site: Site) -> None:
    sender = Sender(site, "broken@example.com")
    data = samples.large_pdf(2_000_000)
    upload = sender.announce("scan.pdf", len(data)).json()
    first = f"/attachments/{upload['ref']}/piece?offset=0"
    assert sender.post(first, content=data[:CHUNK_BYTES]).json()["offset"] == CHUNK_BYTES

    break_off(sender, upload["ref"], CHUNK_BYTES, data[CHUNK_BYTES : 2 * CHUNK_BYTES])

    # What came of the piece before the line broke may be kept; the server knows where to go on.
    progress = sender.get(f"/attachments/{upload['ref']}").json()
    assert progress["state"] == "uploading"
    assert CHUNK_BYTES <= progress["offset"] < 2 * CHUNK_BYTES
    while progress.get("state", "uploading") == "uploading":
        offset = progress["offset"]
        path = f"/attachments/{upload['ref']}/piece?offset={offset}"
        progress = sender.post(path, content=data[offset : offset + CHUNK_BYTES]).json()
    wait_for_checks(site, sender.owner)
    assert sender.get(f"/attachments/{upload['ref']}/file").content == data


def break_off(sender: Sender, ref: str, offset: int, data: bytes) -> None:
    """Sends the head of a request and half of its body, then hangs up."""
    parts = urlsplit(sender.site.url)
    cookies = "; ".join(f"{name}={value}" for name, value in sender.cookies.items())
    head = (
        f"POST /attachments/{ref}/piece?offset={offset} HTTP/1.1\r\nHost: {parts.netloc}\r\n"
        f"Cookie: {cookies}\r\nX-CSRFToken: {sender.token}\r\nContent-Length: {len(data)}\r\n\r\n"
    )
    with socket.create_connection((str(parts.hostname), int(parts.port or 80))) as line:
        line.sendall(head.encode() + data[: len(data) // 2])
        time.sleep(0.2)


def wait_for_checks(site: Site, owner: str) -> None:
    """Until the worker has decided about every file."""
    waiting = "select count(*) from attachment where owner_ref = %s and state = 'checking'"
    eventually(lambda: not site.ask(waiting, owner)[0][0], "the checks", seconds=240)
