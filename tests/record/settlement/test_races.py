"""Whatever comes at once comes out as if it had come one after another; without the lock it would not."""

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import pytest

from tests.record.contributions.stage import doing_everything, put_in_force
from tests.record.orgs.people import organisation
from tests.record.settlement.race import TODAY, at_once, unlock, wrong
from tests.record.settlement.stage import ACCOUNT, another_ninghe, hospital, retired, treated
from tongchou.record.accounts.models import Entry as AccountEntry
from tongchou.record.accounts.models import Sharing
from tongchou.record.base import clock
from tongchou.record.base import lock as locking
from tongchou.record.base.periods import days
from tongchou.record.ledger.chart import BUSINESS
from tongchou.record.ledger.models import Entry
from tongchou.record.ledger.months import close_month
from tongchou.record.ledger.queries import balance_of
from tongchou.record.orgs.models import Organisation
from tongchou.record.people.models import Person
from tongchou.record.settlement.asking import Asked
from tongchou.record.settlement.claims import Choice
from tongchou.record.settlement.models import Event, LineResult
from tongchou.record.settlement.reversing import reverse
from tongchou.record.settlement.settling import rules_now, settle
from tongchou.record.visits.models import Visit

MAY = date(2025, 5, 10)
CAP = 5_000_00
"""What outpatient pooling of Ninghe pays a retired person in 2025 (第八条, 限额标准 2025)."""


@pytest.fixture
def city(own_database: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Organisation]:
    """On a busy machine eight in a row take longer than anybody at a counter would wait."""
    monkeypatch.setattr(locking, "PATIENCE", "60s")
    with clock.at(TODAY), doing_everything():
        put_in_force()
        rules_now()
        yield organisation("agency", organisation("agency"))


def shared(owner: Person, relative: Person) -> None:
    Sharing.objects.create(
        owner=owner, relative=relative, relation="子女", insurance="employee", account=ACCOUNT, evidence="x",
        during=days(date(2025, 1, 1), None),
    )  # fmt: skip


def paid(layer: str) -> int:
    return sum(event.paid.get(layer, 0) for event in Event.objects.all())


@pytest.mark.parametrize("locked", [True, False])
def test_the_yearly_cap_with_eight_claims_at_once(
    city: Organisation, monkeypatch: pytest.MonkeyPatch, locked: bool
) -> None:
    """The peer charged 1,600 against a cap of 500. Without the lock so would we, and `verify` says so."""
    person, at = retired(city), hospital(city)
    visits = [treated(at, person, MAY, 4_000_00, "普通门诊") for _ in range(8)]
    if not locked:
        unlock(monkeypatch, 8)
    at_once([lambda one=one: settle(visit_id=one.pk) for one in visits])
    monkeypatch.undo()
    assert Event.objects.count() == 8
    together = CAP if locked else 8 * (4_000_00 - 400_00) * 60 // 100
    assert (paid("outpatient"), wrong()) == (together, set() if locked else {"V421"})


@pytest.mark.parametrize("locked", [True, False])
def test_two_relatives_draw_one_account(city: Organisation, monkeypatch: pytest.MonkeyPatch, locked: bool) -> None:
    owner, at = retired(city, 500_00), hospital(city)
    relatives = [retired(city) for _ in range(2)]
    for one in relatives:
        shared(owner, one)
    visits = [treated(at, one, MAY, 400_00, "普通门诊") for one in relatives]
    if not locked:
        unlock(monkeypatch, 2)
    choice = Choice("relative", owner.pk)
    at_once([lambda one=one: settle(visit_id=one.pk, choice=choice) for one in visits])
    monkeypatch.undo()
    left = sum(AccountEntry.objects.filter(person=owner).values_list("fen", flat=True))
    assert (left, wrong()) == ((0, set()) if locked else (-300_00, {"V407"}))


def test_one_message_from_eight_threads(city: Organisation) -> None:
    one = treated(hospital(city), retired(city), MAY, 100_00, "普通门诊")
    answers = at_once([lambda: settle(visit_id=one.pk, asked=Asked("m1", {"fee": 1}))] * 8)
    (event,) = Event.objects.all()
    assert [answer.pk for answer in answers] == [event.pk] * 8
    assert wrong() == set()


@pytest.mark.parametrize("again", [False, True])
@pytest.mark.parametrize("locked", [True, False])
def test_the_same_lines_under_eight_message_ids(
    city: Organisation, monkeypatch: pytest.MonkeyPatch, locked: bool, again: bool
) -> None:
    """The peer took one claim four times of four. Even without the lock the database holds it, also of lines whose
    first settlement was reversed."""
    one = treated(hospital(city), retired(city), MAY, 100_00, "普通门诊")
    if again:
        reverse(event_id=settle(visit_id=one.pk).pk, reason="录入错误")
    if not locked:
        unlock(monkeypatch, 8)
    answers = at_once([lambda n=n: settle(visit_id=one.pk, asked=Asked(f"m{n}", {})) for n in range(8)])
    monkeypatch.undo()
    assert answers.count("V103") == 7
    assert Event.objects.filter(reversed_by=None, kind="settle").count() == 1
    assert LineResult.objects.get(event__reversed_by=None).turn == 1 + again
    assert wrong() == set()


def test_a_settlement_is_reversed_once(city: Organisation) -> None:
    event = settle(visit_id=treated(hospital(city), retired(city, 500_00), MAY, 8_000_00).pk)
    answers = at_once([lambda: reverse(event_id=event.pk, reason="录入错误")] * 8)
    assert answers.count("V107") == 7
    assert Event.objects.filter(kind="reverse").count() == 1
    assert balance_of("provider_payable", TODAY) == 0
    assert wrong() == set()


def test_a_reversal_while_the_next_is_settled(city: Organisation) -> None:
    """One of them is first: the second stay saw the first and its reversal is refused, or it did not see it."""
    at = hospital(city)
    outcomes = set()
    for _ in range(6):
        person = retired(city)
        first = settle(visit_id=treated(at, person, MAY, 5_000_00).pk)
        next_ = treated(at, person, date(2025, 5, 20), 5_000_00)
        reversal, second = at_once(
            [
                lambda event=first.pk: reverse(event_id=event, reason="录入错误"),
                lambda visit=next_.pk: settle(visit_id=visit),
            ]
        )
        refused = reversal if isinstance(reversal, str) else ""
        due = next(row["deductible_due"] for row in second.trace if row["layer"] == "pool")
        outcomes.add((refused, due))
    assert outcomes <= {("", 800_00), ("C020", 400_00), ("S301", 400_00)}
    assert wrong() == set()


def test_locks_of_several_are_taken_in_one_order(city: Organisation) -> None:
    """F5: two who pay for each other, at the same time and again and again, never wait for each other for ever."""
    at, (one, other) = hospital(city), (retired(city, 900_00) for _ in range(2))
    shared(one, other)
    shared(other, one)
    visits = [(treated(at, who, MAY, 100_00, "普通门诊"), pays) for who, pays in ((one, other), (other, one)) * 4]
    answers = at_once([lambda v=v, p=p: settle(visit_id=v.pk, choice=Choice("relative", p.pk)) for v, p in visits])
    assert [answer.total for answer in answers] == [100_00] * 8
    assert wrong() == set()


def test_a_month_is_closed_while_others_settle(city: Organisation) -> None:
    """Those who began before midnight are in the month or, with their day kept, in the next; none is lost between."""
    at, midnight = hospital(city), datetime(2025, 5, 31, 23, 59, 59, tzinfo=clock.CHINA)
    visits = [treated(at, retired(city), MAY, 1_000_00, "普通门诊") for _ in range(8)]

    def close() -> None:
        with clock.at(datetime(2025, 6, 1, tzinfo=clock.CHINA)):
            close_month(book=BUSINESS, month=MAY)

    answers = at_once([*(lambda one=one: settle(visit_id=one.pk) for one in visits), close], midnight)
    assert [answer for answer in answers[:8] if not isinstance(answer, Event)] == []
    entered = set(Entry.objects.values_list("business_day", "day"))
    assert entered <= {(date(2025, 5, 31), date(2025, 5, 31)), (date(2025, 5, 31), TODAY)}
    assert balance_of("provider_payable", TODAY) == -8 * 360_00
    assert wrong() == set()


def test_the_rules_are_switched_while_others_settle(city: Organisation, tmp_path: Path) -> None:
    """F13: each settlement is of one whole pack, and comes out again by it."""
    at, before = hospital(city), rules_now().hash
    visits = [treated(at, retired(city), MAY, 1_400_00, "普通门诊") for _ in range(12)]

    def in_turn(mine: list[Visit]) -> None:
        for one in mine:
            settle(visit_id=one.pk)

    def switch() -> None:
        another_ninghe(tmp_path / "new", "benefits/employee/2-outpatient.yaml", "退休: 60%}", "退休: 90%}")
        rules_now()

    at_once([*(lambda n=n: in_turn(visits[n::3]) for n in range(3)), switch])
    after = settle(visit_id=treated(at, retired(city), MAY, 1_400_00, "普通门诊").pk).pack
    by_pack = set(Event.objects.values_list("pack", "paid__outpatient"))
    assert by_pack == {(before, 600_00), (after, 900_00)}
    assert wrong() == set()
