"""What the set-up puts into the database and the file store, with the application at hand."""

import logging

import psycopg

import config
from storefront import clock, create_app
from storefront.catalog import service as catalog
from storefront.catalog.bundle import ProductBundle
from storefront.catalog.insurers import load_insurers
from storefront.catalog.loader import CatalogInvalid, load_all
from storefront.cli import alembic
from storefront.db import db, transaction
from storefront.launch.problem import LaunchProblem, say
from storefront.policies.document.certificates import ensure_demo_certificates
from storefront.roles import ROLES
from storefront.staff import members
from storefront.support import texts

SET_UP_LOCK = 7_205_759_403  # two machines setting up the same database take turns
# Two people, because some decisions need a second one.
FIRST_MEMBERS = {"staff@agency.example.com": "Staff", "second@agency.example.com": "Second"}


def fill() -> int:
    """Tables, then in development the demonstration catalogue, certificates and staff account."""
    app = create_app()
    logging.getLogger("alembic").setLevel(logging.WARNING)
    settings = app.extensions["settings"]
    with psycopg.connect(settings.database_url.replace("+psycopg", "", 1)) as turn:
        turn.execute("select pg_advisory_lock(%s)", (SET_UP_LOCK,))
        with app.app_context():
            alembic.upgrade()
            if not settings.production:
                _demonstrate(settings)
            db.engine.dispose()
    return 0


def _demonstrate(settings: config.Settings) -> None:
    try:
        bundles = load_all()
    except CatalogInvalid as invalid:
        raise LaunchProblem(str(invalid)) from invalid
    with transaction() as session:
        catalog.sync_insurers(session, load_insurers())
    for bundle in bundles.values():
        _publish(bundle)
    if not settings.signing_pkcs12:
        ensure_demo_certificates(
            settings.instance / "signing", load_insurers(), settings.signing_passphrase
        )
    with transaction() as session:
        texts.fill(session, clock.now())
    _welcome_staff()


def _welcome_staff() -> None:
    with transaction() as session:
        if members.has_members(session):
            return
        given = {
            email: members.add(session, email, name, ROLES, clock.now())
            for email, name in FIRST_MEMBERS.items()
        }
    for email, password in given.items():
        say(f"Staff account {email}, password {password} (shown only now)")
    say("Staff log in at /staff/login; the first time shows a QR code and a key for any app.")


def _publish(bundle: ProductBundle) -> None:
    """One product; where its files changed under a published version, the published one stays."""
    try:
        with transaction() as session:
            is_new = catalog.publish(session, bundle, clock.now())
    except catalog.PublishRefused as refused:
        say(f"Not published: {refused}")
        return
    if is_new:
        say(f"Published {bundle.definition.code}, version {bundle.definition.version}")
