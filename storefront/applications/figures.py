"""The figures of law and practice that applications are judged by; nowhere else do they stand.

A regulator may change them: whoever does so here changes decisions, texts and the record alike.
"""

from datetime import timedelta
from decimal import Decimal

CARE_AGE = 65  # N-03
ADULT_AGE = 18  # S-09
CHILD_AGE = 14  # S-08: below it, all personal data is sensitive
YOUNG_AGE = 10  # S-06
MINOR_LIMITS = (
    (YOUNG_AGE, Decimal(200_000)),
    (ADULT_AGE, Decimal(500_000)),
)  # S-06: below this age, death pays at most so much over all policies

DRAFT_LIVES = timedelta(days=30)  # since it was last touched
OFFER_LIVES = timedelta(days=15)  # to accept other terms, and to pay what was accepted
CONSENT_LIVES = timedelta(hours=72)  # S-05: a link of an insured person
