"""Where a claim stands in words of the present language: headline, next step, who acts, until when."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _

from storefront.claims import texts
from storefront.claims.models import Claim, ClaimClock, ClaimEvent
from storefront.claims.stages import PAYING_OUTCOMES


@dataclass(frozen=True)
class Standing:
    """The top of a claim's page; `due_at` is the deadline of whoever acts, None where there is none."""

    headline: str
    next_step: str
    who: str
    due_at: datetime | None = None


STAGES = ("reported", "documents", "assessment", "decided", "paying")


def stage_words() -> dict[str, str]:
    """The stages as people read them."""
    return {
        "reported": _("Reported"),
        "documents": _("Documents of the claim"),
        "assessment": _("Assessment"),
        "decided": _("Decision"),
        "paying": _("Payment"),
        "closed": _("Closed"),
    }


def outcome_words() -> dict[str, tuple[str, str]]:
    """The decisions as people read them, each with the kind of its badge."""
    return {
        "pending": (_("not decided yet"), "neutral"),
        "approved": (_("approved"), "good"),
        "partly_approved": (_("approved in part"), "good"),
        "declined": (_("declined"), "bad"),
        "withdrawn": (_("withdrawn"), "neutral"),
        "closed_without_payment": (_("closed without payment"), "neutral"),
    }


def progress(stage: str) -> list[dict[str, str]]:
    """The stages for the progress bar."""
    place = STAGES.index(stage) if stage in STAGES else len(STAGES)
    words = stage_words()
    return [
        {
            "title": words[name],
            "url": "",
            "state": "done" if number < place else "current" if number == place else "open",
        }
        for number, name in enumerate(STAGES)
    ]


@dataclass(frozen=True)
class Answers:
    """What a customer may answer: where to pay is asked, an objection is possible until when."""

    wants_account: bool = False
    may_object: bool = True
    object_until: datetime | None = None


def standing(
    claim: Claim, running: Sequence[ClaimClock], missing: bool, answers: Answers | None = None
) -> Standing:
    """What a customer wants to know first."""
    answers = answers or Answers()
    situation = claim.stage
    if situation in ("reported", "documents"):
        situation = "missing" if missing else "complete"
    elif situation == "decided" and claim.decision not in PAYING_OUTCOMES:
        situation = "declined" if answers.may_object else "declined-again"
    if answers.wants_account and situation not in ("missing", "complete", "decided"):
        situation = "account"
    due = {row.kind: row.due_at for row in running}
    headline, next_step, who, deadline = _situations()[situation]
    until = answers.object_until if situation == "declined" else due.get(deadline)
    return Standing(headline, next_step, who, until)


def _situations() -> dict[str, tuple[str, str, str, str]]:
    """Headline, next step, who acts, and the clock that runs for them."""
    you = _("You")
    return {
        "missing": (
            _("We need your documents"),
            _(
                "Upload the documents below as you get them; the assessment begins when all are there."
            ),
            you,
            "",
        ),
        "complete": (
            _("Everything is there: please hand it in"),
            _("Hand the documents in below, so that the assessment begins."),
            you,
            "",
        ),
        "assessment": (
            _("Your claim is being assessed"),
            _("A decision in writing, with every amount explained. You need not do anything."),
            _("The assessor"),
            "decision",
        ),
        "decided": (
            _("Your claim is decided"),
            _("Agree and say where to pay, or object if you see it differently."),
            you,
            "",
        ),
        "declined": (
            _("Your claim was declined"),
            _(
                "Read the reasons below. If you see it differently, object: another assessor looks at it."
            ),
            you,
            "",
        ),
        "declined-again": (
            _("Your claim was declined"),
            _("It was looked at twice. If you still see it differently, you can complain."),
            you,
            "",
        ),
        "account": (
            _("Please say where to pay"),
            _("Something is to be paid to you, and an account is missing. Name it below."),
            you,
            "",
        ),
        "paying": (
            _("The payment is on its way"),
            _("The amount arrives in the account that you named."),
            _("The insurer"),
            "paid",
        ),
        "closed": (_("This claim is closed"), _("Nothing more is to be done."), "", ""),
    }


def notices_of(flags: Iterable[dict[str, Any]]) -> list[str]:
    """What was said about time at the report; other flags are for the staff."""
    return [
        texts.notice(flag["code"], date.fromisoformat(flag["day"]))
        for flag in flags
        if "day" in flag
    ]


def event(found: ClaimEvent) -> str:
    """One line of the timeline."""
    known = {
        "reported": _("You reported the claim"),
        "documents-listed": _("The list of documents was given"),
        "documents-missing": _("Missing documents were asked for"),
        "documents-refused": _("A document could not be used"),
        "handed-in": _("You handed in everything; the assessment began"),
        "amounts": _("You gave the amounts"),
        "decided": _("The claim was decided"),
        "told": _("The decision was sent to you"),
        "accepted": _("You agreed with the decision"),
        "account": _("You named the account to pay to"),
        "objected": _("You objected to the decision"),
        "objection-kept": _("Your objection was looked at; the decision stays"),
        "objection-changed": _("Your objection was looked at; the decision was changed"),
        "advance": _("An undisputed part is paid ahead"),
        "withdrawn": _("You withdrew the claim"),
        "reopened": _("The claim was opened again"),
        "closed": _("The claim was closed"),
        "closed-without-payment": _("The claim was closed without payment"),
        "paid": _("The payment was made"),
        "payout-paid": _("The bank paid to the account"),
        "payout-approve": _("A second person approved the payment"),
        "payout-dismiss": _("A second person sent the payment back"),
        "found-out": _("Facts were found out"),
        "desk-file": _("The insurer's desk added a file"),
        "head-added": _("A head of loss was added"),
        "payout-rejected": _("The bank could not pay to the account"),
        "ex-gratia-agreed": _("A payment out of goodwill was agreed to"),
        "ex-gratia-told": _("The letter about the payment out of goodwill was sent to you"),
        "ex-gratia-requested": _("A payment out of goodwill was asked for"),
        "ex-gratia-refused": _("A payment out of goodwill was refused"),
        "taken-over": _("A person took the claim over and decides it anew"),
        "contract-ended": _("The contract ended with this claim"),
        "contract-goes-on": _("The contract goes on after all"),
        "answer-recorded": _("Your answer by telephone or letter was recorded"),
        "complex": _("The claim needs more time to be looked into"),
    }
    return known.get(found.kind, _("The claim was worked on"))


def event_for_staff(found: ClaimEvent) -> str:
    """The same line on the desk, where the customer is somebody else."""
    known = {
        "reported": _("The customer reported the claim"),
        "handed-in": _("The customer handed in everything; the assessment began"),
        "amounts": _("The customer gave the amounts"),
        "told": _("The decision was sent to the customer"),
        "accepted": _("The customer agreed with the decision"),
        "account": _("The customer named the account to pay to"),
        "objected": _("The customer objected to the decision"),
        "objection-kept": _("The objection was looked at; the decision stays"),
        "objection-changed": _("The objection was looked at; the decision was changed"),
        "withdrawn": _("The customer withdrew the claim"),
        "ex-gratia-told": _("The letter about the payment out of goodwill was sent"),
        "answer-recorded": _("The customer's answer by telephone or letter was recorded"),
    }
    return known.get(found.kind) or event(found)
