"""Two at once come out as one after the other; without the lock the database itself refuses the second."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import IntegrityError

from tests.record.contributions.stage import doing_everything, put_in_force
from tests.record.ledger.stage import user
from tests.record.negotiation.stage import DECIDES, PROPOSES, TODAY, city, institutions, published
from tests.record.negotiation.test_adjusting import asked
from tests.record.settlement.race import at_once
from tongchou.record.base import clock
from tongchou.record.base import lock as locking
from tongchou.record.base.actor import acting
from tongchou.record.negotiation import adjusting
from tongchou.record.negotiation.models import Quota
from tongchou.record.orgs.models import Organisation


@pytest.fixture
def where(own_database: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Organisation]:
    monkeypatch.setattr(locking, "PATIENCE", "60s")
    with clock.at(TODAY), doing_everything():
        put_in_force()
        yield city()


def unlock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take the lock off, and let both have found that there is enough before either goes on."""
    meet, fits = threading.Barrier(2), adjusting._fits

    def fits_and_meets(*arguments: Any) -> None:
        fits(*arguments)
        meet.wait(30)

    monkeypatch.setattr(adjusting, "lock", lambda *keys: None)
    monkeypatch.setattr(adjusting, "_fits", fits_and_meets)


@pytest.mark.parametrize("locked", [True, False])
def test_two_approve_out_of_one_reserve(where: Organisation, monkeypatch: pytest.MonkeyPatch, locked: bool) -> None:
    """Each alone fits into what is left; both do not. Past the lock the database holds the total."""
    found = institutions(where)
    of = published(where, found)
    left = adjusting.left_of(of)
    with acting(user(PROPOSES)):
        made = [adjusting.adjust(**asked(of, one, fen=left * 2 // 3)) for one in found[:2]]
    if not locked:
        unlock(monkeypatch)

    def approving(number: int) -> Any:
        def approve() -> object:
            try:
                with acting(user(DECIDES)):
                    return adjusting.decide(adjustment_id=number, approve=True, reason="同意")
            except IntegrityError:
                return "refused by the database"

        return approve

    answers = at_once([approving(one.pk) for one in made], TODAY)
    monkeypatch.undo()
    assert answers.count("Q113" if locked else "refused by the database") == 1
    assert Quota.objects.filter(adjustment__isnull=False).count() == 1
    assert adjusting.left_of(of) == left - left * 2 // 3


@pytest.mark.parametrize("locked", [True, False])
def test_two_approve_the_same(where: Organisation, monkeypatch: pytest.MonkeyPatch, locked: bool) -> None:
    found = institutions(where)
    of = published(where, found)
    with acting(user(PROPOSES)):
        made = adjusting.adjust(**asked(of, found[0]))
    if not locked:
        unlock(monkeypatch)

    def approve() -> object:
        try:
            with acting(user(DECIDES)):
                return adjusting.decide(adjustment_id=made.pk, approve=True, reason="同意")
        except IntegrityError:
            return "refused by the database"

    answers = at_once([approve] * 2, TODAY)
    monkeypatch.undo()
    assert answers.count("Q114" if locked else "refused by the database") == 1
    assert Quota.objects.filter(adjustment=made).count() == 1
