"""Is a policy genuine? Answers for a code, and for a file that somebody holds. No personal data."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from storefront.crypto import is_reference
from storefront.policies import service
from storefront.policies.models import Policy

if TYPE_CHECKING:
    from storefront.policies.document.verification import SignatureReport

GENUINE, ALTERED, UNRECORDED, FOREIGN = "genuine", "altered", "unrecorded", "foreign"


@dataclass(frozen=True)
class FileResult:
    """What a file is: `genuine` (exactly the document we keep), `altered`, `unrecorded` (an insurer's
    signature in order, but not the document we keep) or `foreign`; and the policy it speaks of."""

    outcome: str
    policy: Policy | None


def clean_code(typed: str) -> str:
    """A verification code as it was printed, from what somebody typed."""
    return "".join(typed.upper().replace("O", "0").split()).replace("-", "")


def is_code(code: str) -> bool:
    """Whether the check character of a code is right; a mistyped one has it wrong."""
    return is_reference(code, "V")


def judge_file(session: Session, sha256: str, report: "SignatureReport | None") -> FileResult:
    """What a file is, by its hash and the report on its signature (None: its hash is known)."""
    known = service.by_document(session, sha256)
    if known is not None or report is None:
        return FileResult(GENUINE if known else FOREIGN, known)
    policy = service.by_verify_code(session, report.keywords.strip())
    if report.genuine:
        return FileResult(UNRECORDED, policy)
    return FileResult(ALTERED, policy) if policy else FileResult(FOREIGN, None)


def masked_number(number: str) -> str:
    """Enough of a policy number for its holder to recognise it."""
    return f"{number[:4]}{'*' * max(len(number) - 8, 4)}{number[-4:]}"
