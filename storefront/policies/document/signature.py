"""PAdES signatures with an insurer's key; a signed document is certified against any later change.
 Keys stay parsed for the life of the process and the
place for the signature has a fixed size; otherwise each signature parses the key and is made twice.
"""

import asyncio
import io
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from asn1crypto import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_der_private_key
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, SimpleSigner
from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes

FIELD = "InsurerSignature"
DIGEST = "sha256"
BYTES_RESERVED = 16384


class MissingKey(Exception):
    """There is no usable signing certificate for an insurer."""


class LoadedSigner(SimpleSigner):
    """A signer whose RSA key is parsed once."""

    def __init__(self, plain: SimpleSigner) -> None:
        super().__init__(plain.signing_cert, plain.signing_key, plain.cert_registry)
        key = load_der_private_key(plain.signing_key.dump(), password=None)
        if not isinstance(key, RSAPrivateKey):
            raise MissingKey("signing keys must be RSA keys")
        self._key = key

    def sign_raw(self, data: bytes, digest_algorithm: str) -> bytes:
        return self._key.sign(data, PKCS1v15(), hashes.SHA256())


@lru_cache(maxsize=32)
def load_signer(folder: Path, insurer: str, passphrase: str) -> LoadedSigner:
    """The signer of an insurer from `<folder>/<insurer>.p12`. Raises MissingKey."""
    path = folder / f"{insurer}.p12"
    secret = passphrase.encode() if passphrase else None
    plain = SimpleSigner.load_pkcs12(str(path), passphrase=secret) if path.exists() else None
    if plain is None:
        raise MissingKey(f"no usable signing certificate in {path}")
    return LoadedSigner(plain)


def trusted_certificates(folder: Path, passphrase: str) -> list[x509.Certificate]:
    """The certificates with which any of the insurers signs."""
    names = sorted(path.stem for path in folder.glob("*.p12"))
    return [load_signer(folder, name, passphrase).signing_cert for name in names]


def sign(data: bytes, signer: SimpleSigner, moment: datetime) -> bytes:
    """The PDF with an invisible signature that forbids every later change."""
    return asyncio.run(_sign(data, signer, moment))


async def _sign(data: bytes, signer: SimpleSigner, moment: datetime) -> bytes:
    metadata = PdfSignatureMetadata(
        field_name=FIELD,
        md_algorithm=DIGEST,
        subfilter=SigSeedSubFilter.PADES,
        certify=True,
        docmdp_permissions=MDPPerm.NO_CHANGES,
    )
    writer = IncrementalPdfFileWriter(io.BytesIO(data))
    session = PdfSigner(metadata, signer).init_signing_session(writer)
    session.system_time = moment
    validation = await session.perform_presign_validation(writer)
    prepared = session.prepare_tbs_document(validation, bytes_reserved=BYTES_RESERVED)
    output = io.BytesIO()
    digest, _ = prepared.digest_tbs_document(output=output)
    signed = await prepared.perform_signature(
        document_digest=digest.document_digest,
        pdf_cms_signed_attrs=PdfCMSSignedAttributes(signing_time=moment),
    )
    await signed.post_signature_processing(output)
    return output.getvalue()
