"""The underwriters' pages and commands: queue, case, price preview, decision; every read is audited."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront import clock
from storefront.applications import closing, declaration, limits
from storefront.applications.decisions import history
from storefront.audit.models import AuditEntry
from storefront.catalog.loader import PRODUCTS, load_product
from storefront.db import transaction
from storefront.worklist import service as worklist
from storefront.worklist.models import WorkItem
from tests.applications.conftest import stored
from tests.applications.underwriting import DECLINED, REASON, REFERRED, life
from tests.staff.people import log_in, make_member
from tests.visitor import Visitor

PATH = "/staff/underwriting/"


@pytest.fixture
def desk(client: FlaskClient, session: Session) -> FlaskClient:
    """The browser of an underwriter."""
    return log_in(client, make_member(session, ["underwriter"]))


def actions(session: Session) -> list[str]:
    found = select(AuditEntry.action).where(AuditEntry.action.startswith("underwriting"))
    return list(session.scalars(found.order_by(AuditEntry.id)))


def test_the_queue_is_taken_from_and_given_back(
    session: Session, buyer: Visitor, desk: FlaskClient
) -> None:
    ref = life(buyer, REFERRED)
    queue = desk.get(PATH).text
    assert ref in queue
    assert load_product(PRODUCTS / "term-life").definition.marketing_name.zh in queue
    assert "已等待 0 分钟" in queue
    assert ref not in desk.get(PATH + "?mine=1").text
    assert desk.post(f"{PATH}{ref}/take").status_code == 303
    assert ref in desk.get(PATH + "?mine=1").text
    desk.post(f"{PATH}{ref}/give-back")
    session.expire_all()
    assert session.scalars(select(WorkItem)).one().assignee_id is None


def test_a_finding_about_what_was_computed_shows_it_in_words(
    buyer: Visitor, desk: FlaskClient
) -> None:
    page = desk.get(PATH + life(buyer, {"p0.weight-kg": "120"})).text
    assert '<div class="form-text mb-0">体质指数 39.1</div>' in page


def test_the_case_shows_everything_and_its_reading_is_audited(
    session: Session, buyer: Visitor, desk: FlaskClient
) -> None:
    earlier = life(buyer, DECLINED)
    ref = life(buyer, REFERRED)
    page = desk.get(PATH + ref).text
    definition = load_product(PRODUCTS / "term-life").definition
    for asked in declaration.everything_asked(definition):
        if asked.code in ("diabetes", "diabetes-insulin", "bmi"):
            assert asked.text.zh in page
    diabetes = next(q for q in declaration.everything_asked(definition) if q.code == "diabetes")
    assert f'<div class="form-text mb-0">{diabetes.text.zh} 是</div>' in page
    assert "diabetes = True" not in page
    assert earlier in page  # the same insured person
    assert actions(session) == ["underwriting.read"]


def test_the_price_of_terms_is_computed_before_deciding(
    session: Session, buyer: Visitor, desk: FlaskClient
) -> None:
    ref = life(buyer, REFERRED)
    premium = stored(ref).premium
    assert premium is not None
    terms = {"outcome": "loaded", "percent-0": "100"}
    fragment = desk.post(f"{PATH}{ref}/preview", data=terms).text
    assert f"¥{premium * 2:,.2f}" in fragment
    wrong = desk.post(f"{PATH}{ref}/preview", data={**terms, "percent-0": "half"}).text
    assert "field-error" in wrong
    page = desk.post(f"{PATH}{ref}/decide", data={**terms, "action": "preview"}).text
    assert f"¥{premium * 2:,.2f}" in page
    assert stored(ref).state == "referred"


def test_a_decision_is_taken_on_the_page(
    session: Session, buyer: Visitor, desk: FlaskClient
) -> None:
    ref = life(buyer, REFERRED)
    premium = stored(ref).premium
    assert premium is not None
    hasty = {"outcome": "loaded", "percent-0": "100", "reasons": "x"}
    answer = desk.post(f"{PATH}{ref}/decide", data=hasty)
    assert answer.status_code == 422
    assert 'href="#reasons"' in answer.text
    assert f"¥{premium * 2:,.2f}" in answer.text  # still the price of the terms in the form
    ruling = {
        "outcome": "excluded",
        "percent-0": "25",
        "exclusions-0": "liver-disease",
        "text_zh-0": "\u793a\u4f8b",
        "text_en-0": "The left knee is not covered.",
        "reasons": REASON,
    }
    assert desk.post(f"{PATH}{ref}/decide", data=ruling).status_code == 303
    application = stored(ref)
    assert application.state == "counter_offered"
    decision = application.decision
    assert decision is not None
    codes = [item["code"] for item in decision["terms"][0]["exclusions"]]
    assert codes == ["liver-disease", "own-wording"]
    assert "underwriting.decide" in actions(session)
    assert REASON in desk.get(PATH + ref).text


def test_a_question_is_asked_on_the_page(
    session: Session, buyer: Visitor, desk: FlaskClient
) -> None:
    ref = life(buyer, REFERRED)
    assert desk.post(f"{PATH}{ref}/ask", data={"question": ""}).status_code == 422
    assert desk.post(f"{PATH}{ref}/ask", data={"question": "Since when?"}).status_code == 303
    assert "Since when?" in desk.get(PATH + ref).text
    assert "underwriting.ask" in actions(session)


def test_without_the_permission_there_is_no_way_in(
    session: Session, buyer: Visitor, client: FlaskClient
) -> None:
    ref = life(buyer, REFERRED)
    log_in(client, make_member(session, ["support"]))
    for path in ("", ref):
        assert client.get(PATH + path).status_code == 403
    for path in ("take", "give-back", "preview", "decide", "ask"):
        assert client.post(f"{PATH}{ref}/{path}").status_code == 403
    assert stored(ref).state == "referred"


def test_an_unknown_application_is_not_found(desk: FlaskClient, session: Session) -> None:
    assert desk.get(PATH + "A000").status_code == 404


def test_the_command_line_lists_shows_and_decides(
    session: Session, buyer: Visitor, app: Flask
) -> None:
    ref = life(buyer, REFERRED)
    runner = app.test_cli_runner()

    def run(*arguments: str) -> tuple[int, str]:
        result = runner.invoke(args=["underwriting", *arguments])
        return result.exit_code, result.output

    assert ref in run("list")[1]
    shown = run("show", ref)[1]
    assert "diabetes: refer (read diabetes)" in shown
    assert "liver-disease" in shown
    decide = ("decide", ref, "--outcome", "excluded", "--reason", REASON)
    assert "exclusions-0: no-exclusion" in run(*decide)[1]
    assert "has no knee" in run(*decide, "--exclusion", "knee")[1]
    done = run(*decide, "--exclusion", "liver-disease", "--percent", "10")
    assert done == (0, f"{ref} is counter_offered\n")
    assert "does not wait" in run(*decide, "--exclusion", "liver-disease")[1]
    row = history.latest(session, stored(ref))
    assert row is not None
    assert (row.by_person, row.member_id) == (True, None)
    assert session.scalars(select(AuditEntry.member_id)).all() == [None]


def test_an_application_whose_content_is_gone_can_still_be_opened(
    session: Session, buyer: Visitor, desk: FlaskClient
) -> None:
    ref = life(buyer, REFERRED)
    with transaction():
        closing.wipe(session, stored(ref), clock.now())

    page = desk.get(PATH + ref)

    assert page.status_code == 200
    assert "均已删除" in page.text
    assert "outcome-standard" not in page.text
    assert desk.post(f"{PATH}{ref}/decide", data={"outcome": "standard"}).status_code == 409
    assert desk.post(f"{PATH}{ref}/preview").status_code == 409


def test_cover_above_a_limit_waits_until_somebody_says_what_was_done(
    session: Session, buyer: Visitor, desk: FlaskClient
) -> None:
    ref = life(buyer, REFERRED)
    with transaction():
        over = worklist.Work(limits.OVER_LIMIT, ref, "underwriting", clock.now())
        worklist.open_item(session, over, clock.now())
    assert f"{PATH}{ref}" in desk.get("/staff/").text
    assert "超出保险金额限额" in desk.get(PATH).text
    assert f"{PATH}{ref}/over-limit" in desk.get(PATH + ref).text

    assert desk.post(f"{PATH}{ref}/over-limit", data={"reason": " "}).status_code == 422
    desk.post(f"{PATH}{ref}/over-limit", data={"reason": REASON})

    session.expire_all()
    item = session.scalars(select(WorkItem).where(WorkItem.kind == limits.OVER_LIMIT)).one()
    assert item.closed_at is not None
    assert "underwriting.over-limit" in actions(session)
    assert f"{PATH}{ref}/over-limit" not in desk.get(PATH + ref).text
