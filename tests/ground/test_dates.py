"""Dates as decrees count them."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongchou.ground.dates import (
    Calendar,
    InsuranceYear,
    add_months,
    age_on,
    days_after,
    months_between,
    parse_date,
    workdays_between,
)

DAYS = st.dates(date(1900, 1, 1), date(2199, 12, 31))
STARTS = st.dates(date(2001, 1, 1), date(2001, 12, 31)).map(lambda day: InsuranceYear(day.month, day.day))
SPRING = Calendar(
    holidays=[date(2024, 2, 12) + timedelta(days=n) for n in range(6)],
    working_weekends=[date(2024, 2, 4), date(2024, 2, 18)],
    years=[2024],
)


@pytest.mark.parametrize(
    "text", ["2024-1-31", "2024/01/31", "20240131", "2023-02-29", "2024-01-31 ", "", "２０２４-01-31"]
)
def test_only_one_spelling_of_a_date_is_read(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_date(text)


@given(DAYS)
def test_a_written_date_is_read_back(day: date) -> None:
    assert parse_date(day.isoformat()) == day


@given(STARTS, DAYS)
def test_a_day_lies_in_the_year_it_is_labelled_with(year: InsuranceYear, day: date) -> None:
    first, last = year.span(year.label_of(day))
    assert first <= day <= last
    assert year.label_of(first) == year.label_of(last) == first.year
    assert year.span(first.year + 1)[0] == last + timedelta(days=1)


def test_spans() -> None:
    assert InsuranceYear().span(2024) == (date(2024, 1, 1), date(2024, 12, 31))
    assert InsuranceYear().span(9999) == (date(9999, 1, 1), date(9999, 12, 31))
    assert InsuranceYear(7, 1).span(2007) == (date(2007, 7, 1), date(2008, 6, 30))
    with pytest.raises(ValueError, match="year"):
        InsuranceYear(7, 1).span(9999)


@pytest.mark.parametrize(("month", "day"), [(2, 29), (4, 31), (13, 1), (0, 1)])
def test_a_year_starts_on_a_day_that_every_year_has(month: int, day: int) -> None:
    with pytest.raises(ValueError, match=r"."):
        InsuranceYear(month, day)


def test_end_of_month_is_the_callers_choice() -> None:
    assert add_months(date(2007, 8, 31), 1, "clamp") == date(2007, 9, 30)
    assert add_months(date(2007, 8, 31), 1, "next_day") == date(2007, 10, 1)
    assert add_months(date(2023, 12, 31), 2, "clamp") == date(2024, 2, 29)
    assert add_months(date(2024, 3, 31), -1, "next_day") == date(2024, 3, 1)
    assert add_months(date(2007, 8, 15), 6, "clamp") == date(2008, 2, 15)
    with pytest.raises(ValueError, match="end_of_month"):
        add_months(date(2007, 8, 31), 1, "guess")
    with pytest.raises(ValueError, match=r"year"):
        add_months(date(9999, 12, 1), 1, "clamp")


@given(DAYS, st.integers(-600, 600))
def test_both_choices_agree_except_at_the_end_of_a_month(day: date, months: int) -> None:
    clamped, moved = add_months(day, months, "clamp"), add_months(day, months, "next_day")
    assert (clamped.year * 12 + clamped.month) - (day.year * 12 + day.month) == months
    if clamped.day == day.day:
        assert moved == clamped
    else:
        assert day.day > 28
        assert moved == clamped + timedelta(days=1)
        assert moved.day == 1


@given(DAYS, st.integers(0, 600))
def test_months_between_counts_what_add_months_adds(day: date, months: int) -> None:
    end = add_months(day, months, "next_day")
    assert months_between(day, end) == months
    assert months == 0 or months_between(day, end - timedelta(days=1)) == months - 1


def test_months_do_not_run_backwards() -> None:
    with pytest.raises(ValueError, match="before"):
        months_between(date(2024, 1, 2), date(2024, 1, 1))


def test_a_leap_day_birthday_is_the_first_of_march() -> None:
    born = date(2004, 2, 29)
    assert [age_on(born, day) for day in (born, date(2005, 2, 28), date(2005, 3, 1))] == [0, 0, 1]
    assert [age_on(born, day) for day in (date(2008, 2, 28), date(2008, 2, 29))] == [3, 4]
    with pytest.raises(ValueError, match="birth"):
        age_on(born, date(2004, 2, 28))


@given(DAYS, DAYS)
def test_age_grows_by_one_a_year(one: date, other: date) -> None:
    birth, day = sorted((one, other))
    age = age_on(birth, day)
    assert add_months(birth, age * 12, "next_day") <= day < add_months(birth, (age + 1) * 12, "next_day")


def test_working_days_know_holidays_and_working_weekends() -> None:
    assert workdays_between(date(2024, 2, 9), date(2024, 2, 19), SPRING) == 2  # Sunday 18 is worked, then Monday
    assert workdays_between(date(2024, 2, 3), date(2024, 2, 4), SPRING) == 1
    assert workdays_between(date(2024, 2, 3), date(2024, 2, 3), SPRING) == 0
    with pytest.raises(ValueError, match="before"):
        workdays_between(date(2024, 2, 3), date(2024, 2, 2), SPRING)


def test_a_calendar_answers_only_for_its_years() -> None:
    with pytest.raises(LookupError, match="2025"):
        SPRING.is_workday(date(2025, 1, 2))
    with pytest.raises(LookupError, match="2025"):
        days_after(date(2024, 12, 31), 1, SPRING)


def test_a_calendar_does_not_contradict_itself() -> None:
    with pytest.raises(ValueError, match="no weekend"):
        Calendar(working_weekends=[date(2024, 2, 5)])
    with pytest.raises(ValueError, match="both"):
        Calendar(holidays=[date(2024, 2, 4)], working_weekends=[date(2024, 2, 4)])
    assert hash(SPRING) == hash(Calendar(list(SPRING.holidays), list(SPRING.working_weekends), {2024}))


def test_time_limits_start_the_day_after() -> None:
    """次日起 3 日内, and 次日起 10 个工作日内."""
    assert days_after(date(2007, 8, 30), 3) == date(2007, 9, 2)
    assert days_after(date(2007, 8, 30), 10, Calendar()) == date(2007, 9, 13)
    assert days_after(date(2024, 2, 9), 1, SPRING) == date(2024, 2, 18)
    with pytest.raises(ValueError, match="at least one"):
        days_after(date(2024, 1, 1), 0)


@given(DAYS, st.integers(1, 40), st.frozensets(st.dates(date(2024, 1, 1), date(2024, 3, 1)), max_size=9))
def test_a_limit_of_working_days_holds_as_many(event: date, count: int, holidays: frozenset[date]) -> None:
    calendar = Calendar(holidays)
    end = days_after(event, count, calendar)
    assert calendar.is_workday(end)
    assert workdays_between(event, end, calendar) == count
    assert end >= days_after(event, count)
