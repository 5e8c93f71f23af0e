"""The tables that are filled and the columns that are given, parents before children."""

TABLES: dict[str, tuple[str, ...]] = {
    "customer": (
        "id", "email", "email_confirmed_at", "password_hash", "language", "created_at", "name",
        "mobile", "id_number", "id_number_hash", "birth_date", "sex",
    ),
    "quote": (
        "id", "ref", "product_code", "product_version", "answers", "persons", "premium",
        "unrounded", "lines", "state", "channel", "customer_id", "created_at", "expires_at",
    ),
    "application": (
        "id", "ref", "customer_id", "quote_id", "product_code", "product_version", "state",
        "language", "revision", "answers", "start_date", "parties", "declaration", "premium",
        "unrounded", "currency", "lines", "decision", "created_at", "updated_at", "submitted_at",
        "decided_at", "expires_at", "retain_until",
    ),
    "underwriting_decision": (
        "id", "application_id", "at", "cause", "by_person", "member_id", "outcome", "content",
        "reasons", "note",
    ),
    "payment": (
        "id", "ref", "application_id", "purpose", "amount", "currency", "state",
        "idempotency_key", "stripe_session_id", "stripe_payment_intent_id", "failure", "created_at",
        "expires_at", "settled_at",
    ),
    "refund": (
        "id", "ref", "payment_id", "amount", "currency", "reason", "state", "idempotency_key",
        "stripe_refund_id", "created_at", "done_at",
    ),
    "policy": (
        "id", "application_id", "customer_id", "product_code", "product_version", "insurer_code",
        "number", "state", "language", "start_at", "end_at", "premium", "currency", "verify_code",
        "created_at", "issued_at", "delivered_at", "retain_until",
    ),
    "policy_transaction": (
        "id", "policy_id", "position", "kind", "effective_at", "recorded_at", "premium_change",
        "content",
    ),
    "claim": (
        "id", "ref", "policy_id", "customer_id", "reporter", "claim_type", "incident_at",
        "known_at", "reported_at", "circumstances", "hurt", "language", "stage", "decision",
        "reopened", "complex", "automatic", "flags", "payable", "complete_at", "closed_at",
        "retain_until",
    ),
    "claim_head": (
        "id", "claim_id", "position", "cover", "person", "claimed", "paid_elsewhere", "facts",
        "payable", "reserve",
    ),
    "claim_requirement": (
        "id", "claim_id", "document", "name", "required", "state", "asked_at", "received_at",
        "judged_at",
    ),
    "claim_clock": (
        "id", "claim_id", "kind", "rule", "round", "started_at", "due_at", "met_at",
    ),
    "claim_event": (
        "id", "claim_id", "at", "kind", "actor", "details", "visible_to_customer",
    ),
    "claim_decision": (
        "id", "claim_id", "number", "outcome", "wording", "amount", "decided_at", "told_at",
        "accepted_at",
    ),
    "claim_bank_account": (
        "id", "claim_id", "details", "masked", "number_hash", "consent_sha256", "given_at",
    ),
    "claim_payout_due": ("id", "key", "claim_id", "amount", "split", "at"),
    "claim_bank_file": (
        "id", "ref", "insurer_code", "encoding", "lines", "total", "sha256", "content", "made_by",
        "made_at",
    ),
    "claim_payout": (
        "id", "ref", "due_id", "claim_id", "part", "amount", "payee_kind", "payee", "masked",
        "state", "requested_at", "approved_by", "approved_at", "bank_file_id", "line", "paid_at",
    ),
    "attachment": (
        "id", "ref", "owner_kind", "owner_ref", "purpose", "state", "file_name", "media_type",
        "size", "sha256", "width", "height", "folder", "stored", "parts", "received", "uploaded_by",
        "created_at", "retain_until",
    ),
    "work_item": (
        "id", "kind", "subject", "permission", "priority", "opened_at", "due_at", "unread",
        "closed_at", "closed_by_id",
    ),
    "ticket": (
        "id", "ref", "kind", "topic", "state", "language", "customer_id", "name", "email",
        "email_hash", "subject", "about", "link_hash", "created_at", "updated_at", "closed_at",
        "retain_until",
    ),
    "ticket_message": ("id", "ticket_id", "author", "member_id", "body", "at"),
    "complaint": (
        "ticket_id", "stage", "received_at", "contact_due", "contacted_at", "decision_due",
        "extensions", "decided_at", "decided_by_id", "outcome",
    ),
    "search_token": ("token", "kind", "subject_id"),
}  # fmt: skip
