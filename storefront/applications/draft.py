"""An application together with its product and today's date: what the steps read and judge."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from sqlalchemy.orm import Session, object_session

from storefront import clock
from storefront.advice import rules as advice
from storefront.advice import service as assessments
from storefront.advice import suitability
from storefront.advice.book import book
from storefront.advice.models import SuitabilityRecord
from storefront.applications import controls, parties, rules
from storefront.applications import insured as people
from storefront.applications.diligence import due
from storefront.applications.diligence import rules as diligence_rules
from storefront.applications.employees.rules import Difference, differences
from storefront.applications.models import Application
from storefront.attachments import service as attachments
from storefront.attachments.models import Attachment
from storefront.catalog import answers as catalog_answers
from storefront.catalog import members, pricing
from storefront.catalog import service as catalog
from storefront.catalog.bundle import ProductBundle
from storefront.catalog.definition import ApplicationDocument, ProductDefinition
from storefront.catalog.facts import derive
from storefront.catalog.faults import AnswersInvalid, Fault
from storefront.catalog.pricing import Priced

OWNER_KIND = "application"
"""As whose the files of applications are kept."""


@dataclass
class Draft:
    """One application at one moment. Everything derived is computed when first asked for."""

    application: Application
    bundle: ProductBundle
    now: datetime

    @property
    def definition(self) -> ProductDefinition:
        return self.bundle.definition

    @property
    def today(self) -> date:
        return clock.local_date(self.now)

    @cached_property
    def answers(self) -> Mapping[str, object]:
        """Typed answers as stored; they were judged when they were given."""
        return catalog_answers.load(self.definition, self.application.answers)

    @property
    def wiped(self) -> bool:
        """Whether everything about people was deleted, so that nothing can be priced or decided."""
        return not self.application.answers

    @property
    def policyholder(self) -> dict[str, Any] | None:
        found: dict[str, Any] | None = self.application.parties.get("policyholder")
        return found

    @property
    def insured(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.application.parties.get("insured", [])
        return found

    @property
    def beneficiaries(self) -> dict[str, Any] | None:
        found: dict[str, Any] | None = self.application.parties.get("beneficiaries")
        return found

    @property
    def insured_object(self) -> dict[str, str]:
        found: dict[str, str] = self.application.parties.get("object", {})
        return found

    @property
    def employees(self) -> dict[str, Any] | None:
        """What the accepted list of employees says as a whole."""
        found: dict[str, Any] | None = self.application.parties.get("employees")
        return found

    @property
    def employee_differences(self) -> tuple[Difference, ...]:
        """Answers that the list contradicts."""
        return differences(self.definition, self.answers, self.employees) if self.employees else ()

    @property
    def persons(self) -> int:
        """How many people the premium is for: those named, before that those of the quote."""
        if self.definition.insured.pricing == members.OWN:
            return members.count(self.answers)
        return len(self.insured) or int(self.application.parties.get("persons", 1))

    @property
    def people_answers(self) -> list[dict[str, object]]:
        """The answers that count for each insured person, in their order; the policy's for nobody."""
        if self.definition.insured.pricing == members.OWN:
            return members.each(self.definition, self.answers)
        return [dict(self.answers)] * max(1, len(self.insured))

    @cached_property
    def answer_faults(self) -> tuple[Fault, ...]:
        """What is wrong with the answers today, for example a start that has passed."""
        raw = catalog_answers.flatten(self.application.answers)
        try:
            catalog_answers.parse(self.definition, raw, self.today)
        except AnswersInvalid as invalid:
            return invalid.faults
        return ()

    @cached_property
    def priced(self) -> Priced | None:
        """The premium today; None where the answers cannot be priced."""
        if self.answer_faults:
            return None
        try:
            return pricing.price(self.bundle, self.answers, self.persons)
        except AnswersInvalid:
            return None

    @cached_property
    def facts(self) -> rules.Facts:
        """What decides about the steps."""
        start = self.application.start_date
        first, last = rules.start_window(self.definition, self.today)
        holder = self.policyholder
        return rules.Facts(
            answers_fit=self.priced is not None,
            start_chosen=start is not None and first <= start <= last,
            policyholder=holder,
            policyholder_age=self._policyholder_age,
            insured_fit=self.insured_fault is None,
            object_complete=all(
                not field.required or self.insured_object.get(field.key)
                for field in self.definition.application.extra
            ),
            beneficiaries_chosen=parties.beneficiaries_fault(self.beneficiaries, self.insured)
            is None,
            declared=self.declared,
            controls_declared=self._confirmed("controls")
            and controls.complete(self.definition, self.application.parties),
            employees_fit=bool(self.employees)
            and not self.employee_differences
            and self._confirmed("employee-data"),
            assessed=self.assessed,
            mismatched=bool(self.open_mismatches),
            own_will=self.own_will,
            other_cover_told=people.other_cover_told(self),
            links_needed=bool(asked := people.asked_by_link(self)),
            links_given=all(people.link_standing(self, place) == "agreed" for place in asked),
            confirmed=frozenset(item.kind for item in self.application.confirmations),
            diligence=self.diligence is not None,
            diligence_answered=diligence_rules.KEY in self.application.parties,
            documents=self.documents,
            attached=frozenset(item.purpose for item in self.files if item.state == "ready"),
        )

    @property
    def _policyholder_age(self) -> int | None:
        """Of a person; a company has none (N-03)."""
        holder = self.policyholder
        if holder is None or holder["kind"] == "company":
            return None
        return parties.age_of(holder, self.today)

    @cached_property
    def documents(self) -> tuple[ApplicationDocument, ...]:
        """What has to be attached, or may be."""
        kind = (self.policyholder or {}).get("kind")
        facts = derive(self.definition, self.answers) | {"policyholder_kind": kind}
        required = rules.required_documents(self.definition, facts)
        return required + due.documents() if self.diligence else required

    @cached_property
    def diligence(self) -> diligence_rules.Due | None:
        """Why due diligence is due (S-11); None while the premium is not large, or not known."""
        session = object_session(self.application)
        if session is None or self.priced is None:
            return None
        return due.of_application(session, self.application, self.priced.total)

    @cached_property
    def insured_fault(self) -> str | None:
        """Why the insured persons as they stand cannot be accepted."""
        return people.fault(self)

    @property
    def declared(self) -> bool:
        """Whether the health declaration is there for exactly the people now insured."""
        declared = [entry["id_number"] for entry in self.application.declaration]
        return declared == [person["id_number"] for person in self.insured] and self._confirmed(
            "health"
        )

    @property
    def assessed(self) -> bool:
        """Whether an assessment of the past year stands behind the application (N-01)."""
        record = self.application.suitability
        return (
            record is not None
            and advice.is_recent(record.created_at, self.now)
            and self._confirmed("suitability")
        )

    @cached_property
    def open_mismatches(self) -> tuple[suitability.Mismatch, ...]:
        """What speaks against this application by the assessment behind it (N-02)."""
        record = self.application.suitability
        return self.mismatches(record) if record is not None else ()

    def mismatches(self, record: SuitabilityRecord) -> tuple[suitability.Mismatch, ...]:
        """What an assessment says against this application as it stands."""
        premium = self.priced.total if self.priced else None
        result = assessments.result_of(record)
        return suitability.mismatches(book(), result, self.definition, self.answers, premium)

    @property
    def own_will(self) -> bool:
        """Whether exactly these mismatches were accepted; a changed figure has to be accepted anew."""
        accepted = self.application.parties.get("own_will", [])
        return self._confirmed("own-will") and all(
            item.key in accepted for item in self.open_mismatches
        )

    @cached_property
    def files(self) -> list[Attachment]:
        """What was attached. Only an application that asks for documents is looked up."""
        session = object_session(self.application)
        if session is None or not self.documents:
            return []
        return attachments.of(session, OWNER_KIND, self.application.ref)

    @property
    def steps(self) -> tuple[str, ...]:
        return rules.steps(self.definition, self.facts)

    @property
    def first_open(self) -> str:
        return rules.first_open(self.definition, self.facts)

    def may_open(self, step: str) -> bool:
        return rules.may_open(self.definition, self.facts, step)

    def after(self, step: str) -> str:
        """The step that follows; the first open one where something before it is missing."""
        order = self.steps
        following = order[min(order.index(step) + 1, len(order) - 1)] if step in order else order[0]
        return following if self.may_open(following) else self.first_open

    def _confirmed(self, kind: str) -> bool:
        return any(item.kind == kind for item in self.application.confirmations)


def open_draft(session: Session, application: Application, now: datetime) -> Draft:
    """The application with the product version it was made with."""
    bundle = catalog.get(session, application.product_code, application.product_version)
    return Draft(application, bundle, now)
