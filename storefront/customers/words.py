"""What states are called on the staff's pages."""

from flask_babel import lazy_gettext as _l

from storefront.payments import words as payments

HELD = payments.HELD
POLICY = {
    "issuing": _l("Being issued"),
    "in_force": _l("Policy in force"),
    "cancelled": _l("Cancelled"),
    "surrendered": _l("Surrendered"),
    "lapsed": _l("Lapsed"),
    "expired": _l("Expired"),
    "terminated": _l("Terminated"),
}
CLAIM = {
    "reported": _l("Reported"),
    "documents": _l("Documents"),
    "assessment": _l("Assessment"),
    "decided": _l("Decided"),
    "paying": _l("Being paid"),
    "closed": _l("Closed"),
}
PAYMENT = {
    "created": _l("Payment begun"),
    "pending": _l("Under way"),
    "settled": _l("Paid"),
    "failed": _l("Failed"),
    "expired": _l("Expired"),
}
TICKET = {
    "open": _l("To be answered"),
    "waiting": _l("Answered"),
    "closed": _l("Conversation closed"),
}
APPLICATION = {
    "draft": _l("Draft"),
    "submitted": _l("Submitted"),
    "referred": _l("With an underwriter"),
    "counter_offered": _l("Offer on other terms"),
    "accepted": _l("Accepted"),
    "declined": _l("Declined"),
    "postponed": _l("Postponed"),
    "withdrawn": _l("Withdrawn"),
    "expired": _l("Expired"),
    "paid": _l("Paid"),
}
COMPLAINT = {
    "received": _l("Complaint received"),
    "contacted": _l("Being examined"),
    "decided": _l("Decided"),
    "review": _l("Being looked at again"),
    "reviewed": _l("Review answered"),
}
PAYOUT = {
    "requested": _l("waits for approval"),
    "held": _l("held"),
    "approved": _l("approved by a second person"),
    "paid": _l("paid"),
    "rejected": _l("rejected by the bank"),
    "dismissed": _l("dismissed"),
}
WORK = {"open": _l("To be done"), "closed": _l("Done")}
CUSTOMER = {"open": _l("Account open"), "closed": _l("Account closed")}
VERSION = {
    "new_business": _l("New business"),
    "endorsement": _l("Endorsement"),
    "renewal": _l("Renewal"),
    "cancellation": _l("Cancellation"),
    "reinstatement": _l("Reinstatement"),
    "termination": _l("Ended by a claim"),
    "termination-taken-back": _l("Goes on: the end was taken back"),
}
REFUND = {
    "created": _l("Refund begun"),
    "sent": _l("Under way"),
    "done": _l("Refunded"),
    "failed": _l("Failed"),
}
OUTCOME = {
    "pending": _l("not decided yet"),
    "approved": _l("approved"),
    "partly_approved": _l("approved in part"),
    "declined": _l("declined"),
    "withdrawn": _l("withdrawn"),
    "closed_without_payment": _l("closed without payment"),
}
MOVED = {
    "application": _l("Applications"),
    "policy": _l("Policies"),
    "claim": _l("Claims"),
    "claim_report": _l("Claims being reported"),
    "ticket": _l("Questions and complaints"),
    "quote": _l("Quotes"),
    "suitability_record": _l("Assessments of needs"),
    "person": _l("People saved for applications"),
}
