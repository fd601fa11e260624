"""A hospital's month over HTTP: a clerk, the hospital's office, a reviewer and a paying clerk."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.faces.api.test_people import Api
from tests.record.contributions.stage import doing_everything, put_in_force
from tests.record.orgs.people import add_user
from tests.record.payment.stage import TODAY, city, closed, hospital, stay
from tongchou.record.base import clock

pytestmark = pytest.mark.usefixtures("record")
AT = "/api/month-statements"


@pytest.fixture
def office():
    with clock.at(TODAY):
        with doing_everything():
            put_in_force()
            where = city()
            at = hospital(where, 12 * 20_000_00)
            events = [stay(at, where) for _ in range(2)]
            closed()
        people = {role: Api(add_user(role, where)) for role in ("clerk", "supervisor", "reviewer", "payer")}
        people["hospital"] = Api(add_user("hospital", at.organisation))
        yield people, where, at, events


def test_a_month_is_seen_through(office) -> None:
    people, _, at, (one, other) = office
    clerk, supervisor, reviewer, payer, desk = people.values()
    asked = {"institution": at.pk, "month": "2025-05-20", "scheme": "employee"}
    assert desk.post(AT, asked).status_code == 403
    made = clerk.post(AT, asked)
    found = made.json()
    assert (made.status_code, found["state"], found["fund"], found["payable"]) == (201, "opened", 13_650_00, None)
    assert clerk.post(AT, asked).json()["type"].endswith("M403")
    path = f"{AT}/{found['id']}"
    wrong = desk.post(f"{path}/declaration", {"fund": 1, "account": 0, "others": 0})
    assert wrong.json()["problems"][0]["code"] == "M406"
    assert (
        desk.post(f"{path}/declaration", {"fund": 13_650_00, "account": 0, "others": 0}).json()["state"] == "declared"
    )
    given = {"settlement": one.pk, "fen": 100_01, "article": "办法第十二条", "why": "超标准收费"}
    first = clerk.post(f"{AT}/deductions", given).json()
    assert (first["state"], first["stands"], first["event"]) == ("open", None, one.pk)
    gone = clerk.post(f"{AT}/deductions", {**given, "fen": 1}).json()["id"]
    assert clerk.post(f"{AT}/deductions/{gone}/withdrawal", {"reason": "重复"}).json()["state"] == "withdrawn"
    text = f"结算号,扣款金额,类别,依据,事由\n{other.pk},50.00,监管,条例,重复收费\n"
    sheet = SimpleUploadedFile("a.csv", text.encode())
    upload = supervisor.client.post("/api/uploads?purpose=deductions", {"file": sheet}).json()
    assert (upload["state"], upload["counts"]) == ("ready", {"deductions": 1, "settlements": 1})
    entered = supervisor.post(f"{AT}/deductions/from-table", {"upload": upload["id"], "reason": "监管移送"})
    assert (entered.status_code, entered.json()) == (201, {"entered": 1})
    assert desk.client.get(f"{path}/deductions").json() == []
    assert clerk.post(f"{path}/review", {"reason": "审核完毕"}).json()["until"] == "2025-06-17"
    told = {row["event"]: row["id"] for row in desk.client.get(f"{path}/deductions").json() if row["state"] == "open"}
    assert desk.post(f"{AT}/deductions/{told[one.pk]}/acceptance", {}).json()["stands"] == 100_01
    assert desk.post(f"{AT}/deductions/{told[other.pk]}/appeal", {"reason": "必需"}).json()["state"] == "appealed"
    ruled = reviewer.post(f"{AT}/deductions/{told[other.pk]}/decision", {"stands": 0, "reason": "成立"}).json()
    assert (ruled["state"], ruled["stands"]) == ("decided", 0)
    assert desk.client.get(f"{AT}/deductions/{told[other.pk]}").json()["reason"] == "成立"
    assert clerk.post(f"{path}/finalisation", {"reason": "x"}).status_code == 403
    assert reviewer.post(f"{path}/finalisation", {"reason": "终审"}).json()["state"] == "final"
    done = payer.post(f"{path}/prepayment", {}).json()
    assert [done[name] for name in ("deducted", "quota", "deferred", "withheld", "deposit", "payable")] == [
        100_01, 19_000_00, 0, 1_354_99, 609_75, 11_585_25,
    ]  # fmt: skip
    assert [row["act"] for row in desk.client.get(f"{path}/steps").json()] == [
        "opened", "declared", "reviewed", "final", "prepaid",
    ]  # fmt: skip
    assert [(row["fund"], row["fen"]) for row in desk.client.get(f"{path}/lines").json()] == [("住院统筹", 13_650_00)]
    listed = desk.client.get(AT, {"month": "2025-05-01", "scheme": "employee", "state": "prepaid"}).json()
    assert [row["id"] for row in listed] == [found["id"]]
    again = reviewer.post(f"{path}/reopening", {"reason": "漏扣"})
    assert (again.status_code, again.json()["round"], again.json()["state"]) == (201, 2, "opened")


def test_an_advance(office) -> None:
    people, where, at, _ = office
    given = {"institution": at.pk, "agency": where.pk, "scheme": "employee", "fund": "住院统筹", "year": 2025}
    made = people["payer"].post(f"{AT}/advances", {**given, "reason": "年初"})
    assert (made.status_code, made.json()["fen"], made.json()["recovered"]) == (201, 20_000_00, False)
    early = people["payer"].post(f"{AT}/advances/{made.json()['id']}/recovery", {"reason": "年终"})
    assert early.json()["type"].endswith("M416")
    with clock.at(TODAY.replace(year=2026)):
        payer = Api(add_user("payer", where))
        assert payer.post(f"{AT}/advances/{made.json()['id']}/recovery", {"reason": "年终"}).json()["recovered"]
        (seen,) = payer.client.get(f"{AT}/advances").json()
    assert (seen["quota"], seen["recovered"]) == (240_000_00, True)
