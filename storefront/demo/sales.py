"""The lines of one customer and one sale: what led to the policy, and what led nowhere."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from storefront import clock
from storefront.channel import CHANNELS
from storefront.demo import texts
from storefront.demo.samples import Person, Sample
from storefront.demo.writing import Writer

LOST_STATES = ("draft", "withdrawn", "declined", "expired")
ATTEMPTS = (1, 2, 2, 3, 4, 5, 6)  # to pay, the last one successful
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
FAR = 540 * DAY


@dataclass(frozen=True)
class Buyer:
    """A customer with an account."""

    id: int
    who: Person


@dataclass(frozen=True)
class Wanted:
    """What a customer asks for, with the parties of the application, encrypted."""

    sample: Sample
    buyer: Buyer
    parties: str


@dataclass(frozen=True)
class Sold:
    """A policy that claims can be made on."""

    policy_id: int
    sample: Sample
    buyer: Buyer


def customer(writer: Writer, who: Person) -> Buyer:
    """A customer who joined on some day before the first sale."""
    found = writer.id_of("customer")
    joined = writer.now - FAR - DAY * (60 * writer.rng.random())
    one = who.somebody
    writer.add("customer", (
        found, f"demo-{found}@example.com", joined, "-", "zh", joined, who.name, who.mobile,
        who.id_number, who.id_hash, one.birth_date, one.sex,
    ))  # fmt: skip
    writer.index("customer", found, who.tokens)
    return Buyer(found, who)


def sale(writer: Writer, what: Sample, buyer: Buyer) -> Sold:
    """A policy with everything that led to it, and sometimes what led nowhere before."""
    rng = writer.rng
    begun = clock.local_midnight(what.sold_on) + timedelta(seconds=rng.randrange(8 * 3600, 72_000))
    begun = min(begun, writer.now - 30 * MINUTE)
    wanted = Wanted(what, buyer, what.parties_of(buyer.who))
    if rng.random() < 0.4:
        _quote(writer, what, buyer, begun - 2 * DAY, state="expired")
    if rng.random() < 0.25:
        _lost(writer, wanted, begun - DAY)
    if rng.random() < 0.01:
        _waiting(writer, wanted)
    application_id, ref = _application(writer, wanted, begun, "paid")
    if rng.random() < 0.04:
        _referral(writer, (application_id, ref), begun, begun + 8 * MINUTE, "standard")
    payment_id, paid = _payments(writer, what, application_id, begun + 10 * MINUTE)
    cancelled = rng.random() < 0.03
    state = "expired" if what.end_at <= writer.now else "in_force"
    at = begun + 16 * MINUTE
    if cancelled:
        state = "cancelled"
        _refund(writer, what.premium, payment_id, at + DAY)
    content = what.content_of(buyer.who, ref, paid)
    policy_id = _policy(writer, what, (application_id, buyer.id), (state, content), at)
    return Sold(policy_id, what, buyer)


def _quote(writer: Writer, what: Sample, buyer: Buyer, at: datetime, state: str = "applied") -> int:
    found = writer.id_of("quote")
    channel = CHANNELS[min(int(writer.rng.expovariate(1.0)), len(CHANNELS) - 1)]
    writer.add("quote", (
        found, writer.reference("Q"), what.product, what.version, what.answers, 1, what.premium,
        what.premium, what.lines, state, channel, buyer.id, at, at + 30 * DAY,
    ))  # fmt: skip
    return found


def _application(writer: Writer, wanted: Wanted, at: datetime, state: str) -> tuple[int, str]:
    what, buyer = wanted.sample, wanted.buyer
    found, ref = writer.id_of("application"), writer.reference("A")
    quote_id = _quote(writer, what, buyer, at)
    sent = at + 8 * MINUTE if state in ("paid", "declined", "referred") else None
    decided = sent if state != "referred" else None
    outcome = {"declined": "declined", "referred": "refer"}.get(state, "standard")
    writer.add("application", (
        found, ref, buyer.id, quote_id, what.product, what.version, state, "zh", 9, what.answers,
        clock.local_date(what.start_at), wanted.parties, texts.encrypted("[]"), what.premium,
        what.premium, "CNY", what.lines, texts.encrypted(f'{{"outcome": "{outcome}", "findings": []}}'), at,
        sent or at, sent, decided, at + 30 * DAY, what.retain_until,
    ))  # fmt: skip
    writer.index("application", found, what.tokens(buyer.who))
    return found, ref


def _lost(writer: Writer, wanted: Wanted, at: datetime) -> None:
    """An application that led nowhere; some underwriters had to decline it."""
    state = writer.rng.choice(LOST_STATES)
    application_id, ref = _application(writer, wanted, at, state)
    if state == "declined" and writer.rng.random() < 0.5:
        _referral(writer, (application_id, ref), at + 8 * MINUTE, at + 5 * 60 * MINUTE, "declined")
    if state == "expired":
        _payment(writer, wanted.sample, application_id, at + 10 * MINUTE, last=False)


def _waiting(writer: Writer, wanted: Wanted) -> None:
    """An application of these days that an underwriter has not decided yet."""
    at = writer.now - 5 * DAY * writer.rng.random()
    application = _application(writer, wanted, at, "referred")
    _referral(writer, application, at + 8 * MINUTE, None, "refer")


def _referral(
    writer: Writer, application: tuple[int, str], at: datetime, decided: datetime | None, end: str
) -> None:
    application_id, ref = application
    by = writer.member_id if decided else None
    writer.add("work_item", (
        writer.id_of("work_item"), "underwriting.referral", ref, "underwriting", 2, at,
        at + 3 * DAY, False, decided, by,
    ))  # fmt: skip
    made: list[tuple[str, int | None, str, datetime]] = [("submission", None, "refer", at)]
    if decided:
        made.append(("referral", by, end, decided))
    for cause, member_id, outcome, when in made:
        writer.add("underwriting_decision", (
            writer.id_of("underwriting_decision"), application_id, when, cause, member_id is not None,
            member_id, outcome, texts.encrypted('{"findings": [], "terms": [], "until": null}'),
            texts.encrypted('""'), texts.encrypted('""'),
        ))  # fmt: skip


def _payments(writer: Writer, what: Sample, application_id: int, at: datetime) -> tuple[int, str]:
    """Some attempts, of which the last one brings the money; its id and reference."""
    attempts = writer.rng.choice(ATTEMPTS)
    for attempt in range(attempts):
        begun = at + attempt * MINUTE
        found = _payment(writer, what, application_id, begun, last=attempt == attempts - 1)
    return found


def _payment(
    writer: Writer, what: Sample, application_id: int, at: datetime, *, last: bool
) -> tuple[int, str]:
    found, ref = writer.id_of("payment"), writer.reference("P")
    state = "settled" if last else writer.rng.choice(("failed", "expired"))
    writer.add("payment", (
        found, ref, application_id, "first_premium", what.premium, "CNY", state, ref,
        f"cs_demo_{found}", f"pi_demo_{found}" if last else None,
        "card_declined" if state == "failed" else None, at, at + 30 * MINUTE,
        at + MINUTE if last else None,
    ))  # fmt: skip
    return found, ref


def _refund(writer: Writer, amount: Decimal, payment_id: int, at: datetime) -> None:
    found, ref = writer.id_of("refund"), writer.reference("R")
    done = at + 2 * MINUTE
    writer.add("refund", (
        found, ref, payment_id, amount, "CNY", "cooling-off", "done", ref, f"re_demo_{found}", at,
        done,
    ))  # fmt: skip


def _policy(
    writer: Writer, what: Sample, of: tuple[int, int], kept: tuple[str, str], at: datetime
) -> int:
    found = writer.id_of("policy")
    state, content = kept
    writer.add("policy", (
        found, *of, what.product, what.version, what.insurer, f"DEMO{found:012d}", state, "zh",
        what.start_at, what.end_at, what.premium, "CNY", writer.reference("V"), at, at + MINUTE,
        at + 2 * MINUTE, what.retain_until,
    ))  # fmt: skip
    writer.add("policy_transaction", (
        writer.id_of("policy_transaction"), found, 1, "new_business", what.start_at, at,
        what.premium, content,
    ))  # fmt: skip
    return found
