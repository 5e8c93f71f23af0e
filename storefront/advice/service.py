"""Use cases of the advice: assess, keep, find again, and keep long enough."""

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from storefront import clock
from storefront.advice import questions, rules
from storefront.advice.book import book
from storefront.advice.models import SuitabilityRecord
from storefront.advice.offers import Product
from storefront.advice.result import Result
from storefront.catalog import answers as catalog_answers
from storefront.catalog import service as catalog
from storefront.crypto import is_reference, new_reference
from storefront.errors import NotFound
from storefront.evidence import service as evidence
from storefront.evidence.service import Happening


def assess(
    session: Session,
    raw: Mapping[str, str],
    customer_id: int | None,
    now: datetime,
    *,
    short: bool = False,
) -> SuitabilityRecord:
    """Judges answers against what is on sale and keeps both. Raises AnswersInvalid with every fault."""
    today = clock.local_date(now)
    answers = questions.parse(questions.questionnaire(short), raw, today)
    on_sale = catalog.on_sale(session, now)
    products = [
        Product(bundle, on_sale.insurer(bundle.definition.insurer).short_name)
        for bundle in on_sale.bundles
    ]
    result = rules.assess(book(), answers, products, today)
    record = SuitabilityRecord(
        ref=new_reference("N"),
        customer_id=customer_id,
        short=short,
        answers=catalog_answers.dump(answers),
        result=result.model_dump(mode="json"),
        rules_version=book().version,
        created_at=now,
        retain_until=rules.retain_until(today),
    )
    session.add(record)
    session.flush()
    return record


def get(session: Session, ref: str) -> SuitabilityRecord:
    """The assessment of a reference. Raises NotFound."""
    record = None
    if is_reference(ref, "N"):
        record = session.scalar(select(SuitabilityRecord).where(SuitabilityRecord.ref == ref))
    if record is None:
        raise NotFound
    return record


def latest(
    session: Session, customer_id: int, browser_ref: str, now: datetime
) -> SuitabilityRecord | None:
    """The newest assessment of a customer, or of this browser before its login; a year old at most."""
    found = select(SuitabilityRecord).where(
        or_(
            SuitabilityRecord.customer_id == customer_id,
            (SuitabilityRecord.customer_id.is_(None)) & (SuitabilityRecord.ref == browser_ref),
        ),
        SuitabilityRecord.created_at >= now - rules.VALID_FOR,
    )
    return session.scalar(found.order_by(SuitabilityRecord.id.desc()).limit(1))


def result_of(record: SuitabilityRecord) -> Result:
    """What the assessment found, as it was shown."""
    return Result.model_validate(record.result)


def raw_of(record: SuitabilityRecord) -> dict[str, str]:
    """Its answers as text, to fill the form again."""
    return catalog_answers.flatten(record.answers)


def record_shown(
    session: Session, record: SuitabilityRecord, body: str, language: str, now: datetime
) -> None:
    """The evidence of what was answered and shown (E-01)."""
    actor = f"customer:{record.customer_id}" if record.customer_id else "visitor"
    details = {
        "answers": record.answers,
        "result": record.result,
        "rules": record.rules_version,
        "language": language,
    }
    happening = Happening(record.ref, "advice", actor, body, details)
    evidence.record(session, happening, now, record.retain_until)


def adopt(record: SuitabilityRecord, customer_id: int) -> None:
    """An assessment made before the login becomes the customer's own."""
    if record.customer_id is None:
        record.customer_id = customer_id


def keep_for(record: SuitabilityRecord, relationship_ends: date) -> None:
    """Keeps it for five years after the relationship ends (N-05); never shorter than before."""
    record.retain_until = max(record.retain_until, rules.retain_until(relationship_ends))
