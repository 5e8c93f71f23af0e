"""Nonsense in every field of every form of the purchase, through HTTP.

Whatever is sent, the answer is a page that says what is wrong, or 404 or 405; never a fault of ours.
Where a form is shown again, what was typed stands in it.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import product
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import httpx
import pytest
from flask import Flask

from storefront import clock
from storefront.db import transaction
from storefront.extensions import limiter
from tests.applications.conftest import PASSWORD, buyer, new_customer, visitor
from tests.crashes.forms import Form, read_form
from tests.people import CHILD, HOLDER, SPOUSE
from tests.plans import PLANS
from tests.visitor import Visitor

__all__ = ["buyer", "visitor"]

NONSENSE = {
    "nothing": "",
    "blanks": "   ",
    "far too long": "\u957f" * 10_000,
    "ten thousand digits": "9" * 10_000,
    "markup": "<script>alert(1)</script>'\"--",
    "nul": "a\0b",
    "control characters": "\x01\x1b\x7f",
    "direction": "\u202egnp.exe",
    "a digit that is none": "\u00b2",
    "zeros before": "000001" + "1" * 5_000,
    "infinite": "1e400",
    "thirty digits": "1" + "0" * 30,
    "negative": "-1",
    "no number": "NaN",
    "no date": "2025-02-30",
    "the last day of all": "9999-12-31",
    "a week": "2026-W01-1",
}
HIDDEN_NONSENSE = ("nothing", "nul", "a digit that is none", "ten thousand digits", "thirty digits")
ALONE = ("nul", "a digit that is none", "zeros before")
# What no browser sends: half a character, bytes that are no text, other shapes than a form.
BODIES = {
    "lone surrogate": (b"%s=%%ED%%A0%%80", "application/x-www-form-urlencoded"),
    "no text": (b"%s=%%FF%%FE", "application/x-www-form-urlencoded"),
    "raw bytes": (b"%s=\xff\xfe", "application/x-www-form-urlencoded"),
    "twice": (b"%s=1&%s=2", "application/x-www-form-urlencoded"),
    "array": (b"%s[]=1&%s[0]=2", "application/x-www-form-urlencoded"),
    "json": (b'{"%s": [1, {"a": null}]}', "application/json"),
    "file": (
        b'--b\r\nContent-Disposition: form-data; name="%s"; filename="a.exe"\r\n\r\nMZ\r\n--b--\r\n',
        "multipart/form-data; boundary=b",
    ),
    "cut off": (
        b'--b\r\nContent-Disposition: form-data; name="%s"',
        "multipart/form-data; boundary=b",
    ),
}
BAD_ARGUMENTS = (
    "x",
    "%00",
    "A%00B",
    "%ED%A0%80",
    "%FF",
    "a" * 3_000,
    "-1",
    "..%2F..",
    "9" * 30,
    "%0D%0A",
)
HIDDEN_OF_STEPS = frozenset({"revision", "text_sha256", "shown_premium"})
HIDDEN = HIDDEN_OF_STEPS | {"csrf_token"}


@pytest.fixture(autouse=True)
def no_limits() -> Iterator[None]:
    """So many requests of one address would be held up for a minute."""
    limiter.enabled = False
    yield
    limiter.enabled = True


def assert_answered(page: httpx.Response, what: str) -> None:
    """Any answer but a fault of ours, with something to read unless it leads elsewhere."""
    assert page.status_code < 500, f"{what}: {page.status_code}"
    if page.status_code >= 400:
        assert "<h1" in page.text, what


def assert_nothing_lost(page: httpx.Response, sent: Mapping[str, str], what: str) -> None:
    """What was typed stands in the form that is shown again."""
    shown = read_form(page.text)
    for name in shown.free & sent.keys():
        # A plate or a VIN is shown again as it is compared: in capitals.
        kept, typed = shown.values[name].casefold(), sent[name].casefold()
        assert kept.split() == typed.split(), f"{what}: {name}"


def attack(
    visitor: Visitor,
    path: str,
    good: Mapping[str, str],
    *,
    shown_on: str = "",
    refused: bool = True,
) -> None:
    """Sends nonsense to a form: into all fields at once, into each alone, and as other shapes.

    `refused` tells whether the form must have been shown again for some of it.
    """
    opened = visitor.get(shown_on or path)
    assert opened.url.path == (shown_on or path)
    form = read_form(opened.text)
    statuses = set()
    names = sorted(form.names - HIDDEN)
    assert names, f"no form on {path}"
    for title, value in NONSENSE.items():
        data = {**good, **dict.fromkeys(names, value)}
        statuses.add(send(visitor, path, form, data, f"{path} {title}"))
    for name, title in product(HIDDEN_OF_STEPS & form.names, HIDDEN_NONSENSE):
        page = visitor.http.post(path, data={**form.values, **good, name: NONSENSE[title]})
        assert_answered(page, f"{path} {name} {title}")
    for name, title in product(names, ALONE):
        data = {**good, name: NONSENSE[title]}
        statuses.add(send(visitor, path, form, data, f"{path} {name} {title}"))
    assert (422 in statuses) == refused
    for title, (body, kind) in BODIES.items():
        content = body.replace(b"%s", names[0].encode()).replace(b"%%", b"%")
        page = visitor.http.post(path, content=content, headers={"Content-Type": kind})
        assert_answered(page, f"{path} {title}")
    for method in ("PUT", "DELETE", "PATCH"):
        assert visitor.http.request(method, path).status_code == 405


def send(visitor: Visitor, path: str, form: Form, data: Mapping[str, str], what: str) -> int:
    """Sends one form, opened anew as often as an accepted one has changed its revision."""
    hidden = {name: form.values[name] for name in HIDDEN & form.values.keys()}
    page = visitor.http.post(path, data={**hidden, **data})
    assert_answered(page, what)
    if page.status_code == 422 and "\0" not in "".join(data.values()):
        assert_nothing_lost(page, data, what)
    elif page.status_code in (302, 303, 409):
        form.values.update(read_form(visitor.http.get(path).text).values)
    return page.status_code


def begun(buyer: Visitor, code: str, step: str) -> tuple[str, Mapping[str, str]]:
    """A new application that has come to a step, and what is right there."""
    _code, answers, plan = PLANS[code](clock.local_date(clock.now()))
    ref = buyer.begin(buyer.quote(code, answers))
    for name, data in plan.whole(answers):
        if name == step:
            return ref, data
        buyer.step(ref, name, **data)
    raise LookupError(step)


@pytest.mark.parametrize("code", sorted(PLANS))
def test_every_field_of_a_quote(app: Flask, visitor: Visitor, code: str) -> None:
    _code, answers, _plan = PLANS[code](clock.local_date(clock.now()))
    attack(visitor, f"/quote/{code}", {**answers, "action": "calculate"})
    attack(visitor, f"/quote/{code}", {**answers, "action": "later"}, refused=False)


ATTACKED = (
    ("motor-compulsory", "notice", {}),
    ("motor-compulsory", "cover", {}),
    ("motor-compulsory", "policyholder", {}),
    ("motor-compulsory", "object", {}),
    ("cyber-sme", "policyholder", {}),
    ("cyber-sme", "controls", {}),
    ("employers-liability", "employees", {"action": "reprice", "employee-data": "yes"}),
    ("motor-compulsory", "summary", {}),
    ("travel-accident", "insured", {**CHILD.form(relation="child"), "action": "add"}),
    ("term-life", "suitability", {}),
    ("term-life", "cover", {}),
    (
        "term-life",
        "beneficiaries",
        {**SPOUSE.form(relation="spouse", rank="1", share="100"), "kind": "named", "action": "add"},
    ),
    ("term-life", "health", {}),
)


@pytest.mark.parametrize(("code", "step", "good"), ATTACKED)
def test_every_field_of_a_step(buyer: Visitor, code: str, step: str, good: dict[str, str]) -> None:
    ref, right = begun(buyer, code, step)
    attack(buyer, f"/applications/{ref}/{step}", good or right)


def test_every_action_upon_a_person(buyer: Visitor) -> None:
    ref, _right = begun(buyer, "travel-accident", "insured")
    for action, value in product(("remove", "saved", "nonsense"), NONSENSE.values()):
        page = buyer.step(ref, "insured", action=f"{action}:{value}")
        assert_answered(page, f"{action} {value[:20]!r}")


ACCOUNT_FORMS = {
    "/account/register": {"email": "new@example.com", "password": PASSWORD, "repeat": PASSWORD},
    "/account/login": {"email": "no-address", "password": PASSWORD},
    "/account/confirm-again": {"email": "new@example.com"},
    "/account/forgot-password": {"email": "new@example.com"},
}


@pytest.mark.parametrize("path", ACCOUNT_FORMS)
def test_every_field_of_a_form_for_strangers(app: Flask, visitor: Visitor, path: str) -> None:
    attack(visitor, path, ACCOUNT_FORMS[path])


@pytest.mark.parametrize(
    ("path", "good"),
    [
        ("/account/profile", HOLDER.form(consent="y")),
        ("/account/people/new", SPOUSE.form(relation="spouse", consent="y")),
        ("/account/password", {"present": PASSWORD}),
        ("/account/email", {"present": PASSWORD}),
    ],
)
def test_every_field_of_a_customers_particulars(
    buyer: Visitor, path: str, good: dict[str, str]
) -> None:
    attack(buyer, path, good)


def test_every_field_of_the_advice(app: Flask, visitor: Visitor) -> None:
    attack(visitor, "/advice", {})


def test_every_code_to_verify(app: Flask, visitor: Visitor) -> None:
    attack(visitor, "/verify/code", {}, shown_on="/verify/")


def test_every_word_of_an_address(app: Flask, visitor: Visitor) -> None:
    fields = ("age", "budget", "q", "line", "page", "code", "version", "persons", "days", "quote")
    paths = ("/products/", "/compare", "/products/term-life/clauses", "/quote/travel-accident")
    for path, (title, value) in product(paths, NONSENSE.items()):
        page = visitor.http.get(path, params=dict.fromkeys(fields, value[:500]))
        assert_answered(page, f"{path} {title}")


def test_every_address_with_a_reference_that_cannot_be(app: Flask, buyer: Visitor) -> None:
    transport = httpx.WSGITransport(app=as_sent(app), raise_app_exceptions=False)
    with httpx.Client(
        transport=transport, base_url="http://127.0.0.1", cookies=buyer.http.cookies
    ) as http:
        for rule in app.url_map.iter_rules():
            if not rule.arguments or rule.endpoint.endswith("static"):
                continue
            for method, argument in product(("GET", "POST"), BAD_ARGUMENTS):
                path = re.sub("<[^>]+>", argument, rule.rule)
                page = http.request(method, path)
                assert page.status_code < 500, f"{method} {path}: {page.status_code}"
                assert page.status_code != 200, f"{method} {path}"


def as_sent(app: Flask) -> WSGIApplication:
    """The application behind a server that hands bytes of an address on as they came."""

    def served(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path = environ["PATH_INFO"].encode(errors="surrogateescape").decode("latin1")
        return app({**environ, "PATH_INFO": path}, start_response)

    return served


def test_the_references_of_somebody_else(app: Flask, buyer: Visitor) -> None:
    ref, right = begun(buyer, "motor-compulsory", "policyholder")
    with app.app_context(), transaction() as fresh:
        fresh.add(new_customer("thief@example.com", PASSWORD))
    buyer.get("/")
    buyer.http.cookies.clear()
    buyer.log_in("thief@example.com", PASSWORD)
    assert buyer.get("/applications/").status_code == 200
    for path in ("", "/policyholder", "/summary"):
        assert buyer.get(f"/applications/{ref}{path}").status_code == 404
    for path in ("/policyholder", "/summary", "/withdraw", "/reopen"):
        assert buyer.post(f"/applications/{ref}{path}", right).status_code == 404
    assert buyer.post(f"/payments/start/{ref}", {}).status_code == 404
