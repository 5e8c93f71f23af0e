"""The lines of each table for one customer and one sale, in the order of `TABLES`."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

from storefront import clock, crypto
from storefront.channel import CHANNELS
from storefront.demo import people
from storefront.demo.samples import Person, Sample
from storefront.search.rules import KINDS

if TYPE_CHECKING:
    from storefront.demo.load import Writer

Line = tuple[Any, ...]
TABLES: dict[str, tuple[str, ...]] = {
    "customer": (
        "id", "email", "email_confirmed_at", "password_hash", "language", "created_at", "name",
        "mobile", "id_number", "id_number_hash", "birth_date", "sex",
    ),
    "quote": (
        "id", "ref", "product_code", "product_version", "answers", "persons", "premium",
        "unrounded", "lines", "state", "channel", "customer_id", "created_at", "expires_at",
    ),
    "application": (
        "id", "ref", "customer_id", "quote_id", "product_code", "product_version", "state",
        "language", "revision", "answers", "start_date", "parties", "declaration", "premium",
        "unrounded", "currency", "lines", "decision", "created_at", "updated_at", "submitted_at",
        "decided_at", "expires_at", "retain_until",
    ),
    "payment": (
        "id", "ref", "application_id", "purpose", "amount", "currency", "state",
        "idempotency_key", "failure", "created_at", "expires_at", "settled_at",
    ),
    "policy": (
        "id", "application_id", "customer_id", "product_code", "product_version", "insurer_code",
        "number", "state", "language", "start_at", "end_at", "premium", "currency", "verify_code",
        "created_at", "issued_at", "delivered_at", "retain_until",
    ),
    "policy_transaction": (
        "id", "policy_id", "position", "kind", "effective_at", "recorded_at", "premium_change",
        "content",
    ),
    "claim": (
        "id", "ref", "policy_id", "customer_id", "reporter", "claim_type", "incident_at",
        "known_at", "reported_at", "circumstances", "hurt", "language", "stage", "decision",
        "reopened", "complex", "automatic", "flags", "payable", "complete_at", "closed_at",
        "retain_until",
    ),
    "claim_head": (
        "id", "claim_id", "position", "cover", "person", "claimed", "paid_elsewhere", "facts",
        "payable", "reserve",
    ),
    "claim_clock": (
        "id", "claim_id", "kind", "rule", "round", "started_at", "due_at", "met_at",
    ),
    "claim_decision": (
        "id", "claim_id", "number", "outcome", "wording", "amount", "decided_at", "told_at",
        "accepted_at",
    ),
    "work_item": (
        "id", "kind", "subject", "permission", "priority", "opened_at", "due_at", "unread",
    ),
    "ticket": (
        "id", "ref", "kind", "topic", "state", "language", "customer_id", "name", "email",
        "email_hash", "subject", "about", "link_hash", "created_at", "updated_at", "closed_at",
        "retain_until",
    ),
    "ticket_message": ("id", "ticket_id", "author", "body", "at"),
    "search_token": ("token", "kind", "subject_id"),
}  # fmt: skip
STAGES = ("documents", "assessment", "decided")
LOST_STATES = ("draft", "withdrawn", "declined", "expired")
MINUTE = timedelta(minutes=1)


def customer(writer: Writer, who: Person, number: int, now: datetime) -> int:
    """A customer with an account."""
    found = writer.id_of("customer")
    joined = now - timedelta(days=600, seconds=number % 86_400)
    one = who.somebody
    writer.add("customer", (
        found, f"demo-{found}@example.com", joined, "-", "zh", joined, who.name, who.mobile,
        who.id_number, who.id_hash, one.birth_date, one.sex,
    ))  # fmt: skip
    _index(writer, "customer", found, who.tokens)
    if number % 200 == 0:
        _ticket(writer, who, found, joined + timedelta(days=30))
    return found


def sale(writer: Writer, what: Sample, who: Person, customer_id: int, now: datetime) -> None:
    """A policy with everything that led to it, sometimes a lost application and a claim."""
    rng = writer.rng
    begun = clock.local_midnight(what.sold_on) + timedelta(seconds=rng.randrange(8 * 3600, 72_000))
    if rng.random() < 0.25:
        _lost(writer, what, customer_id, begun)
    quote_id = _quote(writer, what, customer_id, begun)
    application_id = _application(writer, what, (customer_id, quote_id), begun, "paid")
    for attempt in range(3):
        _payment(writer, what, application_id, begun + (10 + attempt) * MINUTE, last=attempt == 2)
    policy_id = _policy(writer, what, (application_id, customer_id), begun + 14 * MINUTE, now)
    if rng.random() < 0.3:
        _claim(writer, what, who, (policy_id, customer_id), now)


def _quote(writer: Writer, what: Sample, customer_id: int, at: datetime) -> int:
    found = writer.id_of("quote")
    channel = CHANNELS[min(int(writer.rng.expovariate(1.0)), len(CHANNELS) - 1)]
    writer.add("quote", (
        found, writer.reference("Q"), what.product, what.version, what.answers, 1, what.premium,
        what.premium, what.lines, "applied", channel, customer_id, at, at + timedelta(days=30),
    ))  # fmt: skip
    return found


def _application(
    writer: Writer, what: Sample, of: tuple[int, int], at: datetime, state: str
) -> int:
    found = writer.id_of("application")
    done = at + 8 * MINUTE if state in ("paid", "declined") else None
    outcome = "declined" if state == "declined" else "standard"
    writer.add("application", (
        found, writer.reference("A"), *of, what.product, what.version, state, "zh", 9,
        what.answers, clock.local_date(what.start_at), what.parties, nothing("[]"), what.premium,
        what.premium, "CNY", what.lines, decided(outcome), at,
        done or at, done, done, at + timedelta(days=30), what.retain_until,
    ))  # fmt: skip
    _index(writer, "application", found, what.tokens)
    return found


def _lost(writer: Writer, what: Sample, customer_id: int, at: datetime) -> None:
    state = writer.rng.choice(LOST_STATES)
    earlier = at - timedelta(days=1)
    quote_id = _quote(writer, what, customer_id, earlier)
    _application(writer, what, (customer_id, quote_id), earlier, state)


def _payment(
    writer: Writer, what: Sample, application_id: int, at: datetime, *, last: bool
) -> None:
    ref = writer.reference("P")
    state = "settled" if last else writer.rng.choice(("failed", "expired"))
    writer.add("payment", (
        writer.id_of("payment"), ref, application_id, "first_premium", what.premium, "CNY", state,
        ref, None if last else "card_declined", at, at + 30 * MINUTE, at + MINUTE if last else None,
    ))  # fmt: skip


def _policy(writer: Writer, what: Sample, of: tuple[int, int], at: datetime, now: datetime) -> int:
    found = writer.id_of("policy")
    state = "expired" if what.end_at <= now else "in_force"
    if writer.rng.random() < 0.03:
        state = "cancelled"
    writer.add("policy", (
        found, *of, what.product, what.version, what.insurer,
        f"DEMO{found:012d}", state, "zh", what.start_at, what.end_at, what.premium, "CNY",
        writer.reference("V"), at, at + MINUTE, at + 2 * MINUTE, what.retain_until,
    ))  # fmt: skip
    writer.add("policy_transaction", (
        writer.id_of("policy_transaction"), found, 1, "new_business", what.start_at, at,
        what.premium, what.content,
    ))  # fmt: skip
    return found


def _claim(writer: Writer, what: Sample, who: Person, of: tuple[int, int], now: datetime) -> None:
    rng = writer.rng
    incident = what.start_at + (min(what.end_at, now) - what.start_at) * rng.random()
    if incident >= now or incident < what.start_at:
        return
    reported = min(incident + timedelta(days=rng.random() * 10), now)
    closed = rng.random() < 0.9 and reported + timedelta(days=12) < now
    stage = "closed" if closed else rng.choice(STAGES)
    decided = stage in ("closed", "decided")
    claimed = rng.randrange(200, 8_000)
    payable = claimed if decided else None
    claim_id, ref = writer.id_of("claim"), writer.reference("C")
    writer.add("claim", (
        claim_id, ref, *of, who.reporter, what.claim_type, incident, incident, reported,
        happened(), hurt(), "zh", stage, "approved" if decided else "pending", False, False, False,
        "[]", payable, reported + timedelta(days=1) if stage != "documents" else None,
        reported + timedelta(days=9) if closed else None, what.retain_until,
    ))  # fmt: skip
    writer.add("claim_head", (
        writer.id_of("claim_head"), claim_id, 1, what.cover, 0, claimed, 0, nothing("{}"), payable,
        0 if closed else claimed,
    ))  # fmt: skip
    _clocks(writer, claim_id, reported, decided=decided)
    if decided:
        at = reported + timedelta(days=5)
        writer.add("claim_decision", (
            writer.id_of("claim_decision"), claim_id, 1, "approved", wording(), claimed, at, at,
            at + timedelta(days=1) if closed else None,
        ))  # fmt: skip
    if stage == "assessment":
        writer.add("work_item", (
            writer.id_of("work_item"), "claims.assess", ref, "claims.assess", 2, reported,
            reported + timedelta(days=6), False,
        ))  # fmt: skip


def _clocks(writer: Writer, claim_id: int, reported: datetime, *, decided: bool) -> None:
    met = reported + timedelta(hours=20)
    late = writer.rng.random() < 0.04
    for kind, rule, days in (("guidance", "C-01", 1), ("decision", "C-02", 6)):
        done = met + timedelta(days=days + 1) if late else met
        writer.add("claim_clock", (
            writer.id_of("claim_clock"), claim_id, kind, rule, 1, reported,
            reported + timedelta(days=days), done if kind == "guidance" or decided else None,
        ))  # fmt: skip


def _ticket(writer: Writer, who: Person, customer_id: int, at: datetime) -> None:
    found, ref = writer.id_of("ticket"), writer.reference("T")
    until = clock.add_years(clock.local_date(at), 5)
    writer.add("ticket", (
        found, ref, "question", "policy", "closed", "zh", customer_id, who.name, nothing('""'),
        who.email_hash, happened_text(), "[]", f"demo-{ref}", at, at, at, until,
    ))  # fmt: skip
    writer.add("ticket_message", (
        writer.id_of("ticket_message"), found, "customer", happened_text(), at,
    ))  # fmt: skip


def _index(writer: Writer, kind: str, subject_id: int, tokens: tuple[int, ...]) -> None:
    for token in tokens:
        writer.add("search_token", (token, KINDS[kind], subject_id))


@cache
def nothing(value: str) -> str:
    """An empty value, encrypted once."""
    return crypto.encrypt_json(json.loads(value))


@cache
def decided(outcome: str) -> str:
    """What the rules decided without any finding, encrypted once."""
    return crypto.encrypt_json({"outcome": outcome, "findings": []})


@cache
def happened() -> str:
    """The circumstances of every fictional claim."""
    words = people.names()
    return crypto.encrypt_json({"place": words["address"], "what": words["happened"]})


@cache
def happened_text() -> str:
    """A text, encrypted once."""
    return crypto.encrypt_json(people.names()["happened"])


@cache
def hurt() -> str:
    """Whom it happened to: the first insured person."""
    return crypto.encrypt_json({"index": 0, "name": ""})


@cache
def wording() -> str:
    """The reasons of every fictional decision."""
    text = people.names()["happened"]
    return crypto.encrypt_json({"zh": text, "en": "Example"})
