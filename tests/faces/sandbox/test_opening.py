"""On which day the sandbox stands, and that its clock is the program's."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

pytest.importorskip("django", reason="the server needs the extra 'server'")

from tongchou.faces.sandbox import fitting, table
from tongchou.record.base import clock

LAST = date(2026, 12, 31)


@pytest.mark.parametrize(
    ("today", "day"),
    [
        (date(2026, 11, 22), date(2026, 11, 22)),
        (date(2026, 12, 31), date(2026, 12, 31)),
        (date(2027, 1, 1), date(2026, 1, 4)),
        (date(2026, 1, 2), date(2026, 1, 4)),
        (date(2028, 2, 29), date(2026, 2, 28)),
        (date(2031, 8, 31), date(2026, 8, 31)),
    ],
)
def test_the_day_is_one_that_the_rules_know(today: date, day: date) -> None:
    assert fitting(today, LAST) == day


@pytest.fixture
def _as_it_was() -> Iterator[None]:
    yield
    clock.shift(timedelta())


@pytest.mark.usefixtures("_as_it_was")
def test_the_clock_of_the_program_is_shifted() -> None:
    before = clock.today()
    clock.shift(timedelta(days=-400))
    assert clock.today() in (before - timedelta(days=400), before - timedelta(days=399))
    with clock.at(date(2026, 3, 20)):
        assert clock.today() == date(2026, 3, 20)


def test_the_tables_name_who_is_there() -> None:
    assert {row["kind"] for row in table("institutions")} == {"hospital", "pharmacy"}
    assert len({row["card"] for row in table("people")}) == len(table("people")) > 5
