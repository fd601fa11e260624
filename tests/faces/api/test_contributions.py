"""Contributions and accounts over HTTP: a month from declaration to balance, and who is refused."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.faces.api.test_people import Api
from tests.record.contributions.stage import RETIRED, doing_everything, enrol, put_in_force, worker
from tests.record.contributions.test_files import as_csv
from tests.record.ledger.stage import endow
from tests.record.orgs.people import add_user, organisation
from tests.record.people.test_people import card, register
from tongchou.record.accounts.entries import Movement, enter
from tongchou.record.contributions.assessing import assess_month
from tongchou.record.contributions.models import Part
from tongchou.record.people.commands import begin_employment

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


def test_a_late_fee_is_waived_over_http(assessor: Api) -> None:
    with doing_everything():
        put_in_force()
        worker(assessor.city)
        assess_month(insurance="employee", month=date(2025, 3, 1))
        part = Part.objects.get(share__payer="个人", share__levy="基本医疗")
    given = {"number": "T1", "part": part.pk, "day": "2025-04-25", "fen": part.fen}
    assert assessor.post("/api/contributions/receipts", given).status_code == 201
    ask = {"part": part.pk, "fen": 72, "ground": "第七条", "reason": "系统故障"}
    case = assessor.post("/api/late-fees/waivers", ask)
    assert (case.status_code, case.json()["state"]) == (201, "open")
    path = f"/api/late-fees/waivers/{case.json()['id']}"
    assert assessor.post(path, {"approve": True, "reason": "自己批"}).status_code == 403
    reviewer = Api(add_user("contribution_reviewer", assessor.city))
    assert [one["fen"] for one in reviewer.client.get("/api/late-fees/waivers").json()] == [72]
    assert reviewer.post(path, {"approve": True, "reason": "属实"}).json()["state"] == "approved"
    query = {"person": part.order.person_id}
    assert assessor.client.get("/api/late-fees", query).json()[0]["left"] == 0


def test_an_employer_declares_and_reads_its_statement(assessor: Api) -> None:
    with doing_everything():
        put_in_force("jiangmen-2012")
    firm = organisation("employer", assessor.city)
    employer = Api(add_user("employer", firm))
    path, query = f"/api/employers/{firm.pk}", {"insurance": "employee", "year": 2013}
    for fact, fen in (("企业补充医保费", 60_000_000), ("职工工资总额", 1_000_000_000)):
        assert employer.post(f"{path}/figures", {"fact": fact, "year": 2013, "fen": fen}).status_code == 204
    assert employer.client.get(f"{path}/costs", query).json()[0]["within"] == 50_000_000
    found = employer.client.get(f"{path}/statement", query).json()
    assert (found["lines"], found["costs"][0]["beyond"]) == ([], 10_000_000)
    stranger = Api(add_user("employer", organisation("employer", assessor.city)))
    assert stranger.client.get(f"{path}/statement", query).status_code == 404


def test_cash_is_paid_over_http(assessor: Api) -> None:
    with doing_everything():
        put_in_force()
        one = enrol(assessor.city, **RETIRED)
        enter([Movement(one.pk, "employee", "个人账户", date(2025, 1, 1), "credit", 900, "test")])
        endow(assessor.city, 900, date(2025, 1, 1))
    reviewer = Api(add_user("contribution_reviewer", assessor.city))
    out = {"insurance": "employee", "account": "个人账户", "reason": "不续保"}
    assert reviewer.post(f"/api/accounts/persons/{one.pk}/pay-out", out).status_code == 201
    (due,) = assessor.client.get("/api/pay-outs/due", {"of": "entry"}).json()
    bank = {"payee": "王某", "bank": "农行", "account": "6228480000001234", "reason": "本人申请"}
    case = assessor.post("/api/pay-outs", {"of": "entry", "number": due["number"], **bank}).json()
    assert (case["fen"], case["account"]) == (900, "************1234")
    path = f"/api/pay-outs/{case['id']}"
    assert reviewer.post(f"{path}/decision", {"approve": True, "reason": "同意"}).json()["state"] == "approved"
    assert assessor.post(f"{path}/payment", {"number": "P1", "day": "2026-01-05"}).json()["paid_on"] == "2026-01-05"
    assert assessor.post(f"{path}/return", {"day": "2026-01-07", "reason": "销户"}).json()["state"] == "returned"
    assert assessor.client.get("/api/pay-outs/due", {"of": "entry"}).json() == [due]
    assert [one["id"] for one in assessor.client.get("/api/pay-outs", {"state": "returned"}).json()] == [case["id"]]


def test_the_year_end_is_asked_for_and_looked_at(assessor: Api) -> None:
    with doing_everything():
        put_in_force()
        one = enrol(assessor.city, **RETIRED)
        enter([Movement(one.pk, "employee", "个人账户", date(2025, 1, 1), "credit", 900, "test")])
    query = {"insurance": "employee", "year": 2025}
    asked = assessor.post("/api/accounts/year-ends", query)
    assert (asked.status_code, asked.json()["open"]) == (202, 1)
    assert assessor.client.get("/api/accounts/year-ends", query).json()["closed"] == 0


def test_an_employer_uploads_its_payroll() -> None:
    city = organisation("agency", organisation("agency"))
    firm = organisation("employer", city)
    with doing_everything():
        put_in_force()
        begin_employment(register(city), firm, date(2026, 6, 1))
    api = Api(add_user("employer", firm))
    content = f"证件号码,月金额,自\n{card()},8000,2026-06-01".encode()
    taken = api.client.post("/api/uploads?purpose=payroll", content, content_type="text/csv").json()
    assert (taken["state"], taken["counts"]) == ("ready", {"declared": 1, "fen": 800000})
    said = {"upload": taken["id"], "reason": "六月工资"}
    answer = api.post("/api/contributions/declarations/from-file", said)
    assert (answer.status_code, answer.json()) == (201, {"figures": 1})
    again = api.post("/api/contributions/declarations/from-file", said)
    assert (again.status_code, [one["code"] for one in again.json()["problems"]]) == (409, ["U302"])
