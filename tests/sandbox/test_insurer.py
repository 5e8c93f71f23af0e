"""The insurers' interface: signed both ways, one policy per application, faults on demand."""

import hashlib
import hmac
import json
import re
import time
from typing import Any

import httpx
import pytest

from tests.launch.installation import eventually
from tests.sandbox.process import INSURERS, Receiver, Sandbox, http

REQUEST = {
    "application_ref": "APP-1",
    "product_code": "travel-accident",
    "product_version": "1",
    "start_at": "2030-01-01T00:00:00+08:00",
    "end_at": "2030-01-08T00:00:00+08:00",
    "premium": "132.09",
    "currency": "CNY",
    "policyholder": {"name": "Li Hua"},
    "insured": [{"name": "Li Hua"}],
}


def signature(secret: str, body: str, moment: float) -> str:
    digest = hmac.new(secret.encode(), f"{int(moment)}.{body}".encode(), hashlib.sha256)
    return f"t={int(moment)},v1={digest.hexdigest()}"


def is_signed(secret: str, header: str, body: str) -> bool:
    moment = float(header.removeprefix("t=").partition(",")[0])
    return abs(moment - time.time()) < 300 and header == signature(secret, body, moment)


def send(
    sandbox: Sandbox, insurer: str = "anlan", moment: float | None = None, **changes: Any
) -> httpx.Response:
    """Ask for a policy; the answer's signature is checked."""
    body = json.dumps({**REQUEST, **changes})
    answer = http.post(
        f"{sandbox.url}/insurers/{insurer}/policies",
        content=body,
        headers={
            "Content-Type": "application/json",
            "Idempotency-Key": str({**REQUEST, **changes}["application_ref"]),
            "X-Signature": signature(INSURERS[insurer], body, moment or time.time()),
        },
    )
    assert is_signed(INSURERS[insurer], answer.headers["X-Signature"], answer.text)
    return answer


def look_up(sandbox: Sandbox, reference: str = "APP-1") -> httpx.Response:
    return http.get(
        f"{sandbox.url}/insurers/anlan/policies/{reference}",
        headers={"X-Signature": signature(INSURERS["anlan"], "", time.time())},
    )


def test_one_application_gets_one_policy(sandbox: Sandbox) -> None:
    first = send(sandbox)
    assert first.status_code == 201
    issued = first.json()
    assert (issued["status"], issued["application_ref"]) == ("issued", "APP-1")
    assert re.fullmatch(r"AN\d{4}20\d{2}\d{11}", issued["policy_number"])
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00", issued["issued_at"])
    again = send(sandbox)
    assert (again.status_code, again.json()) == (200, issued)
    assert (look_up(sandbox).status_code, look_up(sandbox).json()) == (200, issued)
    other = send(sandbox, premium="140.00")
    assert (other.status_code, other.json()["status"]) == (409, "conflict")


def test_policy_number_ends_in_a_check_digit(sandbox: Sandbox) -> None:
    digits = send(sandbox).json()["policy_number"][2:]
    rest = 10
    for digit in digits[:-1]:
        rest = ((rest + int(digit)) % 10 or 10) * 2 % 11
    assert (rest + int(digits[-1])) % 10 == 1


def test_insurers_have_numbers_of_their_own(sandbox: Sandbox) -> None:
    numbers = [send(sandbox, insurer).json()["policy_number"] for insurer in INSURERS]
    assert numbers[0][:6] != numbers[1][:6]


def test_only_fresh_genuine_requests_count(sandbox: Sandbox) -> None:
    assert send(sandbox, moment=time.time() - 400).status_code == 401
    url = f"{sandbox.url}/insurers/anlan/policies"
    forged = http.post(url, json=REQUEST, headers={"X-Signature": f"t=1,v1={'0' * 64}"})
    assert forged.status_code == 401
    assert http.post(url, json=REQUEST).status_code == 401
    assert look_up(sandbox).status_code == 404
    unknown = http.post(f"{sandbox.url}/insurers/nobody/policies", json=REQUEST)
    assert unknown.status_code == 404


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("premium", "-1.00"),
        ("premium", 132.09),
        ("insured", None),
        ("end_at", "2029-01-01T00:00:00+08:00"),
        ("product_code", ""),
    ],
)
def test_unusable_request_names_the_field(sandbox: Sandbox, field: str, value: object) -> None:
    answer = send(sandbox, **{field: value})
    assert (answer.status_code, list(answer.json()["fields"])) == (400, [field])


def test_late_insurer_issues_in_the_end(sandbox: Sandbox) -> None:
    sandbox.tell("insurer", mode="late", seconds=0.6, count=1, insurer="anlan")
    assert (send(sandbox).status_code, send(sandbox).json()["status"]) == (202, "processing")
    assert look_up(sandbox).status_code == 202
    eventually(lambda: look_up(sandbox).status_code == 200, 2)
    assert send(sandbox).json() == look_up(sandbox).json()


def test_refusal_is_explained_and_final(sandbox: Sandbox) -> None:
    sandbox.tell("insurer", mode="refuse", count=1)
    refused = send(sandbox)
    assert refused.status_code == 422
    assert refused.json()["code"] == "risk-not-accepted"
    assert refused.json()["reason_en"] != refused.json()["reason_zh"]
    assert send(sandbox).json() == refused.json()
    assert send(sandbox, application_ref="APP-2").status_code == 201


def test_erring_insurer_issues_nothing(sandbox: Sandbox) -> None:
    sandbox.tell("insurer", mode="error", count=2)
    assert [send(sandbox).status_code for _ in range(2)] == [500, 500]
    assert look_up(sandbox).status_code == 404
    assert send(sandbox).status_code == 201


def test_lost_answer_does_not_lose_the_policy(sandbox: Sandbox) -> None:
    sandbox.tell("insurer", mode="down", count=1)
    with pytest.raises(httpx.RemoteProtocolError):
        send(sandbox)
    assert look_up(sandbox).json()["status"] == "issued"
    assert send(sandbox).status_code == 200


def test_slow_insurer_answers_after_a_while(sandbox: Sandbox) -> None:
    sandbox.tell("insurer", mode="slow", seconds=0.4, count=1)
    begin = time.monotonic()
    assert send(sandbox).status_code == 201
    assert time.monotonic() - begin > 0.4


def test_insurer_calls_back_twice(sandbox: Sandbox, receiver: Receiver) -> None:
    sandbox.tell("insurer", mode="twice", count=1)
    answer = send(sandbox)
    eventually(lambda: len(receiver.deliveries) == 2)
    for delivery in receiver.deliveries:
        assert delivery.path == "/insurer/callback"
        assert json.loads(delivery.body) == answer.json()
        body = delivery.body.decode()
        assert is_signed(INSURERS["anlan"], delivery.headers["X-Signature"], body)
