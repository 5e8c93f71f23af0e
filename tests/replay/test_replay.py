"""Staff see a sale again as the customer saw it, moment by moment (E-02)."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from storefront import clock
from storefront.audit.models import AuditEntry
from storefront.evidence.models import EvidenceContent, EvidenceRecord
from storefront.pages import main_of, without_token
from storefront.replay import changes
from tests.applications.underwriting import LOADED, life
from tests.evidence.chains import past_the_triggers
from tests.plans import PLANS, travel
from tests.staff.people import log_in, make_member
from tests.visitor import Visitor


def position_of(session: Session, chain: str, kind: str, last: bool = False) -> int:
    """Where the first, or the last, record of a kind stands."""
    found = session.scalars(
        select(EvidenceRecord.position)
        .where(EvidenceRecord.chain == chain, EvidenceRecord.kind == kind)
        .order_by(EvidenceRecord.position)
    ).all()
    return found[-1 if last else 0]


@pytest.mark.rule("E-02")
def test_the_timeline_tells_the_whole_sale(reader: FlaskClient, sold: str) -> None:
    page = reader.get(f"/staff/evidence/{sold}").text

    told = [
        re.sub(r"<[^>]+>", "", line).strip() for line in re.findall(r"<div>.*?</div>", page, re.S)
    ]
    whole = "\n".join(told)
    for part in (
        "Quote kept",
        "Page shown",
        "Confirmed: ",
        "Answers given",
        "Underwriting decided",
    ):
        assert part in whole
    assert whole.index("Quote kept") < whole.index("Underwriting decided")
    assert "Every record is as it was written" in page


@pytest.mark.rule("E-02")
def test_a_page_is_drawn_as_it_was_shown(reader: FlaskClient, session: Session, sold: str) -> None:
    position = position_of(session, sold, "page:insured", last=True)
    moment = reader.get(f"/staff/evidence/{sold}/{sold}/{position}")
    frame = reader.get(f"/staff/evidence/{sold}/{sold}/{position}/page")

    assert "frame-src 'self'" in moment.headers["Content-Security-Policy"]
    assert re.search(r"<iframe [^>]*sandbox ", moment.text)
    policy = frame.headers["Content-Security-Policy"]
    assert "sandbox" in policy.split("; ")
    assert "script-src" not in policy
    assert "\u793a\u4f8b\u7532" in frame.text  # the holder's name, in the customer's language
    assert '<html lang="zh-CN">' in frame.text
    assert "csrf_token" not in frame.text


@pytest.mark.rule("E-02")
def test_what_changed_between_is_told(
    reader: FlaskClient, session: Session, unfinished: str
) -> None:
    position = position_of(session, unfinished, "answers:cover", last=True)
    page = reader.get(f"/staff/evidence/{unfinished}/{unfinished}/{position}").text
    row = re.search(r"<tr>\s*<th[^>]*>days</th><td>7</td><td>14</td>", page)
    assert row, page

    wrong = position_of(session, unfinished, "page:cover", last=True)
    frame = reader.get(f"/staff/evidence/{unfinished}/{unfinished}/{wrong}/page").text
    assert "alert-danger" in frame  # the complaint stood there
    assert 'value="900"' in frame  # beside what was typed


def test_every_moment_can_be_opened(reader: FlaskClient, session: Session, sold: str) -> None:
    address: str | None = f"/staff/evidence/{sold}"
    opened = 0
    first = re.search(r'<a class="btn btn-primary" href="([^"]+)"', reader.get(address).text)
    assert first
    address = first[1]
    while address:
        page = reader.get(address)
        assert page.status_code == 200
        opened += 1
        frame = re.search(r'<iframe[^>]* src="([^"]+)"', page.text)
        if frame:
            assert reader.get(frame[1]).status_code == 200
        following = re.search(r'rel="next" href="([^"]+)"', page.text)
        address = following[1] if following else None
    recorded = session.scalar(
        text("select count(*) from evidence_record where chain like 'A%' or chain like 'Q%'")
    )
    assert opened == recorded


def test_any_number_of_the_sale_leads_there(
    reader: FlaskClient, session: Session, sold: str
) -> None:
    quote = session.scalar(text("select ref from quote"))
    found = reader.get("/staff/evidence/", query_string={"ref": f" {quote} "})
    assert found.headers["Location"].endswith(f"/staff/evidence/{sold}")
    unknown = reader.get("/staff/evidence/", query_string={"ref": "A0000"})
    assert "Nothing is recorded under this number." in unknown.text
    assert reader.get("/staff/evidence/A0000").status_code == 404
    assert reader.get(f"/staff/evidence/{sold}/{sold}/999").status_code == 404


def test_reading_is_audited(reader: FlaskClient, session: Session, sold: str) -> None:
    reader.get(f"/staff/evidence/{sold}")
    entry = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert entry is not None
    assert (entry.action, entry.subject) == ("evidence.replay", sold)


def test_only_those_who_may_see_it(app: Flask, session: Session, sold: str) -> None:
    support = log_in(app.test_client(), make_member(session, ["support"]))
    for path in ("", f"/{sold}", f"/{sold}/{sold}/1", f"/{sold}/{sold}/1/page"):
        assert support.get(f"/staff/evidence{path or '/'}").status_code == 403
    assert app.test_client().get(f"/staff/evidence/{sold}").status_code == 302


@pytest.mark.rule("E-01")
def test_tampering_shows_on_the_page(reader: FlaskClient, session: Session, sold: str) -> None:
    with past_the_triggers() as connection:
        connection.execute(
            text(
                "update evidence_record set actor = 'customer:9' where chain = :c and position = 3"
            ),
            {"c": sold},
        )
    page = reader.get(f"/staff/evidence/{sold}").text
    assert f"chain {sold}, record 3: was altered or added" in page


def test_the_status_page_is_recorded(
    reader: FlaskClient, session: Session, buyer: Visitor, sold: str
) -> None:
    position = position_of(session, sold, "page:status")
    frame = reader.get(f"/staff/evidence/{sold}/{sold}/{position}/page").text
    assert "pay-now" in frame


@pytest.mark.rule("E-02")
def test_an_offer_is_drawn_as_the_customer_saw_it(
    reader: FlaskClient, session: Session, buyer: Visitor
) -> None:
    """With its own price and what was wrong, and without the standard premium beside it."""
    ref = life(buyer, LOADED)
    buyer.get(f"/applications/{ref}/offer")
    buyer.post(f"/applications/{ref}/offer", {"text_sha256": "0" * 64})
    assert buyer.page.status_code == 422
    told = re.findall(r"<li><a href=\"#confirm-offer\">([^<]+)</a>", buyer.page.text)
    heading = re.search(r"<h1>([^<]+)</h1>", buyer.page.text)
    assert heading

    position = position_of(session, ref, "page:offer", last=True)
    frame = reader.get(f"/staff/evidence/{ref}/{ref}/{position}/page").text
    assert f"<h1>{heading[1]}</h1>" in frame
    assert f"<li>{told[0]}</li>" in frame
    assert "<aside" not in frame
    assert frame.count("price-total") == 1
    page = reader.get(f"/staff/evidence/{ref}").text
    assert heading[1] in page


@pytest.mark.rule("E-01")
def test_product_and_quote_are_part_of_the_sale(
    reader: FlaskClient, session: Session, buyer: Visitor
) -> None:
    """As the visitor saw them before there was an application, in this visit."""
    code, answers, _plan = travel(clock.local_date(clock.now()))
    shown = main_of(buyer.get(f"/products/{code}").text)
    quote = buyer.quote(code, answers)
    price = main_of(buyer.page.text)
    buyer.get(f"/quotes/{quote}")  # shows nothing new
    ref = buyer.begin(quote)

    whole = session.scalars(
        select(EvidenceRecord).where(EvidenceRecord.chain == quote).order_by(EvidenceRecord.id)
    ).all()
    assert [row.kind for row in whole] == ["page:product", "quote", "page:quote"]
    texts = [session.get_one(EvidenceContent, row.content_sha256).body for row in whole[::2]]
    assert texts[0] in shown
    assert texts[1] == without_token(price)
    assert whole[0].details["shown_sha256"] == whole[0].content_sha256
    first = session.scalars(
        select(EvidenceRecord).where(EvidenceRecord.chain == ref).order_by(EvidenceRecord.id)
    ).first()
    assert first is not None
    assert (first.kind, first.details["quote_digest"]) == ("begun", whole[-1].digest)
    told = reader.get(f"/staff/evidence/{ref}").text
    assert "Application begun" in told
    frame = reader.get(f"/staff/evidence/{ref}/{quote}/1/page").text
    assert texts[0] in frame


def test_who_only_looks_around_leaves_no_record(session: Session, buyer: Visitor) -> None:
    for code in sorted(PLANS):
        buyer.get(f"/products/{code}")
    assert session.scalar(text("select count(*) from evidence_record")) == 0
    code, answers, _plan = travel(clock.local_date(clock.now()))
    buyer.quote(code, answers)
    kinds = session.scalars(select(EvidenceRecord.kind).order_by(EvidenceRecord.id)).all()
    assert kinds == ["page:product", "quote", "page:quote"]
    buyer.quote(*PLANS["accident-year"](clock.local_date(clock.now()))[:2])  # long ago by now
    kinds = session.scalars(select(EvidenceRecord.kind).order_by(EvidenceRecord.id)).all()
    assert kinds[3:] == ["quote", "page:quote"]


@pytest.mark.rule("E-02")
def test_pages_after_the_submission_keep_their_heading(
    reader: FlaskClient, session: Session, buyer: Visitor
) -> None:
    ref = life(buyer, {"p0.tumour": "yes"})
    buyer.get(f"/applications/{ref}/appeal")
    buyer.post(f"/applications/{ref}/appeal", {"reason": ""})
    other = life(buyer, LOADED)
    buyer.get(f"/applications/{other}/declaration")
    buyer.save(other, "declaration", **{"p0.tumour": ""})

    for chain, kind in ((ref, "page:appeal"), (other, "page:declaration")):
        position = position_of(session, chain, kind, last=True)
        frame = reader.get(f"/staff/evidence/{chain}/{chain}/{position}/page").text
        heading = re.search(r"<h1>([^<]+)</h1>", frame)
        assert heading
        assert "page:" not in heading[1]
        assert "alert-danger" in frame
        assert "<aside" not in frame


def test_numbers_of_people_are_masked_in_what_was_answered() -> None:
    flat = dict(changes.flat({"insured": [{"name": "x", "id_number": "990000199006150011"}]}))
    assert flat["insured.1.name"] == "x"
    assert flat["insured.1.id_number"] != "990000199006150011"
    assert changes.differences({"a": 1, "b": 2}, {"a": 1, "c": 3}) == [
        ("c", "", "3"),
        ("b", "2", ""),
    ]
