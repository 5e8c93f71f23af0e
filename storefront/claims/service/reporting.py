"""Filling in a report, step by step, and sending it: a claim is born."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import delete
from sqlalchemy.orm import Session

from storefront import clock, mail
from storefront.accounts.models import Customer
from storefront.catalog.definition import ProductDefinition
from storefront.claims import clocks, notices
from storefront.claims.models import Claim, ClaimReport
from storefront.claims.service import contract, duplicates, heads, requirements, timeline
from storefront.crypto import new_reference, new_token, token_hash
from storefront.errors import Refused
from storefront.mail import Letter
from storefront.policies import service as policies
from storefront.policies.models import Policy

REPORT_LIVES = timedelta(days=30)
STEPS = ("what", "where", "reporter")
NOON = time(12)


@dataclass(frozen=True)
class Shown:
    """What was on the page when the report was sent: its HTML, and the statement agreed to (S-08)."""

    summary: str
    consent: str
    language: str


@dataclass(frozen=True)
class Sent:
    """A claim that was reported; `token` opens it for somebody without an account, once told."""

    claim: Claim
    token: str | None


def begin(
    session: Session, policy: Policy, customer_id: int | None, language: str, now: datetime
) -> ClaimReport:
    """An empty report about a policy."""
    report = ClaimReport(
        ref=new_reference("K"),
        customer_id=customer_id,
        policy_id=policy.id,
        language=language,
        content=_prefilled(session, policy, customer_id),
        created_at=now,
        updated_at=now,
        expires_at=now + REPORT_LIVES,
    )
    session.add(report)
    session.flush()
    return report


def save(
    report: ClaimReport, step: str, values: Mapping[str, str], now: datetime, *, complete: bool
) -> None:
    """Keeps what was typed in a step; `complete` once its form was found in order."""
    done = set(report.content.get("done", [])) - {step}
    report.content = {
        **report.content,
        step: dict(values),
        "done": sorted(done | {step} if complete else done),
    }
    report.updated_at = now
    report.expires_at = now + REPORT_LIVES


def first_open(report: ClaimReport) -> str:
    """The first step that is not done yet; `check` when all are."""
    return next((step for step in STEPS if not is_done(report, step)), "check")


def is_done(report: ClaimReport, step: str) -> bool:
    """Whether the form of a step was found in order."""
    return step in report.content.get("done", [])


def incident_at(what: Mapping[str, str]) -> datetime:
    """When it happened, in China; noon where no time was given."""
    at = time.fromisoformat(what["incident_time"]) if what.get("incident_time") else NOON
    return datetime.combine(date.fromisoformat(what["incident_on"]), at, clock.SHANGHAI)


def known_at(what: Mapping[str, str]) -> datetime:
    """When the reporter learned of it: at the latest by the end of that day; at once where none was given."""
    happened = incident_at(what)
    if not what.get("known_on"):
        return happened
    next_day = date.fromisoformat(what["known_on"]) + timedelta(days=1)
    return max(happened, clock.local_midnight(next_day) - timedelta(seconds=1))


def notices_for(
    session: Session, policy: Policy, what: Mapping[str, str], now: datetime
) -> tuple[notices.Notice, ...]:
    """What is said at once about the time of the incident and what the policy covers (C-05, C-08)."""
    definition = contract.bundle_of(session, policy).definition
    changes = policies.transactions_of(session, policy)
    happened = min(incident_at(what), now)
    content = contract.content_at(changes, happened)
    covers = contract.type_of(definition, what["claim_type"]).benefit.covers
    times = contract.time_of(policy, changes, content, covers, happened)
    found = notices.notices(
        times, happened, min(known_at(what), now), clocks.limitation_years(definition.line), now
    )
    if not any(cover["code"] in covers for cover in content["covers"]):
        found += (notices.Notice("not-taken", clock.local_date(happened)),)
    return found


def send(session: Session, report: ClaimReport, shown: Shown, now: datetime) -> Sent:
    """The claim of a finished report; the same claim when it is sent again.

    The report must be locked. Raises Refused while a step is not done.
    """
    if report.claim_id is not None:
        return Sent(session.get_one(Claim, report.claim_id), None)
    if first_open(report) != "check":
        raise Refused
    token = None if report.customer_id else new_token()
    claim = _new_claim(session, report, token, now)
    report.claim_id = claim.id
    definition = contract.definition_of(session, claim)
    told = notices_for(session, claim.policy, report.content["what"], now)
    claim.flags = [
        *({"code": notice.code, "day": notice.day.isoformat()} for notice in told),
        *duplicates.same_incident(session, claim),
    ]
    heads.open_heads(session, claim, definition, now)
    _record(session, claim, shown, now)
    requirements.ask_first(session, claim, definition, now)
    _write(session, claim, definition, token, now)
    return Sent(claim, token)


def forget_expired(session: Session, now: datetime) -> None:
    """Removes reports that nobody finished."""
    session.execute(
        delete(ClaimReport).where(ClaimReport.expires_at <= now, ClaimReport.claim_id.is_(None))
    )


def _new_claim(session: Session, report: ClaimReport, token: str | None, now: datetime) -> Claim:
    what, where = report.content["what"], report.content["where"]
    policy = session.get_one(Policy, report.policy_id)
    definition = contract.bundle_of(session, policy).definition
    claim = Claim(
        ref=new_reference("C"),
        policy=policy,
        customer_id=report.customer_id,
        access_hash=token_hash(token) if token else None,
        reporter=dict(report.content["reporter"]),
        claim_type=what["claim_type"],
        incident_at=min(incident_at(what), now),  # noon may still come
        known_at=min(known_at(what), now),
        reported_at=now,
        circumstances={"place": where["place"], "what": where["what"]},
        hurt=_hurt(session, policy, what),
        language=report.language,
        stage="reported",
        decision="pending",
        reopened=False,
        complex=contract.type_of(definition, what["claim_type"]).complex,
        automatic=False,
        flags=[],
        retain_until=timeline.retention(policy.retain_until, now, disputed=False),
    )
    session.add(claim)
    session.flush()
    return claim


def _hurt(session: Session, policy: Policy, what: Mapping[str, str]) -> dict[str, Any]:
    """Position among the insured where people are insured, and the name."""
    if not what.get("person", "").isdecimal():
        return {"index": None, "name": what.get("person_name", "")}
    index = int(what["person"])
    changes = policies.transactions_of(session, policy)
    people = contract.insured_of(changes[-1].content)  # nobody is struck off, so places stay
    return {"index": index, "name": people[index]["name"]}


def _record(session: Session, claim: Claim, shown: Shown, now: datetime) -> None:
    actor = timeline.customer(claim)
    timeline.prove(
        session, claim, "claim-reported", actor, now,
        content=shown.summary, details={"language": shown.language, "flags": claim.flags},
    )  # fmt: skip
    timeline.prove(
        session, claim, "confirmed:claim-data", actor, now,
        content=shown.consent, details={"language": shown.language},
    )  # fmt: skip
    timeline.note(session, claim, "reported", actor, now)
    timeline.start_clock(session, claim, "guidance", now)


def _write(
    session: Session,
    claim: Claim,
    definition: ProductDefinition,
    token: str | None,
    now: datetime,
) -> None:
    """The claim number and the way back to it, by mail."""
    context = {
        "ref": claim.ref,
        "product": definition.marketing_name.in_language(claim.language),
        "token": token,
        "documents": [
            row.name[claim.language] for row in requirements.of(session, claim) if row.required
        ],
    }
    send_mail(session, claim, "claim_reported", context, now, key="reported")


def send_mail(
    session: Session,
    claim: Claim,
    template: str,
    context: dict[str, Any],
    now: datetime,
    *,
    key: str,
    attachments: tuple[tuple[str, str], ...] = (),
) -> None:
    """A mail to whoever reported the claim, in the claim's language."""
    letter = Letter(
        key=f"claim:{claim.id}:{key}",
        recipient=claim.reporter["email"],
        template=template,
        language=claim.language,
        context=context,
        attachments=attachments,
    )
    mail.queue(session, letter, now)


def _prefilled(session: Session, policy: Policy, customer_id: int | None) -> dict[str, Any]:
    """The policyholder's own particulars, where the policyholder reports."""
    if customer_id is None or policy.customer_id != customer_id:
        return {}
    holder = policies.transactions_of(session, policy)[-1].content["parties"]["policyholder"]
    return {
        "reporter": {
            "role": "policyholder",
            "name": holder["name"],
            "mobile": holder.get("mobile") or "",
            "email": session.get_one(Customer, customer_id).email,
        }
    }
