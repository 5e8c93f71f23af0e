"""What the signature of a PDF says, for any bytes that somebody sends.

This file imports nothing of the storefront, because it is also a program: a file that we did not
write ourselves is read in a process of its own, with little memory and time (`inspect_apart`).
"""

import asyncio
import base64
import io
import json
import logging
import resource
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from asn1crypto import x509
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.general import SigningError
from pyhanko.sign.validation import async_validate_pdf_signature
from pyhanko.sign.validation.errors import SignatureValidationError, ValidationInfoReadingError
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.errors import PathError, ValidationError

MEMORY_BYTES = 1024**3
SECONDS = 5

# What a broken file, or one with a nonsensical signature, makes the libraries raise.
UNREADABLE = (
    PdfError, SigningError, SignatureValidationError, ValidationInfoReadingError, ValidationError,
    PathError, ValueError, TypeError, LookupError, AttributeError, OSError, ArithmeticError,
    RuntimeError, AssertionError,
)  # fmt: skip


@dataclass(frozen=True)
class SignatureReport:
    """What the signature of a file says. `genuine`: one of our insurers signed exactly this file.

    `keywords` are the file's own words about itself; ours carry the verification code there.
    """

    genuine: bool
    intact: bool
    covers_whole_file: bool
    signer: str
    keywords: str


UNSIGNED = SignatureReport(False, False, False, "", "")


def verify_pdf(data: bytes, trusted: Sequence[x509.Certificate]) -> SignatureReport:
    """What the signature of a file says; `trusted` are the certificates of our insurers."""
    try:
        return asyncio.run(_verify(data, trusted))
    except UNREADABLE:
        return UNSIGNED


def inspect_apart(data: bytes, trusted: Sequence[x509.Certificate]) -> SignatureReport:
    """As `verify_pdf`, but a file that eats memory or time, or breaks the reader, is just unsigned."""
    certificates = [base64.b64encode(certificate.dump()).decode() for certificate in trusted]
    try:
        done = subprocess.run(  # noqa: S603 - this very file, without a shell
            [sys.executable, "-I", str(Path(__file__))],
            input=json.dumps(certificates).encode() + b"\n" + data,
            capture_output=True,
            timeout=2 * SECONDS,
            check=True,
        )
        return SignatureReport(**json.loads(done.stdout))
    except (subprocess.SubprocessError, ValueError):
        return UNSIGNED


async def _verify(data: bytes, trusted: Sequence[x509.Certificate]) -> SignatureReport:
    reader = PdfFileReader(io.BytesIO(data))
    keywords = str(reader.trailer_view["/Info"].get("/Keywords", ""))
    signatures = reader.embedded_regular_signatures
    if len(signatures) != 1:
        return SignatureReport(False, False, False, "", keywords)
    context = ValidationContext(trust_roots=list(trusted), allow_fetching=False)
    status = await async_validate_pdf_signature(signatures[0], context)
    whole = status.coverage == SignatureCoverageLevel.ENTIRE_FILE
    return SignatureReport(
        genuine=bool(status.bottom_line and whole),
        intact=bool(status.intact and status.valid),
        covers_whole_file=whole,
        signer=str(status.signing_cert.subject.native.get("common_name", "")),
        keywords=keywords,
    )


def main() -> None:
    """Reads certificates and a file from standard input and prints the report."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    logging.disable()
    first, _, data = sys.stdin.buffer.read().partition(b"\n")
    trusted = [x509.Certificate.load(base64.b64decode(item)) for item in json.loads(first)]
    sys.stdout.write(json.dumps(asdict(verify_pdf(data, trusted))))


if __name__ == "__main__":
    main()
