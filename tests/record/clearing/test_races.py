"""Two who confirm at once come out as one after the other; without the lock the database refuses the second."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError

from tests.record.clearing.stage import LATER, SPRING, began, catalogue, cleared, put_in_force, told, town
from tests.record.contributions.stage import doing_everything
from tests.record.payment.test_races import unlock
from tests.record.settlement.race import at_once
from tongchou.record.base import clock
from tongchou.record.base import lock as locking
from tongchou.record.clearing import confirming
from tongchou.record.clearing.models import ClearedLine, ClearingYear, YearStep
from tongchou.record.ledger.queries import balance_of
from tongchou.record.settlement.verify import verify


@pytest.fixture
def ready(own_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ClearingYear]:
    """A cleared year."""
    monkeypatch.setattr(locking, "PATIENCE", "60s")
    with clock.at(date(2025, 6, 3)), doing_everything():
        put_in_force()
        made = town()
        with clock.at(SPRING):
            year = began(made, catalogue(tmp_path))
            told(year)
        with clock.at(LATER):
            cleared(year)
            yield year


@pytest.mark.parametrize("locked", [True, False])
def test_two_confirm_a_year(ready: ClearingYear, monkeypatch: pytest.MonkeyPatch, locked: bool) -> None:
    payable = balance_of("provider_payable", LATER)
    if not locked:
        unlock(monkeypatch, confirming, "inputs_of")

    def confirm() -> Any:
        try:
            return confirming.confirm(year_id=ready.pk, number=1, reason="确认")
        except IntegrityError:
            return "refused by the database"

    answers = at_once([confirm] * 2, LATER)
    monkeypatch.undo()
    assert answers.count("M503" if locked else "refused by the database") == 1
    assert YearStep.objects.filter(year=ready, act="confirmed").count() == 1
    due = sum(ClearedLine.objects.values_list("due", flat=True))
    assert payable - balance_of("provider_payable", LATER) == due
    assert verify() == []
