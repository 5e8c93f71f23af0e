"""The web server killed, the database gone, Stripe or the insurer in trouble: the customer always
sees where things stand, and the purchase ends as if nothing had happened."""

import signal
import time
from concurrent.futures import ThreadPoolExecutor

import httpx

from tests.crashes.site import POLICIES, Purchase, Site, eventually

RECOVERY_SECONDS = 10.0
MOTOR_INSURER = "haitang"
STATE = "select state from application where ref = %s"
REFUND = (
    "select r.state, r.amount = p.amount, p.stripe_payment_intent_id from refund r"
    " join payment p on p.id = r.payment_id join application a on a.id = p.application_id"
    " where a.ref = %s"
)
REASON = (
    "select p.refusal ->> 'zh' from policy p join application a on a.id = p.application_id"
    " where a.ref = %s and p.state = 'cancelled'"
)
QUESTION_EVENTS = (
    "select e.at from procrastinate_events e join procrastinate_jobs j on j.id = e.job_id"
    " where j.task_name = 'policies.issue' and e.type = %s order by e.id"
)


def test_a_web_server_killed_while_it_opens_the_payment_page(site: Site) -> None:
    (purchase,) = site.apply("web@example.com")
    known = sessions(site)
    site.tell("stripe", mode="slow", count=1, seconds=1)
    with ThreadPoolExecutor(1) as pool:
        pressed = pool.submit(purchase.press_pay)
        eventually(lambda: site.control()["stripe"]["mode"] == "normal", "the call to Stripe")
        site.kill_web()
        assert isinstance(pressed.exception(), httpx.TransportError)
    eventually(lambda: sessions(site) == known + 1, "a session nobody is led to")
    eventually(lambda: site.installation.answers("/"), "another web server")

    pages = {purchase.press_pay().headers["location"] for _ in range(2)}
    assert len(pages) == 1
    assert sessions(site) == known + 1
    site.pay(pages.pop())
    eventually(lambda: site.finished(purchase), "the end of the purchase")
    site.assert_exactly_one(purchase)


def test_the_database_dies_twice_during_a_purchase(site: Site) -> None:
    (purchase,) = site.apply("database@example.com")
    checkout = purchase.press_pay().headers["location"]
    died = site.kill_database(signal.SIGKILL)
    assert_says_so(purchase)
    site.pay(checkout)  # Stripe tells us again and again, until we can listen
    site.tell("insurer", mode="slow", count=1, seconds=2)
    assert_recovers(purchase, died)

    eventually(lambda: is_normal(site), "the question to the insurer")
    died = site.kill_database(signal.SIGQUIT)  # what `pg_ctl restart -m immediate` begins with
    assert_says_so(purchase)
    assert_recovers(purchase, died)
    eventually(lambda: site.finished(purchase), "the end of the purchase")
    site.assert_exactly_one(purchase)


def test_stripe_in_trouble_when_the_customer_wants_to_pay(site: Site) -> None:
    (purchase,) = site.apply("stripe@example.com")
    for mode in ("error", "slow", "down"):
        site.tell("stripe", mode=mode, seconds=4)
        answer = purchase.press_pay()
        assert answer.headers["location"].startswith("/payments/"), mode
        page = purchase.visitor.get(answer.headers["location"])
        assert page.status_code == 200
        assert "data-stage" in page.text
        assert site.ask(STATE, purchase.ref) == [("accepted",)]

    site.tell("stripe", mode="normal")
    site.pay(purchase.press_pay().headers["location"])
    eventually(lambda: site.finished(purchase), "the end of the purchase")
    site.assert_exactly_one(purchase)


def test_an_insurer_in_trouble_is_asked_again_after_growing_waits(site: Site) -> None:
    (purchase,) = site.apply("waiting@example.com")
    site.tell("insurer", mode="error")
    # The first question takes longer than anybody waits, and is then answered to nobody.
    site.tell("insurer", insurer=MOTOR_INSURER, mode="slow", seconds=4, count=1)
    site.pay(purchase.press_pay().headers["location"])
    first, second = eventually(lambda: waits(site)[1:] and waits(site)[:2], "two attempts in vain")
    assert 0.5 < first < 1.5 < second < 2.5
    page = purchase.visitor.get("/policies/")
    assert page.status_code == 200
    assert 'hx-trigger="every 3s"' in page.text  # it is being issued, says the page
    assert site.ask(POLICIES, purchase.ref)[0][0] == "issuing"

    site.tell("insurer", mode="normal")
    eventually(lambda: site.finished(purchase), "the end of the purchase")
    site.assert_exactly_one(purchase)


def test_an_insurer_who_refuses_after_the_payment(site: Site) -> None:
    (purchase,) = site.apply("refused@example.com")
    site.tell("insurer", mode="refuse", count=1)
    site.pay(purchase.press_pay().headers["location"])

    refund = eventually(
        lambda: [row for row in site.ask(REFUND, purchase.ref) if row[0] == "done"], "the refund"
    )
    ((_state, is_all, intent),) = refund
    assert is_all
    (at_stripe,) = site.stripe.refunds.list({"payment_intent": intent}).data
    assert at_stripe.status == "succeeded"

    (reason,) = site.ask(REASON, purchase.ref)[0]
    assert reason in purchase.visitor.get("/policies/").text
    told = eventually(lambda: mails_with(site, purchase, reason), "the explanation")
    assert len(told) == 1
    assert site.policy_mails(purchase.email) == []


def sessions(site: Site) -> int:
    """How many Checkout sessions Stripe has."""
    return int(site.control()["counts"].get("checkout.session", 0))


def is_normal(site: Site) -> bool:
    """Whether the insurers have taken the call for which they were told something."""
    return {told["mode"] for told in site.control()["insurers"].values()} == {"normal"}


def waits(site: Site) -> list[float]:
    """For how many seconds each failure put the question to the insurer off."""
    failed = site.ask(QUESTION_EVENTS, "deferred_for_retry")
    scheduled = site.ask(QUESTION_EVENTS, "scheduled")
    return [(then - at).total_seconds() for (at,), (then,) in zip(failed, scheduled, strict=False)]


def mails_with(site: Site, purchase: Purchase, words: str) -> list[dict[str, object]]:
    """The mails to a customer that say something."""
    return [mail for mail in site.mails(purchase.email) if words in str(mail["text"])]


def open_status(purchase: Purchase) -> httpx.Response:
    """The page of an application, as a browser would get it."""
    return purchase.visitor.get(f"/applications/{purchase.ref}")


def assert_says_so(purchase: Purchase) -> None:
    """The page tells that something is away, in whole sentences and with a number to quote."""

    def trouble() -> httpx.Response | None:
        page = open_status(purchase)  # what is left of a killed server may still answer once
        return None if page.status_code == 200 else page

    page = eventually(trouble, "an answer without a database")
    assert page.status_code == 503
    assert page.headers["Retry-After"]
    assert "<h1" in page.text
    assert "Traceback" not in page.text


def assert_recovers(purchase: Purchase, died: float) -> None:
    """The page works again soon, with nothing lost, and was never worse than away."""
    while (page := open_status(purchase)).status_code != 200:
        assert page.status_code == 503, page.text
        assert time.monotonic() - died < RECOVERY_SECONDS
        time.sleep(0.1)
    assert purchase.ref in page.text
