"""Contributions and accounts over HTTP: a month from declaration to balance, and who is refused."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.faces.api.test_people import Api
from tests.record.contributions.stage import doing_everything, put_in_force, worker
from tests.record.contributions.test_files import as_csv
from tests.record.orgs.people import add_user, organisation
from tongchou.record.contributions.models import Part

pytestmark = pytest.mark.usefixtures("record")


@pytest.fixture
def assessor() -> Api:
    return Api(add_user("assessor", organisation("agency", organisation("agency"))))


def upload(api: Api, path: str, content: bytes, name: str = "x.csv"):
    return api.client.post(f"/api/contributions{path}", {"file": SimpleUploadedFile(name, content)})


def test_a_month_from_order_to_balance(assessor: Api) -> None:
    with doing_everything():
        put_in_force()
        person = worker(assessor.city)
    run = assessor.post("/api/contributions/assessments", {"insurance": "employee", "month": "2025-03-15"})
    assert (run.status_code, run.json()["ordered"]) == (201, 2)
    orders = assessor.client.get(f"/api/contributions/persons/{person.pk}/orders").json()
    parts = [(part["id"], part["fen"]) for order in orders for part in order["parts"]]
    assert sum(fen for _, fen in parts) == sum(order["whole"] for order in orders) == 72700
    rows = [[f"T{number}", str(number), "2025-04-10", f"{fen // 100}.00", ""] for number, fen in parts]
    wrong = upload(assessor, "/receipt-files/preview", as_csv([[*rows[0][:1], "9" * 12, *rows[0][2:]]]))
    assert [one["place"]["row"] for one in wrong.json()["problems"]] == [2]
    sheet = upload(assessor, "/receipt-files/errors", as_csv([["", "", "", "", ""], ["x", "y", "z", "a", ""]]))
    assert sheet.content.startswith(b"PK")
    assert upload(assessor, "/receipt-files/errors", as_csv(rows)).status_code == 204
    assert upload(assessor, "/receipt-files", as_csv(rows)).status_code == 201
    assert upload(assessor, "/receipt-files", as_csv(rows)).json()["rows"] == 3
    assert assessor.client.get(f"/api/accounts/persons/{person.pk}").json() == [
        {"insurance": "employee", "account": "个人账户", "fen": 16000}
    ]
    query = {"insurance": "employee", "first": "2025-01-01", "through": "2025-12-31", "on": "2025-05-01"}
    rate = assessor.client.get("/api/contributions/collection-rate", {**query, "basis": "due"}).json()
    assert rate == {"basis": "due", "collected": 72700, "of": 72700}


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [(b"", 422, "J203"), (b"\xff\xfe", 422, "E110"), (b"PK\x03\x04", 422, "U105")],
)
def test_a_file_that_is_none(assessor: Api, content: bytes, status: int, code: str) -> None:
    answer = upload(assessor, "/receipt-files", content)
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
    assert answer.json()["problems"][0]["code"] == code


def test_a_person_and_an_employer_see_their_own(assessor: Api) -> None:
    with doing_everything():
        put_in_force()
        firm = organisation("employer", assessor.city)
        mine, other = worker(assessor.city, firm), worker(assessor.city)
    assessor.post("/api/contributions/assessments", {"insurance": "employee", "month": "2025-03-01"})
    employer = Api(add_user("employer", firm))
    late = employer.client.get("/api/contributions/arrears", {"on": "2026-01-01"}).json()
    assert {row["person"] for row in late} == {mine.pk}
    assert employer.client.get(f"/api/contributions/persons/{other.pk}/orders").status_code == 404
    for path, content in (
        ("/contributions/assessments", {"insurance": "employee", "month": "2025-03-01"}),
        ("/accounts/years", {"insurance": "employee", "year": 2025}),
    ):
        assert employer.post(f"/api{path}", content).status_code == 403
    assert Client().get("/api/contributions/arrears?on=2026-01-01").status_code == 401
    with doing_everything():
        part = Part.objects.filter(order__person=other)[0]
    body = {"part": part.pk, "fen": 1, "reason": "x"}
    assert employer.post("/api/contributions/refunds", body).status_code == 403


@pytest.mark.parametrize(
    "path",
    [
        "/accounts/persons/1/statement?insurance=x&account=y&first=0001-01-01&through=9999-12-31",
        "/contributions/collection-rate?insurance=x&first=0001-01-01&through=9999-12-31&on=9999-12-31&basis=due",
        "/contributions/arrears?on=0001-01-01",
        "/months/persons/1/retirement?insurance=x&requirement=y&pensioned=true",
        "/contributions/public-bases?employer=1&first=0001-01-01&through=9999-12-31",
    ],
)
def test_odd_questions_are_answered_or_refused(assessor: Api, path: str) -> None:
    assert assessor.client.get(f"/api{path}").status_code in (200, 404, 422)


def test_money_is_bounded(assessor: Api) -> None:
    for fen in (10**13, -1):
        body = {"number": "x", "part": 1, "day": str(date(2025, 1, 1)), "fen": fen}
        assert assessor.post("/api/contributions/receipts", body).status_code == 422
