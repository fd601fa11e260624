"""What goes wrong around a settlement: the clock, the order of messages, a full disk, a database that only reads."""

import resource
import threading
from collections.abc import Iterator
from contextlib import suppress
from datetime import date, datetime, timedelta

import pytest
from django.db import DatabaseError, connection, connections

from tests.record.contributions.stage import doing_everything, put_in_force
from tests.record.orgs.people import organisation
from tests.record.settlement.race import TODAY, wrong
from tests.record.settlement.stage import charge, hospital, retired, treated, visit
from tongchou.ground.errors import ProblemError
from tongchou.record.base import clock
from tongchou.record.ledger.models import Posting
from tongchou.record.orgs.models import Organisation
from tongchou.record.postgres import Cluster
from tongchou.record.project.start import hang_up
from tongchou.record.settlement.asking import Asked
from tongchou.record.settlement.models import Event, LineResult
from tongchou.record.settlement.reversing import reverse_message
from tongchou.record.settlement.settling import rules_now, settle
from tongchou.record.visits.models import Visit

MAY = date(2025, 5, 10)


@pytest.fixture
def city(record: None) -> Iterator[Organisation]:
    with clock.at(TODAY), doing_everything():
        put_in_force()
        yield organisation("agency", organisation("agency"))


@pytest.fixture
def own_city(own_database: str) -> Iterator[Organisation]:
    with clock.at(TODAY), doing_everything():
        put_in_force()
        rules_now()
        yield organisation("agency", organisation("agency"))


def china(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=clock.CHINA)


@pytest.mark.parametrize(
    ("now", "discharged", "year", "day"),
    [
        (china(2025, 12, 31, 23, 59, 59), date(2025, 12, 31), 2025, date(2025, 12, 31)),
        (china(2026, 1, 1, 0, 0, 1), date(2025, 12, 31), 2025, date(2026, 1, 1)),
        (china(2026, 1, 1, 0, 0, 1), date(2026, 1, 1), 2026, date(2026, 1, 1)),
        (datetime.fromisoformat("2025-12-31T16:00:00+00:00"), date(2025, 12, 31), 2025, date(2026, 1, 1)),
        (datetime.fromisoformat("2025-12-31T15:59:59+00:00"), date(2025, 12, 31), 2025, date(2025, 12, 31)),
    ],
)
def test_the_year_is_that_of_the_discharge_and_the_day_that_of_china(
    city: Organisation, now: datetime, discharged: date, year: int, day: date
) -> None:
    """F9: whatever zone the server's clock is in; the day in the books is the day in China."""
    with clock.at(now):
        event = settle(visit_id=treated(hospital(city), retired(city), discharged, 900_00, "普通门诊").pk)
    assert (event.year, event.day) == (year, day)
    assert set(Posting.objects.values_list("year", "day")) == {(year, day)}


@pytest.mark.parametrize("days", [-1, 1])
def test_a_hospital_whose_clock_is_wrong_moves_nothing(city: Organisation, days: int) -> None:
    """F9: when a line was charged is what the hospital says; when it is settled, and in which year, is not."""
    one = visit(hospital(city), retired(city), date(2025, 12, 31), "普通门诊")
    charge(one, 900_00, fee_at=china(2025, 12, 31, 12) + timedelta(days=days))
    with clock.at(china(2025, 12, 31, 12)):
        event = settle(visit_id=one.pk)
    assert (event.year, event.day, event.paid["outpatient"]) == (2025, date(2025, 12, 31), 300_00)


def test_messages_out_of_order(city: Organisation) -> None:
    """F10: a reversal before its settlement, a line after it, a reversal sent again; no half of anything is left."""
    at, person = hospital(city), retired(city)
    one = visit(at, person, MAY, "普通门诊")
    charge(one, 500_00)
    first = settle(visit_id=one.pk, asked=Asked("s1", {}))
    charge(one, 200_00)
    second = settle(visit_id=one.pk, asked=Asked("s2", {}))
    assert (first.total, second.total) == (500_00, 200_00)
    with pytest.raises(ProblemError, match="C020"):
        reverse_message(institution_id=at.pk, msgid="s1", reason="退费", asked=Asked("r1", {}))
    for _ in range(2):
        (reversal,) = reverse_message(institution_id=at.pk, msgid="s2", reason="退费", asked=Asked("r2", {}))
        assert reversal.reverses == second
    (reversal,) = reverse_message(institution_id=at.pk, msgid="s1", reason="退费", asked=Asked("r1", {}))
    assert reversal.reverses == first
    assert settle(visit_id=one.pk, asked=Asked("s1", {})) == first  # what was answered stays answered
    assert not LineResult.objects.filter(event__reversed_by=None).exists()
    assert settle(visit_id=one.pk, asked=Asked("s3", {})).total == 700_00
    assert wrong() == set()


def nothing_is_left(visits: int) -> None:
    """The visit can be settled as if nothing had happened, and nothing half done is there."""
    assert Event.objects.count() == visits
    assert wrong() == set()


def test_a_database_that_only_reads(own_city: Organisation) -> None:
    one = treated(hospital(own_city), retired(own_city), MAY, 900_00, "普通门诊")
    connection.cursor().execute("SET default_transaction_read_only = on")
    with pytest.raises(ProblemError, match="S302"):
        settle(visit_id=one.pk)
    connection.cursor().execute("SET default_transaction_read_only = off")
    nothing_is_left(0)
    settle(visit_id=one.pk)
    nothing_is_left(1)


def test_no_connection_is_left(own_city: Organisation) -> None:
    one = treated(hospital(own_city), retired(own_city), MAY, 900_00, "普通门诊")
    options = connections["default"].settings_dict["OPTIONS"]
    before = options["pool"]
    hang_up()
    options["pool"] = {"min_size": 1, "max_size": 1, "timeout": 0.3}
    try:
        Event.objects.count()  # takes the only one
        found: list[str] = []

        def other() -> None:
            with clock.at(TODAY), doing_everything():
                try:
                    settle(visit_id=one.pk)
                except ProblemError as error:
                    found.append(error.problems[0].code)
                finally:
                    connection.close()

        thread = threading.Thread(target=other)
        thread.start()
        thread.join()
        assert found == ["S302"]
    finally:
        hang_up()
        options["pool"] = before
    settle(visit_id=one.pk)
    nothing_is_left(1)


SIZE = 16 * 1024 * 1024
"""Bytes of the largest file that the server may write: one of its log's, and what nearly fills a table."""
_FILL = """
INSERT INTO audit_entry (at, kind, name, who, request, reason, persons)
SELECT now(), 'read', 'x', 'x', '', '', '[]' FROM generate_series(1, %s)
"""


@pytest.fixture
def full(own_city: Organisation, server: Cluster) -> Iterator[None]:
    """The server is started again by somebody who may not write large files, and a table is as large as it can be."""
    treated(hospital(own_city), retired(own_city), MAY, 900_00, "普通门诊")
    with connection.cursor() as cursor:
        while (cursor.execute("SELECT pg_relation_size('audit_entry')"), cursor.fetchone()[0])[1] < SIZE - 500_000:
            cursor.execute(_FILL, [4_000])
    restart(server, SIZE)
    for rows in (100, 1):
        with suppress(DatabaseError), connection.cursor() as cursor:
            while True:
                cursor.execute(_FILL, [rows])
    yield
    restart(server, None)


def restart(server: Cluster, largest: int | None) -> None:
    hang_up()
    server.stop()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    try:
        if largest is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (largest, hard))
        server.start()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_full_disk(full: None, server: Cluster) -> None:
    """F12: the trail cannot grow any more, so nothing is settled; with room again it is."""
    one = Visit.objects.get()
    with pytest.raises(ProblemError, match="S302"):
        settle(visit_id=one.pk)
    nothing_is_left(0)
    restart(server, None)
    settle(visit_id=one.pk)
    nothing_is_left(1)
