"""The archive proves itself: with openssl and sha256sum as its README says, and by its own script."""

import io
import re
import shlex
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from asn1crypto import cms
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from storefront import clock, crypto
from storefront.db import transaction
from storefront.evidence import anchors

pytestmark = pytest.mark.rule("E-02")


@pytest.fixture
def archive(app: Flask, session: Session, sold: str, tmp_path: Path) -> Path:
    """The unpacked archive, made by the command after an anchor."""
    with transaction():
        anchors.anchor(session, clock.now())
    target = tmp_path / "sale.zip"
    answer = app.test_cli_runner().invoke(args=["evidence", "export", sold, "--out", str(target)])
    assert answer.exit_code == 0, answer.output
    with zipfile.ZipFile(target) as packed:
        packed.extractall(tmp_path / "sale")
    return tmp_path / "sale"


def run(folder: Path, command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        shlex.split(command), cwd=folder, capture_output=True, text=True, timeout=60, check=False
    )


def present(wanted: list[str]) -> list[str]:
    """Those whose program is installed here."""
    return [line for line in wanted if shutil.which(line.split()[0])]


def commands(folder: Path, readme: str = "README.en.md") -> list[str]:
    """The commands that a README asks to run."""
    found = re.findall(r"^ {7}(\S.*)$", (folder / readme).read_text(), re.M)
    return [line for line in found if re.match(r"openssl|sha256sum|python3", line)]


def test_what_the_readme_says_works(archive: Path) -> None:
    wanted = commands(archive)
    assert [line.split()[0] for line in wanted] == ["openssl", "openssl", "sha256sum", "python3"]
    assert commands(archive, "README.zh.md") == wanted
    for command in present(wanted):
        done = run(archive, command.replace("python3", sys.executable))
        assert done.returncode == 0, done.stderr


def test_openssl_refuses_changed_sums(archive: Path) -> None:
    sums = archive / "SHA256SUMS"
    sums.write_text(sums.read_text().replace("a", "b", 1))
    assert all(run(archive, command).returncode for command in present(commands(archive)[:1]))


def test_the_signature_is_over_the_sums(archive: Path) -> None:
    certificate = x509.load_pem_x509_certificate((archive / "certificate.pem").read_bytes())
    signed = cms.ContentInfo.load((archive / "SHA256SUMS.p7s").read_bytes())["content"]
    assert signed["encap_content_info"]["content"].native is None  # detached
    signer = signed["signer_infos"][0]
    attributes = {item["type"].native: item["values"][0].native for item in signer["signed_attrs"]}
    sums = (archive / "SHA256SUMS").read_bytes()
    assert attributes["message_digest"].hex() == crypto.sha256(sums)
    certificate.public_key().verify(
        signer["signature"].native,
        signer["signed_attrs"].untag().dump(),
        PKCS1v15(),
        hashes.SHA256(),
    )


@pytest.mark.parametrize("victim", ["records.json", "contents", "pages"])
def test_its_own_script_finds_a_change(archive: Path, victim: str) -> None:
    sound = run(archive, f"{sys.executable} verify.py")
    assert (sound.returncode, sound.stdout) == (0, "everything fits\n")
    path = archive / victim
    path = sorted(path.iterdir())[0] if path.is_dir() else path
    path.write_text(path.read_text() + " ")

    assert run(archive, f"{sys.executable} verify.py").returncode == 1


def test_pages_stand_alone(archive: Path) -> None:
    pages = sorted((archive / "pages").glob("*.html"))
    assert len(pages) > 15
    for page in [archive / "index.html", *pages]:
        text = page.read_text()
        assert "<script" not in text
        sheets = re.findall(r'<link rel="stylesheet" href="([^"]+)"', text)
        assert sheets
        assert all((page.parent / sheet).exists() for sheet in sheets)
    index = (archive / "index.html").read_text()
    assert all(f'href="pages/{page.name}"' in index for page in pages)


def test_the_page_gives_the_same_archive(reader: FlaskClient, sold: str) -> None:
    answer = reader.post(f"/staff/evidence/{sold}/export")
    assert answer.mimetype == "application/zip"
    assert f"{sold}.zip" in answer.headers["Content-Disposition"]
    names = zipfile.ZipFile(io.BytesIO(answer.data)).namelist()
    assert {"records.json", "SHA256SUMS", "SHA256SUMS.p7s", "README.zh.md"} <= set(names)


def test_an_unknown_number_is_refused(app: Flask, tmp_path: Path) -> None:
    out = str(tmp_path / "x.zip")
    answer = app.test_cli_runner().invoke(args=["evidence", "export", "A0", "--out", out])
    assert answer.exit_code == 1
