"""The sandbox in this process, and desks that reach it without a network."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any

import pytest

pytest.importorskip("django", reason="the server needs the extra 'server'")

from tests.record.conftest import own_database, record, server
from tests.record.undone import in_what_was_built
from tongchou.faces.his.desk import Desk
from tongchou.faces.his.wire import Got
from tongchou.faces.sandbox import SHIPPED, City, build
from tongchou.ground.shipped import regions_dir
from tongchou.record.base import clock
from tongchou.record.postgres import Cluster

__all__ = ["own_database", "record", "server"]
TODAY = date(2026, 3, 20)
HOSPITAL = "H99990000001"
Change = Callable[[Got], Got]


class Inside:
    """A carrier to the platform of this process; `change` may spoil an answer on its way."""

    def __init__(self, change: Change = lambda got: got) -> None:
        self.change = change

    def post(self, body: bytes, headers: Mapping[str, str]) -> Got:
        from django.test import Client

        kind = headers.get("Content-Type", "application/json")
        answer = Client().post("/fsi/api/x", body, content_type=kind, headers=dict(headers))
        return self.change(Got(answer.status_code, answer.headers["Content-Type"], answer.content, 0.001))

    def close(self) -> None:
        pass


@pytest.fixture(scope="module")
def made(server: Cluster) -> Iterator[City]:
    with in_what_was_built(
        server, "sandbox", lambda: build(SHIPPED, regions_dir() / "ninghe", "999900", TODAY)
    ) as found:
        yield found


@pytest.fixture
def city(made: City, monkeypatch: pytest.MonkeyPatch) -> Iterator[City]:
    """The sandbox as it was made; what a test does is undone."""
    from django.conf import settings
    from django.db import transaction

    monkeypatch.setattr(settings, "GATEWAY_OPEN", True, raising=False)
    with clock.at(TODAY):
        point = transaction.savepoint()
        yield made
        transaction.savepoint_rollback(point)


@pytest.fixture
def desk(city: City) -> Callable[..., Desk]:
    def opened(institution: str = HOSPITAL, change: Change = lambda got: got, **more: Any) -> Desk:
        return Desk(Inside(change), institution, **more)

    return opened
