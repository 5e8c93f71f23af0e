"""Every setting of the storefront: read from the environment, checked before anything starts.

A value comes from the environment, else from the files that the set-up writes into `instance/`,
else from the default below. `flask --app wsgi settings` lists them all. Defaults marked `demo`
serve development only: in production they are empty, and every fault stops the start by name.
"""

import base64
import binascii
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import urlsplit

ROOT = Path(__file__).parent
DEMO_STRIPE_KEY = "sk_test_sandbox"
DEMO_INSURER_KEYS = "yunshan=demo-yunshan-key,haitang=demo-haitang-key"
SECRET_LENGTH = 32
INSURER_KEY_LENGTH = 16
# How the names of whole numbers above zero end.
COUNTS = ("_SECONDS", "_YEARS", "_DAYS", "_YUAN", "_MEGABYTES", "_FILES")


class SettingsError(Exception):
    """Settings that the storefront must not start with; `faults` holds one sentence each."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


@dataclass(frozen=True)
class Setting:
    """One setting. `{PORT}` in a default stands for the setting of that name."""

    name: str
    default: str
    doc: str
    secret: bool = False  # listings hide the value
    demo: bool = False  # the default is not for production


SETTINGS = (
    Setting("STOREFRONT_ENV", "development", "development, or production: every setting is judged"),
    Setting("STOREFRONT_INSTANCE", "instance", "Folder of all that belongs to this installation"),
    Setting("HOST", "127.0.0.1", "Address that the web server listens on"),
    Setting("PORT", "8000", "Port of the web server"),
    Setting("SANDBOX_PORT", "8001", "Port of the stand-ins for Stripe, insurers and mailbox"),
    Setting("SANDBOX_SMTP_PORT", "8025", "Port of the stand-in for the mail server"),
    Setting("BASE_URL", "http://127.0.0.1:{PORT}", "Public address, in links and mails", demo=True),
    Setting("DATABASE_URL", "", "PostgreSQL 15 or newer, postgresql://…; empty: the embedded one"),
    Setting("SECRET_KEYS", "", "Keys that sign cookies and links, newest first, a,b", secret=True),
    Setting("DATA_KEYS", "", "Fernet keys of personal data, newest first, a,b", secret=True),
    Setting("LOOKUP_KEY", "", "Key of look-up hashes and seals; never changes", secret=True),
    Setting("OPERATOR_NAME_ZH", "示例星河保险代理有限公司", "Registered name (T-01)", demo=True),
    Setting("OPERATOR_NAME_EN", "Galaxy Example Insurance Agency Ltd.", "English name", demo=True),
    Setting("BRAND_ZH", "星河示例保险代理", "Chinese name in the page header", demo=True),
    Setting("BRAND_EN", "Galaxy Example Insurance Agency", "The same in English", demo=True),
    Setting("LICENCE_NUMBER", "示例000000000000", "Number of the agency's licence", demo=True),
    Setting("ICP_NUMBER", "示例ICP备00000000号", "ICP filing number of the site", demo=True),
    Setting("SERVICE_PHONE", "400-000-0000", "Service and complaint telephone", demo=True),
    Setting("SERVICE_EMAIL", "service@agency.example.com", "Service e-mail", demo=True),
    Setting("STRIPE_API_KEY", DEMO_STRIPE_KEY, "Secret key at Stripe", secret=True, demo=True),
    Setting(
        "STRIPE_API_BASE",
        "http://127.0.0.1:{SANDBOX_PORT}",
        "Address of Stripe's interface; empty: the real one",
        demo=True,
    ),
    Setting(
        "STRIPE_WEBHOOK_SECRETS",
        "whsec_demo_sandbox",
        "Secrets that sign Stripe's events; two during a rotation, a,b",
        secret=True,
        demo=True,
    ),
    Setting("STRIPE_METHODS", "card,alipay,wechat_pay", "Payment methods offered, in order"),
    Setting("STRIPE_TIMEOUT_SECONDS", "8", "Longest wait for an answer of Stripe"),
    Setting(
        "INSURER_API_BASE",
        "http://127.0.0.1:{SANDBOX_PORT}/insurers",
        "Address under which each insurer's interface is found by its code",
        demo=True,
    ),
    Setting(
        "INSURER_KEYS",
        DEMO_INSURER_KEYS,
        "HMAC key shared with each insurer: code=key,code=key",
        secret=True,
        demo=True,
    ),
    Setting("INSURER_TIMEOUT_SECONDS", "10", "Longest wait for an answer of an insurer"),
    Setting("FILES_URL", "", "Where documents are kept: s3://bucket/prefix; empty: instance/files"),
    Setting("SIGNING_PKCS12", "", "Folder: <insurer>.p12, evidence/agency.p12; empty: demo ones"),
    Setting("SIGNING_PASSPHRASE", "", "Passphrase of the signing certificates", secret=True),
    Setting(
        "SMTP_URL",
        "smtp://127.0.0.1:{SANDBOX_SMTP_PORT}",
        "Mail server: smtp:// or smtps://user:password@host:port",
        secret=True,
        demo=True,
    ),
    Setting("MAIL_FROM", "no-reply@agency.example.com", "Sender of the mails", demo=True),
    Setting("REDIS_URL", "", "Redis for limits shared by web machines; empty: none", secret=True),
    Setting("REFUND_ALONE_YUAN", "5000", "Up to this, one person alone sends held money back"),
    Setting("TRUSTED_PROXIES", "0", "How many reverse proxies stand in front of the web server"),
    Setting("LOG_LEVEL", "INFO", "DEBUG, INFO, WARNING or ERROR"),
    Setting("LOG_FORMAT", "", "json or console; empty: json in production, console otherwise"),
    Setting("UPLOAD_MEGABYTES", "20", "Largest file that may be attached"),
    Setting("UPLOAD_FILES", "20", "Most files attached to one application, claim or ticket"),
    Setting("UNDERWRITING_REFERRAL_DAYS", "3", "Working days in which an underwriter decides"),
    Setting("UNDERWRITING_APPEAL_DAYS", "10", "Working days in which an appeal is decided"),
    Setting("UNDERWRITING_URGENT_SUM_YUAN", "1000000", "Sum insured from which a case comes first"),
    Setting("UNDERWRITING_AUTHORITY_YUAN", "2000000", "Sum above which a team leader decides"),
    Setting("RETENTION_SHORT_YEARS", "5", "Years kept after contracts of up to one year (E-03)"),
    Setting("RETENTION_LONG_YEARS", "10", "Years kept after longer contracts (E-03)"),
    Setting("RETENTION_IDENTITY_YEARS", "10", "Years kept after contracts: who is who (E-03)"),
    Setting("RETENTION_DISPUTE_YEARS", "2", "Years kept longer where there was a dispute (E-03)"),
    # From when S-11 asks (confidence C); the lowest of the means offered counts.
    Setting("DILIGENCE_SINGLE", "card=200000,alipay=50000,wechat_pay=50000", "One premium, yuan"),
    Setting("DILIGENCE_YEARLY", "card=500000,alipay=200000,wechat_pay=200000", "In a year, yuan"),
    Setting("CLAIM_AUTOMATIC_YUAN", "5000", "Simple claims up to this are decided by the rules"),
    Setting("BANK_FILE_ENCODING", "utf-8", "Of the files of payouts for banks: utf-8 or gb18030"),
)
CHOICES = {
    "STOREFRONT_ENV": ("development", "production"),
    "LOG_LEVEL": ("DEBUG", "INFO", "WARNING", "ERROR"),
    "LOG_FORMAT": ("", "json", "console"),
    "BANK_FILE_ENCODING": ("utf-8", "gb18030"),
}
SCHEMES = {
    "BASE_URL": ("http", "https"),
    "DATABASE_URL": ("", "postgresql", "postgresql+psycopg"),
    "STRIPE_API_BASE": ("", "http", "https"),
    "INSURER_API_BASE": ("http", "https"),
    "SMTP_URL": ("smtp", "smtps"),
    "REDIS_URL": ("", "redis", "rediss", "unix"),
}
OPTIONAL_IN_PRODUCTION = {"STRIPE_API_BASE"}
# An agency must not pass for an insurer or an insurance platform (T-01).
FORBIDDEN_NAME = re.compile(r"保险平台|保险(公司|有限公司|股份有限公司|网|商城)?$")


class Settings(SimpleNamespace):
    """The checked values: one attribute for each setting, lower case."""

    @property
    def production(self) -> bool:
        return bool(self.storefront_env == "production")

    @property
    def instance(self) -> Path:
        return ROOT / str(self.storefront_instance)


def instance_path() -> Path:
    """Folder of everything that belongs to this installation and not to the code."""
    return ROOT / (os.environ.get("STOREFRONT_INSTANCE") or "instance")


def load(environ: Mapping[str, str] | None = None) -> Settings:
    """Reads and checks all settings; a given `environ` stands for environment and files.

    Raises:
        SettingsError: with one sentence for each fault, all of them at once.
    """
    values = _values(environ)
    faults = [*_format_faults(values), *_amount_faults(values), *_name_faults(values)]
    if values["STOREFRONT_ENV"] == "production":
        faults += [*_production_faults(values), *_secret_faults(values)]
    if faults:
        raise SettingsError(faults)
    return Settings(**{name.lower(): value for name, value in values.items()})


def stored_settings(file: str) -> dict[str, str]:
    """What the set-up wrote into a file of the installation's folder; empty where there is none."""
    path = instance_path() / file
    if not path.exists():
        return {}
    lines = (line.strip() for line in path.read_text().splitlines())
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def describe() -> list[tuple[str, str, str]]:
    """Name, present value (hidden where secret) and explanation of every setting."""
    values = _values(None)
    return [
        (item.name, "(set)" if item.secret and values[item.name] else values[item.name], item.doc)
        for item in SETTINGS
    ]


def pairs(value: str) -> dict[str, str]:
    """`a=1,b=2` as a dictionary."""
    return dict(part.split("=", 1) for part in value.split(",") if "=" in part)


def _values(environ: Mapping[str, str] | None) -> dict[str, str]:
    given = _given() if environ is None else environ
    production = given.get("STOREFRONT_ENV") == "production"
    values: dict[str, str] = {}
    for item in SETTINGS:
        default = "" if production and item.demo else item.default.format_map(values)
        # An empty variable means the default, except where empty itself has a meaning.
        keeps_empty = item.name in SCHEMES and "" in SCHEMES[item.name]
        value = given.get(item.name, default).strip()
        values[item.name] = value if value or keeps_empty else default
    return values


def _given() -> dict[str, str]:
    given = {**stored_settings("secrets.env"), **os.environ}
    if given.get("STOREFRONT_ENV") == "production":
        return given
    return {**stored_settings("database.env"), **given}  # address of the embedded server


def _format_faults(values: Mapping[str, str]) -> Iterator[str]:
    for name, allowed in CHOICES.items():
        if values[name] not in allowed:
            yield f"{name} must be one of: {', '.join(filter(None, allowed))}"
    for name in ("SECRET_KEYS", "DATA_KEYS", "LOOKUP_KEY"):
        if not values[name]:
            yield f"{name} is not set; `make setup` generates one for this machine"
    for item in SETTINGS:
        value = values[item.name]
        if item.name.endswith("PORT") and not (value.isdecimal() and 0 < int(value) < 65536):
            yield f"{item.name} must be a port number from 1 to 65535"
        if item.name.endswith(COUNTS) and not (value.isdecimal() and int(value)):
            yield f"{item.name} must be a whole number above zero"
    if not values["TRUSTED_PROXIES"].isdecimal():
        yield "TRUSTED_PROXIES must be a whole number"
    for name, schemes in SCHEMES.items():
        if values[name] and urlsplit(values[name]).scheme not in schemes:
            expected = " or ".join(f"{scheme}://" for scheme in schemes if scheme)
            yield f"{name} must begin with {expected}"
    for number, key in enumerate(filter(None, values["DATA_KEYS"].split(",")), 1):
        if not _is_fernet_key(key):
            yield f"DATA_KEYS: key {number} is not a Fernet key"


def _amount_faults(values: Mapping[str, str]) -> Iterator[str]:
    for name in ("DILIGENCE_SINGLE", "DILIGENCE_YEARLY"):
        amounts = pairs(values[name])
        if not all(amounts.get(key, "").isdecimal() for key in values["STRIPE_METHODS"].split(",")):
            yield f"{name} must name an amount for each of STRIPE_METHODS: card=200000,…"


def _name_faults(values: Mapping[str, str]) -> Iterator[str]:
    if values["OPERATOR_NAME_ZH"] and "保险代理" not in values["OPERATOR_NAME_ZH"]:
        yield "OPERATOR_NAME_ZH must carry 保险代理 (T-01)"
    for name in ("BRAND_ZH", "OPERATOR_NAME_ZH"):
        if FORBIDDEN_NAME.search(values[name]):
            yield f"{name} must not call an agency an insurer or an insurance platform (T-01)"


def _production_faults(values: Mapping[str, str]) -> Iterator[str]:
    for item in SETTINGS:
        if item.demo and not values[item.name] and item.name not in OPTIONAL_IN_PRODUCTION:
            yield f"{item.name} is not set"
        elif item.demo and values[item.name] == item.default.format_map(values):
            yield f"{item.name} still holds the demonstration value"
        elif "示例" in values[item.name] or values[item.name].endswith("example.com"):
            yield f"{item.name} still holds a demonstration value"
    if values["STRIPE_API_KEY"] and not values["STRIPE_API_KEY"].startswith(("sk_live", "rk_live")):
        yield "STRIPE_API_KEY is not a live key"
    for name in ("BASE_URL", "INSURER_API_BASE", "STRIPE_API_BASE"):
        if urlsplit(values[name]).scheme == "http":
            yield f"{name} must use https"
    if not values["DATABASE_URL"]:
        yield "DATABASE_URL must name a PostgreSQL server"
    if not values["SIGNING_PKCS12"]:
        yield "SIGNING_PKCS12 must name the folder of the insurers' signing certificates"


def _secret_faults(values: Mapping[str, str]) -> Iterator[str]:
    for name in ("SECRET_KEYS", "DATA_KEYS", "LOOKUP_KEY", "STRIPE_WEBHOOK_SECRETS"):
        if any(_is_weak(key, SECRET_LENGTH) for key in filter(None, values[name].split(","))):
            yield f"{name} is weak: use at least {SECRET_LENGTH} random characters"
    for insurer, key in pairs(values["INSURER_KEYS"]).items():
        if _is_weak(key, INSURER_KEY_LENGTH):
            yield f"INSURER_KEYS is weak for {insurer}: {INSURER_KEY_LENGTH} random characters"


def _is_weak(key: str, length: int) -> bool:
    return len(key) < length or len(set(key)) < length // 3 or key.startswith(("demo", "test"))


def _is_fernet_key(key: str) -> bool:
    try:
        return len(base64.urlsafe_b64decode(key)) == SECRET_LENGTH
    except (binascii.Error, ValueError):
        return False
