"""Settings: where they come from, what they are derived from, and what must not start."""

from pathlib import Path

import pytest
from flask import Flask

import config
from storefront.crypto import new_fernet_key
from storefront.launch import keys

SECRETS = {
    "SECRET_KEYS": "Zp4vTq8sLw2xNc6rBj9mKd3hFy7gVu5e",
    "DATA_KEYS": new_fernet_key(),
    "LOOKUP_KEY": "Hs6kQw3nXb8vMz2cTf9jRl5pGy7dWu4a",
}
PRODUCTION = {
    **SECRETS,
    "STOREFRONT_ENV": "production",
    "BASE_URL": "https://shop.galaxy-agency.cn",
    "DATABASE_URL": "postgresql://shop@db.internal/shop",
    "OPERATOR_NAME_ZH": "银河保险代理有限公司",
    "OPERATOR_NAME_EN": "Galaxy Insurance Agency",
    "BRAND_ZH": "银河保险代理",
    "BRAND_EN": "Galaxy Agency",
    "LICENCE_NUMBER": "260000000000000",
    "ICP_NUMBER": "ICP 12345678",
    "SERVICE_PHONE": "400-123-4567",
    "SERVICE_EMAIL": "service@galaxy-agency.cn",
    "STRIPE_API_KEY": "sk_live_51Nq8Zx",
    "STRIPE_WEBHOOK_SECRETS": "whsec_Lq8vRw3kXz6nBc2mTf9jHs5pGy7dWu4a",
    "INSURER_API_BASE": "https://gateway.insurers.cn",
    "INSURER_KEYS": "yunshan=Qx7vLm2kRw9nBz4c",
    "SIGNING_PKCS12": "/etc/storefront/signing",
    "SMTP_URL": "smtps://shop:word@mail.galaxy-agency.cn:465",
    "MAIL_FROM": "no-reply@galaxy-agency.cn",
}


def faults_of(environ: dict[str, str]) -> list[str]:
    """What is wrong with some settings."""
    try:
        config.load(environ)
    except config.SettingsError as error:
        return error.faults
    return []


def test_addresses_follow_the_ports() -> None:
    settings = config.load(
        {**SECRETS, "PORT": "8100", "SANDBOX_PORT": "8101", "SANDBOX_SMTP_PORT": "8102"}
    )

    assert settings.base_url == "http://127.0.0.1:8100"
    assert settings.stripe_api_base == "http://127.0.0.1:8101"
    assert settings.insurer_api_base == "http://127.0.0.1:8101/insurers"
    assert settings.smtp_url == "smtp://127.0.0.1:8102"


def test_an_empty_address_of_stripe_means_the_real_one() -> None:
    assert config.load({**SECRETS, "STRIPE_API_BASE": ""}).stripe_api_base == ""
    assert config.load({**SECRETS, "LOG_LEVEL": ""}).log_level == "INFO"


def test_complete_production_settings_start() -> None:
    assert faults_of(PRODUCTION) == []
    assert config.load(PRODUCTION).stripe_api_base == ""


@pytest.mark.parametrize(
    ("name", "value", "fault"),
    [
        ("SECRET_KEYS", "", "SECRET_KEYS is not set"),
        ("SECRET_KEYS", "short", "SECRET_KEYS is weak"),
        ("SECRET_KEYS", "a" * 64, "SECRET_KEYS is weak"),
        ("SECRET_KEYS", SECRETS["SECRET_KEYS"] + ",short", "SECRET_KEYS is weak"),
        ("LOOKUP_KEY", "demo" + "0123456789" * 4, "LOOKUP_KEY is weak"),
        ("DATA_KEYS", "A" * 43 + "=", "DATA_KEYS is weak"),
        ("DATA_KEYS", "no-key", "DATA_KEYS: key 1 is not a Fernet key"),
        ("BASE_URL", "http://shop.galaxy-agency.cn", "BASE_URL must use https"),
        ("BASE_URL", "shop.galaxy-agency.cn", "BASE_URL must begin with http:// or https://"),
        ("STRIPE_API_BASE", "http://127.0.0.1:8001", "demonstration value"),
        ("STRIPE_API_BASE", "http://stripe.internal", "STRIPE_API_BASE must use https"),
        ("INSURER_API_BASE", "http://gateway.insurers.cn", "INSURER_API_BASE must use https"),
        ("STRIPE_API_KEY", config.DEMO_STRIPE_KEY, "STRIPE_API_KEY still holds the demonstration"),
        ("STRIPE_API_KEY", "sk_test_51Nq8Zx", "STRIPE_API_KEY is not a live key"),
        ("STRIPE_WEBHOOK_SECRETS", "whsec_demo_sandbox", "STRIPE_WEBHOOK_SECRETS still holds"),
        ("INSURER_KEYS", config.DEMO_INSURER_KEYS, "INSURER_KEYS still holds"),
        ("INSURER_KEYS", "yunshan=short", "INSURER_KEYS is weak for yunshan"),
        ("DATABASE_URL", "", "DATABASE_URL must name a PostgreSQL server"),
        ("DATABASE_URL", "mysql://db", "DATABASE_URL must begin with postgresql://"),
        ("SIGNING_PKCS12", "", "SIGNING_PKCS12 must name"),
        ("SERVICE_EMAIL", "service@agency.example.com", "SERVICE_EMAIL still holds"),
        ("LICENCE_NUMBER", "", "LICENCE_NUMBER is not set"),
    ],
)
def test_production_refuses(name: str, value: str, fault: str) -> None:
    assert any(fault in found for found in faults_of({**PRODUCTION, name: value}))


def test_every_fault_is_named_at_once() -> None:
    faults = faults_of({"STOREFRONT_ENV": "production"})

    required = {item.name for item in config.SETTINGS if item.demo} - config.OPTIONAL_IN_PRODUCTION
    required |= {"SECRET_KEYS", "DATA_KEYS", "LOOKUP_KEY", "DATABASE_URL", "SIGNING_PKCS12"}
    assert {fault.split()[0] for fault in faults} == required


@pytest.mark.rule("T-01")
@pytest.mark.parametrize(
    ("name", "value", "accepted"),
    [
        ("OPERATOR_NAME_ZH", "银河保险代理有限公司", True),
        ("OPERATOR_NAME_ZH", "银河保险专业代理有限公司", False),
        ("OPERATOR_NAME_ZH", "银河保险有限公司", False),
        ("BRAND_ZH", "银河保险代理", True),
        ("BRAND_ZH", "银河保险", False),
        ("BRAND_ZH", "银河保险平台", False),
        ("BRAND_ZH", "银河保险平台代理", False),
        ("BRAND_ZH", "银河保险公司", False),
    ],
)
@pytest.mark.parametrize("base", [SECRETS, PRODUCTION])
def test_an_agency_says_that_it_is_one(
    base: dict[str, str], name: str, value: str, accepted: bool
) -> None:
    assert any("T-01" in fault for fault in faults_of({**base, name: value})) is not accepted


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "0"),
        ("PORT", "65536"),
        ("PORT", "http"),
        ("STRIPE_TIMEOUT_SECONDS", "0"),
        ("TRUSTED_PROXIES", "-1"),
        ("RETENTION_LONG_YEARS", "ten"),
        ("LOG_FORMAT", "xml"),
        ("STOREFRONT_ENV", "staging"),
        ("SMTP_URL", "http://mail"),
    ],
)
def test_values_of_the_wrong_kind_are_named(name: str, value: str) -> None:
    assert [fault.split()[0] for fault in faults_of({**SECRETS, name: value})] == [name]


def test_environment_wins_over_what_the_set_up_wrote(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys.ensure_secrets(tmp_path)
    (tmp_path / "database.env").write_text("DATABASE_URL=postgresql://embedded/storefront\n")
    monkeypatch.setenv("STOREFRONT_INSTANCE", str(tmp_path))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setenv("LOOKUP_KEY", "from-the-environment")

    settings = config.load()

    assert settings.lookup_key == "from-the-environment"
    assert settings.secret_keys == config.stored_settings("secrets.env")["SECRET_KEYS"]
    assert settings.database_url == "postgresql://embedded/storefront"
    monkeypatch.setenv("STOREFRONT_ENV", "production")
    assert config._given().get("DATABASE_URL") is None


def test_secrets_once_made_stay(tmp_path: Path) -> None:
    keys.ensure_secrets(tmp_path)
    first = (tmp_path / "secrets.env").read_text()
    keys.ensure_secrets(tmp_path)
    assert (tmp_path / "secrets.env").read_text() == first

    shorter = "".join(line for line in first.splitlines(True) if not line.startswith("INSURER"))
    (tmp_path / "secrets.env").write_text(shorter)
    keys.ensure_secrets(tmp_path)

    added = (tmp_path / "secrets.env").read_text()
    assert added.startswith(shorter)
    assert "INSURER_KEYS=yunshan=" in added


def test_settings_are_listed_with_their_meaning_and_without_secrets(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STRIPE_API_KEY", "sk_live_hidden")

    listing = app.test_cli_runner().invoke(args=["settings"]).output

    assert all(item.name in listing and item.doc in listing for item in config.SETTINGS)
    assert "hidden" not in listing
    assert "STRIPE_API_KEY = (set)" in listing
