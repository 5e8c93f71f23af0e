"""Members of staff in a real browser: made on the command line, their app set up on the page."""

import re
import secrets
from collections.abc import Callable, Iterable

import pyotp
from playwright.sync_api import Page

from tests.journeys.conftest import PASSWORD, Site
from tests.launch.installation import eventually

INVITATION = re.compile(r"http://127\.0\.0\.1:\d+/staff/invitation/\S+")


def sign_in_staff(
    page: Page,
    site: Site,
    roles: Iterable[str],
    name: str = "Colleague",
    look_at: Callable[[Page], None] = lambda page: None,
) -> str:
    """Makes a member with these roles, sets up the second step and ends at home; gives the address.

    `look_at` is called with every page on the way.
    """
    email = f"{secrets.token_hex(6)}@agency.example.com"
    password = _add(site, email, name, roles)
    page.goto("/staff/login")
    page.fill("#email", email)
    page.fill("#password", password)
    page.click("main form button[type=submit]")
    look_at(page)
    set_up_second_step(page, look_at)
    return email


def accept_invitation(page: Page, site: Site, email: str) -> None:
    """Joins by the link that was mailed."""
    mail = eventually(lambda: site.mails(email))[0]
    found = INVITATION.search(str(mail["text"]))
    assert found, mail["text"]
    join(page, found[0])


def join(page: Page, link: str, look_at: Callable[[Page], None] = lambda page: None) -> None:
    """By the link of an invitation: chooses a password, sets up the second step, ends at home."""
    page.goto(link)
    look_at(page)
    page.fill("#password", PASSWORD)
    page.fill("#repeat", PASSWORD)
    page.click("main form button[type=submit]")
    look_at(page)
    set_up_second_step(page, look_at)


def set_up_second_step(page: Page, look_at: Callable[[Page], None] = lambda page: None) -> None:
    """Puts the key of the page into an app and enters its code."""
    key = page.inner_text("#totp-key").replace(" ", "")
    page.fill("#code", pyotp.TOTP(key).now())
    page.click("main form button[type=submit]")
    look_at(page)
    page.click("main a.btn-primary")
    page.wait_for_url("**/staff/")


def _add(site: Site, email: str, name: str, roles: Iterable[str]) -> str:
    command = ("--app", "wsgi", "staff", "add", email, "--name", name)
    given = (part for role in roles for part in ("--role", role))
    said = site.running.installation.ask("flask", *command, *given)
    found = re.search(r"password (\S+)", said)
    assert found, said
    return found[1]
