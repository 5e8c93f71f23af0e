"""A logged-in visitor inside the process, with the catalogue published."""

from collections.abc import Iterator

import httpx
import pytest
from flask import Flask

from tests.visitor import Visitor


@pytest.fixture
def visitor(app: Flask) -> Iterator[Visitor]:
    """Somebody without an account yet."""
    transport = httpx.WSGITransport(app=app, raise_app_exceptions=False)
    with httpx.Client(transport=transport, base_url="http://127.0.0.1") as http:
        yield Visitor(http)
