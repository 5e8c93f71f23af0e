"""What the kinds of records are called in the present language; a test finds kinds without a name."""

from flask_babel import gettext as _


def kinds() -> dict[str, str]:
    """The names of what happened, by the kind of its record; pages and answers name themselves."""
    return _of_a_sale() | _of_a_claim()


def statements() -> dict[str, str]:
    """What was confirmed, where the record does not hold the statement itself."""
    return {
        "claim-data": _("use of the data of the report"),
        "bank-account": _("use of the bank account"),
    }


def _of_a_sale() -> dict[str, str]:
    return {
        "quote": _("Quote kept"),
        "begun": _("Application begun"),
        "advice": _("Assessment of needs and means shown"),
        "decided": _("Underwriting decided"),
        "asked": _("An underwriter asked the customer"),
        "answered": _("The customer answered the underwriter"),
        "appealed": _("The customer asked for another look at the decision"),
        "consent:asked": _("An insured person was asked for consent"),
        "consent:agreed": _("An insured person agreed"),
        "consent:refused": _("An insured person refused"),
        "consent:wrong-digits": _("The digits for a consent were wrong"),
        "policy-begun": _("Paid: the policy begins"),
        "policy-issued": _("The insurer issued the policy"),
        "policy-refused": _("The insurer refused after the payment"),
        "policy-delivered": _("Policy document delivered"),
        "held-payment-released": _("Held money released"),
        "held-payment-refunded": _("Held money sent back"),
        "retention": _("Kept longer"),
        "consent.identity-number": _("Agreed that an identity number is kept"),
        "account-closed": _("Account closed"),
    }


def _of_a_claim() -> dict[str, str]:
    return {
        "claim-reported": _("Claim reported"),
        "claim-amounts": _("Amounts of the claim given"),
        "handed-in": _("Documents of the claim handed in"),
        "claim-decided": _("Claim decided"),
        "decision-told": _("Decision sent to the customer"),
        "decision-accepted": _("Decision agreed with"),
        "objection": _("Decision objected to"),
        "advance": _("Undisputed part paid ahead"),
        "answer-recorded": _("Answer by telephone or letter recorded"),
        "claim-withdrawn": _("Claim withdrawn"),
        "claim-reopened": _("Claim opened again"),
        "claim-taken-over": _("Claim taken over from the rules"),
        "claim-complex": _("Claim given the longer time"),
        "claim-desk-file": _("File added by the claims desk"),
        "contract-ended": _("Contract ended by a claim"),
        "contract-goes-on": _("Contract goes on after all"),
        "ex-gratia-requested": _("Payment out of goodwill asked for"),
        "ex-gratia-agreed": _("Payment out of goodwill agreed to"),
        "ex-gratia-refused": _("Payment out of goodwill refused"),
        "ex-gratia-told": _("Letter about a payment out of goodwill sent"),
        "payout-approve": _("Payout approved"),
        "payout-dismiss": _("Payout sent back"),
        "payout-paid": _("Payout made by the bank"),
        "payout-rejected": _("Payout rejected by the bank"),
    }
