"""Spells: what the database itself refuses."""

from datetime import date

import pytest
from django.db import DatabaseError, transaction
from psycopg.types.range import DateRange

from tests.record.orgs.people import acting_as, add_user, organisation
from tests.record.people.test_people import register
from tongchou.record.enrolment.models import Spell
from tongchou.record.orgs.models import Organisation
from tongchou.record.people.models import Person


@pytest.fixture
def city(record: None) -> Organisation:
    return organisation("agency", organisation("agency"))


@pytest.fixture
def one(city: Organisation):
    with acting_as(add_user("clerk", city)):
        yield register(city)


def test_the_database_keeps_spells_of_one_insurance_apart(one: Person) -> None:
    during = DateRange(date(2026, 1, 1), None)
    Spell.objects.create(person=one, insurance="resident", during=during)
    Spell.objects.create(person=one, insurance="maternity", during=during)
    with pytest.raises(DatabaseError, match="one_spell_of_an_insurance_at_a_time"), transaction.atomic():
        Spell.objects.create(
            person=one, insurance="resident", suspended=True, during=DateRange(date(2026, 5, 1), date(2026, 6, 1))
        )


@pytest.mark.parametrize("during", [DateRange(None, date(2026, 1, 1)), DateRange(empty=True)])
def test_a_spell_has_a_first_day(one: Person, during: DateRange) -> None:
    with pytest.raises(DatabaseError, match="spell_has_a_first_day"), transaction.atomic():
        Spell.objects.create(person=one, insurance="resident", during=during)
