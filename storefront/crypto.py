"""Encryption of personal data, keyed look-up hashes, signed links and public references.

Keys come from the settings; several may be active at once, the newest encrypts and signs.
"""

import base64
import hashlib
import hmac
import json
import secrets
from dataclasses import dataclass
from typing import Any

from cryptography.fernet import Fernet, MultiFernet
from itsdangerous import URLSafeTimedSerializer

REFERENCE_ALPHABET = (
    "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's: nothing that reads like another
)


@dataclass(frozen=True)
class Keyring:
    """All keys of one process."""

    fernet: MultiFernet
    lookup_key: bytes
    signing_keys: tuple[str, ...]


_keyring: Keyring | None = None


def configure(data_keys: list[str], lookup_key: str, signing_keys: list[str]) -> None:
    """Loads the keys, newest first. Called once by `create_app`."""
    global _keyring  # noqa: PLW0603 - column types have no application to ask
    fernet = MultiFernet([Fernet(key) for key in data_keys])
    _keyring = Keyring(fernet, lookup_key.encode(), tuple(signing_keys))


def keyring() -> Keyring:
    """The keys of this process."""
    if _keyring is None:
        raise RuntimeError("crypto.configure has not been called")
    return _keyring


def encrypt_json(value: Any) -> str:
    """A JSON value, encrypted and authenticated, as text."""
    return encrypt_text(json.dumps(value, ensure_ascii=False, separators=(",", ":")))


def encrypt_text(text: str) -> str:
    """A JSON text as `encrypt_json` encrypts its value."""
    return keyring().fernet.encrypt(text.encode()).decode()


def decrypt_json(token: str) -> Any:
    """The value `encrypt_json` was given. Raises `cryptography.fernet.InvalidToken`."""
    return json.loads(keyring().fernet.decrypt(token.encode()))


def lookup_hash(kind: str, value: str) -> str:
    """Keyed hash by which an encrypted value can be found again, for example an identity number."""
    message = f"{kind}:{value.strip().upper()}".encode()
    return hmac.new(keyring().lookup_key, message, hashlib.sha256).hexdigest()


def token_hash(token: str) -> str:
    """What the database keeps of a random token: enough to recognise it, not to use it."""
    return hashlib.sha256(token.encode()).hexdigest()


def new_token() -> str:
    """A random token for a link or a session, 256 bits."""
    return secrets.token_urlsafe(32)


def signer(purpose: str) -> URLSafeTimedSerializer:
    """Signs small values for links; the newest key signs, all keys verify."""
    return URLSafeTimedSerializer(list(reversed(keyring().signing_keys)), salt=purpose)


def new_reference(prefix: str) -> str:
    """A public reference such as `Q7K3M9T2XB4H8`: prefix, 60 random bits, a check character."""
    body = "".join(secrets.choice(REFERENCE_ALPHABET) for _ in range(12))
    return prefix + body + check_character(prefix + body)


def is_reference(text: str, prefix: str) -> bool:
    """Whether the text has the form of such a reference and its check character is right."""
    return (
        len(text) == len(prefix) + 13
        and text.startswith(prefix)
        and check_character(text[:-1]) == text[-1]
    )


def check_character(text: str) -> str:
    """Check character over a reference (weighted sum modulo 31, so swapped neighbours are found)."""
    total = sum((position + 2) * int(character, 36) for position, character in enumerate(text))
    return REFERENCE_ALPHABET[total % 31]


def sha256(data: bytes) -> str:
    """Hexadecimal SHA-256 of some bytes."""
    return hashlib.sha256(data).hexdigest()


def new_fernet_key() -> str:
    """A fresh key for DATA_KEYS."""
    return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()
