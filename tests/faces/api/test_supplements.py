"""Supplementary calculation over HTTP: a clerk opens a case and sees who gets what, a reviewer decides."""

from datetime import date

import pytest

from tests.faces.api.test_people import Api
from tests.record.contributions.stage import doing_everything, put_in_force
from tests.record.orgs.people import add_user, organisation
from tests.record.settlement.stage import hospital, retired, treated
from tongchou.record.audit.models import Entry
from tongchou.record.base import clock
from tongchou.record.base.periods import days
from tongchou.record.orgs.models import Organisation
from tongchou.record.people.models import Category
from tongchou.record.settlement.models import Event
from tongchou.record.settlement.settling import settle

TODAY, MAY, YEAR = date(2025, 6, 3), date(2025, 5, 10), date(2025, 1, 1)


class Place:
    """Somebody who was settled twice and turns out to be 低保 since January."""

    def __init__(self) -> None:
        self.city: Organisation = organisation("agency", organisation("agency"))
        self.at, self.person = hospital(self.city), retired(self.city)
        self.events = [settle(visit_id=treated(self.at, self.person, MAY, 20_000_00).pk) for _ in range(2)]
        Category.objects.create(person=self.person, name="低保", during=days(YEAR, None))
        self.clerk, self.reviewer = (Api(add_user(role, self.city)) for role in ("clerk", "reviewer"))
        self.asked = {"person": self.person.pk, "why": "facts", "since": "2025-01-01", "reason": "低保身份追认"}


@pytest.fixture
def place(record: None):
    with clock.at(TODAY):
        with doing_everything():
            put_in_force()
            found = Place()
        yield found


def made_again(place: Place) -> int:
    with doing_everything():
        return Event.objects.filter(because__in=place.events, kind="settle").count()


def test_a_case_from_its_opening_to_its_decision(place: Place) -> None:
    made = place.clerk.post("/api/supplements", place.asked)
    assert made.status_code == 201, made.content
    case = made.json()
    number = case["supplement"]["id"]
    assert (case["supplement"]["state"], {one["settlement"] for one in case["differences"]}) == (
        "open", {one.pk for one in place.events},
    )  # fmt: skip
    assert sum(one["new"] - one["old"] for one in case["differences"]) == sum(case["by_payer"].values()) == 0
    more = -case["by_payer"]["cash"]
    assert more > 0
    assert case["by_person"] == {str(place.person.pk): more}
    assert case["by_institution"] == {str(place.at.pk): more}
    assert place.clerk.client.get(f"/api/supplements/{number}").json() == case
    assert [one["id"] for one in place.reviewer.client.get("/api/supplements?state=open").json()] == [number]
    decided = place.reviewer.post(f"/api/supplements/{number}/decision", {"approve": True, "reason": "同意"})
    assert (decided.status_code, decided.json()["supplement"]["state"]) == (200, "approved")
    assert made_again(place) == 2
    assert place.reviewer.client.get("/api/supplements?state=open").json() == []


def test_what_is_refused_stands(place: Place) -> None:
    number = place.clerk.post("/api/supplements", place.asked).json()["supplement"]["id"]
    again = place.clerk.post("/api/supplements", place.asked)
    assert (again.status_code, again.json()["problems"][0]["code"]) == (409, "V304")
    refused = place.reviewer.post(f"/api/supplements/{number}/decision", {"approve": False, "reason": "证明不足"})
    assert refused.json()["supplement"]["state"] == "refused"
    assert made_again(place) == 0
    late = place.reviewer.post(f"/api/supplements/{number}/decision", {"approve": True, "reason": "x"})
    assert late.json()["problems"][0]["code"] == "V302"


def test_whoever_looks_is_in_the_trail_and_other_cities_see_nothing(place: Place) -> None:
    number = place.clerk.post("/api/supplements", place.asked).json()["supplement"]["id"]
    place.clerk.client.get(f"/api/supplements/{number}")
    assert Entry.objects.filter(name="settlement.case").latest("id").persons == [place.person.pk]
    for role, at in (("clerk", organisation("agency")), ("hospital", place.at.organisation)):
        other = Api(add_user(role, at))
        assert other.client.get(f"/api/supplements/{number}").status_code == 404
        assert other.client.get("/api/supplements").json() == []
