"""Everything that the desk can show, made beside the running site with the site's settings.

`invite` gives the link by which a member with every role joins; `rows EMAIL` makes something of
everything for that member and gives the endpoint and the address of each page, as JSON.
"""

import json
import sys
from typing import Any

from flask import Flask
from sqlalchemy import select

from storefront import access, clock, create_app
from storefront.crypto import new_reference
from storefront.db import db, transaction
from storefront.roles import ROLES
from storefront.staff import members
from storefront.staff.models import StaffMember
from tests import desk_rows
from tests.access_rows import pages_of_the_desk, rows_of_a
from tests.launch.installation import Installation
from tests.staff.people import Colleague


def ask(installation: Installation, *words: str) -> Any:
    """Runs a command beside the site and gives its answer."""
    said = installation.ask("tests.journeys.desk", *words)
    return json.loads(said.splitlines()[-1])


def invite() -> dict[str, str]:
    """The address of a new member with every role, and the link in the mail to them."""
    now, email = clock.now(), f"{new_reference('Z').lower()}@agency.example.com"
    with transaction() as session:
        members.add(session, email, "Colleague", ROLES, now)
        row = session.scalars(select(StaffMember).where(StaffMember.email == email)).one()
        return {"email": email, "link": members.send_invitation(session, row, None, now)}


def rows(app: Flask, email: str) -> dict[str, Any]:
    """Every page, and which pages of the login there are."""
    row = db.session.scalars(select(StaffMember).where(StaffMember.email == email)).one()
    member = Colleague(row.id, row.name, row.email, "", str(row.totp_secret), tuple(row.roles))
    found = rows_of_a(app, db.session, member)
    login = [
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/staff/")
        and access.declared(app, rule.endpoint) == access.PUBLIC
        and "GET" in (rule.methods or ())
    ]
    reasons = desk_rows.reasons(found.desk)
    return {
        "reasons": reasons,
        "pages": dict(pages_of_the_desk(app, found)),
        "login": sorted(login),
    }


def main(command: str, *words: str) -> Any:
    """One of the commands above."""
    app = create_app()
    with app.app_context():
        return invite() if command == "invite" else rows(app, words[0])


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(*sys.argv[1:])) + "\n")
