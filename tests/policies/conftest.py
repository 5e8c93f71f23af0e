"""What the tests of policies share: keys to sign with, and one signed policy."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from storefront.policies.document import issue_document
from storefront.policies.document.certificates import ensure_demo_certificates
from storefront.policies.document.pages import Clauses, clauses_html
from storefront.policies.document.signature import LoadedSigner, load_signer
from storefront.policies.document.typeset import to_pdf
from tests.policies.sample import schedule

CLAUSES = "<h1>{}</h1>" + "".join(
    f'<h2 id="part-{part}">Part {part}</h2>' + "<p>Nothing is paid for a word left out.</p>" * 20
    for part in range(1, 7)
)


@pytest.fixture(scope="session")
def signing_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Demonstration certificates of the two insurers."""
    folder = tmp_path_factory.mktemp("signing")
    ensure_demo_certificates(folder, ("haitang", "yunshan"))
    return folder


@pytest.fixture(scope="session")
def signer(signing_folder: Path) -> LoadedSigner:
    """The key of one insurer."""
    return load_signer(signing_folder, "haitang", "")


@pytest.fixture(scope="session")
def signed_policies(session_app: Flask, signer: LoadedSigner) -> Iterator[dict[str, bytes]]:
    """A signed policy in each language."""
    with session_app.app_context():
        yield {language: _signed(language, signer) for language in ("zh", "en")}


def _signed(language: str, signer: LoadedSigner) -> bytes:
    policy = schedule(language)
    html = CLAUSES.format(policy.clause_name)
    clauses = Clauses(language, policy.clause_name, policy.filing_number, policy.insurer.name, html)
    return issue_document(policy, to_pdf(clauses_html(clauses)), signer, policy.issued_at)
