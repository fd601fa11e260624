"""Filings over HTTP: filed by a hospital and by the insured, decided, withdrawn, with files."""

import json
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.faces.api.test_people import Api
from tests.record.filings.stage import MONDAY, PDF, City, enact
from tests.record.orgs.people import add_user, organisation
from tests.record.people.test_people import card
from tongchou.record.base import clock
from tongchou.record.base.scope import scoped, system
from tongchou.record.filings.models import Filing
from tongchou.record.filings.uploads import LARGEST

REFERRAL = {
    "scheme": "employee",
    "type": "异地转诊",
    "names": {"就医地": "110000"},
    "certificate": {"number": card()},
}
LIVING = {"scheme": "employee", "type": "异地长期居住", "names": {"就医地": "440100"}}


@pytest.fixture
def city(record: None):
    with clock.at(MONDAY):
        enact()
        yield City()


def form(filing: dict, *files: tuple[str, str, bytes]) -> dict:
    return {
        "filing": json.dumps(filing),
        "kinds": [kind for kind, _, _ in files],
        "files": [SimpleUploadedFile(name, content) for _, name, content in files],
    }


def codes(answer) -> list[str]:
    return [problem["code"] for problem in answer.json().get("problems", [])]


def test_a_hospital_files_and_the_agency_sees_it(city: City) -> None:
    office, clerk = Api(city.office), Api(city.clerk)
    made = office.post("/api/filings", REFERRAL)
    assert made.status_code == 201
    shown = made.json()
    assert (shown["state"], shown["first"], shown["last"]) == ("approved", "2025-03-03", "2025-09-02")
    assert (shown["names"], shown["by"]) == ({"就医地": "110000"}, "provider")
    assert clerk.client.get(f"/api/filings/{shown['id']}").json() == shown
    facts = clerk.client.get(f"/api/filings/persons/{city.person.pk}/facts?on=2025-03-04&scheme=employee").json()
    assert facts["filing"] == "转诊"
    assert [one["step"] for one in clerk.client.get(f"/api/filings/{shown['id']}/history").json()] == [
        "submit",
        "approve",
    ]
    other = Api(add_user("hospital", organisation("provider", city.agency)))
    assert other.client.get(f"/api/filings/{shown['id']}").status_code == 404
    assert other.client.get("/api/filings?state=approved").json() == []


def test_evidence_comes_with_it_and_can_be_read(city: City) -> None:
    clerk, reviewer = Api(city.clerk), Api(city.reviewer)
    given = form({**LIVING, "person": city.person.pk}, ("居住证明", "居住证.pdf", PDF))
    made = clerk.client.post("/api/filings/with-evidence", given)
    assert made.status_code == 201, made.content
    number, (file,) = made.json()["id"], made.json()["evidence"]
    assert (file["kind"], file["name"], file["media_type"]) == ("居住证明", "居住证.pdf", "application/pdf")
    more = clerk.client.post(
        f"/api/filings/{number}/evidence",
        {k: v for k, v in form({}, ("居住证明", "b.pdf", PDF)).items() if k != "filing"},
    )
    assert len(more.json()["evidence"]) == 2
    answer = reviewer.client.get(f"/api/filings/{number}/evidence/{file['id']}")
    assert (answer.content, answer["Content-Type"], answer["Content-Disposition"]) == (
        PDF,
        "application/pdf",
        "attachment",
    )
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert [one["id"] for one in reviewer.client.get("/api/filings").json()] == [number]
    with clock.at(date(2025, 3, 11)):
        late = Api(city.reviewer)
        assert [one["id"] for one in late.client.get("/api/filings/overdue").json()] == [number]
    decided = reviewer.post(f"/api/filings/{number}/decision", {"approve": True, "reason": "属实"})
    assert decided.json()["state"] == "approved"
    assert codes(reviewer.post(f"/api/filings/{number}/decision", {"approve": True, "reason": "再"})) == ["F013"]
    gone = clerk.post(f"/api/filings/{number}/withdrawal", {"reason": "搬回"})
    assert (gone.status_code, codes(gone)) == (422, ["F012"])


@pytest.mark.parametrize(
    ("files", "status", "code"),
    [
        ([("居住证明", "a.pdf", b"MZ not a document")], 422, "F104"),
        ([("居住证明", "a.pdf", PDF + bytes(LARGEST))], 413, "F103"),
        ([("别的", "a.pdf", PDF)], 422, "F108"),
    ],
)
def test_a_bad_file_leaves_no_filing(city: City, files: list, status: int, code: str) -> None:
    given = form({**LIVING, "person": city.person.pk}, *files)
    answer = Api(city.clerk).client.post("/api/filings/with-evidence", given)
    assert (answer.status_code, codes(answer)) == (status, [code])
    with scoped(system("look")):
        assert not Filing.objects.exists()


@pytest.mark.parametrize("broken", ["{", "[]", '{"scheme": 1}', '{"scheme": "employee", "type": "\\u0000"}'])
def test_a_form_whose_document_is_none_is_malformed(city: City, broken: str) -> None:
    given = {**form({}, ("居住证明", "a.pdf", PDF)), "filing": broken}
    answer = Api(city.clerk).client.post("/api/filings/with-evidence", given)
    assert (answer.status_code, answer["Content-Type"]) == (422, "application/problem+json")


def test_each_file_has_its_kind(city: City) -> None:
    given = form({**LIVING, "person": city.person.pk}, ("居住证明", "a.pdf", PDF), ("居住证明", "b.pdf", PDF))
    given["kinds"] = ["居住证明", "居住证明", "居住证明"]
    assert codes(Api(city.clerk).client.post("/api/filings/with-evidence", given)) == ["F109"]


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"type": "没有"}, 422, "F001"),
        ({"names": {}}, 422, "F002"),
        ({"certificate": {"number": "1"}}, 422, "P102"),
        ({"type": "转院", "names": {"admitted": "9999-12-31", "provider": "H1"}}, 422, "F017"),
        ({"type": "转院", "names": {"admitted": "2025-03-0x", "provider": "H1"}}, 422, "C004"),
        ({"certificate": {"number": card(number=9)}}, 404, "A114"),
        ({"certificate": None, "person": 10**30}, 422, None),
        ({"names": {"就医地": {"a": 1}}}, 422, None),
        ({"names": {f"n{i}": "x" for i in range(51)}}, 422, None),
    ],
)
def test_refusals_are_problem_documents(city: City, changes: dict, status: int, code: str | None) -> None:
    answer = Api(city.office).post("/api/filings", {**REFERRAL, **changes})
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
    assert code is None or codes(answer) == [code]


def test_who_is_not_permitted_does_nothing(city: City) -> None:
    reviewer, office = Api(city.reviewer), Api(city.office)
    assert reviewer.post("/api/filings", {**LIVING, "person": city.person.pk}).status_code == 403
    number = office.post("/api/filings", REFERRAL).json()["id"]
    assert office.post(f"/api/filings/{number}/decision", {"approve": True, "reason": "x"}).status_code == 403
    administrator = Api(add_user("administrator", city.agency))
    for path in (
        "",
        "/overdue",
        f"/{number}",
        f"/{number}/history",
        f"/persons/{city.person.pk}",
        "/types/employee",
    ):
        assert administrator.client.get(f"/api/filings{path}").status_code == 403


def test_what_can_be_filed_is_told(city: City) -> None:
    types = Api(city.clerk).client.get("/api/filings/types/employee").json()
    (living,) = [one for one in types if one["name"] == "异地长期居住"]
    assert living == {
        "name": "异地长期居住",
        "by": ["person", "employer", "agency"],
        "about": "person",
        "names": ["就医地"],
        "may_name": [],
        "evidence": ["居住证明"],
        "decided": "by another",
        "cite": "ninghe-2024-33 第四条",
    }


def test_somebody_insured_sees_and_files_their_own(city: City) -> None:
    user = add_user("insured", organisation("public"))
    with scoped(system("stage")):
        user.person = city.person.pk
        user.save()
    me = Api(user)
    made = me.post("/api/filings", {"scheme": "employee", "type": "家庭医生签约", "names": {"provider": "H1"}})
    assert (made.status_code, made.json()["person"], made.json()["last"]) == (201, city.person.pk, "2025-12-31")
    assert [one["id"] for one in me.client.get(f"/api/filings/persons/{city.person.pk}").json()] == [made.json()["id"]]
    assert me.client.get("/api/filings/persons/999999").status_code == 404


def test_a_file_of_filings_over_http(city: City) -> None:
    api = Api(city.clerk)
    head = ["证件号码", "险种", "备案类型", "纸质材料", "就医地"]
    rows = [head, [card(), "employee", "异地长期居住", "居住证明", "440100"]]
    content = "\n".join(",".join(row) for row in rows).encode()
    seen = api.client.post("/api/uploads?purpose=filings", content, "text/csv").json()
    assert (seen["state"], seen["counts"]) == ("ready", {"submitted": 1, "approved": 0})
    made = api.post("/api/filings/from-file", {"upload": seen["id"], "reason": "集中申报"})
    assert (made.status_code, [one["state"] for one in made.json()]) == (201, ["submitted"])
    assert api.post("/api/filings/from-file", {"upload": seen["id"], "reason": "再来"}).status_code == 409
