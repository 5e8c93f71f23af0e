"""A counter-offer: shown with its price, accepted against its exact text, and never paid at the old one."""

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from time_machine import travel

from storefront import clock
from storefront.applications.decisions import history, jobs, wiping
from storefront.applications.decisions.models import CounterOffer
from storefront.db import transaction
from storefront.evidence.models import EvidenceContent, EvidenceRecord
from storefront.payments import service as payments
from storefront.policies import contract
from storefront.policies import service as policies
from tests.applications.conftest import stored
from tests.applications.underwriting import (
    EXCLUDED,
    LOADED,
    accept,
    correct,
    drafted,
    life,
    mails,
)
from tests.visitor import Visitor


def offers(session: Session) -> list[CounterOffer]:
    session.expire_all()
    return list(session.scalars(select(CounterOffer).order_by(CounterOffer.id)))


def watch(buyer: Visitor) -> None:
    """The hourly watch, and the jobs that it makes."""
    jobs.watch_offers.func()
    buyer.work()


@pytest.mark.rule("M-03")
def test_a_loading_is_offered_accepted_and_is_the_price_to_pay(
    session: Session, buyer: Visitor
) -> None:
    ref = life(buyer, LOADED)
    [offer] = offers(session)
    standard, premium = offer.standard, offer.premium
    loading = Decimal(offer.lines[-1]["amount"])
    assert stored(ref).state == "counter_offered"
    assert premium == standard + loading
    assert abs(loading - standard / 2) <= Decimal("0.005")
    page = buyer.get(f"/applications/{ref}").text
    assert f"¥{premium:,.2f}" in page
    assert f"¥{standard:,.2f}" in page
    buyer.post(f"/payments/start/{ref}", {})
    assert buyer.page.status_code == 409  # nothing is paid before it is accepted

    accept(buyer, ref)

    application = stored(ref)
    assert (application.state, application.premium) == ("accepted", premium)
    assert sum(Decimal(line["amount"]) for line in application.lines) == premium
    assert application.person_premiums == [str(premium)]
    assert "pay-now" in buyer.page.text
    with transaction():
        payment = payments.start(session, application, clock.now())
        assert payment.amount == premium


@pytest.mark.rule("S-02")
@pytest.mark.rule("E-01")
def test_the_exact_text_is_confirmed(session: Session, buyer: Visitor) -> None:
    ref = life(buyer, EXCLUDED)
    accept(buyer, ref)
    [offer] = offers(session)
    record = session.scalars(
        select(EvidenceRecord).where(
            EvidenceRecord.chain == ref, EvidenceRecord.kind == "confirmed:offer"
        )
    ).one()
    assert record.content_sha256 == offer.text_sha256
    text = session.get_one(EvidenceContent, record.content_sha256).body
    exclusion = stored(ref).decision["terms"][0]["exclusions"][0]  # type: ignore[index]
    assert exclusion["text"]["zh"] in text
    assert f"¥{offer.premium:,.2f}" in text
    assert [item.kind for item in stored(ref).confirmations][-1] == "offer"


@pytest.mark.rule("S-01")
@pytest.mark.rule("S-02")
@pytest.mark.parametrize(
    ("data", "status"), [({"offer": ""}, 422), ({"text_sha256": "0" * 64}, 409)]
)
def test_what_was_not_confirmed_is_not_accepted(
    session: Session, buyer: Visitor, data: dict[str, str], status: int
) -> None:
    ref = life(buyer, LOADED)
    assert " checked" not in buyer.get(f"/applications/{ref}/offer").text
    accept(buyer, ref, **data)
    assert buyer.page.status_code == status
    assert stored(ref).state == "counter_offered"


def test_the_contract_and_the_insurers_request_carry_the_terms(
    session: Session, buyer: Visitor
) -> None:
    ref = life(buyer, {**EXCLUDED, **LOADED})
    accept(buyer, ref)
    with transaction():
        draft = drafted(session, ref)
        period = policies.cover_period(draft.definition, draft.application, clock.now())
        content = contract.content(draft.application, draft.definition, period, "P0")
    request = contract.insurer_request(content)
    [terms] = request["underwriting"]
    assert terms["percent"] == "50"
    assert content["special_terms"][-1] == terms["exclusions"][0]["text"]
    assert content["lines"][-1]["code"] == "loading-percent-1"
    older = {key: value for key, value in content.items() if key != "underwriting"}
    assert "underwriting" not in contract.insurer_request(older)


def test_a_mail_leads_to_the_offer_and_another_reminds_once(
    session: Session, buyer: Visitor
) -> None:
    ref = life(buyer, LOADED)
    assert len(mails(session, "underwriting_offer")) == 1
    for days in (11, 13, 14):
        with travel(clock.now() + timedelta(days=days)):
            watch(buyer)
    assert len(mails(session, "underwriting_reminder")) == 1
    assert stored(ref).state == "counter_offered"


def test_an_offer_nobody_accepted_ends_after_fifteen_days(session: Session, buyer: Visitor) -> None:
    ref = life(buyer, LOADED)
    with travel(clock.now() + timedelta(days=15, minutes=1)):
        for _run in range(2):
            watch(buyer)
    assert stored(ref).state == "expired"
    assert [offer.result for offer in offers(session)] == ["expired"]
    assert len(mails(session, "underwriting_expired")) == 1
    buyer.post(f"/applications/{ref}/offer", {"offer": "yes"})
    assert stored(ref).state == "expired"


def test_a_reminder_that_fails_holds_up_no_other(session: Session, buyer: Visitor) -> None:
    broken, sound = life(buyer, LOADED), life(buyer, EXCLUDED)
    with transaction():
        drafted(session, broken).application.product_version = 99
    with travel(clock.now() + timedelta(days=13)):
        watch(buyer)
    assert [mail.context["ref"] for mail in mails(session, "underwriting_reminder")] == [sound]
    with travel(clock.now() + timedelta(days=15, minutes=1)):
        watch(buyer)
    assert stored(sound).state == "expired"


def test_a_withdrawn_offer_is_over(session: Session, buyer: Visitor) -> None:
    ref = life(buyer, LOADED)
    buyer.get(f"/applications/{ref}")
    buyer.post(f"/applications/{ref}/withdraw", {})
    assert stored(ref).state == "withdrawn"
    assert [offer.result for offer in offers(session)] == ["withdrawn"]


@pytest.mark.rule("M-03")
def test_a_first_day_that_has_passed_is_chosen_anew_before_accepting(
    session: Session, buyer: Visitor
) -> None:
    ref = life(buyer, LOADED)
    buyer.get(f"/applications/{ref}/offer")
    with travel(clock.now() + timedelta(days=12)):
        buyer.log_in("buyer@example.com", "a long pass phrase 42")
        page = buyer.get(f"/applications/{ref}/offer").text
        assert 'id="accept"' not in page
        buyer.post(f"/applications/{ref}/reopen", {})
        assert buyer.page.url.path.endswith("/cover")
        assert stored(ref).state == "draft"
        assert [offer.result for offer in offers(session)] == ["replaced"]


@pytest.mark.rule("M-03")
def test_a_payment_begun_at_the_old_price_is_never_good_for_the_new_terms(
    session: Session, buyer: Visitor
) -> None:
    ref = life(buyer, {})
    with transaction():
        old = payments.start(session, stored(ref), clock.now())
        assert not payments.is_stale(session, old)
    correct(buyer, ref, **LOADED)
    assert stored(ref).state == "counter_offered"
    accept(buyer, ref)
    session.expire_all()
    assert payments.is_stale(session, old)
    assert old.amount < (stored(ref).premium or 0)


def test_once_its_time_is_over_an_application_keeps_no_health_answer(
    session: Session, buyer: Visitor
) -> None:
    ref = life(buyer, LOADED)
    with transaction():
        wiping.wipe(session, stored(ref), clock.now())
    [row] = history.decisions_of(session, stored(ref))
    assert (row.outcome, row.content["findings"]) == ("loaded", [])
    assert history.others_about(session, drafted(session, life(buyer, {}))) == []
