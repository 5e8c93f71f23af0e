"""A visitor who buys through HTTP, in process or against a running server, without a browser.

Every form is sent with the token of the page it was on, as a browser would.
"""

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from html import unescape

import httpx

from tests.attachments import samples
from tests.pages import check_page
from tests.people import ADDRESS, HOLDER, Company, Somebody

TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
REVISION = re.compile(r'name="revision" id="revision" value="(\d+)"')
HIDDEN = re.compile(r'<input type="hidden" name="(text_sha256|shown_premium)" value="([^"]*)"')
ERRORS = re.compile(r'id="error-summary".*?</ul>', re.S)

HEALTHY = {
    "p0.height-cm": "175",
    "p0.weight-kg": "70",
    **{
        f"p0.{code}": "no"
        for code in (
            "tumour", "heart-brain", "hypertension", "diabetes", "liver-kidney",
            "further-examination", "heavy-smoking", "dangerous-work", "dangerous-sport", "earlier-decision",
        )
    },
}  # fmt: skip
VEHICLE = {
    "plate": "\u4eacA12345",
    "vin": "LSVAA4180E2123450",
    "engine_number": "CDA123456",
    "first_registration": "2020-05-06",
}


def wait_for_worker() -> None:
    """The worker of a running server needs a moment."""
    time.sleep(0.2)


@dataclass
class Visitor:
    """One browser session: the last page is kept, so that its forms can be sent.

    `work` lets the jobs be done: a running server does them by itself. A page to which a form leads on
    is opened too, unless `follows` is off.
    """

    http: httpx.Client
    page: httpx.Response = field(default_factory=lambda: httpx.Response(200, text=""))
    work: Callable[[], None] = wait_for_worker
    follows: bool = True

    def get(self, path: str) -> httpx.Response:
        """Opens a page and follows redirects."""
        return self._opened(self.http.get(path, follow_redirects=True))

    def post(self, path: str, data: Mapping[str, str], follow: bool = True) -> httpx.Response:
        """Sends a form of the last page."""
        found = TOKEN.search(self.page.text)
        token = {"csrf_token": unescape(found[1])} if found else {}
        follow = follow and self.follows
        return self._opened(self.http.post(path, data={**token, **data}, follow_redirects=follow))

    def log_in(self, email: str, password: str) -> None:
        """Logs in through the form."""
        self.get("/account/login")
        self.post("/account/login", {"email": email, "password": password})

    def quote(self, code: str, answers: Mapping[str, str]) -> str:
        """Keeps a quote and gives its reference."""
        self.get(f"/quote/{code}")
        self.post(f"/quote/{code}", {**answers, "action": "keep"})
        assert "/quotes/" in self.page.url.path, self.problems()
        return self.page.url.path.rpartition("/")[2]

    def begin(self, quote_ref: str) -> str:
        """Begins an application and gives its reference."""
        self.get(f"/quotes/{quote_ref}")
        self.post(f"/applications/begin/{quote_ref}", {})
        return self.page.url.path.split("/")[2]

    def step(self, ref: str, step: str, **data: str) -> httpx.Response:
        """Opens a step and saves it."""
        self.get(f"/applications/{ref}/{step}")
        return self.save(ref, step, **data)

    def save(self, ref: str, step: str, **data: str) -> httpx.Response:
        """Saves the step that is open, with the hidden fields of its page."""
        hidden = {name: unescape(value) for name, value in HIDDEN.findall(self.page.text)}
        revision = REVISION.search(self.page.text)
        number = {"revision": revision[1]} if revision else {}
        return self.post(f"/applications/{ref}/{step}", {**number, **hidden, **data})

    def fill_in(self, ref: str, step: str, data: Mapping[str, str]) -> httpx.Response:
        """Opens a step and saves it; `file` is the text of a CSV file to upload, `attach` a document."""
        if "attach" in data:
            return self.attach(ref, data["attach"])
        if "file" not in data:
            return self.step(ref, step, **data)
        self.get(f"/applications/{ref}/{step}")
        return self.upload(ref, step, "list.csv", data["file"].encode())

    def attach(self, ref: str, code: str) -> httpx.Response:
        """Attaches a photo as a document, waits until it was looked into, and goes on."""
        page = self.get(f"/applications/{ref}/documents")
        token = TOKEN.search(page.text)
        fields = {"purpose": code, "csrf_token": unescape(token[1]) if token else ""}
        files = {"file": ("photo.jpg", samples.photo())}
        self.http.post(f"/attachments/of/application/{ref}/form", data=fields, files=files)
        while 'data-state="checking"' in self.get(f"/applications/{ref}/documents").text:
            self.work()
        return self.save(ref, "documents", action="next")

    def upload(self, ref: str, step: str, name: str, data: bytes) -> httpx.Response:
        """Sends a file with the step that is open."""
        revision = REVISION.search(self.page.text)
        assert revision, self.problems()
        token = TOKEN.search(self.page.text)
        fields = {"revision": revision[1], "action": "upload"}
        fields |= {"csrf_token": unescape(token[1])} if token else {}
        address = f"/applications/{ref}/{step}"
        files = {"list": (name, data)}
        return self._opened(
            self.http.post(address, data=fields, files=files, follow_redirects=self.follows)
        )

    def apply(self, code: str, answers: Mapping[str, str], plan: "Plan") -> str:
        """From the product to the submitted application; gives its reference."""
        ref = self.begin(self.quote(code, answers))
        for step, data in plan.whole(answers):
            self.fill_in(ref, step, data)
        return ref

    def up_to(
        self,
        step: str,
        code: str,
        answers: Mapping[str, str],
        plan: "Plan",
        *,
        unseen: bool = False,
    ) -> str:
        """From the product to a step that is open then; gives the application's reference.

        For one that was never shown, no page is opened `unseen` any more once the application began.
        """
        ref = self.begin(self.quote(code, answers))
        self.follows = not unseen
        for name, data in plan.whole(answers):
            if name == step:
                return ref
            self.fill_in(ref, name, data)
        raise LookupError(step)

    def _opened(self, page: httpx.Response) -> httpx.Response:
        self.page = page
        html = page.headers.get("content-type", "").startswith("text/html")
        if html and page.text and not page.is_redirect:
            check_page(page.text, self.http.cookies.get("language", "zh"))
        return page

    def problems(self) -> str:
        """What the last page complains about, for the message of a failing test."""
        found = ERRORS.search(self.page.text)
        return f"{self.page.status_code} {self.page.url} {found[0] if found else ''}"


@dataclass(frozen=True)
class Plan:
    """How somebody goes through the steps that not every product has.

    A step whose data hold `file` uploads that text; with `attach`, a photo as that document.

    `before_cover` come after the privacy step, `steps` between policyholder and clauses.
    """

    start_date: str
    holder: Somebody | Company = HOLDER
    steps: tuple[tuple[str, dict[str, str]], ...] = ()
    before_cover: tuple[tuple[str, dict[str, str]], ...] = ()

    def whole(self, answers: Mapping[str, str]) -> list[tuple[str, Mapping[str, str]]]:
        """Every step in order, as it is rightly filled in."""
        return [
            ("notice", {"notice": "yes"}),
            ("privacy", {"sensitive-data": "yes", "passing-on": "yes"}),
            *self.before_cover,
            ("cover", {**answers, "start_date": self.start_date}),
            ("policyholder", self.holder_form()),
            *self.steps,
            ("clauses", {"clauses": "yes"}),
            ("exclusions", {"exclusions": "yes"}),
            ("summary", {"summary": "yes"}),
        ]

    def holder_form(self) -> dict[str, str]:
        """What is typed into the policyholder step."""
        if isinstance(self.holder, Company):
            return self.holder.form()
        return self.holder.form(address=ADDRESS)
