"""The lines of a ticket or complaint of one customer."""

from datetime import datetime, timedelta

from storefront import clock, crypto
from storefront.demo import texts
from storefront.demo.sales import Buyer
from storefront.demo.writing import Writer
from storefront.support import rules

DAY = timedelta(days=1)


def ticket(writer: Writer, buyer: Buyer) -> None:
    """A question, or for one in five a complaint; most of both are answered."""
    rng = writer.rng
    complaint = rng.random() < 0.2
    at = writer.now - 540 * DAY * rng.random()
    answered = at + DAY / 2 if at < writer.now - 20 * DAY or rng.random() < 0.3 else None
    found, ref = writer.id_of("ticket"), writer.reference("T")
    email = f"demo-{buyer.id}@example.com"
    body = texts.text("complaint") if complaint else texts.one_of(rng, "questions")
    until = clock.add_years(clock.local_date(at), rules.KEPT_YEARS)
    kind, state = "complaint" if complaint else "question", "closed" if answered else "open"
    writer.add("ticket", (
        found, ref, kind, rng.choice(rules.TOPICS), state, "zh", buyer.id, buyer.who.name,
        crypto.encrypt_json(email), crypto.lookup_hash("email", email), body, "[]", f"demo-{ref}",
        at, answered or at, answered, until,
    ))  # fmt: skip
    _message(writer, found, body, at)
    if answered:
        _message(writer, found, texts.text("answer"), answered, writer.member_id)
    if complaint:
        _complaint(writer, found, at, answered)
    if not answered:
        kind, permission = ("complaint", "complaints") if complaint else ("ticket", "tickets")
        writer.add("work_item", (
            writer.id_of("work_item"), f"support.{kind}", ref, permission, 2, at, at + 2 * DAY,
            False, None, None,
        ))  # fmt: skip


def _message(
    writer: Writer, ticket_id: int, body: str, at: datetime, member_id: int | None = None
) -> None:
    found, author = writer.id_of("ticket_message"), "staff" if member_id else "customer"
    writer.add("ticket_message", (found, ticket_id, author, member_id, body, at))


def _complaint(writer: Writer, ticket_id: int, at: datetime, decided: datetime | None) -> None:
    outcome = writer.rng.choice(rules.OUTCOMES) if decided else None
    writer.add("complaint", (
        ticket_id, "decided" if decided else "received", at, at + DAY, decided,
        at + rules.DEADLINES.decision_days * DAY, 0, decided,
        writer.member_id if decided else None, outcome,
    ))  # fmt: skip
