"""Every setting of the storefront: read from the environment, checked before anything starts.

A value comes from the environment, else from `instance/secrets.env` (written by the set-up), else
from the default below. `flask --app wsgi settings` lists them all. In production mode every fault
stops the start and is named; development mode accepts the demonstration values.
"""

import base64
import binascii
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import urlsplit

ROOT = Path(__file__).parent
DEMO_STRIPE_KEY = "sk_test_sandbox"
DEMO_INSURER_KEYS = "yunshan=demo-yunshan-key,haitang=demo-haitang-key"
MINIMUM_SECRET_LENGTH = 32


class SettingsError(Exception):
    """Settings that the storefront must not start with; `faults` holds one sentence each."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


@dataclass(frozen=True)
class Setting:
    """One setting: where it comes from, what it means, whether pages and listings must hide it."""

    name: str
    default: str
    doc: str
    secret: bool = False


SETTINGS = (
    Setting(
        "STOREFRONT_ENV",
        "development",
        "development or production; production checks every setting",
    ),
    Setting(
        "BASE_URL",
        "http://127.0.0.1:8000",
        "Public address of the site, used in links, mails and QR codes",
    ),
    Setting(
        "DATABASE_URL", "", "PostgreSQL 15 or newer, postgresql://…; empty: the embedded server"
    ),
    Setting(
        "SECRET_KEYS",
        "",
        "Signing keys for cookies and links, newest first, comma-separated, 32 characters or more",
        True,
    ),
    Setting(
        "DATA_KEYS",
        "",
        "Fernet keys that encrypt personal data, newest first, comma-separated",
        True,
    ),
    Setting(
        "LOOKUP_KEY",
        "",
        "Key of the hash by which an identity number is found again; never changes",
        True,
    ),
    Setting(
        "OPERATOR_NAME_ZH",
        "示例星河保险代理有限公司",
        "Registered Chinese name of the agency (must carry 保险代理)",
    ),
    Setting(
        "OPERATOR_NAME_EN",
        "Galaxy Example Insurance Agency Co., Ltd.",
        "English name of the agency",
    ),
    Setting("BRAND_ZH", "星河示例保险代理", "Name in the page header, Chinese"),
    Setting("BRAND_EN", "Galaxy Example Insurance Agency", "Name in the page header, English"),
    Setting(
        "LICENCE_NUMBER",
        "示例000000000000",
        "Number of the agency's insurance intermediary licence",
    ),
    Setting("ICP_NUMBER", "示例ICP备00000000号", "ICP filing number of the site"),
    Setting("SERVICE_PHONE", "400-000-0000", "Service and complaint telephone of the agency"),
    Setting(
        "SERVICE_EMAIL", "service@agency.example.com", "Service and complaint e-mail of the agency"
    ),
    Setting("STRIPE_API_KEY", DEMO_STRIPE_KEY, "Secret key of the Stripe account", True),
    Setting(
        "STRIPE_API_BASE", "http://127.0.0.1:8001", "Address of Stripe's API; empty: the real one"
    ),
    Setting(
        "STRIPE_WEBHOOK_SECRETS",
        "whsec_demo_sandbox",
        "Webhook signing secrets; two during a rotation, comma-separated",
        True,
    ),
    Setting("STRIPE_METHODS", "card,alipay,wechat_pay", "Payment methods offered, in order"),
    Setting("STRIPE_TIMEOUT_SECONDS", "8", "Longest wait for an answer of Stripe"),
    Setting(
        "INSURER_API_BASE",
        "http://127.0.0.1:8001/insurers",
        "Address under which each insurer's interface is found by its code",
    ),
    Setting(
        "INSURER_KEYS",
        DEMO_INSURER_KEYS,
        "Shared HMAC key of each insurer: code=key, comma-separated",
        True,
    ),
    Setting("INSURER_TIMEOUT_SECONDS", "10", "Longest wait for an answer of an insurer"),
    Setting(
        "FILES_URL",
        "",
        "Where documents are kept: s3://bucket/prefix or file:///folder; empty: instance/files",
    ),
    Setting(
        "SIGNING_PKCS12",
        "",
        "Folder with <insurer>.p12 signing certificates; empty: demonstration ones in instance/signing",
    ),
    Setting("SIGNING_PASSPHRASE", "", "Passphrase of the signing certificates", True),
    Setting(
        "SMTP_URL",
        "smtp://127.0.0.1:8025",
        "Mail server: smtp:// or smtps://user:password@host:port",
        True,
    ),
    Setting("MAIL_FROM", "no-reply@agency.example.com", "Sender of the mails"),
    Setting(
        "REDIS_URL", "", "Redis for request limits shared by several web machines; empty: in memory"
    ),
    Setting(
        "TRUSTED_PROXIES",
        "0",
        "How many reverse proxies stand in front (X-Forwarded-For is trusted that deep)",
    ),
    Setting("LOG_LEVEL", "INFO", "DEBUG, INFO, WARNING or ERROR"),
    Setting("LOG_FORMAT", "", "json or console; empty: json in production, console otherwise"),
    Setting(
        "RETENTION_SHORT_YEARS",
        "5",
        "Years records are kept after contracts of up to one year end (E-03)",
    ),
    Setting(
        "RETENTION_LONG_YEARS", "10", "Years records are kept after longer contracts end (E-03)"
    ),
)


class Settings(SimpleNamespace):
    """The checked values: one attribute for each setting, lower case."""

    @property
    def production(self) -> bool:
        return self.storefront_env == "production"

    @property
    def instance(self) -> Path:
        return instance_path()


def instance_path() -> Path:
    """Folder of everything that belongs to this installation and not to the code."""
    return Path(os.environ.get("STOREFRONT_INSTANCE", str(ROOT / "instance")))


def load(environ: Mapping[str, str] | None = None) -> Settings:
    """Reads and checks all settings.

    Raises:
        SettingsError: with one sentence for each fault, all of them at once.
    """
    given = {**stored_settings(), **(os.environ if environ is None else environ)}
    values = {item.name: given.get(item.name) or item.default for item in SETTINGS}
    faults = _faults(values)
    if faults:
        raise SettingsError(faults)
    return Settings(**{name.lower(): value for name, value in values.items()})


def stored_settings() -> dict[str, str]:
    """What the set-up wrote into `instance/secrets.env`; empty where there is none."""
    path = instance_path() / "secrets.env"
    if not path.exists():
        return {}
    lines = (line.strip() for line in path.read_text().splitlines())
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def describe() -> list[tuple[str, str, str]]:
    """Name, present value (hidden where secret) and explanation of every setting."""
    given = {**stored_settings(), **os.environ}
    rows = []
    for item in SETTINGS:
        value = given.get(item.name) or item.default
        rows.append((item.name, "(set)" if item.secret and value else value or "(empty)", item.doc))
    return rows


def pairs(value: str) -> dict[str, str]:
    """`a=1,b=2` as a dictionary."""
    return dict(part.split("=", 1) for part in value.split(",") if "=" in part)


def _faults(values: Mapping[str, str]) -> list[str]:
    faults = _format_faults(values)
    if "保险代理" not in values["OPERATOR_NAME_ZH"]:  # T-01
        faults.append("OPERATOR_NAME_ZH must carry 保险代理 (T-01)")
    for name in ("BRAND_ZH", "OPERATOR_NAME_ZH"):
        if re.search(r"保险(平台)?$", values[name]):
            faults.append(
                f"{name} must not present an agency as an insurer or an insurance platform (T-01)"
            )
    if values["STOREFRONT_ENV"] == "production":
        faults += _production_faults(values)
    return faults


def _format_faults(values: Mapping[str, str]) -> list[str]:
    faults = []
    if values["STOREFRONT_ENV"] not in ("development", "production"):
        faults.append("STOREFRONT_ENV must be development or production")
    for name in ("SECRET_KEYS", "DATA_KEYS", "LOOKUP_KEY"):
        if not values[name]:
            faults.append(f"{name} is not set; `make setup` generates one for this machine")
    for name in (
        "STRIPE_TIMEOUT_SECONDS",
        "INSURER_TIMEOUT_SECONDS",
        "TRUSTED_PROXIES",
        "RETENTION_SHORT_YEARS",
        "RETENTION_LONG_YEARS",
    ):
        if not values[name].isdigit():
            faults.append(f"{name} must be a whole number")
    if values["DATABASE_URL"] and not values["DATABASE_URL"].startswith(
        ("postgresql://", "postgresql+psycopg://")
    ):
        faults.append("DATABASE_URL must name a PostgreSQL database: postgresql://…")
    faults += [
        f"DATA_KEYS: key {number} is not a Fernet key"
        for number, key in enumerate(filter(None, values["DATA_KEYS"].split(",")), 1)
        if not _is_fernet_key(key)
    ]
    if urlsplit(values["BASE_URL"]).scheme not in ("http", "https"):
        faults.append("BASE_URL must begin with http:// or https://")
    return faults


def _production_faults(values: Mapping[str, str]) -> list[str]:
    faults = []
    for name in ("SECRET_KEYS", "LOOKUP_KEY"):
        for key in filter(None, values[name].split(",")):
            if len(key) < MINIMUM_SECRET_LENGTH or len(set(key)) < MINIMUM_SECRET_LENGTH // 3:
                faults.append(
                    f"{name} is weak: use at least {MINIMUM_SECRET_LENGTH} random characters"
                )
    if values["STRIPE_API_KEY"] == DEMO_STRIPE_KEY or "test" in values["STRIPE_API_KEY"]:
        faults.append("STRIPE_API_KEY is a demonstration or test key")
    if "demo" in values["STRIPE_WEBHOOK_SECRETS"]:
        faults.append("STRIPE_WEBHOOK_SECRETS holds the demonstration secret")
    if any(key.startswith("demo-") for key in pairs(values["INSURER_KEYS"]).values()):
        faults.append("INSURER_KEYS holds a demonstration key")
    for name in ("BASE_URL", "INSURER_API_BASE", "STRIPE_API_BASE"):
        if urlsplit(values[name]).scheme == "http":
            faults.append(f"{name} must use https")
    if not values["DATABASE_URL"]:
        faults.append("DATABASE_URL must name a PostgreSQL server")
    if not values["SIGNING_PKCS12"]:
        faults.append("SIGNING_PKCS12 must name the insurers' signing certificates")
    for name in ("OPERATOR_NAME_ZH", "LICENCE_NUMBER", "ICP_NUMBER"):
        if "示例" in values[name]:
            faults.append(f"{name} still holds the demonstration value")
    return faults


def _is_fernet_key(key: str) -> bool:
    try:
        return len(base64.urlsafe_b64decode(key)) == MINIMUM_SECRET_LENGTH
    except (binascii.Error, ValueError):
        return False
