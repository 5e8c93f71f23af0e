"""What the tests of policies share: keys to sign with, and one signed policy."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from storefront.policies.document.certificates import ensure_demo_certificates
from storefront.policies.document.issue import issue_document
from storefront.policies.document.pages import Clauses, clauses_html
from storefront.policies.document.signature import LoadedSigner, load_signer
from storefront.policies.document.typeset import to_pdf
from tests.policies.sample import schedule
from tests.policies.support import Office
from tests.sandbox import process
from tests.sandbox.process import Sandbox

INSURER_KEYS = {"haitang": "key-of-haitang", "yunshan": "key-of-yunshan"}

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
def signed_policies(session_app: Flask, signer: LoadedSigner) -> dict[str, bytes]:
    """A signed policy in each language.

    The context ends here: requests of later tests would take it over and leave their session open.
    """
    with session_app.app_context():
        return {language: _signed(language, signer) for language in ("zh", "en")}


def _signed(language: str, signer: LoadedSigner) -> bytes:
    policy = schedule(language)
    html = CLAUSES.format(policy.clause_name)
    clauses = Clauses(language, policy.clause_name, policy.filing_number, policy.insurer.name, html)
    return issue_document(policy, to_pdf(clauses_html(clauses)), signer, policy.issued_at)


@pytest.fixture(scope="package")
def shared_sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    keys = ",".join(f"{code}={key}" for code, key in INSURER_KEYS.items())
    with process.running(tmp_path_factory.mktemp("policies"), INSURER_KEYS=keys) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(shared_sandbox: Sandbox) -> Sandbox:
    process.http.post(f"{shared_sandbox.url}/control/reset").raise_for_status()
    return shared_sandbox


@pytest.fixture
def office(
    app: Flask, session: Session, sandbox: Sandbox, signing_folder: Path
) -> Iterator[Office]:
    """The application connected to real stand-ins of the insurers and a mailbox."""
    settings = app.extensions["settings"]
    before = dict(vars(settings))
    settings.insurer_api_base = f"{sandbox.url}/insurers"
    settings.insurer_keys = ",".join(f"{code}={key}" for code, key in INSURER_KEYS.items())
    settings.smtp_url = f"smtp://127.0.0.1:{sandbox.smtp_port}"
    settings.signing_pkcs12 = str(signing_folder)
    yield Office(app, session, sandbox)
    vars(settings).update(before)
