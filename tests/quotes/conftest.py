"""A visitor without an account."""

from tests.applications.conftest import buyer, visitor

__all__ = ["buyer", "visitor"]
