"""Which features the application has, and how a lower one sets off a higher one."""

from importlib import import_module

from flask import Flask

from storefront.accounts import login
from storefront.accounts import views as accounts
from storefront.advice import closing as advice_closing
from storefront.advice import views as advice
from storefront.applications import attached
from storefront.applications import closing as applications_closing
from storefront.applications import views as applications
from storefront.applications.consent import service as consent_service
from storefront.applications.consent import views as consents
from storefront.applications.decisions import commands as decision_commands
from storefront.applications.decisions import files as decision_files
from storefront.applications.decisions import jobs as decision_jobs  # noqa: F401 - makes the job known
from storefront.applications.decisions import staff as underwriting_staff
from storefront.applications.decisions import views as decisions
from storefront.applications.decisions import wiping as decisions_wiping
from storefront.applications.diligence import staff as diligence
from storefront.applications.draft import OWNER_KIND
from storefront.applications.employees import views as employees
from storefront.applications.employees import wiping as employees_wiping
from storefront.attachments import gates
from storefront.attachments import jobs as attachments_jobs  # noqa: F401 - makes the jobs known
from storefront.attachments import views as attachments
from storefront.catalog import commands as catalog_commands
from storefront.catalog import views as catalog_views
from storefront.catalog import wording
from storefront.claims import closing as claims_closing
from storefront.claims import views as claims
from storefront.claims.desk import files as claims_files
from storefront.claims.desk import pages as claims_desk
from storefront.claims.payouts import pages as payouts
from storefront.closing import commands as closing_commands
from storefront.closing import jobs as closing_jobs  # noqa: F401 - makes the jobs known
from storefront.closing import service as closing_service
from storefront.closing import sweeps
from storefront.closing import views as closing
from storefront.customers import pages as customers
from storefront.demo import commands as demo
from storefront.evidence import commands as evidence_commands
from storefront.evidence import jobs as evidence_jobs  # noqa: F401 - makes the jobs known
from storefront.figures import pages as figures
from storefront.payments import cli as payments_cli
from storefront.payments import closing as payments_closing
from storefront.payments import service as payments_service
from storefront.payments import stripe_client
from storefront.payments import views as payments
from storefront.policies import closing as policies_closing
from storefront.policies import jobs as policies_jobs  # noqa: F401 - makes the jobs known
from storefront.policies import service as policies_service
from storefront.policies import views as policies
from storefront.quotes import closing as quotes_closing
from storefront.quotes import views as quotes
from storefront.replay import commands as replay_commands  # noqa: F401 - adds to those of evidence
from storefront.replay import faults as replay_faults
from storefront.replay import staff as replay
from storefront.search import pages as search
from storefront.site import health
from storefront.staff import cli as staff_cli
from storefront.staff import display as staff_display
from storefront.staff import kinds as staff_kinds
from storefront.staff import login as staff_login
from storefront.staff import views as staff
from storefront.support import closing as support_closing
from storefront.support import pages as support
from storefront.workbench import pages as workbench

FEATURES_WITH_TABLES = (
    "accounts", "accumulation", "advice", "applications", "applications.consent",
    "applications.decisions", "applications.employees", "attachments", "audit", "catalog", "claims",
    "claims.desk", "claims.payouts", "customers", "evidence", "figures", "payments", "policies", "quotes", "search", "staff",
    "support", "workbench", "worklist",
)  # fmt: skip


def init_app(app: Flask) -> None:
    """Registers the blueprints and commands of every feature and connects their hooks."""
    import_models()
    login.init_app(app)
    app.register_blueprint(accounts.blueprint)
    app.register_blueprint(health.blueprint)
    catalog_commands.init_app(app)
    wording.init_app(app)
    app.register_blueprint(catalog_views.blueprint)
    app.register_blueprint(payments.blueprint)
    app.cli.add_command(payments_cli.commands)
    stripe_client.init_app(app)
    evidence_commands.init_app(app)
    app.register_blueprint(quotes.blueprint)
    app.register_blueprint(advice.blueprint)
    app.register_blueprint(attachments.blueprint)
    app.register_blueprint(applications.blueprint)
    app.register_blueprint(consents.blueprint)
    app.register_blueprint(employees.blueprint)
    gates.register(OWNER_KIND, attached.GATE)
    app.register_blueprint(decisions.blueprint)
    app.register_blueprint(underwriting_staff.blueprint)
    app.cli.add_command(decision_commands.commands)
    gates.register(decision_files.OWNER_KIND, decision_files.GATE)
    app.register_blueprint(staff.blueprint)
    app.cli.add_command(staff_cli.commands)
    staff_login.init_app(app)
    staff_display.init_app(app)
    staff_kinds.register_all()
    app.register_blueprint(policies.blueprint)
    claims.init_app(app)
    payouts.init_app(app)
    claims_desk.init_app(app)
    gates.register(claims_files.OWNER, claims_files.GATE)
    app.register_blueprint(replay.blueprint)
    app.register_blueprint(replay_faults.blueprint)
    app.register_blueprint(diligence.blueprint)
    support.init_app(app)
    app.register_blueprint(closing.blueprint)
    closing_commands.init_app(app)
    figures.init_app(app)
    search.init_app(app)
    customers.init_app(app)
    app.cli.add_command(demo.commands)
    workbench.init_app(app)
    payments_service.when_settled(policies_service.begin)
    for part in (
        claims_closing, support_closing, policies_closing, payments_closing, applications_closing,
        quotes_closing, advice_closing,
    ):  # fmt: skip
        closing_service.register(part.PART)
    applications_closing.when_wiped(decisions_wiping.wipe)
    applications_closing.when_wiped(employees_wiping.wipe)
    applications_closing.when_wiped(consent_service.forget)
    for sweep in (applications_closing, quotes_closing, advice_closing):
        sweeps.register(sweep.SWEEP)


def import_models() -> None:
    """Makes all tables known to the metadata."""
    for feature in FEATURES_WITH_TABLES:
        import_module(f"storefront.{feature}.models")
