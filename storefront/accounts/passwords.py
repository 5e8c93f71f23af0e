"""Password hashes (argon2id) and the list of passwords that everybody tries first."""

import functools
import unicodedata
from pathlib import Path

import argon2
from argon2.exceptions import InvalidHashError, VerificationError

# OWASP's first choice for argon2id: 19 MiB, two passes, one lane.
_hasher = argon2.PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
COMMON_FILE = Path(__file__).with_name("common_passwords.txt")


def hash_password(password: str) -> str:
    """What is stored of a password."""
    return _hasher.hash(_normalised(password))


def verify(password_hash: str | None, password: str) -> bool:
    """Whether the password fits; without a hash it takes just as long and says no."""
    try:
        _hasher.verify(password_hash or _hash_of_nothing(), _normalised(password))
    except (VerificationError, InvalidHashError):
        return False
    return password_hash is not None


def needs_rehash(password_hash: str) -> bool:
    """Whether a hash was made with other parameters than today's."""
    return _hasher.check_needs_rehash(password_hash)


@functools.cache
def common_passwords() -> frozenset[str]:
    """The passwords nobody may use, in lower case."""
    lines = COMMON_FILE.read_text(encoding="utf-8").splitlines()
    return frozenset(line.casefold() for line in lines if line and not line.startswith("# "))


@functools.cache
def _hash_of_nothing() -> str:
    return _hasher.hash("")


def _normalised(password: str) -> bytes:
    return unicodedata.normalize("NFKC", password).encode()
