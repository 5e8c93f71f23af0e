"""Tells the customers who are about to apply for a product that it was taken off sale."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront import clock, jobs, mail
from storefront.accounts.models import Customer
from storefront.applications.models import Application
from storefront.catalog import service as catalog
from storefront.db import transaction

PORTION = 200


@jobs.job("products.tell_withdrawn")
def tell_withdrawn(code: str) -> None:
    """Writes to everybody with an application of the product that is not handed in yet, once."""
    last = 0
    while True:
        with transaction() as session:
            rows = session.execute(
                select(Application, Customer.email)
                .join(Customer, Customer.id == Application.customer_id)
                .where(
                    Application.product_code == code,
                    Application.state == "draft",
                    Application.id > last,
                )
                .order_by(Application.id)
                .limit(PORTION)
            ).all()
            for application, email in rows:
                _tell(session, application, email)
                last = application.id
        if len(rows) < PORTION:
            return


def _tell(session: Session, application: Application, email: str) -> None:
    now = clock.now()
    if catalog.is_sellable(session, application.product_code, application.product_version, now):
        return  # on sale again meanwhile
    definition = catalog.get(
        session, application.product_code, application.product_version
    ).definition
    letter = mail.Letter(
        key=f"product-withdrawn-{application.ref}",
        recipient=email,
        template="product_withdrawn",
        language=application.language,
        context={
            "ref": application.ref,
            "product": definition.marketing_name.in_language(application.language),
        },
    )
    mail.queue(session, letter, now)
