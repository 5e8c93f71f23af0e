"""Members of staff in a real browser: made on the command line, their app set up on the page."""

import re
import secrets
import subprocess
import sys
from collections.abc import Iterable

import pyotp
from playwright.sync_api import Page

import config
from tests.journeys.conftest import Site


def sign_in_staff(page: Page, site: Site, roles: Iterable[str], name: str = "Colleague") -> str:
    """Makes a member with these roles, sets up the second step and ends at home; gives the address."""
    email = f"{secrets.token_hex(6)}@agency.example.com"
    wanted = [part for role in roles for part in ("--role", role)]
    added = subprocess.run(
        [
            sys.executable,
            "-m",
            "flask",
            "--app",
            "wsgi",
            "staff",
            "add",
            email,
            "--name",
            name,
            *wanted,
        ],
        cwd=config.ROOT,
        env=site.running.installation.environ,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    found = re.search(r"password (\S+)", added.stdout)
    assert found, added.stdout + added.stderr
    page.goto("/staff/login")
    page.fill("#email", email)
    page.fill("#password", found[1])
    page.click("main form button[type=submit]")
    key = page.inner_text("#totp-key").replace(" ", "")
    page.fill("#code", pyotp.TOTP(key).now())
    page.click("main form button[type=submit]")
    page.click("main a.btn-primary")
    page.wait_for_url("**/staff/")
    return email
