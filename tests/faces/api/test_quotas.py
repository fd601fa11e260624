"""Quotas over HTTP: an agency, the offices of four institutions, a reviewer and supervision."""

import pytest

from tests.faces.api.test_people import Api
from tests.record.contributions.stage import doing_everything, put_in_force
from tests.record.negotiation.stage import TODAY, TOTAL, city, given, history, institutions
from tests.record.orgs.people import add_user
from tongchou.record.base import clock

pytestmark = pytest.mark.usefixtures("record")
AT = "/api/quotas"


@pytest.fixture
def office():
    with clock.at(TODAY):
        with doing_everything():
            put_in_force()
            where = city()
            found = institutions(where)
        people = {role: Api(add_user(role, where)) for role in ("providers", "provider_reviewer", "supervisor")}
        yield people, [Api(add_user("hospital", one.organisation)) for one in found], where, found


def body(where, found) -> dict[str, object]:
    return {
        "year": 2025, "scheme": "employee", "agency": where.pk, "total": TOTAL, "reason": "年度总额",
        "institutions": [{"institution": one.institution, "facts": one.facts} for one in given(found)],
        "history": [
            {"institution": one.institution, "part": one.part, "year": one.year, "measures": one.measures}
            for one in history(found)
        ],
    }  # fmt: skip


def test_a_year_is_negotiated_published_and_adjusted(office) -> None:
    people, desks, where, found = office
    agency, reviewer, supervisor = people.values()
    assert desks[0].post(AT, body(where, found)).status_code == 403
    made = agency.post(AT, body(where, found))
    of = made.json()
    assert (made.status_code, of["state"], of["round"], of["until"]) == (201, "opened", 1, "2025-01-13")
    assert agency.post(AT, body(where, found)).json()["type"].endswith("Q104")
    path = f"{AT}/{of['id']}"
    for desk, one in zip(desks, (found[0], found[0], found[2], found[2]), strict=True):
        spoken = desk.post(f"{path}/nominations", {"institution": one.pk}).json()
    assert [row["institution"] for row in spoken if row["speaks"]] == [found[0].pk, found[2].pk]
    assert agency.post(f"{path}/nominations", {"institution": found[0].pk}).status_code == 403
    lines = desks[3].client.get(f"{AT}/proposals/{of['standing']}/lines").json()
    own = {(row["institution"], row["part"]): row["fen"] for row in lines}
    divided = {
        one.pk: {part: own[one.pk, part] + (100_00 if one == found[2] else -100_00) for part in ("门诊", "住院")}
        for one in found[2:]
    }
    division = desks[2].post(f"{path}/divisions", {"lines": divided, "reason": "首诊多的多分"}).json()
    assert (division["group"], division["number"]) == ("一级", 2)
    for desk in desks[2:]:
        answer = desk.post(f"{AT}/proposals/{division['id']}/replies", {"accept": True, "reason": "同意"})
        assert answer.status_code == 201
    asked = {"accept": False, "asked": 1, "reason": "首诊任务增加"}
    objection = desks[2].post(f"{AT}/proposals/{of['standing']}/replies", asked).json()
    assert (objection["act"], objection["group"], objection["asked"]) == ("objected", "一级", 1)
    desks[0].post(f"{AT}/proposals/{of['standing']}/replies", {"accept": True, "reason": "同意"})
    groups: dict[str, dict[str, int]] = {"三级": {}, "一级": {}}
    for row in lines:
        groups[row["group"]][row["part"]] = groups[row["group"]].get(row["part"], 0) + row["fen"]
    second = agency.post(f"{path}/proposals", {"groups": groups, "reason": "第二轮"})
    assert second.status_code == 201
    assert agency.post(f"{path}/conclusion", {"reason": "确定"}).json()["type"].endswith("Q111")
    for desk in (desks[0], desks[2]):
        desk.post(f"{AT}/proposals/{second.json()['id']}/replies", {"accept": True, "reason": "同意"})
    assert agency.post(f"{path}/conclusion", {"reason": "一致"}).json()["state"] == "agreed"
    assert agency.post(f"{path}/publication", {"reason": "公布"}).status_code == 403
    assert reviewer.post(f"{path}/publication", {"reason": "公布"}).json()["state"] == "published"
    again = reviewer.post(f"{path}/publication", {"reason": "公布"})
    assert (again.status_code, again.json()["type"].endswith("Q101")) == (409, True)
    quotas = desks[3].client.get(f"{path}/quotas").json()
    assert {(row["institution"], row["part"]): row["fen"] for row in quotas if row["group"] == "一级"} == {
        (one.pk, part): divided[one.pk][part] for one in found[2:] for part in ("门诊", "住院")
    }
    acts = [row["act"] for row in supervisor.client.get(f"{path}/steps").json()]
    assert acts == ["opened", "agreed", "published"]
    assert [row["group"] for row in supervisor.client.get(f"{path}/proposals").json()] == ["", "一级", ""]
    replies = supervisor.client.get(f"{AT}/proposals/{of['standing']}/replies").json()
    assert [row["reason"] for row in replies] == ["首诊任务增加", "同意"]
    assert supervisor.client.get(f"{path}/course").json() == []
    assert [row["id"] for row in desks[1].client.get(AT, {"year": 2025}).json()] == [of["id"]]


def test_an_adjustment_and_what_is_refused(office) -> None:
    people, desks, where, found = office
    agency, reviewer, _ = people.values()
    of = agency.post(AT, body(where, found)).json()
    path = f"{AT}/{of['id']}"
    asked = {
        "institution": found[0].pk, "part": "住院", "month": "2025-07-01", "fen": 60_000_00, "workload_before": 1000,
        "workload_after": 1200, "costs_before": 3000, "costs_after": 3000, "reason": "转入病人增加",
    }  # fmt: skip
    early = agency.post(f"{path}/adjustments", asked)
    assert (early.status_code, early.json()["problems"][0]["code"]) == (409, "Q101")
    for desk, one in zip(desks, (found[0], found[0], found[2], found[2]), strict=True):
        desk.post(f"{path}/nominations", {"institution": one.pk})
    for desk in (desks[0], desks[2]):
        desk.post(f"{AT}/proposals/{of['standing']}/replies", {"accept": True, "reason": "同意"})
    agency.post(f"{path}/conclusion", {"reason": "一致"})
    reviewer.post(f"{path}/publication", {"reason": "公布"})
    assert desks[0].post(f"{path}/adjustments", asked).status_code == 403
    little = agency.post(f"{path}/adjustments", {**asked, "workload_after": 1199})
    assert (little.status_code, little.json()["problems"][0]["code"]) == (422, "Q112")
    made = agency.post(f"{path}/adjustments", asked)
    assert (made.status_code, made.json()["decided"]) == (201, "")
    decision = f"{AT}/adjustments/{made.json()['id']}/decision"
    assert agency.post(decision, {"approve": True, "reason": "x"}).status_code == 403
    assert reviewer.post(decision, {"approve": True, "reason": "同意"}).json()["decided"] == "approved"
    assert [row["fen"] for row in desks[0].client.get(f"{path}/adjustments").json()] == [60_000_00]
    assert desks[1].client.get(f"{path}/adjustments").json() == []
    (seen,) = [row for row in desks[1].client.get(f"{path}/quotas").json() if row["adjustment"]]
    assert (seen["month"], seen["why"]) == ("2025-07-01", "转入病人增加")
    called = agency.post(f"{path}/overruns", {"month": "2025-01-01", "reason": "超指标"})
    assert called.json()["problems"][0]["code"] == "Q112"
    assert agency.client.get(f"{path}/overruns").json() == []
    missing = desks[0].post(f"{AT}/overruns/1/correction", {"analysis": "x", "correction": "y"})
    assert missing.status_code == 404
