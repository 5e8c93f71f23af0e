"""Typeset, merged, signed: one policy as one file."""

from datetime import datetime

from storefront.policies.document.assemble import merge, page_count
from storefront.policies.document.pages import schedule_html
from storefront.policies.document.schedule import Schedule
from storefront.policies.document.signature import LoadedSigner, sign
from storefront.policies.document.typeset import to_pdf


def issue_document(
    policy: Schedule, clauses: bytes, signer: LoadedSigner, moment: datetime
) -> bytes:
    """The signed policy: its schedule, then `clauses` (a PDF that `pages.clauses_html` leads to)."""
    schedule = to_pdf(schedule_html(policy, page_count(clauses)), compressed=False)
    return sign(merge(schedule, clauses), signer, moment)
