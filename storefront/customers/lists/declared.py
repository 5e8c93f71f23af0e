"""The lists that there are. Identity numbers are in none; addresses and mobile numbers stay masked."""

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, select, union
from sqlalchemy.orm import aliased

from storefront.accounts.models import Customer
from storefront.applications.models import Application
from storefront.catalog.wording import INSURER_NAMES, PRODUCT_NAMES
from storefront.claims.models import Claim
from storefront.customers import words
from storefront.customers.lists.declared_work import OF_WORK
from storefront.customers.lists.kinds import (
    Column,
    Filter,
    Listing,
    of_customer,
    open_or_closed,
    to_customer,
)
from storefront.payments.models import Payment
from storefront.policies.models import Policy

# What is sorted by moments has an index of moment and key, so that a page of any days is found at once.
_OwnPolicy, _Found = aliased(Policy), aliased(Claim)
_CUSTOMER_STATE, _in_state = open_or_closed(Customer.closed_at)


def _claims_of(customer_id: str) -> ColumnElement[bool]:
    """What the customer reported, and what others reported on the customer's policies.

    Each is looked for by itself: no index finds both together.
    """
    reported = select(_Found.id).where(_Found.customer_id == int(customer_id))
    own = select(_OwnPolicy.id).where(_OwnPolicy.customer_id == int(customer_id))
    return Claim.id.in_(union(reported, select(_Found.id).where(_Found.policy_id.in_(own))))


CUSTOMERS = Listing(
    "customers", _l("Customers"), "customers.read",
    select().select_from(Customer), Customer.id, Customer.created_at,
    columns=(
        Column("id", _l("Number"), Customer.id, link=("customers_staff.show", "customer_id")),
        Column("name", _l("Name"), Customer.name),
        Column("email", _l("E-mail address"), Customer.email, "email"),
        Column("mobile", _l("Mobile number"), Customer.mobile, "mobile"),
        Column("state", _l("State"), _CUSTOMER_STATE, "words", words.CUSTOMER),
        Column("created", _l("Account since"), Customer.created_at, "moment", sort=Customer.created_at),
        Column("confirmed", _l("Address confirmed"), Customer.email_confirmed_at, "moment", standard=False),
        Column("closed", _l("Closed"), Customer.closed_at, "moment", standard=False),
    ),
    also_by=(Filter("state", _l("State"), _CUSTOMER_STATE, words.CUSTOMER, where=_in_state),),
)  # fmt: skip

APPLICATIONS = Listing(
    "applications", _l("Applications"), "applications.read",
    select().select_from(Application), Application.id, Application.created_at,
    columns=(
        Column("ref", _l("Number"), Application.ref, link=("applications_staff.show", "ref")),
        Column("product", _l("Product"), Application.product_code, "words", PRODUCT_NAMES),
        Column("state", _l("State"), Application.state, "words", words.APPLICATION),
        Column("premium", _l("Premium"), Application.premium, "money"),
        Column("created", _l("Begun"), Application.created_at, "moment", sort=Application.created_at),
        Column("submitted", _l("Submitted"), Application.submitted_at, "moment"),
        Column("decided", _l("Decided"), Application.decided_at, "moment", standard=False),
        to_customer(Application.customer_id),
    ),
    by=("state", "product"),
    also_by=(of_customer(Application.customer_id),),
)  # fmt: skip

POLICIES = Listing(
    "policies", _l("Policies"), "policies.read",
    select().select_from(Policy).join(Policy.application), Policy.id, Policy.created_at,
    columns=(
        Column("number", _l("Number"), Policy.number, link=("policies_staff.show", "number")),
        Column("application", _l("Application"), Application.ref, link=("policies_staff.show", "number")),
        Column("product", _l("Product"), Policy.product_code, "words", PRODUCT_NAMES),
        Column("insurer", _l("Insurer"), Policy.insurer_code, "words", INSURER_NAMES),
        Column("state", _l("State"), Policy.state, "words", words.POLICY),
        Column("premium", _l("Premium"), Policy.premium, "money"),
        Column("created", _l("Begun"), Policy.created_at, "moment", sort=Policy.created_at),
        Column("start", _l("Begins"), Policy.start_at, "moment", standard=False),
        Column("end", _l("Ends"), Policy.end_at, "moment", sort=Policy.end_at),
        Column("issued", _l("Issued"), Policy.issued_at, "moment", standard=False),
        to_customer(Policy.customer_id),
    ),
    by=("state", "product", "insurer"),
    also_by=(of_customer(Policy.customer_id),),
)  # fmt: skip

CLAIMS = Listing(
    "claims", _l("Claims"), "claims.read",
    select().select_from(Claim).join(Claim.policy), Claim.id, Claim.reported_at,
    columns=(
        Column("ref", _l("Number"), Claim.ref, link=("claims_staff.show", "ref")),
        Column("policy", _l("Policy"), Policy.number, link=("policies_staff.show", "number")),
        Column("product", _l("Product"), Policy.product_code, "words", PRODUCT_NAMES),
        Column("stage", _l("Stage"), Claim.stage, "words", words.CLAIM),
        Column("decision", _l("Decision"), Claim.decision, "words", words.OUTCOME),
        Column("payable", _l("Amount"), Claim.payable, "money"),
        Column("created", _l("Reported"), Claim.reported_at, "moment", sort=Claim.reported_at),
        Column("incident", _l("Happened"), Claim.incident_at, "moment", standard=False),
        Column("closed", _l("Closed"), Claim.closed_at, "moment", standard=False),
    ),
    by=("stage", "decision"),
    also_by=(of_customer(Claim.customer_id, _claims_of),),
)  # fmt: skip

PAYMENTS = Listing(
    "payments", _l("Payments"), "payments.read",
    select().select_from(Payment).join(Payment.application), Payment.id, Payment.created_at,
    columns=(
        Column("ref", _l("Number"), Payment.ref, link=("payments_staff.show", "ref")),
        Column("application", _l("Application"), Application.ref, link=("applications_staff.show", "ref")),
        Column("amount", _l("Amount"), Payment.amount, "money", sort=Payment.amount),
        Column("state", _l("State"), Payment.state, "words", words.PAYMENT),
        Column("held", _l("Held back"), Payment.held_reason, "words", words.HELD),
        Column("created", _l("Begun"), Payment.created_at, "moment", sort=Payment.created_at),
        Column("settled", _l("Received"), Payment.settled_at, "moment"),
    ),
    by=("state",),
    also_by=(of_customer(Application.customer_id),),
)  # fmt: skip

_OF_BUSINESS = (CUSTOMERS, APPLICATIONS, POLICIES, CLAIMS, PAYMENTS)
LISTS = {listing.name: listing for listing in (*_OF_BUSINESS, *OF_WORK)}
