"""Dates as decrees count them: insurance years, months, ages, working days and deadlines. All dates are local days."""

from __future__ import annotations

import calendar as _gregorian
import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_ONE_DAY = timedelta(days=1)
_COMMON_YEAR = 2001


def parse_date(text: str) -> date:
    """The date written `YYYY-MM-DD`, nothing else; `ValueError` otherwise.

    >>> parse_date("2024-02-29")
    datetime.date(2024, 2, 29)
    """
    if not _DATE.fullmatch(text):
        raise ValueError(f"not a date YYYY-MM-DD: {text!r}")
    return date.fromisoformat(text)


@dataclass(frozen=True)
class InsuranceYear:
    """The year over which limits run; it starts on the same day every year and is called by the year it starts in.

    The start must be a day that every year has: `ValueError` for 31 April, and for 29 February too.

    >>> InsuranceYear(7, 1).label_of(date(2008, 6, 30))
    2007
    """

    start_month: int = 1
    start_day: int = 1

    def __post_init__(self) -> None:
        date(_COMMON_YEAR, self.start_month, self.start_day)

    def label_of(self, day: date) -> int:
        """The calendar year in which the insurance year of `day` starts."""
        return day.year - ((day.month, day.day) < (self.start_month, self.start_day))

    def span(self, label: int) -> tuple[date, date]:
        """First and last day, both inclusive, of the insurance year that starts in calendar year `label`.

        `ValueError` when the year does not fit into the calendar (years 1 to 9999).
        """
        first = date(label, self.start_month, self.start_day)
        if (self.start_month, self.start_day) == (1, 1):
            return first, date(label, 12, 31)
        return first, date(label + 1, self.start_month, self.start_day) - _ONE_DAY


def add_months(day: date, months: int, end_of_month: Literal["clamp", "next_day"]) -> date:
    """`day` moved by whole months; negative moves back.

    Where the target month has no such day, decrees are silent, so the caller chooses: `clamp` takes the last day of
    that month, `next_day` the first of the month after. `ValueError` for any other word or a year outside 1 to 9999.

    >>> add_months(date(2007, 8, 31), 1, "clamp"), add_months(date(2007, 8, 31), 1, "next_day")
    (datetime.date(2007, 9, 30), datetime.date(2007, 10, 1))
    """
    if end_of_month not in ("clamp", "next_day"):
        raise ValueError(f"end_of_month is clamp or next_day, not {end_of_month!r}")
    year, month0 = divmod(day.year * 12 + day.month - 1 + months, 12)
    first = date(year, month0 + 1, 1)
    length = _gregorian.monthrange(year, month0 + 1)[1]
    if day.day <= length:
        return first.replace(day=day.day)
    last = first.replace(day=length)
    return last if end_of_month == "clamp" else last + _ONE_DAY


def months_between(start: date, end: date) -> int:
    """Whole months from `start` to `end`: a month is full on the day with the same number, or on the first of the
    month after when there is no such day. `ValueError` when `end` is earlier.

    >>> months_between(date(2024, 1, 31), date(2024, 2, 29)), months_between(date(2024, 1, 31), date(2024, 3, 1))
    (0, 1)
    """
    if end < start:
        raise ValueError(f"{end} lies before {start}")
    return (end.year - start.year) * 12 + end.month - start.month - (end.day < start.day)


def age_on(birth: date, day: date) -> int:
    """Whole years of age on `day`. The birthday of 29 February is counted on 1 March in common years.

    `ValueError` when `day` lies before the birth.

    >>> age_on(date(2004, 2, 29), date(2005, 2, 28)), age_on(date(2004, 2, 29), date(2005, 3, 1))
    (0, 1)
    """
    if day < birth:
        raise ValueError(f"{day} lies before the birth on {birth}")
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


@dataclass(frozen=True)
class Calendar:
    """Which days are worked: Monday to Friday, without `holidays`, with `working_weekends` (调休).

    The days of each year are proclaimed late in the year before; `years` names those this calendar was made for, and
    a question about another year is a `LookupError`. Without `years` any year is answered. `ValueError` when one day
    is both, or when a working weekend is not a weekend.
    """

    holidays: Collection[date] = frozenset()
    working_weekends: Collection[date] = frozenset()
    years: Collection[int] | None = None

    def __post_init__(self) -> None:
        # Kept as sets, for a deadline asks once for each day.
        object.__setattr__(self, "holidays", frozenset(self.holidays))
        object.__setattr__(self, "working_weekends", frozenset(self.working_weekends))
        if self.years is not None:
            object.__setattr__(self, "years", frozenset(self.years))
        for day in self.working_weekends:
            if day.weekday() < 5:
                raise ValueError(f"{day} is no weekend, so it cannot be a working weekend")
            if day in self.holidays:
                raise ValueError(f"{day} is both a holiday and a working weekend")

    def is_workday(self, day: date) -> bool:
        """Whether `day` is worked; `LookupError` for a year the calendar was not made for."""
        if self.years is not None and day.year not in self.years:
            raise LookupError(f"the calendar does not cover {day.year}")
        return day in self.working_weekends or (day.weekday() < 5 and day not in self.holidays)


def workdays_between(start: date, end: date, calendar: Calendar) -> int:
    """Working days from the day after `start` through `end`. `ValueError` when `end` is earlier than `start`.

    >>> workdays_between(date(2024, 1, 5), date(2024, 1, 8), Calendar())
    1
    """
    if end < start:
        raise ValueError(f"{end} lies before {start}")
    return sum(calendar.is_workday(start + timedelta(days=n)) for n in range(1, (end - start).days + 1))


def days_after(event: date, count: int, workdays: Calendar | None = None) -> date:
    """The last day of a time limit “次日起 `count` 日内”: the day after the event is the first that counts.

    Calendar days, or working days (“个工作日”) when a calendar is given; a limit of calendar days that ends on a day
    off is not extended. `ValueError` when `count` is below 1.

    >>> days_after(date(2024, 1, 5), 3), days_after(date(2024, 1, 5), 3, Calendar())
    (datetime.date(2024, 1, 8), datetime.date(2024, 1, 10))
    """
    if count < 1:
        raise ValueError(f"a time limit has at least one day, not {count}")
    if workdays is None:
        return event + timedelta(days=count)
    day = event
    while count:
        day += _ONE_DAY
        count -= workdays.is_workday(day)
    return day
