"""A year over HTTP: a clerk, two hospitals, a reviewer and an expert; and a hospital counts its clearing again."""

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.faces.api.test_people import Api
from tests.record.clearing.stage import LATER, SPRING, Town, catalogue, put_in_force, town
from tests.record.contributions.stage import doing_everything
from tests.record.orgs.people import add_user
from tests.record.payment.stage import TODAY
from tongchou.engines.payment.folder import read
from tongchou.engines.payment.verify import verify
from tongchou.record.base import clock

pytestmark = pytest.mark.usefixtures("record")
AT = "/api/clearing-years"


@pytest.fixture
def place():
    with clock.at(TODAY), doing_everything():
        put_in_force()
        yield town()


def people_of(place: Town) -> dict[str, Api]:
    found = {role: Api(add_user(role, place.where)) for role in ("clerk", "reviewer", "expert")}
    for name, at in zip(("first", "second"), place.hospitals, strict=True):
        found[name] = Api(add_user("hospital", at.organisation))
    return found


def code(answer: Any) -> str:
    return str(answer.json()["type"]).rsplit(":", 1)[-1]


def packed(files: dict[str, str]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as out:
        for name, text in {**files, "catalogue.parquet": "left out"}.items():
            out.writestr(name, text)
    return stream.getvalue()


def test_a_year_is_seen_through(place: Town, tmp_path: Path) -> None:
    with clock.at(SPRING):
        people = people_of(place)
        clerk, reviewer, expert, first, second = people.values()
        asked = {"agency": place.where.pk, "scheme": "employee", "year": 2025, "reason": "年终清算"}
        assert reviewer.post(AT, asked).status_code == 403
        made = clerk.post(AT, asked)
        assert (made.status_code, made.json()["state"], made.json()["lists_by"]) == (201, "opened", "2026-03-31")
        assert code(clerk.post(AT, asked)) == "M502"
        path = f"{AT}/{made.json()['id']}"
        files = catalogue(tmp_path)
        keep = f"{AT}/group-schemes?kind=dip&reason=x"
        assert code(clerk.client.post(keep, {"file": SimpleUploadedFile("a.zip", b"x")})) == "M504"
        scheme = clerk.client.post(keep, {"file": SimpleUploadedFile("a.zip", packed(files))}).json()
        budget = {"rows": [{"amount": 40_000_00}], "reason": "预算"}
        put = clerk.client.put(f"{path}/tables/budget", json.dumps(budget), content_type="application/json")
        assert put.status_code == 204
        wrong = clerk.client.put(f"{path}/tables/prepaid", json.dumps(budget), content_type="application/json")
        assert code(wrong) == "M504"
        assert code(clerk.post(f"{path}/grouping", {"reason": "预分组"})) == "M506"
        grouped = clerk.post(f"{path}/grouping", {"schemes": {"dip": scheme["hash"]}, "reason": "预分组"})
        assert grouped.json()["state"] == "grouped"
        mine = f"{path}/cases/{place.hospitals[0].pk}"
        assert first.client.get(mine).status_code == 404
        assert clerk.post(f"{path}/publication", {"reason": "下发"}).json()["until"] == "2026-04-14"
        rows = first.client.get(mine).json()
        assert [(row["group"], row["reason"]) for row in rows] == [("K80.1:51.2300", "")] * 3
        assert second.client.get(mine).status_code == 404
        said = {"settlement": place.stays[0][0].pk, "reason": "应入更高组"}
        assert clerk.post(f"{path}/objections", said).status_code == 403
        objection = first.post(f"{path}/objections", said)
        assert (objection.status_code, objection.json()["state"]) == (201, "open")
        ruling = {"accept": False, "reason": "病历不支持"}
        at_objection = f"{AT}/objections/{objection.json()['id']}/decision"
        assert first.post(at_objection, ruling).status_code == 403
        assert reviewer.post(at_objection, ruling).json()["state"] == "rejected"
        assert [row["opinion"] for row in first.client.get(f"{path}/objections").json()] == ["病历不支持"]
        assert second.client.get(f"{path}/objections").json() == []
        special = first.post(f"{path}/special-cases", said).json()
        at_special = f"{AT}/special-cases/{special['id']}/decision"
        judged = {"approve": True, "fen": 7_000_00, "reason": "专家组同意"}
        assert reviewer.post(at_special, judged).status_code == 403
        assert expert.post(at_special, judged).json()["fen"] == 7_000_00
        assert [row["state"] for row in first.client.get(f"{path}/special-cases").json()] == ["approved"]
        assert code(clerk.post(f"{path}/finalisation", {"reason": "早了"})) == "M508"
    with clock.at(LATER):
        people = people_of(place)
        clerk, reviewer, _, first, second = people.values()
        assert code(first.post(f"{path}/objections", said)) == "M510"
        assert clerk.post(f"{path}/finalisation", {"reason": "终分组"}).json()["state"] == "final"
        assert clerk.post(f"{path}/clearing", {"reason": "清算"}).json()["version"] == 1
        given = {"number": 1, "reason": "确认"}
        assert clerk.post(f"{path}/confirmation", given).status_code == 403
        own = f"{path}/clearings/1"
        assert first.client.get(f"{own}/lines").status_code == 404
        assert reviewer.post(f"{path}/confirmation", given).json()["state"] == "confirmed"
        assert code(reviewer.post(f"{path}/confirmation", given)) == "M503"
        (line,) = first.client.get(f"{own}/lines").json()
        assert (line["code"], line["cases"], line["charged"]) == (place.hospitals[0].code, 3, 18_792_00)
        assert len(reviewer.client.get(f"{own}/lines").json()) == 2
        budgets = reviewer.client.get(f"{own}/balances").json()
        assert [(row["setting"], row["budget"]) for row in budgets] == [
            ("inpatient", 32_000_00), ("outpatient", 8_000_00),
        ]  # fmt: skip
        answer = first.client.get(f"{own}/published/{place.hospitals[0].pk}")
        assert answer["Content-Type"] == "application/zip"
        zipfile.ZipFile(io.BytesIO(answer.content)).extractall(tmp_path / "mine")
        assert verify(read(tmp_path / "mine")).equal
        assert second.client.get(f"{own}/published/{place.hospitals[0].pk}").status_code == 404
        assert clerk.post(f"{path}/reopening", {"reason": "x"}).status_code == 403
        assert reviewer.post(f"{path}/reopening", {"reason": "分数有误"}).json()["state"] == "reopened"
        scores = {"rows": [{"institution": place.hospitals[0].code, "score": 70}], "reason": "更正"}
        clerk.client.put(f"{path}/tables/assessments", json.dumps(scores), content_type="application/json")
        clerk.post(f"{path}/finalisation", {"reason": "终分组"})
        assert clerk.post(f"{path}/clearing", {"reason": "清算"}).json()["version"] == 2
        assert reviewer.post(f"{path}/confirmation", {"number": 2, "reason": "确认"}).json()["state"] == "confirmed"
        changed = reviewer.client.get(f"{path}/clearings/2/differences", {"before": 1}).json()
        assert {(row["table"], row["column"]) for row in changed} >= {("lines", "lost"), ("lines", "due")}
        assert first.client.get(f"{path}/clearings/2/differences", {"before": 1}).status_code == 404
        listed = first.client.get(AT, {"scheme": "employee"}).json()
        assert [(row["state"], row["version"]) for row in listed] == [("confirmed", 2)]
        assert [row["act"] for row in first.client.get(f"{path}/steps").json()][-3:] == [
            "final", "cleared", "confirmed",
        ]  # fmt: skip
        assert first.client.get(path).json()["scheme"] == "employee"
