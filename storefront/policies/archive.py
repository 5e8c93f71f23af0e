"""Where documents come from and where they stay: clauses set once, signing keys, the file store."""

from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from flask import current_app
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from config import Settings
from storefront import clock, files
from storefront.catalog.bundle import ProductBundle
from storefront.catalog.clauses import to_html
from storefront.catalog.insurers import InsurerProfile
from storefront.catalog.models import Insurer
from storefront.db import transaction
from storefront.policies import printing
from storefront.policies.document.certificates import ensure_demo_certificates
from storefront.policies.document.pages import clauses_html
from storefront.policies.document.typeset import fingerprint, to_pdf
from storefront.policies.models import RenderedClauses

if TYPE_CHECKING:  # loaded where they are used, see `policies.document`
    from storefront.policies.document.signature import LoadedSigner
    from storefront.policies.document.verification import SignatureReport

KEPT_IN_MEMORY = 32


@dataclass(frozen=True)
class StoredPdf:
    """A PDF and the hash under which it is kept."""

    sha256: str
    data: bytes


_recent: OrderedDict[str, StoredPdf] = OrderedDict()
_recent_lock = Lock()


def clauses(bundle: ProductBundle, insurer: InsurerProfile, language: str) -> StoredPdf:
    """The clauses of a product version as PDF: from memory, else from the file store, else set now.

    Opens transactions of its own, because fetching and setting must not happen inside one.
    """
    text = to_html(bundle.clauses_in(language))
    html = clauses_html(printing.clauses(bundle, insurer, language, text))
    key = fingerprint(html)
    with _recent_lock:
        if key in _recent:
            _recent.move_to_end(key)
            return _recent[key]
    found = _from_store(key) or _set(key, html)
    with _recent_lock:
        _recent[key] = found
        while len(_recent) > KEPT_IN_MEMORY:
            _recent.popitem(last=False)
    return found


def insurer_profile(session: Session, code: str) -> InsurerProfile:
    """An insurer, also one whose agreement has ended: its policies live on."""
    return InsurerProfile.model_validate(session.get_one(Insurer, code).details)


def signer(settings: Settings, insurer: str) -> "LoadedSigner":
    """The key with which an insurer's documents are signed. Raises `document.signature.MissingKey`."""
    from storefront.policies.document.signature import load_signer

    folder = _signing_folder(settings)
    if not settings.signing_pkcs12:
        ensure_demo_certificates(folder, [insurer], settings.signing_passphrase)
    return load_signer(folder, insurer, settings.signing_passphrase)


def verify(settings: Settings, data: bytes) -> "SignatureReport":
    """What the signature of any uploaded file says."""
    from storefront.policies.document.signature import trusted_certificates
    from storefront.policies.document.verification import inspect_apart

    trusted = trusted_certificates(_signing_folder(settings), settings.signing_passphrase)
    return inspect_apart(data, trusted)


def _signing_folder(settings: Settings) -> Path:
    if settings.signing_pkcs12:
        return Path(settings.signing_pkcs12)
    return Path(current_app.instance_path) / "signing"


def _from_store(key: str) -> StoredPdf | None:
    with transaction() as session:
        row = session.get(RenderedClauses, key)
        digest = row.sha256 if row else None
    if digest is None:
        return None
    try:
        return StoredPdf(digest, files.store().get(digest))
    except FileNotFoundError:
        return None


def _set(key: str, html: str) -> StoredPdf:
    data = to_pdf(html)
    digest = files.store().put(data)
    with transaction() as session:
        session.execute(
            insert(RenderedClauses)
            .values(fingerprint=key, sha256=digest, created_at=clock.now())
            .on_conflict_do_nothing()
        )
    return StoredPdf(digest, data)
