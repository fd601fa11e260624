"""Providers and catalogues over HTTP: the way of a clerk, a hospital and whoever decides, from upload to answer."""

import json
from dataclasses import replace
from unittest.mock import patch

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.faces.api.test_people import Api
from tests.record.catalogues.test_versions import DRUGS, csv
from tests.record.contributions.stage import doing_everything, put_in_force
from tests.record.orgs.people import add_user, organisation
from tests.record.people.test_people import card
from tests.record.providers.test_institutions import CREDIT
from tests.record.sheets.test_content import workbook
from tongchou.faces.api import uploads
from tongchou.record.sheets import LIMITS, sheets

pytestmark = pytest.mark.usefixtures("record")
REASON = {"reason": "见材料"}


class Region:
    """A city with a hospital, and one user for each part."""

    def __init__(self) -> None:
        self.city = organisation("agency", organisation("agency"))
        self.hospital = organisation("provider", self.city)
        roles = ("providers", "provider_reviewer", "policy", "policy_reviewer")
        self.by = {role: Api(add_user(role, self.city)) for role in roles}
        self.by["hospital"] = Api(add_user("hospital", self.hospital))
        self.institution = self.post("providers", "/api/providers", {
            "organisation_id": self.hospital.id, "code": "H45010000001", "kind": "hospital", "ownership": "public",
            "credit_code": CREDIT, "opened": "2010-01-01",
        }, 201)["id"]  # fmt: skip

    def post(self, who: str, path: str, content: object, status: int) -> dict:
        answer = self.by[who].post(path, content)
        assert answer.status_code == status, answer.content.decode()
        return json.loads(answer.content) if answer.content else {}

    def get(self, who: str, path: str, status: int = 200, **query: object) -> dict:
        answer = self.by[who].client.get(path, query)
        assert answer.status_code == status, answer.content.decode()
        return json.loads(answer.content) if answer.content else {}

    def upload(self, who: str, purpose: str, content: bytes, query: str = "") -> dict:
        client = self.by[who].client
        answer = client.post(f"/api/uploads?purpose={purpose}&name=a.csv{query}", content, content_type="text/csv")
        assert answer.status_code == 201, answer.content.decode()
        return answer.json()

    def catalogue(self) -> None:
        taken = self.upload("policy", "catalogue.drug", csv(*DRUGS))
        assert (taken["state"], taken["counts"]["added"]) == ("ready", 3)
        given = {"kind": "drug", "upload": taken["id"], "since": "2026-01-01", "label": "2026", **REASON}
        version = self.post("policy", "/api/catalogues/versions", given, 201)
        assert (version["added"], version["decision"]) == (3, None)
        self.post("policy_reviewer", f"/api/catalogues/versions/{version['id']}", {"approve": True, **REASON}, 204)


@pytest.fixture
def region() -> Region:
    return Region()


def test_from_upload_to_a_catalogue_in_force(region: Region) -> None:
    region.catalogue()
    (version,) = region.get("hospital", "/api/catalogues/versions")["items"]
    assert version["decision"] == "in force"
    page = region.get("hospital", "/api/catalogues/items/drug", search="XA0", limit=2)
    assert (page["count"], [one["code"] for one in page["items"]]) == (3, ["XA01", "XA02"])
    assert (page["items"][1]["first_pay"], page["items"][1]["ceiling"]) == (1000, 2800)
    changes = region.get("policy", f"/api/catalogues/versions/{version['id']}/changes", what="added")
    assert [one["key"] for one in changes["items"]] == ["XA01", "XA02", "XA03"]


def test_errors_come_back_as_a_workbook(region: Region) -> None:
    taken = region.upload("policy", "catalogue.drug", csv("XA01,,丁,,,,,"))
    assert (taken["state"], taken["problem_count"]) == ("faulty", 2)
    assert {one["place"]["column"] for one in taken["problems"]} == {"名称", "类别"}
    answer = region.by["policy"].client.get(f"/api/uploads/{taken['id']}/errors")
    (sheet,) = sheets(answer.content)
    assert [row[:2] for row in sheet.rows][1:] == [["2", "名称"], ["2", "类别"]]
    answer = region.by["policy"].client.get("/api/uploads/templates/catalogue.drug")
    (sheet,) = sheets(answer.content)
    assert next(iter(sheet.rows))[:2] == ["*编码", "*名称"]
    given = {"kind": "drug", "upload": taken["id"], "since": "2026-01-01", "label": "2026", **REASON}
    region.post("policy", "/api/catalogues/versions", given, 422)


def test_a_body_of_any_type_is_known_by_its_content(region: Region) -> None:
    book = workbook([["编码", "名称"], ["XA01", "甲药"]])
    for kind in ("application/json", "multipart/form-data; boundary=x", "text/html"):
        answer = region.by["policy"].client.post(
            "/api/uploads?purpose=catalogue.drug&name=x.exe", book, content_type=kind
        )
        assert (answer.status_code, answer.json()["counts"]["added"]) == (201, 1)


def test_what_is_too_big_is_not_read(region: Region, monkeypatch: pytest.MonkeyPatch) -> None:
    from tongchou.faces.api import uploads
    from tongchou.record.sheets import Limits

    monkeypatch.setattr(uploads, "LIMITS", Limits(size=1000))
    answer = region.by["policy"].client.post(
        "/api/uploads?purpose=catalogue.drug", b"x" * 1001, content_type="text/csv"
    )
    assert (answer.status_code, answer.json()["problems"][0]["code"]) == (413, "U102")


def test_a_hospital_maps_its_items(region: Region) -> None:
    region.catalogue()
    header = "院内编码,院内名称,国家编码,开始日期"
    taken = region.upload("hospital", "mapping", csv("L1,阿司匹林,XA01,2026-01-01", header=header))
    given = {"institution_id": region.institution, "upload": taken["id"]}
    assert region.post("hospital", "/api/catalogues/mappings/file", given, 201) == {"count": 1}
    one = {"institution_id": region.institution, "local_code": "L2", "local_name": "黄体酮胶囊",
           "national_code": "XA02", "begins": "2026-01-01"}  # fmt: skip
    assert region.post("hospital", "/api/catalogues/mappings", one, 201)["first"] == "2026-01-01"
    region.post("hospital", "/api/catalogues/mappings", one, 409)
    region.post("policy", "/api/catalogues/mappings", one, 403)
    waiting = region.get("policy_reviewer", "/api/catalogues/mappings/waiting")
    assert [(row["mapping"]["local_code"], row["same_name"]) for row in waiting] == [("L1", False), ("L2", True)]
    numbers = [row["mapping"]["id"] for row in waiting]
    decided = {"mappings": numbers, "approve": True, **REASON}
    assert region.post("policy_reviewer", "/api/catalogues/mappings/decisions", decided, 200) == {"count": 2}
    path = f"/api/catalogues/mappings/{region.institution}/L2"
    assert region.get("hospital", path, day="2026-06-01")["code"] == "XA02"
    assert region.get("hospital", "/api/catalogues/mappings", state="approved")["count"] == 2
    assert region.by["hospital"].client.delete(f"/api/catalogues/mappings/{numbers[0]}").status_code == 409
    found = region.get("hospital", "/api/catalogues/candidates", name="维生素")
    assert [one["code"] for one in found] == ["XA03"]


def test_an_agreement_from_application_to_suspension(region: Region) -> None:
    given = {"institution_id": region.institution, "kind": "住院", "terms": {"items": {"床位": 200}}, **REASON}
    deal = region.post("hospital", "/api/agreements", given, 201)
    assert (deal["state"], deal["first"], deal["terms"]) == ("applied", None, {"床位": 200})
    steps = (
        {"verb": "evaluate"},
        {"verb": "negotiate", "terms": {"items": {"次均费用": 8000}}},
        {"verb": "sign", "number": "XY-1", "first": "2026-01-01", "last": "2026-12-31"},
        {"verb": "suspend", "first": "2026-03-01", "last": "2026-03-31"},
    )
    for step in steps:
        made = region.post("providers", f"/api/agreements/{deal['id']}/steps", {**step, **REASON}, 201)
        region.post("provider_reviewer", f"/api/agreements/steps/{made['id']}", {"approve": True, **REASON}, 200)
    (shown,) = region.get("hospital", "/api/agreements")["items"]
    assert (shown["state"], shown["first"], shown["last"]) == ("signed", "2026-01-01", "2026-12-31")
    for day, status in (("2026-02-28", "in force"), ("2026-03-01", "suspended"), ("2027-01-01", "none")):
        asked = {"kind": "住院", "day": day}
        assert region.get("hospital", f"/api/providers/{region.institution}/standing", **asked)["status"] == status
    assert len(region.get("hospital", f"/api/agreements/{deal['id']}/steps")) == 4
    assert region.get("provider_reviewer", "/api/agreements/waiting")["count"] == 0
    region.get("hospital", "/api/agreements/waiting", 403)


def test_an_institution_and_its_clinicians(region: Region) -> None:
    base = f"/api/providers/{region.institution}"
    campus = region.post(
        "providers", f"{base}/campuses", {"name": "东院", "address": "1 号", "since": "2010-01-01"}, 201
    )
    department = region.post("providers", f"{base}/departments", {
        "code": "03", "national_code": "A03", "name": "内科", "since": "2010-01-01", "campus_id": campus["id"],
    }, 201)  # fmt: skip
    clinician = region.post("providers", "/api/providers/clinicians", {
        "agency": region.city.id, "code": "D450100000001", "kind": "doctor", "name": "李医生", "certificate_kind": "01",
        "number": card(), "title": "主治医师", "registered": "2024-01-01",
    }, 201)["id"]  # fmt: skip
    given = {"clinician_id": clinician, "since": "2024-01-01", "department_id": department["id"]}
    region.post("providers", f"{base}/clinicians", given, 201)
    lost = {"institution_id": region.institution, "on": "2026-01-05", "points": 3, "clause": "第七条", **REASON}
    taken = region.post("provider_reviewer", f"/api/providers/clinicians/{clinician}/deductions", lost, 201)
    (seen,) = region.get("hospital", f"{base}/clinicians", day="2026-02-01")
    assert (seen["name"], seen["points"], seen["department"]) == ("李医生", 3, department["id"])
    region.post("provider_reviewer", f"/api/providers/deductions/{taken['id']}/taking-back", REASON, 201)
    assert region.get("hospital", f"{base}/deductions", year=2026)["count"] == 2
    stop = {"first": "2026-03-01", "last": "2026-03-31", **REASON}
    region.post("provider_reviewer", f"/api/providers/clinicians/{clinician}/stops", stop, 201)
    leaving = {"last": "2026-06-30", **REASON}
    region.post("providers", f"{base}/clinicians/{clinician}/leaving", leaving, 204)
    region.post("provider_reviewer", f"/api/providers/clinicians/{clinician}/ending", leaving, 204)
    region.post("providers", f"/api/providers/departments/{department['id']}/closing", leaving, 204)
    region.post("providers", f"/api/providers/campuses/{campus['id']}/closing", leaving, 204)
    assert region.get("hospital", f"{base}/departments", day="2026-06-30")["count"] == 1
    assert region.get("hospital", f"{base}/level") is None
    region.post("providers", f"{base}/level", {"level": "三级", "grade": "2", "since": "2026-01-01", **REASON}, 422)
    assert region.post("providers", f"{base}/closing", leaving, 200)["closed"] == "2026-06-30"
    assert region.get("hospital", base)["closed"] == "2026-06-30"


def test_another_hospital_sees_nothing(region: Region) -> None:
    region.catalogue()
    other = Api(add_user("hospital", organisation("provider", region.city)))
    base = f"/api/providers/{region.institution}"
    for path in (base, f"{base}/clinicians", f"{base}/departments", f"{base}/level", f"{base}/deductions?year=2026"):
        assert other.client.get(path).status_code == 404, path
    for path in ("/api/providers", "/api/agreements", "/api/catalogues/mappings"):
        assert other.client.get(path).json()["count"] == 0
    assert other.client.get(f"{base}/standing?kind=x").status_code == 404
    given = {"institution_id": region.institution, "local_code": "L1", "local_name": "x", "national_code": "XA01",
             "begins": "2026-01-01"}  # fmt: skip
    assert other.post("/api/catalogues/mappings", given).status_code == 404
    taken = region.upload("hospital", "mapping", b"x")
    assert other.client.get(f"/api/uploads/{taken['id']}").status_code == 404
    assert other.client.get(f"/api/uploads/{taken['id']}/errors").status_code == 404


def test_no_day_lies_beyond_the_calendar(region: Region) -> None:
    path = f"/api/catalogues/mappings/{region.institution}/L1"
    assert region.get("hospital", path, day="2200-12-31") is None
    region.get("hospital", path, 422, day="9999-12-31")
    region.get("hospital", "/api/catalogues/items/gold", 404)


def test_a_form_carries_a_file_too(region: Region) -> None:
    client = region.by["policy"].client
    path = "/api/uploads?purpose=catalogue.drug"
    taken = client.post(path, {"file": SimpleUploadedFile("药品.csv", csv(*DRUGS))})
    assert (taken.status_code, taken.json()["state"], taken.json()["name"]) == (201, "ready", "药品.csv")
    for files in ({}, {"file": [SimpleUploadedFile("a.csv", b"x"), SimpleUploadedFile("b.csv", b"x")]}):
        wrong = client.post(path, files)
        assert (wrong.status_code, wrong.json()["problems"][0]["code"]) == (422, "U113")
    broken = client.post(path, b"--x\r\n" + b"y" * 3_000, content_type="multipart/form-data; boundary=x")
    assert broken.json()["problems"][0]["code"] == "U113"
    with patch.object(uploads, "LIMITS", replace(LIMITS, size=10)):
        for content in (b"x" * 11, b"x" * 2**21):
            assert client.post(path, {"file": SimpleUploadedFile("a.csv", content)}).status_code == 413


def test_points_of_a_clinician_from_a_file(region: Region) -> None:
    with doing_everything():
        put_in_force()
    head = ["国家编码", "类别", "姓名", "证件号码", "登记日期", "执业机构国家编码"]
    row = ["D450100000001", "医师", "李医生", card(), "2024-01-01", "H45010000001"]
    taken = region.upload("providers", "providers.clinician", "\n".join(map(",".join, (head, row))).encode())
    assert taken["counts"] == {"registered": 1}
    given = {"upload": taken["id"], **REASON}
    (who,) = region.post("providers", "/api/providers/clinicians/from-file", given, 201)
    lost = {"institution_id": region.institution, "on": "2025-03-01", "points": 9, "clause": "七", **REASON}
    region.post("provider_reviewer", f"/api/providers/clinicians/{who['id']}/deductions", lost, 201)
    (case,) = region.get("providers", "/api/providers/points-cases", state="open")["items"]
    assert (case["then"], case["points"], case["clinician"]) == ("suspended", 9, "D450100000001")
    path = f"/api/providers/points-cases/{case['id']}"
    decision = {"approve": True, "first": "2025-04-01", "last": "2025-04-30", **REASON}
    region.post("provider_reviewer", path, decision, 422)  # whoever took the points
    region.by["provider_reviewer"] = Api(add_user("provider_reviewer", region.city))
    assert region.post("provider_reviewer", path, decision, 200)["state"] == "approved"


def test_institutions_from_a_file(region: Region) -> None:
    where = organisation("provider", region.city)
    head = ["机构编码", "国家编码", "类型", "所有制", "统一社会信用代码", "开业日期"]
    row = [where.code, "P45010000007", "零售药店", "社会办", CREDIT, "2020-01-01"]
    taken = region.upload("providers", "providers.institution", "\n".join(map(",".join, (head, row))).encode())
    (made,) = region.post("providers", "/api/providers/from-file", {"upload": taken["id"], **REASON}, 201)
    assert (made["code"], made["kind"], made["organisation_id"]) == ("P45010000007", "pharmacy", where.pk)


def test_a_budget_of_an_agreement(region: Region) -> None:
    with doing_everything():
        put_in_force()
    given = {"institution_id": region.institution, "kind": "住院", **REASON}
    deal = region.post("providers", "/api/agreements", given, 201)["id"]
    lines = [{"year": 2026, "insurance": "employee", "kind": "住院", "fen": 10**9}]
    for verb, more in (
        ("evaluate", {}),
        ("negotiate", {"terms": {"items": {"次均": 1}}}),
        ("budget", {"budgets": lines}),
    ):
        step = region.post("providers", f"/api/agreements/{deal}/steps", {"verb": verb, **more, **REASON}, 201)
        region.post("provider_reviewer", f"/api/agreements/steps/{step['id']}", {"approve": True, **REASON}, 200)
    (line,) = region.get("providers", f"/api/agreements/{deal}/budgets", year=2026)
    assert (line["insurance"], line["kind"], line["fen"]) == ("employee", "住院", 10**9)
