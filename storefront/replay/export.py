"""A sale as an archive that proves itself without us: pages, records, hashes, a detached signature.

Layout: index.html and pages/*.html to read, contents/* the recorded texts under their hashes,
records.json with every field that a digest covers, verify.py to compute them again, SHA256SUMS over
all of it, and SHA256SUMS.p7s, the signature over that.
"""

import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7, pkcs12
from flask import current_app, render_template
from sqlalchemy import select
from sqlalchemy.orm import Session

from config import ROOT, Settings
from storefront import crypto
from storefront.errors import Unavailable
from storefront.evidence import digests
from storefront.evidence.models import EvidenceAnchor, EvidenceAnchoredHead, EvidenceRecord
from storefront.policies.document.certificates import ensure_demo_certificates
from storefront.replay import drawing, timeline
from storefront.replay.sale import Sale

SIGNER = "agency"
PARCEL = Path(__file__).parent / "parcel"  # what every archive holds
SAME_DATE = (1980, 1, 1, 0, 0, 0)
Files = dict[str, bytes]


@dataclass(frozen=True)
class Signer:
    """The agency's signing key with its certificate."""

    key: RSAPrivateKey
    certificate: x509.Certificate


def files_of(session: Session, sale: Sale, now: datetime) -> Files:
    """Every file of the archive but sums and signature."""
    events = timeline.events(session, sale)
    files: Files = {}
    pages: dict[tuple[str, int], str] = {}
    sheets = [f"../styles/{name}" for name in drawing.STYLES]
    for number, event in enumerate(events, 1):
        if event.content_sha256 is None:
            continue
        content = timeline.content_of(session, event)
        files[f"contents/{event.content_sha256}"] = content.encode()
        name = f"pages/{number:04}-{event.kind.replace(':', '-')}.html"
        pages[event.chain, event.position] = name
        files[name] = drawing.document(session, event, content, sheets, event.chain).encode()
    index = render_template(
        "staff/evidence/archive.html",
        sale=sale,
        events=events,
        pages=pages,
        now=now,
        stylesheets=[f"styles/{name}" for name in drawing.STYLES],
    )
    files["index.html"] = index.encode()
    files["records.json"] = _json(records_of(session, sale, now))
    files |= {f"styles/{name}": _style(name) for name in drawing.STYLES}
    files |= {path.name: path.read_bytes() for path in sorted(PARCEL.iterdir()) if path.is_file()}
    return files


def records_of(session: Session, sale: Sale, now: datetime) -> dict[str, Any]:
    """Every record with all that its digest covers, and the anchors that fix the chains."""
    names = [chain.name for chain in sale.chains]
    rows = session.scalars(
        select(EvidenceRecord)
        .where(EvidenceRecord.chain.in_(names))
        .order_by(EvidenceRecord.chain, EvidenceRecord.position)
    )
    heads = session.execute(
        select(EvidenceAnchoredHead, EvidenceAnchor.digest)
        .join(EvidenceAnchor, EvidenceAnchor.day == EvidenceAnchoredHead.day)
        .where(EvidenceAnchoredHead.chain.in_(names))
        .order_by(EvidenceAnchoredHead.day, EvidenceAnchoredHead.chain)
    )
    return {
        "sale": sale.ref,
        "exported_at": digests.moment(now),
        "records": [
            {
                "chain": row.chain,
                "position": row.position,
                "at": digests.moment(row.at),
                "kind": row.kind,
                "actor": row.actor,
                "content_sha256": row.content_sha256,
                "details": row.details,
                "details_sha256": row.details_sha256,
                "previous": row.previous,
                "retain_until": row.retain_until.isoformat(),
                "digest": row.digest,
            }
            for row in rows
        ],
        "anchored": [
            {
                "day": head.day.isoformat(),
                "chain": head.chain,
                "position": head.position,
                "digest": head.digest,
                "anchor": anchor,
            }
            for head, anchor in heads
        ],
    }


def archive(files: Mapping[str, bytes], key: Signer) -> bytes:
    """The files with their sums and the detached signature over these, as one ZIP."""
    sums = "".join(f"{crypto.sha256(data)}  {name}\n" for name, data in sorted(files.items()))
    signature = (
        pkcs7.PKCS7SignatureBuilder()
        .set_data(sums.encode())
        .add_signer(key.certificate, key.key, hashes.SHA256())
        .sign(Encoding.DER, [pkcs7.PKCS7Options.DetachedSignature, pkcs7.PKCS7Options.Binary])
    )
    whole = {
        **files,
        "SHA256SUMS": sums.encode(),
        "SHA256SUMS.p7s": signature,
        "certificate.pem": key.certificate.public_bytes(Encoding.PEM),
    }
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as target:
        for name, data in whole.items():
            target.writestr(zipfile.ZipInfo(name, SAME_DATE), data, zipfile.ZIP_DEFLATED)
    return output.getvalue()


def signer(settings: Settings) -> Signer:
    """The agency's key, from `<SIGNING_PKCS12>/evidence/agency.p12`; a demonstration one where none is set.

    It lies apart from the insurers' keys, so that nothing it signed passes for a policy. Raises
    Unavailable where there is none.
    """
    if settings.signing_pkcs12:
        folder = Path(settings.signing_pkcs12) / "evidence"
    else:
        folder = Path(current_app.instance_path) / "signing" / "evidence"
        ensure_demo_certificates(folder, [SIGNER], settings.signing_passphrase, role="agency")
    path = folder / f"{SIGNER}.p12"
    if not path.exists():
        raise Unavailable(f"there is no signing certificate {path}")
    return _load(path, settings.signing_passphrase)


@lru_cache(maxsize=4)
def _load(path: Path, passphrase: str) -> Signer:
    secret = passphrase.encode() if passphrase else None
    key, certificate, _ = pkcs12.load_key_and_certificates(path.read_bytes(), secret)
    if not isinstance(key, RSAPrivateKey) or certificate is None:
        raise Unavailable(f"{path} holds no RSA key with its certificate")
    return Signer(key, certificate)


def _style(name: str) -> bytes:
    if name.startswith("bootstrap"):
        folder = Path(str(current_app.blueprints["bootstrap"].static_folder)) / "css"
    else:
        folder = ROOT / "static"
    return (folder / name).read_bytes()


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1).encode()
