"""The town whose year is cleared."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from tests.record.clearing.stage import SPRING, Town, began, catalogue, put_in_force, town
from tests.record.conftest import own_database, record, server
from tests.record.contributions.stage import doing_everything
from tongchou.record.base import clock
from tongchou.record.clearing.models import ClearingYear
from tongchou.record.settlement.verify import verify

__all__ = ["own_database", "record", "server"]


@pytest.fixture
def place(record: None) -> Iterator[Town]:
    with clock.at(date(2025, 6, 3)), doing_everything():
        put_in_force()
        made = town()
        with clock.at(SPRING):
            yield made
            assert verify() == []


@pytest.fixture
def year(place: Town, tmp_path: Path) -> ClearingYear:
    return began(place, catalogue(tmp_path))
