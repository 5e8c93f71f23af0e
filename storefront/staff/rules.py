"""Decisions about members and their logins: how long things last, which code is right. Pure."""

import unicodedata
from collections.abc import Callable
from datetime import datetime, timedelta

LONGEST_IDLE = timedelta(minutes=30)
LONGEST_SESSION = timedelta(hours=12)
LONGEST_HALF_WAY = timedelta(minutes=15)  # between the password and the second factor
SEEN_AGAIN_AFTER = timedelta(minutes=1)  # a row is not written at every request
INVITATION_VALID = timedelta(hours=72)
APPROVAL_DUE = timedelta(days=1)

STEP_SECONDS = 30
RECOVERY_CODES = 10
RECOVERY_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
RECOVERY_LENGTH = 10  # 50 bits


def time_step(moment: datetime) -> int:
    """Number of the 30-second step of a moment (RFC 6238)."""
    return int(moment.timestamp()) // STEP_SECONDS


def used_step(
    code: str, code_of: Callable[[int], str], now: datetime, last_step: int | None
) -> int | None:
    """The step whose code was given, one before or after now included; None where it is wrong.

    A step is good for one login: neither its code nor an older one is taken again.
    """
    present = time_step(now)
    steps = (present, present - 1, present + 1)
    return next(
        (
            step
            for step in steps
            if code == code_of(step) and (last_step is None or step > last_step)
        ),
        None,
    )


def normalised_code(text: str) -> str:
    """A code as it is compared: without spaces and hyphens, letters that look like digits read so."""
    bare = "".join(unicodedata.normalize("NFKC", text).upper().replace("-", "").split())
    return bare.translate(str.maketrans("OIL", "011"))


def shown_recovery_code(code: str) -> str:
    """`ABCDE-FGHJK`: easier to copy."""
    return f"{code[:5]}-{code[5:]}"
