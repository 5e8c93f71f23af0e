"""Signatures of the insurers' interface."""

import pytest

from storefront.policies.insurer_client import is_genuine, signature_header
from storefront.sandbox.insurer import signing

NOW = 1_800_000_000
BODY = b'{"status":"issued"}'


def test_both_sides_sign_alike() -> None:
    header = signature_header("key", BODY, NOW)
    assert {signing.HEADER: header} == signing.signed_header("key", BODY.decode(), NOW)
    assert is_genuine("key", header, BODY, NOW)


@pytest.mark.parametrize(("age", "believed"), [(0, True), (300, True), (301, False), (-301, False)])
def test_a_signature_is_believed_for_five_minutes(age: int, believed: bool) -> None:
    assert is_genuine("key", signature_header("key", BODY, NOW - age), BODY, NOW) is believed


@pytest.mark.parametrize(("key", "body"), [("other", BODY), ("key", BODY + b" "), ("key", b"")])
def test_another_key_or_body_is_not_believed(key: str, body: bytes) -> None:
    assert not is_genuine(key, signature_header("key", BODY, NOW), body, NOW)


@pytest.mark.parametrize("header", ["", "t=1,v1=", "v1=00", "t=x,v1=" + "0" * 64])
def test_what_is_no_signature_is_not_believed(header: str) -> None:
    assert not is_genuine("key", header, BODY, NOW)
