"""Two at once come out as one after the other; without the lock they would not, or the database itself refuses."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import IntegrityError

from tests.record.contributions.stage import doing_everything, put_in_force
from tests.record.payment.stage import MAY, TODAY, city, closed, declared, entered, hospital, opened, reviewed, stay
from tests.record.payment.test_applying import BIRTH, STAY, classed, figures
from tests.record.settlement.race import at_once
from tongchou.record.base import clock
from tongchou.record.base import lock as locking
from tongchou.record.ledger.queries import balance_of
from tongchou.record.orgs.models import Organisation
from tongchou.record.payment import applying, deducting, finishing
from tongchou.record.payment.models import Application, StatementStep
from tongchou.record.settlement.verify import verify

PAID = 6_825_00


@pytest.fixture
def where(own_database: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Organisation]:
    monkeypatch.setattr(locking, "PATIENCE", "60s")
    with clock.at(TODAY), doing_everything():
        put_in_force()
        yield city()


def unlock(monkeypatch: pytest.MonkeyPatch, room: Any, name: str) -> None:
    """Take the lock off, and let both have read what `name` reads before either goes on."""
    meet, read = threading.Barrier(2), getattr(room, name)

    def read_and_meet(*arguments: Any) -> Any:
        found = read(*arguments)
        meet.wait(30)
        return found

    monkeypatch.setattr(room, "lock", lambda *keys: None)
    monkeypatch.setattr(room, name, read_and_meet)


@pytest.mark.parametrize("locked", [True, False])
def test_two_reviewers_deduct_of_one_settlement(
    where: Organisation, monkeypatch: pytest.MonkeyPatch, locked: bool
) -> None:
    """Past the lock both read that nothing is deducted yet, and the database refuses the second."""
    at = hospital(where)
    event = stay(at, where)
    closed()
    declared(opened(at))
    if not locked:
        unlock(monkeypatch, deducting, "room_of")

    def deduct() -> object:
        try:
            return deducting.deduct(entered=entered(event, PAID))
        except IntegrityError:
            return "refused by the database"

    answers = at_once([deduct] * 2, TODAY)
    monkeypatch.undo()
    assert answers.count("M409" if locked else "refused by the database") == 1
    assert verify() == []


@pytest.mark.parametrize("locked", [True, False])
def test_two_make_a_statement_final(where: Organisation, monkeypatch: pytest.MonkeyPatch, locked: bool) -> None:
    """Past the lock the database still takes one final step and one entry."""
    at = hospital(where)
    event = stay(at, where)
    closed()
    found = declared(opened(at))
    one = deducting.deduct(entered=entered(event, 100_00))
    reviewed(found)
    from tongchou.record.payment.appealing import accept

    accept(deduction_id=one.pk)
    if not locked:
        unlock(monkeypatch, finishing, "as_booked")

    def finalise() -> object:
        try:
            return finishing.finalise(statement_id=found.pk, reason="终审")
        except IntegrityError:
            return "refused by the database"

    answers = at_once([finalise] * 2, TODAY)
    monkeypatch.undo()
    assert answers.count("M407" if locked else "refused by the database") == 1
    assert StatementStep.objects.filter(statement=found, act="final").count() == 1
    assert balance_of("provider_review", TODAY) == -(PAID - 100_00)
    assert verify() == []


@pytest.mark.parametrize("locked", [True, False])
def test_two_applications_make_a_statement_up(
    where: Organisation, monkeypatch: pytest.MonkeyPatch, locked: bool
) -> None:
    """Past the lock each finds that the other's class is not applied for yet, and nobody declares the month."""
    at = hospital(where)
    for clearing in (STAY, BIRTH):
        classed(stay(at, where), clearing)
    closed()
    found = opened(at)
    if not locked:
        unlock(monkeypatch, applying, "shares")
        late(monkeypatch)

    def apply(clearing: str) -> int:
        asked = {"institution_id": at.pk, "clearing": clearing, "month": MAY, "there": figures()}
        return applying.apply_for_clearing(**asked).pk

    numbers = at_once([lambda: apply(STAY), lambda: apply(BIRTH)], TODAY)
    monkeypatch.undo()
    assert set(numbers) == set(Application.objects.values_list("id", flat=True))
    acts = list(StatementStep.objects.filter(statement=found).order_by("number").values_list("act", flat=True))
    assert acts == (["opened", "declared"] if locked else ["opened"])
    assert verify() == []


@pytest.mark.parametrize("locked", [True, False])
def test_one_application_sent_twice(where: Organisation, monkeypatch: pytest.MonkeyPatch, locked: bool) -> None:
    """Past the lock both find that none stands, and the database refuses the second."""
    at = hospital(where)
    classed(stay(at, where))
    if not locked:
        unlock(monkeypatch, applying, "shares")

    def apply() -> object:
        try:
            return applying.apply_for_clearing(institution_id=at.pk, clearing=STAY, month=MAY, there=figures()).pk
        except IntegrityError:
            return "refused by the database"

    answers = at_once([apply] * 2, TODAY)
    monkeypatch.undo()
    only = Application.objects.get().pk
    assert sorted(answers, key=str) == ([only, only] if locked else [only, "refused by the database"])


def late(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither's application is there before both have asked whether all is applied for."""
    meet, ask = threading.Barrier(2), applying.declare_as_applied_for

    def ask_and_meet(*arguments: Any) -> None:
        ask(*arguments)
        meet.wait(30)

    monkeypatch.setattr(applying, "declare_as_applied_for", ask_and_meet)
