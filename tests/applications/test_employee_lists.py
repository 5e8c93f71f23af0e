"""The step with the list of employees, through HTTP: faults, correction, agreement with the quote, the contract."""

import io
from datetime import UTC, datetime
from typing import Any

import openpyxl
import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from storefront import clock
from storefront.applications.employees import service as employees
from storefront.applications.employees.models import Employee, EmployeeList
from storefront.applications.employees.reading import MOST_ROWS
from storefront.catalog.loader import load_all
from storefront.db import db
from storefront.evidence.models import EvidenceRecord
from storefront.policies import contract
from tests.applications.conftest import PASSWORD, new_customer, stored
from tests.employees import SEVEN, as_csv, as_workbook, row, rows, with_seven_faults
from tests.plans import PLANS
from tests.visitor import Visitor

NOW = datetime(2026, 11, 20, 2, tzinfo=UTC)


def at_the_list(buyer: Visitor) -> str:
    """An application of a company with ten employees quoted, at the step of their list."""
    ref = buyer.up_to("employees", *PLANS["employers-liability"](clock.local_date(clock.now())))
    assert buyer.page.url.path.endswith("/employees"), buyer.problems()
    return ref


def state_of(session: Session, model: type[Any]) -> int:
    session.rollback()
    return session.scalars(select(func.count()).select_from(model)).one()


def test_seven_faulty_rows_are_shown_and_the_corrected_list_goes_on(
    session: Session, buyer: Visitor
) -> None:
    ref = at_the_list(buyer)
    page = buyer.upload(ref, "employees", "staff.xlsx", as_workbook(with_seven_faults(100)))
    assert page.status_code == 200
    for line, column, _ in SEVEN:
        assert f'<th scope="row">{line}</th><td>{column} ·' in page.text
    assert page.text.count('<th scope="row">') == len(SEVEN)
    assert stored(ref).parties.get("employees") is None
    assert state_of(session, Employee) == 0
    buyer.upload(ref, "employees", "staff.xlsx", as_workbook(rows(10)))
    assert state_of(session, EmployeeList) == 1
    assert state_of(session, Employee) == 10
    page = buyer.save(ref, "employees", action="next")
    assert 'href="#confirm-employee-data"' in page.text
    buyer.save(ref, "employees", **{"action": "next", "employee-data": "yes"})
    assert buyer.page.url.path.endswith("/documents")


def test_a_good_list_stays_until_a_better_one_replaces_it(session: Session, buyer: Visitor) -> None:
    ref = at_the_list(buyer)
    buyer.upload(ref, "employees", "good.csv", as_csv(rows(10)))
    kept = stored(ref).parties["employees"]
    page = buyer.upload(ref, "employees", "bad.csv", as_csv(with_seven_faults(60)))
    assert "good.csv" in page.text
    assert "bad.csv" in page.text
    assert stored(ref).parties["employees"] == kept
    assert state_of(session, Employee) == 10
    buyer.upload(ref, "employees", "better.csv", as_csv(rows(12)))
    assert stored(ref).parties["employees"]["count"] == 12
    assert (state_of(session, EmployeeList), state_of(session, Employee)) == (1, 12)
    assert "bad.csv" not in buyer.page.text


def test_the_price_follows_the_list_when_the_customer_says_so(
    session: Session, buyer: Visitor
) -> None:
    ref = at_the_list(buyer)
    lines = rows(14)
    for line in lines[1:]:
        line[3], line[5] = "后勤人员", "是"
    page = buyer.upload(ref, "employees", "list.csv", as_csv(lines))
    assert "11,900.00" in page.text
    assert 'value="reprice"' in page.text
    quoted = stored(ref).answers
    assert quoted["employees"] == 10
    page = buyer.save(ref, "employees", **{"action": "next", "employee-data": "yes"})
    assert 'href="#differences"' in page.text
    assert buyer.get(f"/applications/{ref}/documents").url.path.endswith("/employees")
    buyer.save(ref, "employees", action="reprice")
    answers = stored(ref).answers
    assert answers["employees"] == 14
    assert answers["category"] == "support"
    assert answers["work_injury_insured"] is True
    assert str(stored(ref).premium) == "11900.00"  # 850 each: they are in work-injury insurance
    buyer.save(ref, "employees", **{"action": "next", "employee-data": "yes"})
    assert buyer.page.url.path.endswith("/documents")


def test_another_number_in_the_quote_afterwards_asks_again(
    session: Session, buyer: Visitor
) -> None:
    code, answers, plan = PLANS["employers-liability"](clock.local_date(clock.now()))
    ref = buyer.up_to("documents", code, answers, plan)
    changed = {**answers, "employees": "11", "start_date": plan.start_date}
    buyer.step(ref, "cover", **changed)
    assert buyer.get(f"/applications/{ref}/summary").url.path.endswith("/employees")


def test_a_new_list_asks_for_the_statement_again(session: Session, buyer: Visitor) -> None:
    ref = at_the_list(buyer)
    buyer.upload(ref, "employees", "one.csv", as_csv(rows(10)))
    buyer.save(ref, "employees", **{"action": "next", "employee-data": "yes"})
    buyer.get(f"/applications/{ref}/employees")
    buyer.upload(ref, "employees", "two.csv", as_csv([*rows(9), row(77)]))
    assert buyer.get(f"/applications/{ref}/documents").url.path.endswith("/employees")
    assert " checked" not in buyer.page.text


@pytest.mark.parametrize(
    ("name", "data"),
    [("list.pdf", b"%PDF-1.7"), ("list.csv", b"a,b\n1,2"), ("list.xlsx", b"PK\x03\x04")],
)
def test_a_file_that_is_no_list_is_refused_with_a_sentence(
    session: Session, buyer: Visitor, name: str, data: bytes
) -> None:
    ref = at_the_list(buyer)
    page = buyer.upload(ref, "employees", name, data)
    assert page.status_code == 422
    assert 'href="#list"' in page.text
    assert state_of(session, EmployeeList) == 0


def test_without_a_file_or_a_list_nothing_goes_on(session: Session, buyer: Visitor) -> None:
    ref = at_the_list(buyer)
    for fields in ({"action": "upload"}, {"action": "reprice"}, {"employee-data": "yes"}):
        page = buyer.save(ref, "employees", **fields)
        assert page.status_code == 422
        assert 'href="#list"' in page.text


def test_many_faults_stand_on_several_pages_and_all_of_them_in_the_file(
    session: Session, buyer: Visitor
) -> None:
    ref = at_the_list(buyer)
    lines = [[*line[:4], "x", "perhaps"] for line in rows(120)]
    lines[0] = rows(0)[0]
    lines[1][0] = "=cmd|' /C calc'!A0"
    page = buyer.upload(ref, "employees", "bad.csv", as_csv(lines))
    assert page.text.count('<th scope="row">') == 50
    page = buyer.get(f"/applications/{ref}/employees?page=5")
    assert page.text.count('<th scope="row">') == 241 - 200
    assert "page=4" in page.text
    for odd in ("0", "99", "x", "-1"):
        assert buyer.get(f"/applications/{ref}/employees?page={odd}").status_code == 200
    data = buyer.http.get(f"/applications/{ref}/employees/faults.csv").content.decode("utf-8-sig")
    assert len(data.split("\r\n2,")) == 2
    assert "'=cmd|" in data
    book = openpyxl.load_workbook(
        io.BytesIO(buyer.http.get(f"/applications/{ref}/employees/faults.xlsx").content)
    )
    assert book.active.max_row == 121
    assert book.active["B2"].data_type == "s"
    assert book.active["B2"].value == "=cmd|' /C calc'!A0"


def test_the_accepted_list_comes_back_as_it_was(session: Session, buyer: Visitor) -> None:
    ref = at_the_list(buyer)
    for kind in ("list", "faults"):
        assert buyer.http.get(f"/applications/{ref}/employees/{kind}.csv").status_code == 404
    buyer.upload(ref, "employees", "one.csv", as_csv(rows(10)))
    for kind in ("csv", "xlsx"):
        given = buyer.http.get(f"/applications/{ref}/employees/list.{kind}")
        assert given.headers["content-disposition"].startswith("attachment")
        buyer.get(f"/applications/{ref}/employees")
        before = stored(ref).parties["employees"]["sha256"]
        buyer.upload(ref, "employees", f"again.{kind}", given.content)
        assert stored(ref).parties["employees"]["sha256"] == before
        template = buyer.http.get(f"/applications/{ref}/employees/template.{kind}")
        assert template.status_code == 200


def test_lists_are_encrypted_and_employees_found_by_their_number(
    session: Session, buyer: Visitor
) -> None:
    ref = at_the_list(buyer)
    buyer.upload(ref, "employees", "secret-name.csv", as_csv(rows(10)))
    everything = str(session.execute(text("select * from employee_list")).all())
    everything += str(session.execute(text("select * from employee")).all())
    assert "secret-name" not in everything
    assert row(3)[1] not in everything
    assert row(3)[0] not in everything
    list_id = stored(ref).parties["employees"]["list_id"]
    found = employees.employee(session, list_id, row(3)[1].lower())
    assert found is not None
    assert found["name"] == "示例3"
    assert employees.employee(session, list_id, row(30)[1]) is None


def test_somebody_elses_list_does_not_exist(session: Session, buyer: Visitor) -> None:
    ref = at_the_list(buyer)
    buyer.upload(ref, "employees", "one.csv", as_csv(rows(10)))
    session.add(new_customer("other@example.com", PASSWORD))
    session.commit()
    buyer.http.cookies.clear()
    buyer.log_in("other@example.com", PASSWORD)
    for kind in ("list", "faults", "template"):
        assert buyer.http.get(f"/applications/{ref}/employees/{kind}.csv").status_code == 404


def test_the_contract_names_the_list_and_the_insurer_gets_everybody(
    session: Session, buyer: Visitor
) -> None:
    ref = buyer.apply(*PLANS["employers-liability"](clock.local_date(clock.now())))
    application = stored(ref)
    assert application.state == "accepted", buyer.problems()
    definition = load_all()["employers-liability"].definition
    content = contract.content(application, definition, contract.Period(NOW, NOW, False), "P0")
    listed = content["parties"]["employees"]
    assert (listed["count"], listed["categories"]) == (10, {"frontline": 10})
    everybody = employees.employees_of(session, listed["list_id"])
    asked = contract.insurer_request(content, everybody)
    assert asked["employees"]["sha256"] == listed["sha256"]
    assert [person["id_number"] for person in asked["employees"]["list"]] == [
        row(number)[1] for number in range(10)
    ]
    kinds = session.scalars(select(EvidenceRecord.kind).where(EvidenceRecord.chain == ref)).all()
    assert {"answers:employees", "confirmed:employee-data"} <= set(kinds)


def test_a_full_list_is_taken_in_a_few_seconds(session: Session, buyer: Visitor) -> None:
    ref = at_the_list(buyer)
    buyer.upload(ref, "employees", "all.csv", as_csv(rows(MOST_ROWS)))
    assert stored(ref).parties["employees"]["count"] == MOST_ROWS
    assert state_of(session, Employee) == MOST_ROWS
    db.session.rollback()


def test_nobody_uploads_without_end(session: Session, buyer: Visitor) -> None:
    ref = at_the_list(buyer)
    answers = [buyer.save(ref, "employees", action="upload").status_code for _ in range(20)]
    assert set(answers) == {422}
    assert buyer.save(ref, "employees", action="upload").status_code == 429
