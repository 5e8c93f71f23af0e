"""Where each daily figure comes from: one query per kind over the rows of a span of time.

Each gives day, product, its version, channel, count and amount. Days are those of China.
"""

_DAY = "({0} at time zone 'Asia/Shanghai')::date"


def _of(moment: str, tables: str, *, amount: str = "0", where: str = "true") -> str:
    """A figure about one product; `tables` name p (what has the product) and q (its quote)."""
    return (
        f"select {_DAY.format(moment)}, p.product_code, p.product_version, q.channel, count(*),"
        f" sum({amount}) from {tables} where {moment} >= :begin and {moment} < :end and {where}"
        " group by 1, 2, 3, 4"
    )


_APPLICATION = "application p join quote q on q.id = p.quote_id"
_POLICY = "policy p join application a on a.id = p.application_id join quote q on q.id = a.quote_id"
_CLAIM = f"claim c join {_POLICY.replace('policy p', 'policy p on p.id = c.policy_id', 1)}"
_NEWEST = (
    "not exists (select 1 from claim_decision n where n.claim_id = d.claim_id and n.id > d.id)"
)
_FIRST = (
    "not exists (select 1 from work_item e where e.kind = w.kind and e.subject = w.subject"
    " and e.id < w.id)"
)  # a corrected application that is referred again is still one application

OF_PRODUCTS = {
    "quote": _of("p.created_at", "quote p join quote q on q.id = p.id", where="p.state <> 'draft'"),
    "application": _of("p.created_at", _APPLICATION),
    "submitted": _of("p.submitted_at", _APPLICATION),
    "referred": _of(
        "w.opened_at",
        f"work_item w join {_APPLICATION.replace('application p', 'application p on p.ref = w.subject', 1)}",
        where=f"w.kind = 'underwriting.referral' and {_FIRST}",
    ),
    "declined": _of("p.decided_at", _APPLICATION, where="p.state = 'declined'"),
    "payment": _of(
        "m.settled_at",
        f"payment m join {_APPLICATION.replace('application p', 'application p on p.id = m.application_id', 1)}",
        amount="m.amount",
    ),
    "policy": _of("p.issued_at", _POLICY, amount="p.premium"),
    "claim": _of("c.reported_at", _CLAIM),
    "claim_payable": _of(
        "d.decided_at",
        f"claim_decision d join {_CLAIM.replace('claim c', 'claim c on c.id = d.claim_id', 1)}",
        amount="d.amount",
        where=_NEWEST,
    ),
    "clock_kept": _of(
        "k.due_at",
        f"claim_clock k join {_CLAIM.replace('claim c', 'claim c on c.id = k.claim_id', 1)}",
        where="k.met_at <= k.due_at",
    ),
    "clock_missed": _of(
        "k.due_at",
        f"claim_clock k join {_CLAIM.replace('claim c', 'claim c on c.id = k.claim_id', 1)}",
        where="coalesce(k.met_at, :now) > k.due_at",
    ),
}

OF_VISITS = (
    "select day, product, channel, hits from visit_count"
    " where day >= (:begin at time zone 'Asia/Shanghai')::date"
    " and day < (:end at time zone 'Asia/Shanghai')::date"
)


def _complaint(due: str, met: str, condition: str) -> str:
    return _clock("complaint", due, met, condition)


def _clock(table: str, due: str, met: str, condition: str) -> str:
    return (
        f"select {_DAY.format(due)}, count(*), 0 from {table}"
        f" where {due} >= :begin and {due} < :end and {condition.format(due=due, met=met)}"
        " group by 1"
    )


_KEPT, _MISSED = "{met} <= {due}", "coalesce({met}, :now) > {due}"
_OF_UNDERWRITERS = "kind in ('underwriting.referral', 'underwriting.appeal') and "
WITHOUT_PRODUCT = (
    ("complaint", _complaint("received_at", "received_at", "true")),
    ("complaint_kept", _complaint("contact_due", "contacted_at", _KEPT)),
    ("complaint_missed", _complaint("contact_due", "contacted_at", _MISSED)),
    ("complaint_kept", _complaint("decision_due", "decided_at", _KEPT)),
    ("complaint_missed", _complaint("decision_due", "decided_at", _MISSED)),
    ("complaint_kept", _complaint("review_due", "reviewed_at", _KEPT)),
    ("complaint_missed", _complaint("review_due", "reviewed_at", _MISSED)),
    ("underwriting_kept", _clock("work_item", "due_at", "closed_at", _OF_UNDERWRITERS + _KEPT)),
    ("underwriting_missed", _clock("work_item", "due_at", "closed_at", _OF_UNDERWRITERS + _MISSED)),
)

STANDING = {
    "claims": (
        "select stage || '/' || case when reported_at > cast(:now as timestamptz) - interval '7 days' then 'week'"
        " when reported_at > cast(:now as timestamptz) - interval '30 days' then 'month' else 'older' end,"
        " count(*), 0 from claim where stage <> 'closed' group by 1"
    ),
    "reserve": (
        "select v.line, count(*), sum(h.reserve) from claim_head h join claim c on c.id = h.claim_id"
        " join policy p on p.id = c.policy_id join product_version v"
        " on v.code = p.product_code and v.version = p.product_version"
        " where c.stage <> 'closed' and h.reserve > 0 group by 1"
    ),
}
