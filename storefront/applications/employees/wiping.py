"""Employee lists go with the application that led to nothing."""

from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from storefront.applications.employees.models import EmployeeList
from storefront.applications.models import Application


def wipe(session: Session, application: Application, now: datetime) -> None:
    """Deletes the lists with everybody on them."""
    session.execute(delete(EmployeeList).where(EmployeeList.application_id == application.id))
