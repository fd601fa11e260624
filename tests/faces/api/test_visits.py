"""Visits and settlements over HTTP: what a hospital's program does, from registration to reversal."""

from datetime import date

import pytest

from tests.faces.api.test_people import Api
from tests.record.contributions.stage import doing_everything, put_in_force
from tests.record.orgs.people import add_user, organisation
from tests.record.settlement.stage import hospital, retired
from tests.record.visits.stage import agreed
from tongchou.record.base import clock
from tongchou.record.people.models import Identity

TODAY = date(2025, 6, 3)


class Place:
    """A hospital with agreements, its insurance office, a clerk of the city, and somebody who comes."""

    def __init__(self) -> None:
        self.city = organisation("agency", organisation("agency"))
        self.at = agreed(hospital(self.city, "二级"))
        self.person = retired(self.city, 500_00)
        card = Identity.objects.get(person=self.person)
        self.card = {"kind": card.kind, "number": card.number}
        self.office = Api(add_user("hospital", self.at.organisation))
        self.other = Api(add_user("hospital", hospital(self.city).organisation))
        self.clerk = Api(add_user("clerk", self.city))

    def register(self, number: str = "8001", **given: object) -> dict:
        plain = {
            "institution": self.at.pk, "number": number, "scheme": "employee", "kind": "住院",
            "admitted": "2025-05-10", "certificate": self.card, "facts": {"place": "市内"}, "stay": True,
        }  # fmt: skip
        made = self.office.post("/api/visits", {**plain, **given})
        assert made.status_code == 201, made.content
        return made.json()


@pytest.fixture
def place(record: None):
    with clock.at(TODAY):
        with doing_everything():
            put_in_force()
            found = Place()
        yield found


def line(number: str, fen: int, **given: object) -> dict:
    return {"number": number, "fee_at": "2025-05-10T10:00:00+08:00", "fen": fen, "item": "甲类", **given}


def code(answer) -> tuple[int, str]:
    return answer.status_code, answer.json()["problems"][0]["code"]


def test_a_stay_from_registration_to_reversal(place: Place) -> None:
    """ninghe, case 二级退休8000: the pool pays 6,825, the account its 500, 675 are left."""
    post, get = place.office.post, place.office.client.get
    visit = place.register()
    assert (visit["state"], visit["facts"]) == ("open", {"place": "市内"})
    assert place.register() == visit
    here = f"/api/visits/{visit['id']}"
    lines = {"lines": [line("1", 8_000_00, quantity="2", price="4000"), line("2", 1_00)]}
    for _ in range(2):
        assert post(f"{here}/charges", lines).json() == {"numbers": ["1", "2"]}
    taken = post(f"{here}/charges/taking-back", {"numbers": ["2"], "reason": "误计"})
    assert taken.json() == {"taken_back": 1}
    states = {one["number"]: one["state"] for one in get(f"{here}/charges").json()}
    assert states == {"1": "unsettled", "2": "taken back"}
    assert [one["number"] for one in get(f"{here}/charges?state=unsettled").json()] == ["1"]
    assert post(f"{here}/discharge", {"day": "2025-05-15"}).json()["discharged"] == "2025-05-15"
    tried = post(f"{here}/trial", {}).json()
    assert (tried["paid"], tried["cash"]) == ({"pool": 6_825_00, "account": 500_00}, 675_00)
    asked = {"msgid": "m1", "expected": tried["cash"]}
    made = post(f"{here}/settlements", asked)
    assert made.status_code == 201
    settled = made.json()
    assert (settled["paid"], settled["cash"], settled["total"]) == (tried["paid"], 675_00, 8_000_00)
    assert settled["fields"] == tried["fields"]
    assert post(f"{here}/settlements", asked).json() == settled
    assert code(post(f"{here}/settlements", {**asked, "account": "none"})) == (409, "V101")
    assert code(post(f"{here}/settlements", {"msgid": "m2"})) == (422, "V103")
    assert code(post(f"{here}/cancellation", {"reason": "错"})) == (409, "V206")
    assert get(f"{here}/settlements").json() == [settled]
    (shown,) = get(f"/api/settlements/{settled['id']}/lines").json()
    assert (shown["number"], shown["in_scope"], shown["cash"]) == ("1", 8_000_00, 675_00)
    assert {row["layer"] for row in get(f"/api/settlements/{settled['id']}/trace").json()} >= {"pool", "account"}
    reversal = {"msgid": "r1", "reason": "录入错误"}
    (gone,) = post(f"/api/settlements/{settled['id']}/reversal", reversal).json()
    assert (gone["cash"], gone["reverses"]) == (-675_00, settled["id"])
    assert post(f"/api/settlements/{settled['id']}/reversal", reversal).json() == [gone]
    assert get(f"/api/settlements/{settled['id']}").json()["reversed_by"] == gone["id"]
    assert post(f"{here}/discharge/undoing", {"reason": "续住"}).json()["state"] == "open"
    changed = place.office.client.patch(here, {"facts": {"place": "市外"}, "reason": "错"}, "application/json")
    assert changed.json()["facts"] == {"place": "市外"}
    assert post(f"{here}/cancellation", {"reason": "错"}).json()["state"] == "cancelled"
    assert get("/api/visits?state=open").json() == []


def test_an_explanation_tells_every_fen_again(place: Place) -> None:
    """Also of a settlement that came after others, and after a reversal, and that returns a line settled before."""
    post, get = place.office.post, place.office.client.get
    events = []
    for number, fen in (("1", 3_000_00), ("2", 8_000_00), ("3", 5_000_00)):
        here = f"/api/visits/{place.register(number)['id']}"
        post(f"{here}/charges", {"lines": [line("1", fen)]})
        events.append(post(f"{here}/settlements", {"msgid": number}).json())
    post(f"/api/settlements/{events[2]['id']}/reversal", {"msgid": "r", "reason": "错"})
    post(f"{here}/charges", {"lines": [line("2", 2_000_00, item="乙类药")]})
    again = post(f"{here}/settlements", {"msgid": "4"}).json()
    post(f"{here}/charges", {"lines": [line("3", -1_000_00, returns="1"), line("4", 1_500_00)]})
    last = post(f"{here}/settlements", {"msgid": "5"}).json()
    for event in (*events, again, last):
        told = get(f"/api/settlements/{event['id']}/explanation")
        assert told.status_code == 200, told.content
        explained = told.json()
        assert explained["explanation"]["totals"]["cash"] == event["cash"]
        assert "第" in explained["zh"]
        assert "deductible" in explained["en"]
    assert events[0]["paid"] != again["paid"]


def test_a_reversal_by_message_may_come_first(place: Place) -> None:
    here = f"/api/visits/{place.register()['id']}"
    place.office.post(f"{here}/charges", {"lines": [line("1", 100_00)]})
    first = {"institution": place.at.pk, "of": "m1", "msgid": "r1", "reason": "超时冲正"}
    assert place.office.post("/api/settlements/reversals", first).json() == []
    assert code(place.office.post(f"{here}/settlements", {"msgid": "m1"})) == (409, "V102")
    made = place.office.post(f"{here}/settlements", {"msgid": "m2"}).json()
    (gone,) = place.office.post("/api/settlements/reversals", {**first, "of": "m2", "msgid": "r2"}).json()
    assert gone["reverses"] == made["id"]


def test_the_list_goes_back_page_by_page(place: Place) -> None:
    made = []
    for number in "123":
        here = f"/api/visits/{place.register(number, kind='普通门诊', stay=False)['id']}"
        place.office.post(f"{here}/charges", {"lines": [line("1", 100_00)]})
        made.append(place.office.post(f"{here}/settlements", {"msgid": number}).json()["id"])
    page = [one["id"] for one in place.clerk.client.get("/api/settlements?limit=2").json()]
    assert page == made[:0:-1]
    rest = place.clerk.client.get(f"/api/settlements?limit=2&before={page[-1]}&person={place.person.pk}").json()
    assert [one["id"] for one in rest] == made[:1]


def test_a_clerk_reads_and_another_hospital_sees_nothing(place: Place) -> None:
    visit = place.register()
    here = f"/api/visits/{visit['id']}"
    assert place.clerk.client.get(here).json() == visit
    assert place.clerk.client.get(f"/api/visits/by-number?institution={place.at.pk}&number=8001").json() == visit
    assert code(place.clerk.post(f"{here}/charges", {"lines": [line("1", 1)]})) == (403, "A101")
    other = place.other
    for path in (here, f"{here}/charges", f"{here}/settlements"):
        assert other.client.get(path).status_code == 404
    assert code(other.post(f"{here}/charges", {"lines": [line("1", 1)]})) == (404, "A114")
    assert other.client.get("/api/visits").json() == []
    first = {"institution": place.at.pk, "of": "m1", "msgid": "r1", "reason": "x"}
    assert code(other.post("/api/settlements/reversals", first)) == (404, "A114")


@pytest.mark.parametrize(
    ("lines", "status"),
    [
        ([], 422),
        ([line("1", 10**13)], 422),
        ([line("1", 1, fee_at="2025-05-10T10:00:00")], 422),
        ([line("1", 1, quantity="1e30")], 422),
        ([line("1", 1, quantity="NaN")], 422),
        ([line("1", 1.5)], 422),
        ([line("1\n", 1)], 422),
    ],
)
def test_a_line_that_cannot_be_is_malformed(place: Place, lines: list, status: int) -> None:
    here = f"/api/visits/{place.register()['id']}"
    assert place.office.post(f"{here}/charges", {"lines": lines}).status_code == status
