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
from tongchou.record.settlement.models import Event
from tongchou.record.settlement.settling import settle
from tongchou.record.visits.models import Visit

DAY, TODAY = date(2025, 5, 10), date(2025, 6, 1)
CHARGE = """
INSERT INTO charge (visit_id, number, batch, returns_id, fee_at, local_code, national_code, name, item, quantity, fen,
    facts, charged_at)
SELECT {visit}, 'x', '', {returns}, fee_at, '', '', '', '', 1, {fen}, '{{}}', charged_at FROM charge LIMIT 1
"""
LINE = """
INSERT INTO settlement_line (event_id, charge_id, full_self_pay, over_limit, first_self_pay, in_scope, paid, hospital,
    cash)
SELECT {event}, {charge}, 0, 0, 0, 0, '{{}}', 0, 0 FROM settlement_line LIMIT 1
"""
LIVE = "INSERT INTO settlement_live (charge_id, event_id) SELECT {charge}, {event} FROM settlement_line LIMIT 1"


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
        LINE.format(event=0, charge="charge_id"),
        LINE.format(event="event_id", charge=0),
        LIVE.format(event=0, charge="charge_id"),
        LIVE.format(event="event_id", charge=0),
        LIVE.format(event="event_id", charge="(SELECT id FROM charge EXCEPT SELECT charge_id FROM settlement_line)"),
    ],
)
def test_what_is_not_there_is_not_named(event: Event, statement: str) -> None:
    event.live.all().delete()
    with pytest.raises(IntegrityError, match=r"is of no|is no line"), transaction.atomic():
        connection.cursor().execute(statement)


def test_what_is_settled_now_stays_a_line(event: Event) -> None:
    with pytest.raises(IntegrityError, match="is no line"), transaction.atomic():
        event.live.update(event_id=0)


def test_what_is_there_is_named(event: Event) -> None:
    """The same statements, where nothing is wrong with them."""
    event.live.all().delete()
    for statement in (
        CHARGE.format(visit="visit_id", returns="id", fen=-1),
        LINE.format(
            event="event_id", charge="(SELECT id FROM charge EXCEPT SELECT charge_id FROM settlement_line LIMIT 1)"
        ),
        LIVE.format(event="event_id", charge="charge_id"),
    ):
        connection.cursor().execute(statement)


def test_a_line_is_once_in_a_settlement(event: Event) -> None:
    with pytest.raises(IntegrityError, match="line_once_in_a_settlement"), transaction.atomic():
        connection.cursor().execute(LINE.format(event="event_id", charge="charge_id"))


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
