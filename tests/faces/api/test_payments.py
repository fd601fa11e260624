"""Paying a hospital over HTTP: four people, a bank, and the books that agree afterwards."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.faces.api.test_people import Api
from tests.record.contributions.stage import doing_everything, put_in_force
from tests.record.disbursement.stage import owe
from tests.record.ledger.stage import endow
from tests.record.orgs.people import add_user, organisation
from tongchou.record.base import clock

pytestmark = pytest.mark.usefixtures("record")


@pytest.fixture
def office():
    """The people of a fund office, by role, and a hospital that is owed 600 yuan."""
    city = organisation("agency", organisation("agency"))
    with doing_everything():
        put_in_force()
        today = clock.today()
        endow(city, 1_000_00, today)
        hospital = organisation("provider", city)
        owe(city, "s1", today, 600_00, hospital.pk)
    roles = ("payer", "paying_reviewer", "chief_accountant", "cashier", "accountant")
    people = {role: Api(add_user(role, city)) for role in roles}
    people["hospital"] = Api(add_user("hospital", hospital))
    return people, city, hospital


def test_a_hospital_is_paid(office) -> None:
    people, city, hospital = office
    payer, reviewer, chief, cashier = (people[role] for role in list(people)[:4])
    today = str(clock.today())
    given = {
        "holder": "医院",
        "bank": "工行",
        "number": "622202001234",
        "organisation_id": hospital.pk,
        "reason": "登记",
    }
    account = payer.post("/api/payments/accounts", given).json()
    assert account["tail"] == "1234"
    asked = {"payee": "provider", "agency": city.pk, "scheme": "employee", "through": today}
    assert payer.post("/api/payments", asked).status_code == 422
    yes = {"approve": True, "reason": "核对无误"}
    assert payer.post(f"/api/payments/accounts/{account['id']}", yes).status_code == 403
    assert reviewer.post(f"/api/payments/accounts/{account['id']}", yes).json()["state"] == "confirmed"
    assert payer.client.get("/api/payments/waiting", asked).json() == [
        {"payee": hospital.pk, "fen": 600_00, "ready": True}
    ]
    order = payer.post("/api/payments", asked).json()
    at = f"/api/payments/{order['id']}"
    assert (order["state"], order["fen"], order["lines"]) == ("prepared", 600_00, 1)
    assert chief.post(f"{at}/approval", yes).status_code == 409
    assert reviewer.post(f"{at}/review", yes).json()["state"] == "reviewed"
    assert chief.post(f"{at}/approval", yes).json()["state"] == "approved"
    file = cashier.post(f"{at}/bank-file", {})
    assert (file["Content-Type"], file.content.decode().count("\n")) == ("text/csv; charset=utf-8", 2)
    assert cashier.post(f"{at}/bank-file", {}).content == file.content
    answer = f"行号,账号,金额,结果,退回码,日期\n{order['id']}-1,622202001234,600.00,成功,,{today}\n"
    wrong = SimpleUploadedFile("a.csv", answer.replace("600.00", "599.00").encode())
    assert cashier.client.post(f"{at}/answers/errors", {"file": wrong}).content.startswith(b"PK")
    right = SimpleUploadedFile("a.csv", answer.encode())
    assert cashier.client.post(f"{at}/answers", {"file": right}).status_code == 201
    assert cashier.client.get(at).json()["state"] == "answered"
    assert cashier.client.get(f"{at}/unanswered").json() == []
    assert [one["act"] for one in cashier.client.get(f"{at}/steps").json()] == [
        "prepared", "reviewed", "approved", "sent",
    ]  # fmt: skip
    (line,) = people["hospital"].client.get("/api/payments/mine").json()
    assert (line["fen"], line["state"]) == (600_00, "paid")
    accountant = people["accountant"].client
    (span,) = [one for one in accountant.get("/api/ledger/bridge", {"on": today}).json() if one["accrued"]]
    assert (span["paid"], span["outstanding"], span["unexplained"]) == (600_00, 0, 0)
    page = accountant.get("/api/ledger/bridge", {"on": today, "form": "csv"})
    assert page.content.decode().splitlines()[-1].endswith(",0.00")


def test_a_voucher_a_month_and_a_trial_balance(office) -> None:
    people, city, hospital = office
    accountant, chief, today = people["accountant"], people["chief_accountant"], str(clock.today())
    given = {"kind": "contributions", "agency": city.pk, "scheme": "employee", "fund": "pool", "year": 2025,
             "fen": 500, "day": today, "document": "银行回单 1"}  # fmt: skip
    made = accountant.post("/api/ledger/vouchers", given)
    assert (made.status_code, made.json()["state"]) == (201, "open")
    assert accountant.post("/api/ledger/vouchers", given).status_code == 409
    number = made.json()["id"]
    assert accountant.post(f"/api/ledger/vouchers/{number}", {"approve": True, "reason": "x"}).status_code == 403
    assert chief.client.get("/api/ledger/vouchers").json()[0]["id"] == number
    assert chief.post(f"/api/ledger/vouchers/{number}", {"approve": True, "reason": "x"}).json()["state"] == "approved"
    asked = {"book": "business", "first": "2025-01-01", "last": today, "by": ["account", "organisation"]}
    lines = chief.client.get("/api/ledger/trial-balance", {**asked, "account": "provider_payable"}).json()
    assert [(one["of"]["organisation"], one["after"]) for one in lines] == [(hospital.pk, -600_00)]
    closing = accountant.post("/api/ledger/months/closing", {"book": "cash", "month": "2025-01-01"})
    assert closing.status_code == 201
    assert accountant.post("/api/ledger/months/closing", {"book": "cash", "month": today}).status_code == 422
    again = {"book": "cash", "month": "2025-01-01", "reason": "漏记"}
    assert accountant.post("/api/ledger/months/reopening", again).status_code == 403
    assert chief.post("/api/ledger/months/reopening", again).status_code == 201
    assert [one["act"] for one in chief.client.get("/api/ledger/months", {"book": "cash"}).json()] == [
        "reopened", "closed",
    ]  # fmt: skip
