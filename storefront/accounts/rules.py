"""Decisions about accounts: password rules, slowing down, how long things last. Pure."""

import ipaddress
from collections.abc import Container
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import email_validator

CONFIRM_VALID = timedelta(hours=24)
RESET_VALID = timedelta(hours=2)
SESSION_VALID = timedelta(days=30)
DEVICE_VALID = timedelta(days=365)
LINKS_KEPT = timedelta(days=30)
SESSIONS_KEPT = timedelta(days=90)

MINIMUM_PASSWORD = 10
MAXIMUM_PASSWORD = 256
MAXIMUM_EMAIL = 254
LINKS_PER_HOUR = 6  # mails with a link that one account is sent, whoever asks for them
PEOPLE_LIMIT = 50

# Posts allowed from one network address, whatever they try.
LOGIN_LIMIT = "60 per minute; 600 per hour"
MAIL_LIMIT = "30 per minute; 300 per hour"

FAILURE_WINDOW = timedelta(hours=1)
# (failures that cost nothing, longest wait); the wait doubles with each failure between.
ACCOUNT_DELAY = (3, timedelta(minutes=5))
ADDRESS_DELAY = (20, timedelta(minutes=15))


def normalise_email(text: str) -> str:
    """An e-mail address as accounts are found by it: normalised and in lower case.

    Raises:
        ValueError: where the text is no address that can be written to.
    """
    checked = email_validator.validate_email(
        text.strip(), check_deliverability=False, allow_smtputf8=False
    )
    return checked.normalized.lower()


def password_faults(password: str, email: str, common: Container[str]) -> list[str]:
    """Why a password is not accepted: any of `short`, `long`, `common`, `contains-email`."""
    lowered = password.casefold()
    local_part = email.partition("@")[0].casefold()
    repeated = len(set(lowered)) <= 2  # one or two characters over and over
    faults = {
        "short": len(password) < MINIMUM_PASSWORD,
        "long": len(password) > MAXIMUM_PASSWORD,
        "common": repeated or lowered in common,
        "contains-email": len(local_part) >= 3 and local_part in lowered,
    }
    return [slug for slug, found in faults.items() if found]


def delay(failures: int, scale: tuple[int, timedelta]) -> timedelta:
    """How long to wait after the last of so many failures."""
    free, longest = scale
    if failures < free:
        return timedelta()
    return min(timedelta(seconds=2 ** min(failures - free + 1, 30)), longest)


def seconds_to_wait(
    failures: int, last: datetime | None, scale: tuple[int, timedelta], now: datetime
) -> int:
    """Whole seconds until the next attempt is looked at; 0 means now."""
    pause = delay(failures, scale)
    if last is None or not pause:
        return 0
    left = min(last + pause - now, pause)  # clocks of several machines may differ
    return max(0, -(-left // timedelta(seconds=1)))


def network_of(address: str) -> str:
    """What counts as one network address: an IPv4 address, or the /64 of an IPv6 one."""
    parsed = ipaddress.ip_address(address)
    if parsed.version == 4:
        return str(parsed)
    return str(ipaddress.ip_network((parsed, 64), strict=False).network_address)


def local_path(target: str | None, host: str) -> str | None:
    """The path of a page on this site to go on to, or None for anything that leads elsewhere."""
    if not target or "\\" in target or not target.isprintable():
        return None
    try:
        parts = urlsplit(target)
    except ValueError:
        return None
    if parts.netloc and (parts.netloc != host or parts.scheme not in ("http", "https")):
        return None
    if parts.scheme and not parts.netloc:
        return None
    if not parts.path.startswith("/") or parts.path.startswith("//"):
        return None
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


BROWSERS = (("Edg/", "Edge"), ("MicroMessenger", "WeChat"), ("Firefox/", "Firefox"),
            ("Chrome/", "Chrome"), ("Safari/", "Safari"))  # fmt: skip
SYSTEMS = (("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"),
           ("Mac OS X", "macOS"), ("Linux", "Linux"))  # fmt: skip


def device_name(user_agent: str) -> str:
    """`Firefox, Windows`: what a list of logins calls a browser; empty where nothing is known."""
    found = (
        next((name for mark, name in table if mark in user_agent), "")
        for table in (BROWSERS, SYSTEMS)
    )
    return ", ".join(filter(None, found))
