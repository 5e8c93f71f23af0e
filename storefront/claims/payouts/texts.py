"""What the staff reads about orders and about files of the bank."""

from flask_babel import gettext as _


def states() -> dict[str, tuple[str, str]]:
    """States of orders, each with the kind of its badge."""
    return {
        "requested": (_("waits for approval"), "warn"),
        "held": (_("held"), "bad"),
        "approved": (_("approved by a second person"), "neutral"),
        "paid": (_("paid"), "good"),
        "rejected": (_("rejected by the bank"), "bad"),
        "dismissed": (_("dismissed"), "neutral"),
    }


def payee_kinds() -> dict[str, str]:
    """Who may be paid."""
    return {
        "insured": _("Insured or policyholder"),
        "beneficiary": _("Beneficiary"),
        "heir": _("Heir"),
        "hospital": _("Hospital"),
        "third_party": _("Injured third party"),
    }


def reasons() -> dict[str, str]:
    """Why an order, or a line of the bank, is held or went no further."""
    return {
        "heirs": _("No beneficiary is named: the heirs have to be named, with documents"),
        "beneficiaries": _("The beneficiaries have to be named, each with the share"),
        "name": _("The account holder is nobody in the contract"),
        "replaced": _("Other payees were named"),
        "refused": _("Sent back by the second person"),
        "taken-back": _("The decision behind it was taken back"),
        "bank": _("Rejected by the bank"),
        "paid-after-rejection": _("The bank paid after it had rejected"),
        "unknown-order": _("No order has this number"),
        "paid-twice": _("The bank says it paid twice"),
        "rejected-after-payment": _("Rejected after it was paid"),
        "rejected-twice": _("Rejected twice"),
        "not-sent": _("The order was never sent to the bank"),
        "amount": _("Another amount than ordered"),
    }


def fault(slug: str) -> str:
    """What is wrong with a line of a return file."""
    return {
        "too-large": _("the file is too large"),
        "encoding": _("neither UTF-8 nor GB18030"),
        "header": _("no proper header"),
        "trailer": _("no proper trailer"),
        "count": _("the number of lines is not right"),
        "sum": _("the sum is not right"),
        "fields": _("not the right fields"),
        "key": _("a number that cannot be one"),
        "key-twice": _("the same key twice"),
        "key-used": _("this key stood for something else before"),
        "number-used": _("another file had this number"),
        "amount": _("no proper amount"),
        "result": _("neither PAID nor REJECTED"),
    }[slug]
