"""What the steps and states of an application are called."""

from flask_babel import gettext as _

from storefront.applications import texts


def step_title(step: str, line: str = "") -> str:
    """Heading of a step; that of the insured object follows from the product's line."""
    return {
        "notice": _("Customer notice"),
        "privacy": _("Personal data"),
        "suitability": _("Needs and means"),
        "cover": _("Cover"),
        "own-will": _("Our advice: stop here"),
        "policyholder": _("Policyholder"),
        "care": _("Before you go on"),
        "insured": _("Insured persons"),
        "object": texts.object_title(line),
        "other-cover": _("Cover you have already"),
        "beneficiaries": _("Beneficiaries"),
        "consent": _("Consent of the insured persons"),
        "health": _("Health declaration"),
        "controls": _("Security measures"),
        "diligence": _("Occupation and source of funds"),
        "documents": _("Documents to attach"),
        "employees": _("List of employees"),
        "clauses": _("Clauses"),
        "exclusions": _("Exclusions"),
        "summary": _("Check and apply"),
    }[step]


def page_title(name: str) -> str:
    """Heading of a page after the submission."""
    return {
        "offer": _("An offer on other terms"),
        "questions": _("Questions of the underwriter"),
        "appeal": _("Appeal against the decision"),
        "declaration": _("Your health declaration"),
    }[name]


def state_names() -> dict[str, str]:
    """What the customer reads for each state."""
    return {
        "draft": _("Not finished"),
        "submitted": _("Submitted"),
        "referred": _("With an underwriter"),
        "counter_offered": _("Offer on other terms"),
        "accepted": _("Accepted, to be paid"),
        "declined": _("Declined"),
        "postponed": _("Postponed"),
        "withdrawn": _("Withdrawn"),
        "expired": _("Expired"),
        "paid": _("Paid"),
    }
