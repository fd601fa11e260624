"""F1, F2, F4, F8, F11: whoever settles, closes or posts is killed at any statement, and it is done again.

In `test_crashes` the moment of death is chance; here it is each statement in turn, so that no step is left out.
"""

import os
import random
import signal
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from tests.record.contributions.stage import doing_everything, put_in_force
from tests.record.orgs.people import organisation
from tests.record.settlement.batch.stage import a_year, known_in
from tests.record.settlement.process import begin, finished, killed
from tests.record.settlement.race import TODAY, wrong
from tests.record.settlement.stage import hospital, retired, treated
from tongchou.ground.errors import ProblemError
from tongchou.record.base import clock
from tongchou.record.ledger.chart import BUSINESS
from tongchou.record.ledger.models import Balance, Entry, Month
from tongchou.record.ledger.months import close_month
from tongchou.record.ledger.queries import balance_of
from tongchou.record.orgs.models import Organisation
from tongchou.record.providers.models import Institution
from tongchou.record.settlement.asking import Asked
from tongchou.record.settlement.batch import post_batch
from tongchou.record.settlement.models import BatchShare, Event, Message
from tongchou.record.settlement.reversing import reverse_message
from tongchou.record.settlement.settling import rules_now, settle, trial

pytestmark = pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
MAY = date(2025, 5, 10)
CAP = 5_000_00
"""What outpatient pooling of Ninghe pays a retired person in 2025 (第八条, 限额标准 2025)."""


@pytest.fixture
def city(own_database: str) -> Iterator[Organisation]:
    with clock.at(TODAY), doing_everything():
        put_in_force()
        rules_now()
        yield organisation("agency", organisation("agency"))


def test_killed_between_trial_and_settlement(city: Organisation) -> None:
    """F1: a trial holds nothing, so the settlement comes as if there had been none."""
    one = treated(hospital(city), retired(city), MAY, 900_00, "普通门诊").pk
    cash = trial(visit_id=one).cash

    def try_and_die() -> None:
        trial(visit_id=one)
        os.kill(os.getpid(), signal.SIGKILL)

    assert killed(try_and_die, TODAY)
    assert not Event.objects.exists()
    assert settle(visit_id=one, expected=cash).cash == cash
    assert wrong() == set()


def test_killed_before_the_answer(city: Organisation) -> None:
    """F2: settled, and nobody was told. Under the same message id the stored answer comes, and nothing is posted."""
    one, asked = treated(hospital(city), retired(city), MAY, 900_00, "普通门诊").pk, Asked("m1", {"fee": 1})

    def settle_and_die() -> None:
        settle(visit_id=one, asked=asked)
        os.kill(os.getpid(), signal.SIGKILL)

    assert killed(settle_and_die, TODAY)
    before = Event.objects.get(), Entry.objects.count()
    assert (settle(visit_id=one, asked=asked), Entry.objects.count()) == before
    assert wrong() == set()


def test_killed_at_every_statement_of_a_settlement(city: Organisation) -> None:
    """Until it commits nothing of it is there; from then on all of it is."""
    at, person = hospital(city), retired(city, 300_00)
    one = treated(at, person, MAY, 900_00, "普通门诊").pk
    statement = 1
    while killed(lambda: settle(visit_id=one, asked=Asked("m1", {})), TODAY, statement):
        assert not Event.objects.exists()
        assert not Message.objects.exists()
        statement += 1
    assert statement > 15
    assert Event.objects.get().total == 900_00
    assert wrong() == set()


def test_four_processes_against_one_cap(city: Organisation) -> None:
    """F4: to the fen what the cap leaves, whoever comes first."""
    at, person = hospital(city), retired(city)
    visits = [treated(at, person, MAY, 1_000_00, "普通门诊").pk for _ in range(24)]

    def in_turn(mine: list[int]) -> None:
        for one in mine:
            settle(visit_id=one)

    children = [begin(lambda n=n: in_turn(visits[n::4]), TODAY) for n in range(4)]
    assert [finished(child) for child in children] == [True] * 4
    assert sum(event.paid.get("outpatient", 0) for event in Event.objects.all()) == CAP
    assert wrong() == set()


def test_killed_at_every_statement_of_a_close(city: Organisation) -> None:
    """F8: the month is closed with every balance, or is open as if nobody had tried; and it closes once."""
    at = hospital(city)
    with clock.at(date(2025, 5, 20)):
        for _ in range(3):
            settle(visit_id=treated(at, retired(city), MAY, 900_00, "普通门诊").pk)
    owed, statement = balance_of("provider_payable", date(2025, 5, 31)), 1
    while killed(lambda: close_month(book=BUSINESS, month=MAY), TODAY, statement):
        assert not Month.objects.exists()
        assert not Balance.objects.exists()
        statement += 1
    assert statement > 5
    assert sum(Balance.objects.filter(account="provider_payable").values_list("fen", flat=True)) == owed < 0
    assert sum(Balance.objects.values_list("fen", flat=True)) == 0
    with pytest.raises(ProblemError, match="M104"):
        close_month(book=BUSINESS, month=MAY)
    assert wrong() == set()


def test_killed_while_a_year_is_posted(city: Organisation, tmp_path: Path) -> None:
    """F8: shares are there whole or not at all; the same call posts the rest, and it is as if in one go."""
    data, results = a_year(tmp_path, 12)
    with clock.at(date(2026, 3, 1)):
        known, chance, deaths = known_in(data, city), random.Random(3), 0

        def post() -> None:
            post_batch(data=data, results=results, known=known, at_once=15)

        while killed(post, date(2026, 3, 1), chance.randrange(2, 60)):
            shares = BatchShare.objects.values_list("first", "last")
            assert Event.objects.count() == sum(last - first + 1 for first, last in shares)
            deaths += 1
            assert deaths < 100
        assert deaths > 2
        post()
        done = post_batch(data=data, results=results, known=known, at_once=15)
        assert (done.settlements, done.before) == (0, Event.objects.count())
        assert done.batch.settlements == Event.objects.count() > 30
    assert wrong() == set()


def test_a_queue_that_is_sent_again(city: Organisation) -> None:
    """F11: a hospital was offline and sends all of it twice, and then once more in another order."""
    send_again(30, persons=3, undone=[29, 28, 27, 5], at=hospital(city), city=city)


@pytest.mark.soak
def test_ten_thousand_messages_that_are_sent_again(city: Organisation) -> None:
    """F11 in full."""
    settled = 9_949
    send_again(settled, persons=1_000, undone=[*range(settled - 1, settled - 51, -1), 5], at=hospital(city), city=city)


def send_again(count: int, persons: int, undone: list[int], at: Institution, city: Organisation) -> None:
    """So many settlements of so many persons, and reversals of some: the newest first, and one that later ones saw,
    which the region refuses."""
    chance = random.Random(5)
    whom = [retired(city, 500_00) for _ in range(persons)]
    visits = [treated(at, chance.choice(whom), MAY, chance.randrange(1, 900_00), "普通门诊").pk for _ in range(count)]

    def send(number: int) -> int | str:
        try:
            if number < count:
                return settle(visit_id=visits[number], asked=Asked(f"m{number}", {"visit": visits[number]})).pk
            of = f"m{undone[number - count]}"
            asked = Asked(f"r{number}", {"of": of})
            made = reverse_message(institution_id=at.pk, msgid=of, reason="退费", asked=asked)
            return made[-1].pk
        except ProblemError as error:
            return error.problems[0].code

    queue = list(range(count + len(undone)))
    first = [send(number) for number in queue]
    stands = Event.objects.count(), balance_of("provider_payable", TODAY)
    assert [send(number) for number in queue] == first
    chance.shuffle(queue)
    again = {number: send(number) for number in queue}
    assert [again[number] for number in range(len(queue))] == first
    assert first[count:] == [*first[count:-1], "C020"]
    assert Event.objects.filter(kind="reverse").count() == len(undone) - 1
    assert (Event.objects.count(), balance_of("provider_payable", TODAY)) == stands
    assert wrong() == set()
