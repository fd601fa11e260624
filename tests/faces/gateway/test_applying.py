"""A month that the hospital's software applies for, and whose statement a clerk then reviews over HTTP."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from tests.faces.api.test_people import Api
from tests.faces.gateway.hospital import Hospital
from tests.faces.gateway.test_inpatient import FEES, admitted, fee, final
from tests.faces.gateway.test_outpatient import person
from tests.faces.gateway.test_reconciling import settled
from tests.record.contributions.stage import doing_everything
from tests.record.orgs.people import add_user
from tongchou.faces.sandbox import City
from tongchou.record.base import clock
from tongchou.record.ledger.months import close_month
from tongchou.record.orgs.models import Organisation

AT = "/api/month-statements"
APRIL = date(2026, 4, 3)
Rows = list[dict[str, Any]]


@pytest.fixture
def bills(hospital: Hospital) -> Iterator[Rows]:
    """A visit and a stay of March, whose books are closed in April."""
    visit = settled(hospital)
    stay = admitted(hospital, person(hospital))
    hospital.ask("2301", {"feedetail": [fee(stay, "1", "L12", 50, 86.4)]})
    with clock.at(FEES):
        hospital.ask("2402", {"dscginfo": {**stay, "endtime": "2026-03-21"}})
        found = [visit, final(hospital, stay)]
    with clock.at(APRIL):
        with doing_everything():
            for month in (1, 2, 3):
                close_month(book="business", month=date(2026, month, 1))
        yield found


@pytest.fixture
def clerk(city: City) -> Api:
    with doing_everything():
        agency = Organisation.objects.get(id=city.agency)
    return Api(add_user("clerk", agency))


def applied(bill: dict[str, Any]) -> dict[str, Any]:
    """What a class of one bill is applied for with."""
    return {"data": {
        "clr_type": bill["clr_type"], "setlym": "202603", "psntime": 1, "medfee_sumamt": bill["medfee_sumamt"],
        "fund_appy_sum": bill["fund_pay_sumamt"], "acct_pay": bill["acct_pay"], "cash_payamt": bill["psn_cash_pay"],
    }}  # fmt: skip


def number(at: Hospital, bill: dict[str, Any]) -> dict[str, Any]:
    return {"data": at.ask("3203", applied(bill))["result"]}


def opened(clerk: Api, city: City, at: Hospital) -> str:
    asked = {"institution": city.institutions[at.code], "month": "2026-03-01", "scheme": "employee"}
    made = clerk.post(AT, asked)
    assert made.status_code == 201, made.json()
    return f"{AT}/{made.json()['id']}"


def state(clerk: Api, path: str) -> str:
    return str(clerk.client.get(path).json()["state"])


def test_what_is_applied_for_is_declared_and_reviewed(hospital: Hospital, bills: Rows, city: City, clerk: Api) -> None:
    path = opened(clerk, city, hospital)
    visit, stay = bills
    number(hospital, visit)
    assert state(clerk, path) == "opened"
    first = number(hospital, stay)
    assert state(clerk, path) == "declared"
    assert number(hospital, stay) == first
    other = applied(stay)
    other["data"]["psntime"] = 2
    assert hospital.refused("3203", other) == "M307"
    assert hospital.ask("3204", first) is None
    assert state(clerk, path) == "opened"
    second = number(hospital, stay)
    assert (second != first, state(clerk, path)) == (True, "declared")
    wrong = {"settlement": int(stay["setl_id"][6:]), "fen": 100, "article": "办法第十二条", "why": "超标准收费"}
    assert clerk.post(f"{AT}/deductions", wrong).status_code == 201
    answer = hospital.send(hospital.envelope("3204", second))
    assert answer["err_msg"].startswith("[M306]")
    assert second["data"]["clr_appy_evt_id"] in answer["err_msg"]
    assert clerk.post(f"{path}/review", {"reason": "审核完毕"}).json()["state"] == "reviewed"
    steps = clerk.client.get(f"{path}/steps").json()
    assert [one["act"] for one in steps] == ["opened", "declared", "opened", "declared", "reviewed"]


def test_what_was_applied_for_before_is_declared_when_it_is_opened(
    hospital: Hospital, bills: Rows, city: City, clerk: Api
) -> None:
    wrong = applied(bills[1])
    wrong["data"]["fund_appy_sum"] += 1
    assert hospital.refused("3203", wrong) == "M304"
    for bill in bills:
        number(hospital, bill)
    assert state(clerk, opened(clerk, city, hospital)) == "declared"
