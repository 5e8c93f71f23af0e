"""What is done about a claim besides deciding it: facts, documents, reserves, payees, closing."""

from flask import flash, render_template, request
from flask_babel import gettext as _

from storefront import clock
from storefront.access import current_member, staff
from storefront.audit import service as audit
from storefront.audit.service import Deed
from storefront.claims import bank
from storefront.claims.desk import facts, reading, trying
from storefront.claims.desk import staff as pages
from storefront.claims.desk.blueprint import Errors, Page, amount_of, blueprint, text_of, to
from storefront.claims.payouts import approving, entitled, ordering, rules
from storefront.claims.payouts.ordering import Payee
from storefront.claims.service import (
    closing_unpaid,
    contract,
    finding_out,
    handing_in,
    heads,
    members,
    paying,
    people,
    requirements,
)
from storefront.db import transaction
from storefront.errors import Conflict, NotFound, Refused

ROWS = 10  # as many beneficiaries as a contract may name
LONGEST = 500


@blueprint.post("/<string:ref>/compute")
@staff("claims.assess")
def compute(ref: str) -> Page:
    """The arithmetic of the facts in the form, line by line, before anything is saved."""
    member, now = current_member(), clock.now()
    with transaction() as session:
        claim = reading.claim_by(session, ref)
        definition = contract.definition_of(session, claim)
        try:
            found = facts.read(request.form, definition, claim)
            computed = trying.computed(session, claim, found, member.id, now)
        except facts.Unreadable as unreadable:
            return render_template("staff/claims/_figures.html", errors=unreadable.errors)
        except (Refused, Conflict) as refused:
            return render_template("staff/claims/_figures.html", errors=[("", refused.message)])
        return render_template(
            "staff/claims/_figures.html",
            errors=[],
            found=computed,
            heads={int(head.code): head for head in computed.heads},
            claim=claim,
            head_titles=people.titles(definition, claim),
        )


@blueprint.post("/<string:ref>/facts")
@staff("claims.assess")
def find_out(ref: str) -> Page:
    """Keeps what was found out, and computes the claim again."""
    member, now = current_member(), clock.now()
    with transaction() as session:
        claim = reading.locked(session, ref)
        try:
            found = facts.read(request.form, contract.definition_of(session, claim), claim)
        except facts.Unreadable as unreadable:
            return pages.assessment_page(session, claim, unreadable.errors), 422
        finding_out.find_out(session, claim, found, member.id, now)
    flash(_("The facts are kept, and the claim is computed again."), "success")
    return to(ref)


@blueprint.post("/<string:ref>/documents")
@staff("claims.assess")
def judge(ref: str) -> Page:
    """Accepts documents, and sends back in one go what cannot be used (C-01)."""
    member, now = current_member(), clock.now()
    with transaction() as session:
        claim = reading.locked(session, ref)
        refused: dict[str, dict[str, str]] = {}
        errors: Errors = []
        for row in requirements.of(session, claim):
            verdict = request.form.get(f"verdict-{row.document}")
            if verdict == "accepted" and row.state == "received":
                handing_in.accept_document(session, claim, row.document, member.id, now)
            elif verdict == "refused":
                names = {"zh": f"zh-{row.document}", "en": f"en-{row.document}"}
                reason = {key: request.form.get(name, "").strip() for key, name in names.items()}
                if not all(reason.values()):
                    errors.append((names["zh"], _("Please give the reason in both languages.")))
                refused[row.document] = reason
        if not any(request.form.get(name) for name in request.form if name.startswith("verdict-")):
            errors.append(("documents", _("Please say of a document whether it can be used.")))
        if errors:
            session.rollback()
            claim = reading.claim_by(session, ref)
            return pages.documents_page(session, claim, errors), 422
        if refused:
            handing_in.refuse_documents(session, claim, refused, member.id, now)
            flash(_("The customer is told everything that is needed, in one mail."), "success")
    return to(ref, "documents")


@blueprint.post("/<string:ref>/reserve/<int:position>")
@staff("claims.assess")
def reserve(ref: str, position: int) -> Page:
    """Sets the reserve of a head, with the reason."""
    reason = text_of("reason", LONGEST)
    with transaction() as session:
        claim = reading.locked(session, ref)
        head = next((row for row in claim.heads if row.position == position), None)
        if head is None:
            raise NotFound
        members.must_not_have_decided(session, claim, current_member().id)
        amount = amount_of(request.form.get("amount", ""))
        if amount is None or not reason:
            said = _("Please enter an amount such as 1250.50, and the reason.")
            return pages.money_page(session, claim, [(f"amount-{position}", said)]), 422
        if claim.stage == "closed":
            raise Conflict(_("A closed claim has no reserve."))
        before, member, now = str(head.reserve), current_member(), clock.now()
        heads.set_reserve(session, head, amount, reason, member_id=member.id, now=now)
        deed = Deed(
            "claims.reserve", "claim", ref, reason,
            before={f"reserve-{position}": before}, after={f"reserve-{position}": str(amount)},
        )  # fmt: skip
        audit.record(session, member.id, deed, now)
    flash(_("The reserve is set."), "success")
    return to(ref, "money")


@blueprint.post("/<string:ref>/advance")
@staff("claims.assess")
def advance(ref: str) -> Page:
    """Pays the undisputed part ahead (C-04)."""
    with transaction() as session:
        claim = reading.locked(session, ref)
        made = paying.advance(session, claim, clock.now(), current_member().id)
        amount = made.amount if made else None
    if amount is None:
        flash(_("Nothing more is undisputed at present."), "warning")
    else:
        flash(_("The undisputed part is paid ahead."), "success")
    return to(ref, "money")


@blueprint.post("/<string:ref>/payees/<int:due_id>")
@staff("payouts.request")
def payees(ref: str, due_id: int) -> Page:
    """Names who is paid and by which share; somebody else has to approve it."""
    with transaction() as session:
        claim = reading.locked(session, ref)
        due = next((row for row in ordering.dues_of(session, claim) if row.id == due_id), None)
        if due is None:
            raise NotFound
        named, errors = _payees(due_id)
        if errors:
            return pages.money_page(session, claim, errors), 422
        why = text_of(f"others-{due_id}", LONGEST)
        given = [(payee.name, payee.share) for payee in named]
        if not why and rules.differs(entitled.of(session, claim, due.key), given):
            said = _(
                "The contract names other beneficiaries or shares. Please say why it is paid otherwise."
            )
            return pages.money_page(session, claim, [(f"others-{due_id}", said)]), 422
        ordering.set_payees(session, due, named, current_member().id, clock.now(), why=why)
    flash(_("The orders are made. Another person has to approve them."), "success")
    return to(ref, "money")


@blueprint.post("/<string:ref>/orders/<string:order_ref>")
@staff("payouts.request")
def ask_for_payment(ref: str, order_ref: str) -> Page:
    """Asks for a payment that the rules decided; somebody else has to approve it."""
    with transaction() as session:
        order = approving.lock(session, order_ref)
        if order.claim.ref != ref:
            raise NotFound
        ordering.ask_for(session, order, current_member().id, clock.now())
    flash(_("Asked for. Another person has to approve it."), "success")
    return to(ref, "money")


@blueprint.post("/<string:ref>/close")
@staff("claims.assess")
def close(ref: str) -> Page:
    """Closes a claim without payment, for instance one reported by mistake; the customer reads why."""
    wording = {key: text_of(f"close_{key}", LONGEST) for key in ("zh", "en")}
    with transaction() as session:
        claim = reading.locked(session, ref)
        if not all(wording.values()):
            said = _("Please give the reason in both languages.")
            return pages.assessment_page(session, claim, [("close_zh", said)]), 422
        closing_unpaid.close_without_payment(
            session, claim, wording, current_member().id, clock.now()
        )
    flash(_("The claim is closed without payment."), "success")
    return to(ref)


def _payees(due_id: int) -> tuple[list[Payee], Errors]:
    """The rows of the form that are filled in, and what is wrong with them."""
    named: list[Payee] = []
    errors: Errors = []
    for row in range(ROWS):
        words = {
            name: request.form.get(f"{name}-{due_id}-{row}", "").strip()
            for name in ("kind", "name", "bank", "number", "share")
        }
        if not any(words[name] for name in ("name", "bank", "number")):
            continue
        share = amount_of(words["share"])
        try:
            number = bank.parse_number(words["number"])
        except bank.BankNumberError:
            errors.append((f"number-{due_id}-{row}", _("This account number cannot be right.")))
            continue
        if not words["name"] or not words["bank"] or words["kind"] not in rules.PAYEE_KINDS:
            errors.append((f"name-{due_id}-{row}", _("Please fill in the whole row.")))
        elif not share:
            errors.append((f"share-{due_id}-{row}", _("Please enter the share.")))
        else:
            named.append(Payee(words["kind"], words["name"], words["bank"], number, share))
    if not named and not errors:
        errors.append((f"name-{due_id}-0", _("Please name at least one payee.")))
    return named, errors
