"""What the sandbox is told by its environment."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

# The storefront's own demonstration values, so that both run together without any setting.
WEBHOOK_SECRET = "whsec_demo_sandbox"  # noqa: S105 - a demonstration value
INSURER_KEYS = "yunshan=demo-yunshan-key,haitang=demo-haitang-key"


class SettingsError(ValueError):
    """A setting cannot be understood; the message is one line for the person who starts us."""


@dataclass(frozen=True)
class Settings:
    """Addresses, keys and the state file; nothing changes while the process runs."""

    host: str
    port: int
    smtp_port: int
    state: Path
    stripe_api_key: str
    stripe_webhook_url: str
    stripe_webhook_secrets: tuple[str, ...]
    insurer_keys: Mapping[str, str]
    insurer_callback_url: str

    @property
    def url(self) -> str:
        return f"http://{self.host}:{self.port}"


def from_environment(environment: Mapping[str, str]) -> Settings:
    """Read the settings; an empty variable counts as unset only where a default is needed to run."""
    return Settings(
        host=environment.get("SANDBOX_HOST") or "127.0.0.1",
        port=_port(environment, "SANDBOX_PORT", 8001),
        smtp_port=_port(environment, "SANDBOX_SMTP_PORT", 8025),
        state=Path(environment.get("SANDBOX_STATE") or "instance/sandbox.sqlite3"),
        stripe_api_key=environment.get("STRIPE_API_KEY") or "sk_test_sandbox",
        stripe_webhook_url=environment.get(
            "STRIPE_WEBHOOK_URL", "http://127.0.0.1:8000/stripe/webhook"
        ),
        stripe_webhook_secrets=_list(environment.get("STRIPE_WEBHOOK_SECRETS") or WEBHOOK_SECRET),
        insurer_keys=_pairs(environment.get("INSURER_KEYS") or INSURER_KEYS),
        insurer_callback_url=environment.get("INSURER_CALLBACK_URL", ""),
    )


def _port(environment: Mapping[str, str], name: str, default: int) -> int:
    text = environment.get(name) or str(default)
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise SettingsError(f"{name} must be a port number between 1 and 65535, not {text!r}")
    return int(text)


def _list(text: str) -> tuple[str, ...]:
    return tuple(item.strip() for item in text.split(",") if item.strip())


def _pairs(text: str) -> dict[str, str]:
    pairs = {}
    for item in _list(text):
        code, separator, secret = item.partition("=")
        if not (code and separator and secret):
            raise SettingsError('INSURER_KEYS must read "code=secret,code=secret"')
        pairs[code] = secret
    return pairs
