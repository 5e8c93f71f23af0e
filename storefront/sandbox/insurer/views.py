"""The insurers' HTTP interface: signed requests in, signed answers out."""

import json
import time

from flask import Blueprint, Response, request

from storefront.sandbox import behaviour, outbox
from storefront.sandbox.behaviour import INSURERS, Behaviour, insurer_room
from storefront.sandbox.dropping import drop_connection
from storefront.sandbox.insurer import service
from storefront.sandbox.insurer.service import Answer
from storefront.sandbox.insurer.signing import HEADER, is_genuine, signed_header
from storefront.sandbox.state import settings, store

insurers = Blueprint("insurers", __name__, url_prefix="/insurers/<code>")


@insurers.post("/policies")
def issue(code: str) -> Response:
    if (refusal := _unusable(code)) is not None:
        return _signed(code, refusal)
    with store().writing() as db:
        told = behaviour.take(db, insurer_room(code), INSURERS)
    if told.mode == "slow":
        time.sleep(told.seconds)
    if told.mode == "error":
        return _signed(code, Answer(500, {"status": "error"}))
    answer = _issue(code, told)
    if told.mode == "down":
        return drop_connection()
    return _signed(code, answer)


@insurers.get("/policies/<reference>")
def look_up(code: str, reference: str) -> Response:
    if (refusal := _unauthorised(code)) is not None:
        return _signed(code, refusal)
    with store().reading() as db:
        return _signed(code, service.look_up(db, code, reference, time.time()))


def _issue(code: str, told: Behaviour) -> Answer:
    """Decide; told to answer twice, the insurer calls back with the same answer two times."""
    now = time.time()
    callback_url = settings().insurer_callback_url
    with store().writing() as db:
        answer = service.issue(db, code, request.get_json(), told, now)
        if told.mode == "twice" and callback_url:
            outbox.queue(
                db,
                signer=code,
                reference=request.get_json()["application_ref"],
                url=callback_url,
                body=json.dumps(answer.body, ensure_ascii=False),
                now=now,
                copies=2,
            )
    return answer


def _unauthorised(code: str) -> Answer | None:
    secret = settings().insurer_keys.get(code)
    if secret is None:
        return Answer(404, {"status": "unknown-insurer"})
    body = request.get_data(as_text=False).decode("utf-8", errors="replace")
    if not is_genuine(secret, request.headers.get(HEADER, ""), body, int(time.time())):
        return Answer(401, {"status": "unauthorised"})
    return None


def _unusable(code: str) -> Answer | None:
    if (refusal := _unauthorised(code)) is not None:
        return refusal
    if wrong := service.faults(request.get_json(silent=True)):
        return Answer(400, {"status": "invalid", "fields": wrong})
    if request.headers.get("Idempotency-Key") != request.get_json()["application_ref"]:
        fault = "must equal application_ref"
        return Answer(400, {"status": "invalid", "fields": {"Idempotency-Key": fault}})
    return None


def _signed(code: str, answer: Answer) -> Response:
    body = json.dumps(answer.body, ensure_ascii=False)
    response = Response(body, status=answer.status, content_type="application/json")
    secret = settings().insurer_keys.get(code)
    if secret is not None:
        response.headers.update(signed_header(secret, body, int(time.time())))
    return response
