"""A customer's own particulars and the people they insure often."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from storefront import clock, crypto
from storefront.accounts import rules
from storefront.accounts.models import Customer, Person
from storefront.db import violated
from storefront.errors import Conflict, NotFound, Refused
from storefront.evidence import service as evidence
from storefront.identity import IdNumber

CONSENT_KEPT_YEARS = 3  # how long a consent can be shown after it was given for an account


@dataclass(frozen=True)
class Profile:
    """What a customer keeps about themselves to fill applications in; None where nothing is kept."""

    name: str | None
    id_number: str | None
    birth_date: date | None
    sex: str | None
    mobile: str | None
    email: str


@dataclass(frozen=True)
class PersonDetails:
    """A person as a form gives it; the identity number tells birth date and sex (S-10)."""

    name: str
    relation: str
    id_number: IdNumber
    mobile: str | None


class AlreadyListed(Conflict):
    """The customer's list holds somebody with this identity number already."""


def profile_of(customer: Customer) -> Profile:
    """The customer's own particulars, in clear."""
    return Profile(
        name=customer.name,
        id_number=customer.id_number,
        birth_date=customer.birth_date,
        sex=customer.sex,
        mobile=customer.mobile,
        email=customer.email,
    )


def save_profile(
    customer: Customer, name: str | None, id_number: IdNumber | None, mobile: str | None
) -> None:
    """Keeps the customer's own particulars; None removes what was kept (E-04)."""
    customer.name = name
    customer.mobile = mobile
    customer.id_number = id_number.number if id_number else None
    customer.id_number_hash = _hash(id_number) if id_number else None
    customer.birth_date = id_number.birth_date if id_number else None
    customer.sex = id_number.sex if id_number else None


def record_consent(session: Session, customer_id: int, text: str, now: datetime) -> None:
    """Records that the customer agreed to an identity number being kept, with the words shown (S-08)."""
    today = clock.local_date(now)
    happening = evidence.Happening(
        chain=f"customer-{customer_id}",
        kind="consent.identity-number",
        actor=f"customer:{customer_id}",
        content=text,
    )
    evidence.record(session, happening, now, clock.add_years(today, CONSENT_KEPT_YEARS))


def people_of(session: Session, customer_id: int) -> Sequence[Person]:
    """The people a customer insures often, in the order they were added."""
    return session.scalars(
        select(Person).where(Person.customer_id == customer_id).order_by(Person.id)
    ).all()


def person_of(session: Session, customer_id: int, person_id: int) -> Person:
    """One of the customer's own people. Raises NotFound."""
    person = session.get(Person, person_id)
    if person is None or person.customer_id != customer_id:
        raise NotFound
    return person


def save_person(
    session: Session,
    customer_id: int,
    details: PersonDetails,
    now: datetime,
    person_id: int | None = None,
) -> Person:
    """Adds a person, or changes the one given.

    Raises:
        NotFound: no such person of this customer.
        AlreadyListed: another person of the list has this identity number.
        Refused: the list is full.
    """
    if person_id is None:
        _check_room(session, customer_id)
        person = Person(customer_id=customer_id, created_at=now)
    else:
        person = person_of(session, customer_id, person_id)
    person.name = details.name
    person.relation = details.relation
    person.id_number = details.id_number.number
    person.id_number_hash = _hash(details.id_number)
    person.birth_date = details.id_number.birth_date
    person.sex = details.id_number.sex
    person.mobile = details.mobile
    session.add(person)
    try:
        session.flush()
    except IntegrityError as error:
        if violated(error) != "uq_person_customer_id_id_number_hash":
            raise
        raise AlreadyListed(_("This person is in your list already.")) from error
    return person


def remove_person(session: Session, customer_id: int, person_id: int) -> None:
    """Forgets a person for good; applications keep their own copy. Removing twice is harmless."""
    person = session.get(Person, person_id)
    if person is None:
        return
    if person.customer_id != customer_id:
        raise NotFound
    session.delete(person)


def _check_room(session: Session, customer_id: int) -> None:
    count = session.scalar(
        select(func.count()).select_from(Person).where(Person.customer_id == customer_id)
    )
    if (count or 0) >= rules.PEOPLE_LIMIT:
        raise Refused(
            _("Your list holds %(count)s people, and that is as many as fit.", count=count)
        )


def _hash(id_number: IdNumber) -> str:
    return crypto.lookup_hash("id-number", id_number.number)
