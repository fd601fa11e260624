"""Spells: what the database itself refuses."""

from collections.abc import Iterator
from datetime import date

import pytest
from django.db import DatabaseError, connections, transaction
from django.db.backends.utils import CursorWrapper
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
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


FAR = date(2000, 1, 1), date(2000, 1, 2), date(2000, 1, 3), date(1, 1, 1), date(9999, 12, 31)
DAYS = st.lists(st.sampled_from(FAR), min_size=2, max_size=2, unique=True).map(sorted)
ROWS = st.tuples(
    st.sampled_from([1, 2, 2**53 - 2, 2**53 - 1]),
    st.sampled_from(["resident", "employee"]),
    DAYS.map(lambda days: DateRange(*days)) | st.sampled_from(FAR[:3]).map(lambda first: DateRange(first, None)),
)


@pytest.fixture
def pair(server: object) -> Iterator[CursorWrapper]:
    """A table with the constraints of spells and nothing else."""
    owner = connections["owner"]
    with transaction.atomic(using="owner"), owner.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE pair (LIKE enrolment_spell INCLUDING ALL) ON COMMIT DROP")
        yield cursor
        transaction.set_rollback(True, using="owner")


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ROWS, ROWS)
def test_boxes_meet_where_person_insurance_and_a_day_are_the_same(pair: CursorWrapper, one: tuple, two: tuple) -> None:
    """Against the plain comparison, also with numbers as large as a box can hold, and with neighbouring days."""
    pair.execute("SELECT %s = %s AND %s = %s AND %s::daterange && %s::daterange", [
        each for both in zip(one, two, strict=True) for each in both
    ])  # fmt: skip
    (same,) = pair.fetchone()
    pair.execute("DELETE FROM pair")
    insert = (
        "INSERT INTO pair (id, person_id, insurance, facts, suspended, during) VALUES (%s, %s, %s, '{}', false, %s)"
    )
    pair.execute(insert, [1, *one])
    try:
        with transaction.atomic(using="owner"):
            pair.execute(insert, [2, *two])
    except DatabaseError:
        assert same
    else:
        assert not same


@pytest.mark.parametrize("during", [DateRange(None, date(2026, 1, 1)), DateRange(empty=True)])
def test_a_spell_has_a_first_day(one: Person, during: DateRange) -> None:
    with pytest.raises(DatabaseError, match="spell_has_a_first_day"), transaction.atomic():
        Spell.objects.create(person=one, insurance="resident", during=during)
