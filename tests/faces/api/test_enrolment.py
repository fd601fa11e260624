"""Enrolment and entitlement over HTTP."""

import io
from datetime import date

import pytest
import python_calamine
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.faces.api.test_people import Api, person
from tests.record.contributions.stage import put_in_force
from tests.record.entitlement.stage import pay
from tests.record.orgs.people import add_user, organisation
from tests.record.people.test_people import card
from tongchou.record.base import clock
from tongchou.record.base.scope import scoped, system
from tongchou.record.enrolment.models import Spell
from tongchou.record.people.models import Person

TODAY = date(2026, 6, 15)
pytestmark = pytest.mark.usefixtures("record")
NEW = {"insurance": "resident", "since": "2026-01-01", "facts": {"新生儿": "否", "status": "在职"}}


@pytest.fixture
def clerk():
    with clock.at(TODAY):
        put_in_force()
        yield Api(add_user("clerk", organisation("agency", organisation("agency"))))


@pytest.fixture
def home(clerk: Api) -> str:
    """Where a registered person's enrolment is."""
    return f"/api/enrolment/persons/{clerk.post('/api/persons', person(clerk)).json()['id']}"


def test_a_person_is_enrolled_suspended_resumed_moved_and_ended(clerk: Api, home: str) -> None:
    made = clerk.post(home, NEW)
    assert (made.status_code, made.json()[0]["since"], made.json()[0]["through"]) == (201, "2026-01-01", None)
    assert clerk.post(home, NEW).status_code == 409
    change = {"insurance": "resident", "reason": "申请"}
    assert [one["suspended"] for one in clerk.post(f"{home}/suspension", {**change, "since": "2026-07-01"}).json()] == [
        False, True,
    ]  # fmt: skip
    assert len(clerk.post(f"{home}/resumption", {**change, "since": "2026-08-01"}).json()) == 3
    assert clerk.post(f"{home}/transfer", {**change, "since": "2026-09-01"}).status_code == 200
    ended = clerk.post(f"{home}/end", {**change, "last": "2026-12-31"}).json()
    assert [one["through"] for one in ended] == ["2026-06-30", "2026-07-31", "2026-08-31", "2026-12-31"]
    assert clerk.client.get(home).json() == ended
    assert clerk.post(f"{home}/past", {**change, "since": "2025-01-01", "held": "none"}).status_code == 403


@pytest.mark.parametrize(
    ("changes", "code"),
    [({"insurance": "pension"}, "E101"), ({"facts": {}}, "C003"), ({"since": "2025-01-01"}, "E104")],
)
def test_refusals_tell_what_and_why(clerk: Api, home: str, changes: dict, code: str) -> None:
    answer = clerk.post(home, {**NEW, **changes})
    assert (answer.status_code, answer.json()["problems"][0]["code"]) == (422, code)


def test_what_a_person_is_entitled_to_is_told_with_the_article(clerk: Api, home: str) -> None:
    clerk.post(home, NEW)
    number = int(home.rsplit("/", 1)[1])
    with scoped(system("stage")):
        pay(
            Person.objects.get(id=number),
            "resident",
            "居民医保费",
            date(2026, 1, 1),
            date(2026, 12, 31),
            date(2026, 2, 1),
        )
    told = clerk.client.get(f"/api/entitlement/persons/{number}?on=2026-06-15").json()
    pool = next(one for one in told if one["fund"] == "pool")
    assert (pool["level"], pool["reason"], pool["cite"]) == ("full", "已缴费", "ninghe-2024-31 第十八条")
    periods = clerk.client.get(f"/api/entitlement/persons/{number}/periods").json()
    assert [one["level"] for one in periods if one["fund"] == "pool"] == ["full", "none"]
    assert clerk.client.get(f"/api/entitlement/persons/{number}").status_code == 422


def send(clerk: Api, path: str, text: str, **query: object):
    asked = "&".join(f"{name}={value}" for name, value in query.items())
    return clerk.client.post(f"/api/enrolment/{path}?{asked}", {"file": SimpleUploadedFile("a.csv", text.encode())})


def test_a_file_is_looked_at_corrected_and_taken(clerk: Api) -> None:
    head, good = "证件号码,姓名,险种,开始日期,新生儿\n", f"{card()},王小明,resident,2026-01-01,否\n"
    given = {"agency": clerk.city.pk}
    wrong = head + good + f"{card(number=3)},,resident,2026-01-01,否\n"
    looked = send(clerk, "imports/preview", wrong, **given).json()
    assert (looked["rows"], looked["new"]) == (2, 1)
    assert [(one["code"], one["place"]["row"], one["place"]["column"]) for one in looked["problems"]] == [
        ("E107", 3, "姓名")
    ]
    sheet = python_calamine.CalamineWorkbook.from_filelike(
        io.BytesIO(send(clerk, "imports/errors", wrong, **given).content)
    ).get_sheet_by_index(0)
    assert sheet.to_python()[1][:3] == [3, "姓名", "E107"]
    refused = send(clerk, "imports", wrong, **given)
    assert (refused.status_code, [one["code"] for one in refused.json()["problems"]]) == (422, ["E111", "E107"])
    taken = send(clerk, "imports", head + good, **given)
    assert (taken.status_code, taken.json()) == (201, {"rows": 1, "registered": 1, "doubles": 0})
    with scoped(system("look")):
        assert Spell.objects.count() == 1


@pytest.mark.parametrize(("text", "code"), [("", "E106"), ('"never closed', "E110")])
def test_what_is_no_file_is_refused(clerk: Api, text: str, code: str) -> None:
    for path in ("imports", "imports/preview"):
        assert send(clerk, path, text, agency=clerk.city.pk).json()["problems"][0]["code"] == code


def test_reports(clerk: Api, home: str) -> None:
    clerk.post(home, NEW)
    clerk.post(home, {**NEW, "insurance": "employee", "since": "2026-06-01"})
    year = {"first": "2026-01-01", "last": "2026-12-31"}
    assert clerk.post("/api/enrolment/gaps", year).json() == []
    (double,) = clerk.post("/api/enrolment/duplicates", year).json()
    assert (double["counts"], double["other"], double["first"], double["last"]) == (
        "employee",
        "resident",
        "2026-06-01",
        None,
    )
    feed, asked = f"证件号码\n{card()}\n{card(number=3)}\n", {"name": "公安", "on": "2026-06-15"}
    assert send(clerk, "never-enrolled", feed, **asked).json() == {"people": 2, "unknown": [2], "not_enrolled": []}
    assert send(clerk, "rate/of-feed", feed, **asked).json() == {"basis": "公安", "enrolled": 1, "of": 2}
    figure = {"name": "常住人口", "figure": 10, "on": "2026-06-15"}
    assert clerk.post("/api/enrolment/rate/of-figure", figure).json() == {"basis": "常住人口", "enrolled": 1, "of": 10}
    wrong = send(clerk, "never-enrolled", "证件号码\n123\n", **asked).json()["problems"][0]
    assert (wrong["code"], wrong["place"]["row"], wrong["place"]["column"]) == ("P102", 2, "证件号码")
    assert send(clerk, "never-enrolled", "姓名\n王\n", **asked).json()["problems"][0]["code"] == "E106"
    assert clerk.client.get("/api/enrolment/insurances").json()["maternity"] == "生育保险"


def test_an_employer_hires_looks_and_lets_go(clerk: Api) -> None:
    firm = organisation("employer", clerk.city)
    office = Api(add_user("employer", firm))
    where = f"/api/enrolment/employers/{firm.pk}/employees"
    new = {"number": card(), "name": "王小明", "since": "2026-06-01", "insurances": ["employee"], "reason": "录用"}
    assert office.post(where, {**new, "facts": {}}).json()["problems"][0]["code"] == "C003"
    made = office.post(where, {**new, "facts": {"status": "在职"}})
    assert (made.status_code, [one["employer"] for one in made.json()["spells"]]) == (201, [firm.pk])
    number = made.json()["person"]
    assert [one["id"] for one in office.client.get(f"/api/persons/employers/{firm.pk}").json()] == [number]
    assert office.client.get(f"/api/persons/employers/{firm.pk}?after={number}").json() == []
    assert office.client.get(f"/api/entitlement/persons/{number}?on=2026-06-15").status_code == 404
    assert office.post(f"/api/persons/{number}/in-full", {"reason": "x"}).status_code == 403
    left = office.post(f"{where}/{number}/end", {"last": "2026-06-30", "reason": "离职"})
    assert [one["through"] for one in left.json()["spells"]] == ["2026-06-30"]
    other = Api(add_user("employer", organisation("employer", clerk.city)))
    assert other.client.get(f"/api/persons/{number}").status_code == 404
    assert other.post(f"{where}/{number}/end", {"last": "2026-06-30", "reason": "x"}).status_code == 404


def test_a_death_and_its_correction(clerk: Api, home: str) -> None:
    clerk.post(home, NEW)
    death = home.replace("enrolment/", "") + "/death"
    assert clerk.post(death, {"on": "2026-06-10", "reason": "证明"}).json()["died"] == "2026-06-10"
    assert [one["through"] for one in clerk.client.get(home).json()] == ["2026-06-10"]
    answer = clerk.client.patch(death, '{"reason": "误登"}', content_type="application/json")
    assert (answer.status_code, answer.json()["died"]) == (200, None)
    assert [one["through"] for one in clerk.client.get(home).json()] == [None]
