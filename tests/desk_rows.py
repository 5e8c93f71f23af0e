"""One of everything that the pages of the staff show, and more of it.

The access matrix, the count of questions to the database and the look in a browser all open the pages
of the desk with these rows. Who adds a page with a parameter makes its row here and names it in `values`.
"""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from storefront import clock, files, jobs
from storefront.accounts.models import Customer
from storefront.applications.decisions import history, work
from storefront.applications.diligence import rules as diligence
from storefront.applications.draft import open_draft
from storefront.applications.risk import facts_of
from storefront.attachments.models import Attachment
from storefront.audit.models import AuditEntry
from storefront.catalog import loader
from storefront.catalog import service as catalog
from storefront.claims.desk.models import ClaimNote, ClaimRecovery
from storefront.claims.models import Claim, ClaimDecision
from storefront.claims.payouts.models import (
    BankFile,
    BankReturn,
    BankReturnLine,
    PayoutDue,
    PayoutOrder,
)
from storefront.claims.service import timeline
from storefront.crypto import new_reference, new_token, sha256
from storefront.customers.lists import exports
from storefront.customers.lists.declared import LISTS
from storefront.customers.models import CustomerMerge, ListExport, PolicyNote
from storefront.db import transaction
from storefront.evidence import service as evidence
from storefront.evidence.models import EvidenceRecord
from storefront.figures import service as figures
from storefront.payments.models import Payment, Refund
from storefront.policies.models import Policy, PolicyDocument, PolicyTransaction
from storefront.staff import kinds, members, service
from storefront.staff.models import Approval, StaffMember, StaffSession
from storefront.support import texts, tickets
from storefront.underwriting.rules import Decision
from storefront.workbench import service as workbench
from storefront.workbench.models import ProductDraft
from storefront.worklist.models import WorkItem
from tests.claims.support import attach
from tests.people import HOLDER
from tests.policies.support import new_customer, paid_application
from tests.staff.people import Colleague

Values = Mapping[str, str | int]
ALIKE = "alike"  # the hash of the identity number of all accounts that are one person's
FAIL = text(
    "update procrastinate_jobs set status = cast(:state as procrastinate_job_status)"
    " where status in ('todo', 'doing') and task_name = 'policies.render'"
    " and args ->> 'policy_id' = :policy_id"
)


@dataclass(frozen=True)
class Desk:
    """What a member of the staff works on: a policy, a claim, and all that hangs on them."""

    member: Colleague
    customer_id: int
    policy_id: int
    number: str
    sold_ref: str
    claim_ref: str
    referred_ref: str
    complaint_ref: str
    paper_ref: str


def make(session: Session, member: Colleague, policy: Policy, claim_ref: str) -> Desk:
    """Everything twice, beside a policy and a claim that exist already; commits."""
    policy_id, customer_id, sold_ref = policy.id, policy.customer_id, policy.application.ref
    now = clock.now()
    with transaction():
        texts.fill(session, now)
        product_draft(session, member)
        sold = session.get_one(Policy, policy_id).application
        answers = dict.fromkeys(("employer", "source_text", "premium", "in_year"), "-")
        answers |= {"occupation": "Teacher", "source": "wages"}
        sold.parties = {**sold.parties, diligence.KEY: answers}
        session.get_one(Customer, customer_id).id_number_hash = ALIKE
        complaint = ticket(session, customer_id, "complaint")
        figures.refresh(session, clock.local_date(now), clock.local_date(now), now)
        figures.refresh_standing(session, now)
    desk = Desk(
        member, customer_id, policy_id, str(policy.number), sold_ref, claim_ref,
        referred(session, customer_id), complaint, papers(session, claim_ref),
    )  # fmt: skip
    more(session, desk)
    more(session, desk)
    return desk


def papers(session: Session, claim_ref: str) -> str:
    """The signed letter of a decision about the claim, and a PDF of the customer, whose reference it gives."""
    name, claim = "attachments/paper", session.query(Claim).filter_by(ref=claim_ref).one()
    files.store().put_named(name, b"%PDF-1.7")
    attach(claim.id, "paper", content=name)
    with transaction():
        paper = session.query(Attachment).filter_by(owner_ref=claim_ref, purpose="paper").one()
        paper.stored = {"original": name}
        session.add(
            ClaimDecision(
                claim_id=claim.id, number=1, outcome="declined", reason_code="not-covered",
                clause="5", wording={"zh": "-", "en": "-"}, amount=0, decided_at=clock.now(),
                letter_sha256=files.store().put(b"%PDF-1.7"),
            )
        )  # fmt: skip
        return paper.ref


def more(session: Session, desk: Desk) -> None:
    """One more of everything that any page shows; commits."""
    attach(session.scalars(select(Claim.id).where(Claim.ref == desk.claim_ref)).one(), "other-1")
    for make_one in (
        account, contract, record, course_of_a_claim, money_of_a_claim, money, failed_jobs, support,
        colleagues, note,
    ):  # fmt: skip
        with transaction():
            make_one(session, desk)
    export(session, desk)
    referred(session, desk.customer_id)


def reasons(desk: Desk) -> list[str]:
    """Where a member gives a reason, so that nothing of the desk is masked any more."""
    subjects = {
        "customer": str(desk.customer_id), "policy": desk.number, "application": desk.sold_ref,
        "claim": desk.claim_ref, "ticket": desk.complaint_ref,
    }  # fmt: skip
    return [f"/staff/unmask/{kind}/{name}" for kind, name in subjects.items()]


def referred(session: Session, customer_id: int) -> str:
    """An application that waits for an underwriter, always about the same person."""
    with transaction():
        customer = session.get_one(Customer, customer_id)
        application = paid_application(session, "term-life", customer=customer).application
        application.state = "referred"
        session.flush()
        draft = open_draft(session, application, clock.now())
        decision = Decision("refer", (), ())
        history.append(session, draft, facts_of(draft), decision, history.Source("submission"))
        work.open_referral(session, draft)
        return application.ref


def product_draft(session: Session, member: Colleague) -> None:
    """The next version of a product, dearer, so that nobody publishes it alone."""
    current = catalog.current(session, "travel-accident", clock.now())
    rates = [
        row | {"rate": str(2 * float(row["rate"]))} if row.get("line") == "death" else row
        for row in current.tables["travel-rates"]
    ]
    definition = current.definition.model_copy(update={"version": current.definition.version + 1})
    bundle = dataclasses.replace(
        loader.load_product(loader.PRODUCTS / "travel-accident"),
        definition=definition,
        tables={**current.tables, "travel-rates": rates},
    )
    workbench.upload(session, bundle, member.member, clock.now())


def account(session: Session, desk: Desk) -> None:
    """Another account of what could be the same person, and one that was merged."""
    other, merged = new_customer(session), new_customer(session)
    other.id_number_hash = ALIKE
    row = CustomerMerge(
        kept_id=desk.customer_id, merged_id=merged.id, member_id=desk.member.id, reason="x",
        at=clock.now(),
    )  # fmt: skip
    session.add(row)


def contract(session: Session, desk: Desk) -> None:
    """A paid application of the customer, and another version of the policy with its document."""
    customer, now = session.get_one(Customer, desk.customer_id), clock.now()
    paid_application(session, customer=customer)
    last = session.scalars(
        select(PolicyTransaction)
        .where(PolicyTransaction.policy_id == desk.policy_id)
        .order_by(PolicyTransaction.position.desc())
    ).first()
    assert last is not None
    version = PolicyTransaction(
        policy_id=desk.policy_id, position=last.position + 1, kind="endorsement",
        effective_at=last.effective_at, recorded_at=now, premium_change=Decimal(0),
        content=last.content,
    )  # fmt: skip
    session.add(version)
    session.flush()
    data = new_token().encode()
    document = PolicyDocument(
        policy_id=desk.policy_id, transaction_id=version.id, kind="policy", language="en",
        sha256=files.store().put(data), size=len(data), created_at=now,
    )  # fmt: skip
    session.add(document)


def record(session: Session, desk: Desk) -> None:
    """A page that the customer saw on the way to the policy, and one of the claim."""
    until = clock.add_years(clock.local_date(clock.now()), 10)
    page = f"<h1>{new_token()}</h1>"
    details = {"title": "Cover", "language": "en"}
    for chain in (desk.sold_ref, desk.claim_ref):
        shown = evidence.Happening(chain, "page:cover", "customer", page, details)
        evidence.record(session, shown, clock.now(), until)


def course_of_a_claim(session: Session, desk: Desk) -> None:
    """An event, a note of an adjuster, and a recovery."""
    now = clock.now()
    claim = session.scalars(select(Claim).where(Claim.ref == desk.claim_ref)).one()
    timeline.note(session, claim, "account", f"staff:{desk.member.id}", now)
    timeline.ask_staff(session, claim, "claims.assess", now + timedelta(days=1), now)
    survey = ClaimNote(
        claim_id=claim.id, kind="survey", on_day=clock.local_date(now), by_whom="Surveyor",
        text="Seen.", member_id=desk.member.id, at=now,
    )  # fmt: skip
    recovery = ClaimRecovery(
        claim_id=claim.id, from_whom="Other", expected=Decimal(10), received=Decimal(0),
        member_id=desk.member.id, at=now,
    )  # fmt: skip
    session.add_all([survey, recovery])


def money_of_a_claim(session: Session, desk: Desk) -> None:
    """Something due, its order, a file for the bank, and what the bank said of it."""
    now, token = clock.now(), new_token()
    claim = session.scalars(select(Claim).where(Claim.ref == desk.claim_ref)).one()
    due = PayoutDue(
        key=f"decision:{token}", claim_id=claim.id, amount=Decimal(5), split=False, at=now
    )
    file = BankFile(
        ref=new_reference("B"), insurer_code=claim.policy.insurer_code, encoding="gb18030", lines=1,
        total=Decimal(5), sha256=sha256(token.encode()), content="", made_at=now,
    )  # fmt: skip
    counts = {"paid": 0, "rejected": 0, "held": 1, "repeated": 0}
    back = BankReturn(
        number=token, sha256=sha256(token.encode()), file_name="back.csv", counts=counts, at=now
    )
    session.add_all([due, file, back])
    session.flush()
    payee = {"name": HOLDER.name, "bank": "Bank", "number": "6222021234567890123"}
    order = PayoutOrder(
        ref=new_reference("O"), due_id=due.id, claim_id=claim.id, part=1, amount=Decimal(5),
        payee_kind="insured", payee=payee, masked="****0123", state="requested", requested_at=now,
    )  # fmt: skip
    session.add(order)
    session.flush()
    line = BankReturnLine(
        return_id=back.id, number=1, line_key=token, order_ref=order.ref, order_id=order.id,
        amount=Decimal(5), result="paid", outcome="held", reason="amount",
    )  # fmt: skip
    session.add(line)


def money(session: Session, desk: Desk) -> None:
    """A payment that is held, and one whose refund failed."""
    customer = session.get_one(Customer, desk.customer_id)
    for state in (None, "failed"):
        payment = paid_application(session, customer=customer)
        payment.held_reason = "premium"
        if state:
            refund = Refund(
                ref=new_reference("R"), payment=payment, amount=payment.amount, currency="CNY",
                reason="held", state=state, idempotency_key=new_reference("R"),
                created_at=clock.now(),
            )  # fmt: skip
            session.add(refund)


def failed_jobs(session: Session, desk: Desk) -> None:
    """A job about the policy that was given up."""
    jobs.defer(session, jobs.queue.tasks["policies.render"], policy_id=desk.policy_id)
    for state in ("doing", "failed"):
        session.execute(FAIL, {"state": state, "policy_id": str(desk.policy_id)})


def support(session: Session, desk: Desk) -> None:
    """A question, a complaint, and more words in the complaint of the desk."""
    about = (desk.number, desk.claim_ref)
    ticket(session, desk.customer_id, "question", about)
    ticket(session, desk.customer_id, "complaint", about)
    tickets.reply_by_customer(session, tickets.get(session, desk.complaint_ref), "?", clock.now())


def ticket(session: Session, customer_id: int, kind: str, about: tuple[str, ...] = ()) -> str:
    """A ticket of the customer, tied to what it is about."""
    writer = tickets.Writer(HOLDER.name, "writes@example.com", "zh", customer_id)
    letter = tickets.Letter(kind, "policy", "Subject", "Words", about)
    return tickets.open_ticket(session, writer, letter, clock.now()).ref


def colleagues(session: Session, desk: Desk) -> None:
    """Somebody joins, somebody's roles are asked for, and one's own login from elsewhere."""
    now = clock.now()
    me = session.get_one(StaffMember, desk.member.id)
    service.open_session(session, me, service.Visit("x"), now, verified=True)
    address = f"{new_reference('Z').lower()}@agency.example.com"
    joined = members.invite(session, address, "Newcomer", desk.member.member, now)
    kinds.ask_for_roles(
        session, joined, desk.member.member, now, wanted=["finance"], reason="moves"
    )


def export(session: Session, desk: Desk) -> None:
    """A file of a list that is ready; commits."""
    listing = LISTS["customers"]
    wish = exports.Wish(listing, listing.chosen(None), {}, "csv", "en")
    with transaction():
        export_id = exports.ask(session, wish, desk.member.member, clock.now()).id
    exports.make.func(export_id=export_id)


def note(session: Session, desk: Desk) -> None:
    """A note about the policy."""
    session.add(
        PolicyNote(policy_id=desk.policy_id, member_id=desk.member.id, body="x", at=clock.now())
    )


def values(session: Session, desk: Desk) -> dict[str, Values]:
    """The parameters of the pages, by endpoint or for all pages of a blueprint; others are the query."""
    session.rollback()
    moment = session.scalars(
        select(EvidenceRecord.position).where(
            EvidenceRecord.chain == desk.sold_ref, EvidenceRecord.kind == "page:cover"
        )
    ).first()

    def newest(column: object) -> int | str:
        return session.scalars(select(func.max(column))).one()  # type: ignore[arg-type]

    order = session.scalars(select(PayoutOrder.ref).order_by(PayoutOrder.id.desc())).first()
    assessment = session.scalars(
        select(WorkItem.id).where(WorkItem.kind == "claims.assess")
    ).first()
    version = catalog.current(session, "travel-accident", clock.now()).definition.version
    job = session.scalar(text("select max(id) from procrastinate_jobs where status = 'failed'"))
    held = session.scalars(select(Payment.ref).where(Payment.held_reason.is_not(None))).first()
    other = session.scalars(
        select(Customer.email)
        .where(Customer.id != desk.customer_id, Customer.id_number_hash == ALIKE)
        .order_by(Customer.id)
    ).first()
    customer: Values = {"customer_id": desk.customer_id}
    return {
        "applications_staff.*": {"ref": desk.sold_ref},
        "bank_staff.*": {
            "ref": str(newest(BankFile.ref)), "insurer": "haitang",
            "line_id": newest(BankReturnLine.id),
        },
        "catalog_staff.*": {"draft_id": newest(ProductDraft.id)},
        "catalog_staff.show": {"code": "travel-accident", "version": version},
        "catalog_staff.compare": {"code": "travel-accident", "old": version, "new": version},
        "claims_staff.*": {
            "ref": desk.claim_ref, "position": 1, "item_id": int(assessment or 0),
            "due_id": newest(PayoutDue.id), "recovery_id": newest(ClaimRecovery.id),
            "number": 1, "file": desk.paper_ref,
        },
        "customers_staff.*": customer,
        "diligence_staff.*": {"ref": desk.sold_ref},
        "evidence_staff.*": {
            "ref": desk.sold_ref, "chain": desk.sold_ref, "position": moment or 1,
        },
        "help_staff.*": {"slug": "whose-contract"},
        "help_staff.reply": {"code": "document-again"},
        "lists_staff.*": {"export_id": newest(ListExport.id), "name": "policies"},
        "merges_staff.*": customer,
        "merges_staff.merge": {"other": other},
        "merges_staff.undo": {"merge_id": newest(CustomerMerge.id)},
        "payouts_staff.*": {"ref": str(order)},
        "payments_staff.*": {"ref": str(newest(Payment.ref))},
        "policies_staff.*": {
            "number": desk.number, "document_id": newest(PolicyDocument.id), "job_id": int(job or 0),
        },
        "staff.*": {
            "approval_id": newest(Approval.id), "entry_id": newest(AuditEntry.id),
            "member_id": newest(StaffMember.id), "session_id": newest(StaffSession.id),
            "item_id": newest(WorkItem.id), "job_id": int(job or 0), "ref": str(held),
        },
        "staff.unmask": {"kind": "claim", "name": desk.claim_ref},
        "staff.refund_again": {"ref": str(newest(Refund.ref))},
        "support_staff.*": {"ref": desk.complaint_ref},
        "underwriting_staff.*": {"ref": desk.referred_ref},
    }  # fmt: skip
