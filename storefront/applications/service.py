"""Use cases of the application form."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront.applications.models import Application
from storefront.errors import NotFound


def get_own(session: Session, ref: str, customer_id: int) -> Application:
    """A customer's application by its reference. Raises NotFound."""
    application = session.scalar(
        select(Application).where(Application.ref == ref, Application.customer_id == customer_id)
    )
    if application is None:
        raise NotFound
    return application


def lock(session: Session, application_id: int) -> Application:
    """The application, locked until the transaction ends and as it is now."""
    return session.get_one(
        Application, application_id, with_for_update=True, populate_existing=True
    )


def mark_paid(session: Session, application: Application, now: datetime) -> None:
    """The premium is received."""
    application.state = "paid"
    application.updated_at = now
