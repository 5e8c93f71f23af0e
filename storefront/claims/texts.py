"""What claims say in words of the present language: roles, notices, advice, stages, deadlines."""

from collections.abc import Mapping
from datetime import date

from flask_babel import gettext as _

from storefront.pages import day


def roles() -> dict[str, str]:
    """What somebody may be in a claim."""
    return {
        "policyholder": _("the policyholder"),
        "insured": _("the insured person"),
        "beneficiary": _("a beneficiary or heir"),
        "family": _("family of the person concerned"),
        "employer": _("the employer of the person concerned"),
        "other": _("somebody acting for them"),
    }


def steps() -> dict[str, str]:
    """The steps of a report."""
    return {
        "what": _("What happened"),
        "where": _("Where and how"),
        "reporter": _("How to reach you"),
        "check": _("Check and send"),
    }


def consent() -> str:
    """What a reporter agrees to (S-08)."""
    text: str = _(
        "I agree that the particulars of this report, health data and bank accounts included, are used to look at the claim and passed to the insurer. I can withdraw this; the claim then cannot be looked at further."
    )
    return text


def account_consent() -> str:
    """What a customer agrees to before an account is kept (S-08)."""
    text: str = _(
        "I agree that this bank account is kept encrypted and passed to the insurer, only to pay this claim."
    )
    return text


def notice(code: str, about: date) -> str:
    """What is said at once about the time of an incident; the report is taken all the same."""
    return {
        "before-cover": _(
            "By this date the cover had not begun; it began on %(day)s. What happened before is usually not covered.",
            day=day(about),
        ),
        "after-cover": _(
            "By this date the cover had ended; its last day was %(day)s. What happened later is usually not covered.",
            day=day(about),
        ),
        "waiting-period": _(
            "This is within the waiting period, which ends before %(day)s. Illness in this time is usually not covered; accidents are.",
            day=day(about),
        ),
        "late": _(
            "The time in which such a claim is to be made ended on %(day)s by law. It may still be looked at.",
            day=day(about),
        ),
        "not-taken": _(
            "The policy does not seem to hold the cover for this. It may still be looked at."
        ),
    }[code]


def flag(found: Mapping[str, str]) -> str:
    """Why a person has to look at a claim; `found` is one of its flags."""
    if "day" in found:
        return notice(found["code"], date.fromisoformat(found["day"]))
    return {
        "same-incident": _("The same incident seems to be reported twice:"),
        "same-invoice": _("An invoice was handed in with another claim too:"),
        "same-file": _("A file was handed in with another claim too:"),
        "taken-over": _("A person took the claim over from the rules."),
    }[found["code"]]


def first_steps(line: str) -> list[str]:
    """What to do first, before any form."""
    hospital = _(
        "See a doctor in a public hospital of grade two or above, and keep records, invoices and itemised bills."
    )
    return {
        "travel": [
            hospital,
            _("Keep tickets or bookings, and a proof of the accident if there is one."),
        ],
        "accident": [
            hospital,
            _("Keep a proof of the accident: police, employer, school or witnesses."),
        ],
        "health": [
            hospital,
            _("Show your social insurance card, so that it is settled there first."),
        ],
        "life": [
            _(
                "Keep the death certificate or the medical records; you need not send anything today."
            )
        ],
        "motor": [
            _(
                "Secure the place, help the injured, and call 122. Take pictures before the vehicles are moved."
            ),
            _("Promise no compensation by yourself; exchange names, plates and telephone numbers."),
        ],
        "cyber": [
            _(
                "Disconnect what is affected, but do not switch it off and delete nothing: logs are needed."
            ),
            _("Before you pay anybody or hire experts, call the insurer's claims telephone."),
        ],
        "liability": [
            _("Have the injured person treated, keep the place as it is, and note who saw it."),
            _("Apply for the finding of work injury in time; promise nothing beyond the law."),
        ],
    }[line]
