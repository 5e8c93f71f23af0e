"""Fixtures of the tests of accounts."""

from collections.abc import Iterator

import pytest
from flask import Flask

from storefront.extensions import limiter


@pytest.fixture(autouse=True)
def fresh_limits(app: Flask) -> Iterator[None]:
    """Request limits begin anew: all tests come from one network address."""
    with app.app_context():
        limiter.reset()
    yield
