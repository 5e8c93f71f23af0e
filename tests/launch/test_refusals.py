"""What stops the start: each fault in clear lines, before anything runs."""

import os
import socket
from pathlib import Path

import pytest

from tests.launch.installation import Installation


@pytest.fixture
def elsewhere(tmp_path: Path) -> Installation:
    """An installation that never gets as far as a database."""
    return Installation(tmp_path / "instance")


def test_busy_port(elsewhere: Installation) -> None:
    with socket.create_server(("127.0.0.1", elsewhere.ports["PORT"])):
        result = elsewhere.command("run")

    assert result.returncode == 1
    assert f"Port {elsewhere.ports['PORT']} is in use" in _one_line(result.stderr)
    assert not (elsewhere.folder / "postgres").exists()


def test_unreachable_database(elsewhere: Installation) -> None:
    url = f"postgresql://someone:hidden-word@127.0.0.1:{elsewhere.ports['PORT']}/storefront"

    result = elsewhere.command("run", DATABASE_URL=url)

    assert result.returncode == 1
    assert "DATABASE_URL: PostgreSQL cannot be reached" in _one_line(result.stderr)
    assert "hidden-word" not in result.stderr


def test_unwritable_folder(elsewhere: Installation) -> None:
    elsewhere.folder.write_text("a file where the folder should be")

    result = elsewhere.command("run")

    assert result.returncode == 1
    assert f"The folder {elsewhere.folder} cannot be written" in _one_line(result.stderr)


def test_missing_library(elsewhere: Installation, tmp_path: Path) -> None:
    # The loader looks here first and finds something that is no library.
    (tmp_path / "libharfbuzz-subset.so.0").write_text("")

    result = elsewhere.command("run", LD_LIBRARY_PATH=str(tmp_path))

    assert result.returncode == 1
    assert "libharfbuzz-subset0 is missing" in _one_line(result.stderr)


@pytest.mark.rule("T-01")
def test_production_names_every_fault(elsewhere: Installation) -> None:
    result = elsewhere.command(
        "run",
        STOREFRONT_ENV="production",
        SECRET_KEYS="short",
        BASE_URL="http://shop.example.net",
        OPERATOR_NAME_ZH=b"\xe9\x93\xb6\xe6\xb2\xb3\xe4\xbf\x9d\xe9\x99\xa9".decode(),
        STRIPE_API_KEY="sk_test_123",
    )

    assert result.returncode == 1
    for fault in (
        "SECRET_KEYS is weak",
        "DATA_KEYS is not set",
        "LOOKUP_KEY is not set",
        "BASE_URL must use https",
        "(T-01)",
        "STRIPE_API_KEY is not a live key",
        "DATABASE_URL must name",
        "INSURER_KEYS is not set",
    ):
        assert fault in result.stderr
    assert "Traceback" not in result.stderr
    assert not (elsewhere.folder / "secrets.env").exists()


@pytest.mark.parametrize("target", ["run", "setup"])
def test_setting_of_the_wrong_kind(elsewhere: Installation, target: str) -> None:
    result = elsewhere.command(target, PORT="eight", LOG_LEVEL="LOUD")

    assert result.returncode == 1
    assert "PORT must be a port number" in result.stderr
    assert "LOG_LEVEL must be one of: DEBUG" in result.stderr


def test_server_started_by_itself_names_the_faults_too(elsewhere: Installation) -> None:
    result = elsewhere.command("verify", STOREFRONT_ENV="production")

    assert result.returncode == 1
    assert "DATA_KEYS is not set" in result.stderr


def _one_line(text: str) -> str:
    assert text.count("\n") == 1, text
    assert os.linesep + "Traceback" not in text
    return text
