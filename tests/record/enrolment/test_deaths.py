"""A death ends every spell on its day, and gives it back when it was a mistake."""

from datetime import date

import pytest

from tests.record.contributions.stage import put_in_force
from tests.record.enrolment.test_commands import enrol, held
from tests.record.orgs.people import acting_as, add_user, organisation
from tests.record.people.test_people import register
from tongchou.ground.errors import ProblemError
from tongchou.record.audit.models import Entry
from tongchou.record.base import clock
from tongchou.record.enrolment import commands
from tongchou.record.enrolment.models import Lapsed
from tongchou.record.entitlement import queries
from tongchou.record.orgs.models import Organisation
from tongchou.record.people import dying, merging
from tongchou.record.people.models import Person

TODAY, DAY, NEXT = date(2026, 6, 15), date(2026, 6, 10), "2026-06-11"


@pytest.fixture
def city(record: None) -> Organisation:
    with clock.at(TODAY):
        put_in_force()
        yield organisation("agency", organisation("agency"))


@pytest.fixture
def one(city: Organisation):
    with acting_as(add_user("clerk", city)):
        yield register(city)


def dies(person: Person, on: date = DAY) -> None:
    dying.record_death(person_id=person.pk, on=on, reason="死亡证明")


def correct(person: Person, on: date | None = None) -> None:
    dying.correct_death(person_id=person.pk, on=on, reason="同名误登")


def suspend(person: Person, since: date) -> None:
    commands.suspend(person_id=person.pk, insurance_name="employee", since=since, reason="x")


def test_every_spell_ends_that_day_and_goes_on_when_it_was_a_mistake(one: Person, city: Organisation) -> None:
    firm = organisation("employer", city)
    enrol(one, employer=firm.pk)
    enrol(one, "resident", date(2026, 7, 1), through=date(2026, 12, 31))
    suspend(one, date(2026, 9, 1))
    before = {name: held(one, name) for name in ("employee", "resident")}
    dies(one)
    assert held(one) == [("2026-06-01", NEXT, False, firm.pk)]
    assert held(one, "resident") == []
    entry = Entry.objects.filter(name="enrolment.lapse before", persons=[one.pk]).first()
    assert (entry.reason, "2026-09-01" in entry.details) == ("死亡证明", True)
    correct(one)
    assert {name: held(one, name) for name in before} == before
    assert not Lapsed.objects.exists()
    assert None in {period.through_date for period in queries.periods_of(person_id=one.pk)}


def test_another_day_of_death_ends_them_then(one: Person) -> None:
    enrol(one)
    for day in (DAY, date(2026, 6, 14), date(2026, 6, 2)):
        (dies if one.died is None else correct)(one, day)
        one.refresh_from_db()
        assert held(one) == [("2026-06-01", str(date(day.year, day.month, day.day + 1)), False, None)]
    correct(one)
    assert held(one) == [("2026-06-01", "", False, None)]
    with pytest.raises(ProblemError, match="P107"):
        correct(one)


@pytest.mark.parametrize("day", [DAY, date(1980, 1, 1), date(2026, 6, 16)])
def test_a_correction_that_cannot_be_changes_nothing(one: Person, day: date) -> None:
    enrol(one)
    dies(one)
    with pytest.raises(ProblemError, match="P107"):
        correct(one, day)
    assert held(one) == [("2026-06-01", NEXT, False, None)]


def test_what_was_ended_meanwhile_does_not_come_back(one: Person) -> None:
    enrol(one)
    dies(one)
    commands.end(person_id=one.pk, insurance_name="employee", last=date(2026, 6, 5), reason="离职在先")
    correct(one)
    assert held(one) == [("2026-06-01", "2026-06-06", False, None)]


def test_a_death_that_is_merged_in_ends_the_spells_of_the_kept_row(one: Person, city: Organisation) -> None:
    other = register(city, 3, kind="08", number="E12345678")
    enrol(one)
    dies(other)
    case = merging.open_merge(keep=one.pk, drop=other.pk, reason="同一人")
    with acting_as(add_user("reviewer", city)):
        merging.decide_merge(case_id=case.pk, same=True, reason="核对")
    assert held(one) == [("2026-06-01", NEXT, False, None)]
    correct(one)
    assert held(one) == [("2026-06-01", "", False, None)]
