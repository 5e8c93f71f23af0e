"""The lines of one claim: report, documents, deadlines, decision, and the payout through the bank."""

import json
from base64 import b64encode
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from storefront import crypto
from storefront.claims import bank
from storefront.demo import texts
from storefront.demo.people import names
from storefront.demo.sales import Sold
from storefront.demo.texts import Picture
from storefront.demo.writing import Writer

STAGES = ("documents", "assessment", "decided")
DAY = timedelta(days=1)


@dataclass
class BankFile:
    """A file for the bank that takes the payouts of a portion."""

    id: int
    lines: int = 0
    total: Decimal = Decimal(0)


@dataclass
class Claims:
    """Adds claims; the files for the bank are closed with each portion."""

    writer: Writer
    picture: Picture
    files: dict[str, BankFile] = field(default_factory=dict)

    def add(self, sold: Sold) -> bool:
        """A claim on a policy, unless its cover has not begun yet; gives whether there is one."""
        what, rng, now = sold.sample, self.writer.rng, self.writer.now
        if what.start_at >= now:
            return False
        incident = what.start_at + (min(what.end_at, now) - what.start_at) * rng.random()
        reported = min(incident + DAY * (rng.random() * 10), now)
        closed = rng.random() < 0.9 and reported + 12 * DAY < now
        stage = "closed" if closed else rng.choice(STAGES)
        outcome = "pending"
        if stage in ("closed", "decided"):
            outcome = rng.choices(("approved", "partly_approved", "declined"), (82, 8, 10))[0]
        claimed = Decimal(int(rng.lognormvariate(7.6, 0.9)) + 100)
        _Claim(self, sold, stage, outcome, claimed, reported).write(incident)
        return True

    def close_files(self) -> None:
        """The files for the bank are complete."""
        writer = self.writer
        for insurer, file in self.files.items():
            ref = writer.reference("F")
            head = f"H,{ref},{insurer},{file.lines},{file.total},CNY\n".encode()
            content = crypto.encrypt_json(b64encode(head).decode())
            writer.add("claim_bank_file", (
                file.id, ref, insurer, "utf-8", file.lines, file.total, crypto.sha256(head),
                content, writer.member_id, writer.now,
            ))  # fmt: skip
        self.files.clear()

    def file_of(self, insurer: str) -> BankFile:
        """The file that takes payouts of an insurer now."""
        if insurer not in self.files:
            self.files[insurer] = BankFile(self.writer.id_of("claim_bank_file"))
        return self.files[insurer]


@dataclass
class _Claim:
    """One claim while its lines are written."""

    claims: Claims
    sold: Sold
    stage: str
    outcome: str
    claimed: Decimal
    reported: datetime

    def write(self, incident: datetime) -> None:
        writer, what = self.claims.writer, self.sold.sample
        self.id, self.ref = writer.id_of("claim"), writer.reference("C")
        self.payable = self._payable()
        self.closed_at = self.reported + 9 * DAY if self.stage == "closed" else None
        handed_in = self.reported + DAY if self.stage != "documents" else None
        buyer = self.sold.buyer
        writer.add("claim", (
            self.id, self.ref, self.sold.policy_id, buyer.id, buyer.who.reporter,
            what.claim_type.code, incident, incident, self.reported, texts.happened(writer.rng),
            texts.hurt(), "zh", self.stage, self.outcome, False, False, False, "[]", self.payable,
            handed_in, self.closed_at, what.retain_until,
        ))  # fmt: skip
        writer.index("claim", self.id, buyer.who.tokens)
        writer.add("claim_head", (
            writer.id_of("claim_head"), self.id, 1, what.claim_type.benefit.covers[0], 0,
            self.claimed, 0, texts.encrypted("{}"), self.payable,
            0 if self.stage == "closed" else self.claimed,
        ))  # fmt: skip
        self._documents(handed_in)
        self._clocks()
        self._event(self.reported, "reported")
        if handed_in:
            self._event(handed_in, "handed-in")
        if self.stage == "assessment":
            self._work()
        if self.payable is not None:
            self._decision(self.payable)
        if self.closed_at:
            self._event(self.closed_at, "closed", "storefront")

    def _payable(self) -> Decimal | None:
        share = {"approved": 100, "partly_approved": 60, "declined": 0}.get(self.outcome)
        return None if share is None else (self.claimed * share / 100).quantize(Decimal("0.01"))

    def _documents(self, handed_in: datetime | None) -> None:
        writer = self.claims.writer
        for document in self.sold.sample.claim_type.documents[:2]:
            state = "accepted" if handed_in else "missing"
            name = json.dumps(document.name.model_dump(), ensure_ascii=False)
            writer.add("claim_requirement", (
                writer.id_of("claim_requirement"), self.id, document.code, name, document.required,
                state, self.reported, handed_in, handed_in,
            ))  # fmt: skip
        if handed_in:
            picture = self.claims.picture
            writer.add("attachment", (
                writer.id_of("attachment"), writer.reference("D"), "claim", self.ref,
                self.sold.sample.claim_type.documents[0].code, "ready", picture.name, "image/jpeg",
                picture.size, picture.sha256, 640, 400, picture.folder, picture.stored, "[]",
                picture.size, f"customer:{self.sold.buyer.id}", handed_in,
                self.sold.sample.retain_until,
            ))  # fmt: skip

    def _clocks(self) -> None:
        writer = self.claims.writer
        late = writer.rng.random() < 0.04
        for kind, rule, days in (("guidance", "C-01", 1), ("decision", "C-02", 6)):
            met = self.reported + timedelta(hours=20)
            if kind == "decision":
                met = self.reported + (days + 1 if late else days - 1) * DAY
            writer.add("claim_clock", (
                writer.id_of("claim_clock"), self.id, kind, rule, 1, self.reported,
                self.reported + days * DAY,
                met if kind == "guidance" or self.payable is not None else None,
            ))  # fmt: skip

    def _event(self, at: datetime, kind: str, actor: str = "", details: str = "{}") -> None:
        writer = self.claims.writer
        writer.add("claim_event", (
            writer.id_of("claim_event"), self.id, at, kind,
            actor or f"customer:{self.sold.buyer.id}", texts.encrypted(details), True,
        ))  # fmt: skip

    def _work(self) -> None:
        writer = self.claims.writer
        writer.add("work_item", (
            writer.id_of("work_item"), "claims.assess", self.ref, "claims.assess", 2, self.reported,
            self.reported + 6 * DAY, False, None, None,
        ))  # fmt: skip

    def _decision(self, payable: Decimal) -> None:
        writer, at = self.claims.writer, self.reported + 5 * DAY
        decision_id = writer.id_of("claim_decision")
        accepted = at + DAY if self.closed_at and payable else None
        writer.add("claim_decision", (
            decision_id, self.id, 1, self.outcome, texts.reasons(self.outcome), payable, at, at,
            accepted,
        ))  # fmt: skip
        self._event(at, "decided", "rules", json.dumps({"number": 1, "outcome": self.outcome}))
        if accepted:
            self._payout(f"decision:{decision_id}", payable, accepted)

    def _payout(self, key: str, amount: Decimal, at: datetime) -> None:
        """The account that the customer named, what is due, and the order that the bank has paid."""
        writer, words = self.claims.writer, self.sold.buyer.who.somebody.words
        number = f"9900{words.mobile:0>15}"  # no card begins so
        account = {"payee": words.name, "bank": names()["bank"], "number": number}
        payee = {"name": words.name, "bank": names()["bank"], "number": number}
        masked = bank.mask(number)
        writer.add("claim_bank_account", (
            writer.id_of("claim_bank_account"), self.id, crypto.encrypt_json(account), masked,
            crypto.lookup_hash("bank-account", number), "-", at,
        ))  # fmt: skip
        due_id = writer.id_of("claim_payout_due")
        writer.add("claim_payout_due", (due_id, key, self.id, amount, False, at))
        file = self.claims.file_of(self.sold.sample.insurer)
        file.lines += 1
        file.total += amount
        writer.add("claim_payout", (
            writer.id_of("claim_payout"), writer.reference("O"), due_id, self.id, 1, amount,
            "policyholder", crypto.encrypt_json(payee), masked, "paid", at, writer.member_id,
            at + DAY, file.id, file.lines, at + 2 * DAY,
        ))  # fmt: skip
        self._event(at + 2 * DAY, "payout-paid", "bank")
