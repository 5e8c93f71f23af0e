"""What customers do, for tests: register, open the links they were sent, log in."""

import re
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text
from werkzeug.test import TestResponse

from storefront import clock, jobs
from storefront.accounts import passwords
from storefront.accounts.login import TOKEN
from storefront.accounts.models import Customer
from storefront.accounts.service import logins
from storefront.db import transaction
from storefront.mail import Mail

EMAIL = "li.hua@example.com"
PASSWORD = "three quiet herons 7"
OTHER_PASSWORD = "seven amber lanterns 3"


@dataclass(frozen=True)
class SentMail:
    """A queued mail as its reader sees it."""

    template: str
    recipient: str
    link: str  # path on this site, empty where the mail has none


def make_customer(app: Flask, email: str = EMAIL, password: str = PASSWORD) -> int:
    """A customer with a confirmed address; gives the id."""
    now = clock.now()
    with app.app_context(), transaction() as session:
        customer = Customer(
            email=email,
            email_confirmed_at=now,
            password_hash=passwords.hash_password(password),
            language="zh_Hans_CN",
            created_at=now,
        )
        session.add(customer)
        session.flush()
        return customer.id


def enter(app: Flask, client: FlaskClient, customer_id: int, now: datetime | None = None) -> None:
    """Logs a browser in without the login page."""
    with app.app_context(), transaction() as session:
        customer = session.get_one(Customer, customer_id)
        token = logins.open_session(session, customer, "Firefox/1.0 Linux", now or clock.now())
    with client.session_transaction() as cookie:
        cookie[TOKEN] = token


def register(client: FlaskClient, email: str = EMAIL, password: str = PASSWORD) -> TestResponse:
    """Fills in and sends the registration form."""
    return client.post(
        "/account/register", data={"email": email, "password": password, "repeat": password}
    )


def log_in(
    client: FlaskClient, email: str = EMAIL, password: str = PASSWORD, query: str = ""
) -> TestResponse:
    """Fills in and sends the login form."""
    return client.post(f"/account/login{query}", data={"email": email, "password": password})


def is_logged_in(client: FlaskClient) -> bool:
    """Whether the profile opens."""
    return client.get("/account/").status_code == 200


def shown(answer: TestResponse, *hidden: str) -> str:
    """The page without what changes from one request to the next."""
    text = re.sub(r'name="csrf_token" value="[^"]*"', "", answer.text)
    for part in hidden:
        text = text.replace(part, "")
    return text


def run_jobs(app: Flask) -> None:
    """Does the waiting tasks of accounts, as the worker would."""
    with app.app_context(), transaction() as session:
        waiting = session.execute(
            text(
                "delete from procrastinate_jobs where task_name like 'accounts.%'"
                " returning task_name, args"
            )
        ).all()
    for name, arguments in waiting:
        jobs.queue.tasks[name](**arguments)


def mails(app: Flask) -> list[SentMail]:
    """All mails queued so far, oldest first."""
    with app.app_context(), transaction() as session:
        rows = session.scalars(select(Mail).order_by(Mail.id)).all()
        return [
            SentMail(row.template, row.recipient, _path(row.context.get("link", "")))
            for row in rows
        ]


def last_link(app: Flask, template: str) -> str:
    """Path of the link in the newest mail of a kind."""
    return [mail.link for mail in mails(app) if mail.template == template][-1]


def _path(link: str) -> str:
    parts = urlsplit(link)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path
