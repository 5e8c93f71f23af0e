"""A visitor with the catalogue on sale, without an account."""

from tests.applications.conftest import buyer, catalogue, visitor

__all__ = ["buyer", "catalogue", "visitor"]
