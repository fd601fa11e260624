"""What supervision reads over HTTP: packages that were sold twice, within its branch."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest

from tests.faces.api.test_people import Api
from tests.record.conftest import record, server
from tests.record.orgs.people import add_user, organisation
from tests.record.settlement.stage import hospital
from tests.record.stock.test_stock import AT, KEEPER, SOLD, put
from tongchou.record.base import clock
from tongchou.record.base.actor import acting

__all__ = ["record", "server"]
ADDRESS = "/api/supervision/packages-sold-twice"
DAY = "2026-03-20"


class Place:
    """A city where a package was sold at two institutions, and another city."""

    def __init__(self) -> None:
        country = organisation("agency")
        self.city, self.other = organisation("agency", country), organisation("agency", country)
        self.here, self.there = hospital(self.city), hospital(self.city)
        put(self.here, SOLD)
        put(self.there, replace(SOLD, details={"rtal_docno": "R2"}))
        put(self.there, replace(SOLD, traces=("T2",), details={"rtal_docno": "R3"}))
        self.supervisor = Api(add_user("supervisor", self.city))

    def read(self, api: Api, first: str = DAY, last: str = DAY) -> Any:
        return api.client.get(f"{ADDRESS}?first={first}&last={last}")


@pytest.fixture
def place(record: None) -> Iterator[Place]:
    with clock.at(date(2026, 3, 20)):
        with acting(KEEPER):
            found = Place()
        yield found


def test_a_supervisor_sees_each_sale_of_a_package_sold_twice(place: Place) -> None:
    (one,) = place.read(place.supervisor).json()
    assert (one["code"], one["times"]) == ("T1", 2)
    assert [sale["institution"] for sale in one["sales"]] == [place.here.code, place.there.code]
    sale = one["sales"][0]
    assert (sale["name"], sale["item_name"], sale["batch"]) == (place.here.organisation.name, "示例药品", "B1")
    assert datetime.fromisoformat(sale["at"]) == AT
    assert place.read(place.supervisor, "2026-03-21", "2026-03-22").json() == []


def test_nobody_else_does(place: Place) -> None:
    assert place.read(Api(add_user("supervisor", place.other))).json() == []
    for role, at in (("clerk", place.city), ("reviewer", place.city), ("hospital", place.here.organisation)):
        assert place.read(Api(add_user(role, at))).status_code == 403
    assert place.supervisor.client.get(ADDRESS).status_code == 422
