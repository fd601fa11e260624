"""What the database itself holds of lines, past the program: they name what is there."""

from collections.abc import Iterator
from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction

from tests.record.contributions.stage import doing_everything, put_in_force
from tests.record.orgs.people import organisation
from tests.record.settlement.stage import hospital, retired, treated
from tongchou.record.base import clock
from tongchou.record.base.scope import system
from tongchou.record.settlement.models import Event, LineResult
from tongchou.record.settlement.reversing import reverse
from tongchou.record.settlement.settling import settle
from tongchou.record.visits.models import Visit

DAY, TODAY = date(2025, 5, 10), date(2025, 6, 1)
CHARGE = """
INSERT INTO charge (visit_id, number, batch, returns_id, fee_at, local_code, national_code, name, item, quantity, fen,
    facts, charged_at)
SELECT {visit}, 'x', '', {returns}, fee_at, '', '', '', '', 1, {fen}, '{{}}', charged_at FROM charge LIMIT 1
"""
LINE = """
INSERT INTO settlement_line (event_id, charge_id, turn, full_self_pay, over_limit, first_self_pay, in_scope, paid,
    hospital, cash)
SELECT {event}, {charge}, {turn}, 0, 0, 0, 0, '{{}}', 0, 0 FROM settlement_line LIMIT 1
"""

WAITING = "(SELECT id FROM charge EXCEPT SELECT charge_id FROM settlement_line)"


@pytest.fixture
def event(record: None) -> Iterator[Event]:
    """Of one line; another line waits."""
    with clock.at(TODAY), doing_everything():
        put_in_force()
        city = organisation("agency", organisation("agency"))
        at, person = hospital(city), retired(city)
        treated(at, person, DAY, 200_00, "普通门诊")
        yield settle(visit_id=treated(at, person, DAY, 100_00, "普通门诊").pk)


@pytest.mark.parametrize(
    "statement",
    [
        CHARGE.format(visit=0, returns="NULL", fen=1),
        CHARGE.format(visit="visit_id", returns=-1, fen=-1),
        LINE.format(event=0, charge=WAITING, turn=1),
        LINE.format(event="event_id", charge=0, turn=1),
    ],
)
def test_what_is_not_there_is_not_named(event: Event, statement: str) -> None:
    with pytest.raises(IntegrityError, match=r"is of no"), transaction.atomic():
        connection.cursor().execute(statement)


def test_what_is_there_is_named(event: Event) -> None:
    """The same statements, where nothing is wrong with them."""
    for statement in (
        LINE.format(event="event_id", charge=WAITING, turn=1),
        CHARGE.format(visit="visit_id", returns="id", fen=-1),
    ):
        connection.cursor().execute(statement)


def refused(match: str, **line: object) -> None:
    """One more settlement of the line is not to be had."""
    with pytest.raises(IntegrityError, match=match), transaction.atomic():
        connection.cursor().execute(LINE.format(**line))


def test_a_line_is_settled_once_at_a_time(event: Event) -> None:
    """By its own settlement or another, in the same turn or one that has not come."""
    other = settle(visit_id=Visit.objects.exclude(pk=event.visit_id).get().pk)
    for number in (event.pk, other.pk):
        refused("line_settled_in_turn", event=number, charge="charge_id", turn=1)
        for turn in (0, 2, 3):
            refused("settled already", event=number, charge="charge_id", turn=turn)


def test_the_next_turn_is_there_when_the_one_before_was_reversed(event: Event) -> None:
    reverse(event_id=event.pk, reason="录入错误")
    refused("settled already", event=event.pk, charge="charge_id", turn=2)  # not by what was reversed
    again = settle(visit_id=event.visit_id)
    assert [line.turn for line in LineResult.objects.filter(event=again)] == [2]
    for turn, match in ((1, "line_settled_in_turn"), (2, "line_settled_in_turn"), (3, "settled already")):
        refused(match, event=again.pk, charge="charge_id", turn=turn)


@pytest.mark.parametrize("column", ["visit", "person", "institution", "county", "household"])
def test_a_settlement_names_what_is_there(event: Event, column: str) -> None:
    own = {one.attname: getattr(event, one.attname) for one in Event._meta.concrete_fields if not one.primary_key}
    Event.objects.create(**own)
    with pytest.raises(IntegrityError, match="names no visit"), transaction.atomic():
        Event.objects.create(**{**own, f"{column}_id": -1})


@pytest.mark.parametrize("column", ["person", "institution"])
def test_a_visit_names_who_is_there(event: Event, column: str) -> None:
    visits, visit = Visit.objects.within(system("tests look at everybody")), event.visit
    own = {one.attname: getattr(visit, one.attname) for one in Visit._meta.concrete_fields if not one.primary_key}
    another = Visit.objects.create(**{**own, "number": "another"})
    visits.filter(pk=another.pk).update(person=another.person_id, institution=another.institution_id)
    with pytest.raises(IntegrityError, match="of no person or at no institution"), transaction.atomic():
        Visit.objects.create(**{**own, "number": "a third", f"{column}_id": -1})
    with pytest.raises(IntegrityError, match="of no person or at no institution"), transaction.atomic():
        visits.filter(pk=another.pk).update(**{column: -1})


@pytest.mark.parametrize("table", ["person", "institution", "organisation", "household"])
def test_what_a_settlement_names_never_goes(event: Event, table: str) -> None:
    if table == "household":
        connection.cursor().execute("INSERT INTO household (agency_id) SELECT id FROM organisation LIMIT 1")
    for statement in (f"DELETE FROM {table}", f"UPDATE {table} SET id = id + 1000"):
        with pytest.raises(IntegrityError, match="never go"), transaction.atomic():
            connection.cursor().execute(statement)


def test_a_visit_never_goes(event: Event) -> None:
    for statement in ("DELETE FROM visit WHERE id = %s", "UPDATE visit SET id = id + 1000 WHERE id = %s"):
        with pytest.raises(IntegrityError, match="never go"), transaction.atomic():
            connection.cursor().execute(statement, [event.visit_id])
