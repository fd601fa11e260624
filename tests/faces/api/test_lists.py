"""Settlement lists over HTTP: submitted by an institution, decided by the agency; cases apply to leave their group."""

from collections.abc import Iterator

import pytest

from tests.faces.api.test_people import Api
from tests.record.conftest import record, server
from tests.record.contributions.stage import doing_everything, put_in_force
from tests.record.lists.stage import DIAGNOSIS, TODAY, paid, settled, sheet
from tests.record.orgs.people import add_user, organisation
from tongchou.record.audit.models import Entry
from tongchou.record.base import clock
from tongchou.record.lists.leaving import apply_exit
from tongchou.record.lists.states import Change, set_states
from tongchou.record.lists.uploading import upload

__all__ = ["record", "server"]


class Place:
    """A list that is submitted, with something to look at."""

    def __init__(self) -> None:
        self.city = organisation("agency", organisation("agency"))
        self.event = settled(self.city)
        funds = {"310100": self.event.total - self.event.cash}
        rows = {"payinfo": paid(funds), "diseinfo": [DIAGNOSIS | {"diag_code": "W19.900"}]}
        self.list = upload(event_id=self.event.pk, sheet=sheet(rows=rows), funds=funds)
        set_states(changes=[Change(self.event.pk, "1")])
        self.exit = apply_exit(event_id=self.event.pk, kind="1", why="费用极高", said={"exit_fund_payamt": "5"})
        self.reviewer, self.clerk = (Api(add_user(role, self.city)) for role in ("reviewer", "clerk"))
        self.hospital = Api(add_user("hospital", self.event.institution.organisation))


@pytest.fixture
def place(record: None) -> Iterator[Place]:
    with clock.at(TODAY):
        with doing_everything():
            put_in_force()
            found = Place()
        yield found


def test_a_reviewer_sees_what_waits_and_sends_it_back(place: Place) -> None:
    (one,) = place.reviewer.client.get("/api/settlement-lists?state=1").json()
    assert (one["id"], one["main_diagnosis"], one["total"]) == (place.list.pk, "W19.900", 10_000_00)
    assert [(each["code"], each["row"]) for each in one["findings"]] == [("N389", 1)]
    address = f"/api/settlement-lists/{place.list.pk}"
    assert place.reviewer.client.get(address).json() == one
    assert Entry.objects.filter(name="lists.one_list").latest("id").persons == [place.event.person_id]
    refused = place.reviewer.post(f"{address}/decision", {"approve": False, "reason": "主要诊断不符"})
    assert (refused.status_code, refused.json()["state"], refused.json()["opinion"]) == (200, "3", "主要诊断不符")
    again = place.reviewer.post(f"{address}/decision", {"approve": True, "reason": "x"})
    assert again.json()["problems"][0]["code"] == "N376"
    assert place.reviewer.client.get("/api/settlement-lists?state=1").json() == []


def test_the_institution_sees_its_own_and_decides_nothing(place: Place) -> None:
    address = f"/api/settlement-lists/{place.list.pk}"
    assert place.hospital.client.get(address).json()["state"] == "1"
    for who in (place.hospital, place.clerk):
        assert who.post(f"{address}/decision", {"approve": True, "reason": "x"}).status_code == 403
    with doing_everything():
        other = Api(add_user("hospital", settled(place.city).institution.organisation))
    assert other.client.get(address).status_code == 404
    assert other.client.get("/api/settlement-lists").json() == []


def test_a_case_leaves_its_group(place: Place) -> None:
    address = f"/api/exit-applications/{place.exit.pk}"
    (one,) = place.reviewer.client.get("/api/exit-applications?state=applied").json()
    assert (one["reason"], one["said"], one["settlement"]) == ("费用极高", {"exit_fund_payamt": "5"}, place.event.pk)
    assert place.clerk.post(f"{address}/decision", {"approve": True, "reason": "x"}).status_code == 403
    decided = place.reviewer.post(f"{address}/decision", {"approve": True, "reason": "同意按项目付费"})
    assert (decided.status_code, decided.json()["state"]) == (200, "approved")
    again = place.reviewer.post(f"{address}/decision", {"approve": False, "reason": "x"})
    assert again.json()["problems"][0]["code"] == "N378"
    assert place.hospital.client.get(address).json()["opinion"] == "同意按项目付费"
