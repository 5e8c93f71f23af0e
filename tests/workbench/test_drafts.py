"""Uploading on the pages: faults first, then a draft, its approval by a second person, the new price."""

from io import BytesIO

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from storefront import clock
from storefront.catalog import service as catalog
from tests.staff.people import make_member, post, second_browser
from tests.workbench.zips import CODE, dearer, zipped


def upload(desk: FlaskClient, data: bytes) -> TestResponse:
    return desk.post(
        "/staff/products/upload",
        data={"file": (BytesIO(data), "product.zip")},
        content_type="multipart/form-data",
    )


def test_faults_stand_by_file_and_key(shop: Session, desk: FlaskClient) -> None:
    wrong = dearer()
    wrong["product.toml"] = wrong["product.toml"].replace('kind = "main"', 'kind = "mane"', 1)
    answer = upload(desk, zipped(wrong))
    assert answer.status_code == 422
    assert "covers.death.kind" in answer.text
    assert upload(desk, b"").status_code == 422


def test_the_way_to_a_new_price(shop: Session, app: Flask, desk: FlaskClient) -> None:
    answer = upload(desk, zipped(dearer()))
    page = desk.get(answer.location).text
    assert "Example premiums that change: 10 of 10" in page
    assert "4.65" in page and "9.30" in page
    asked = post(desk, f"{answer.location}/ask", reason="new rates")
    assert "You asked for this" in desk.get(asked.location).text

    other = second_browser(app, make_member(shop, ["product"]))
    assert "What it changes" in other.get(asked.location).text
    assert post(other, f"{asked.location}/approve").status_code == 303

    assert catalog.current(shop, CODE, clock.now()).definition.version == 3
    assert "Published" in desk.get(answer.location).text
    assert "Followed by a later one" in desk.get(f"/staff/products/{CODE}/2").text


def test_a_draft_is_discarded(shop: Session, desk: FlaskClient) -> None:
    draft = upload(desk, zipped(dearer())).location
    assert "travel-accident, version 3" in desk.get("/staff/products/").text
    assert post(desk, f"{draft}/discard").status_code == 303
    assert "Discarded" in desk.get(draft).text


def test_withdrawing_needs_a_reason(shop: Session, desk: FlaskClient) -> None:
    assert post(desk, f"/staff/products/{CODE}/withdraw", reason=" ").status_code == 422
    assert post(desk, f"/staff/products/{CODE}/withdraw", reason="losses").status_code == 303
    assert desk.get(f"/products/{CODE}").status_code == 404
    assert "Withdrawn" in desk.get(f"/staff/products/{CODE}/2").text
