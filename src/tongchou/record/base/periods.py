"""Periods of days in the database, and the constraint that keeps them apart."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db.models import BigIntegerField, Field, Func, Q
from psycopg.types.range import DateRange

__all__ = ["Box", "DateRangeField", "Number", "Word", "apart", "apart_by_box", "days"]


def days(first: date, last: date | None) -> DateRange:
    """From the first day through the last, without end when there is none or it is the last that there is."""
    return DateRange(first, None if last in (None, date.max) else last + timedelta(days=1))


class Number(Func):
    """A whole number as a range of that number alone: then a plain PostgreSQL can compare it in the constraint."""

    function = "int8range"
    template = "%(function)s((%(expressions)s)::bigint, (%(expressions)s)::bigint, '[]')"
    output_field = BigIntegerField()

    def as_sql(self, compiler: Any, connection: Any, **options: Any) -> Any:
        sql, parameters = super().as_sql(compiler, connection, **options)
        return sql, (*parameters, *parameters)


class Word(Number):
    """A text likewise, by its hash of 64 bits; two of the region's words that share one would be refused together."""

    template = "int8range(hashtextextended(%(expressions)s, 0), hashtextextended(%(expressions)s, 0), '[]')"


def apart(name: str, *of: Number, during: str = "during", condition: Q | None = None) -> ExclusionConstraint:
    """No two rows that are the same in all of `of` have periods that share a day."""
    same: Sequence[Any] = [(one, RangeOperators.EQUAL) for one in of]
    return ExclusionConstraint(name=name, expressions=[*same, (during, RangeOperators.OVERLAPS)], condition=condition)


class Box(Func):
    """Days of a number, or of a number and a word, as a rectangle: across, the number alone; up, the word and in it the
    days from the first to the last. Two of them meet where number and word are the same and a day is shared.

    PostgreSQL keeps corners as floats, which hold whole numbers below 2^53 exactly: that bounds the number. The word is
    its hash of 32 bits (two of the region's words that share one would be refused together), the day is counted from
    2000-01-01 in 20 bits: what lies beyond the years 565 and 3435 counts as these.
    """

    output_field = Field()

    def as_sql(self, compiler: Any, connection: Any, **options: Any) -> Any:
        number, during, *words = [compiler.compile(one)[0] for one in self.get_source_expressions()]
        word = "".join(f"hashtext({one})::float8 * {2**20} + " for one in words)
        first = f"{word}greatest(lower({during}) - date '2000-01-01', {-(2**19)})"
        last = f"{word}least(upper({during}) - 1 - date '2000-01-01', {2**19 - 1})"
        corners = f"point({number}::float8, {first}), point({number}::float8, {last})"
        return f"(CASE WHEN NOT isempty({during}) THEN box({corners}) END)", ()


def apart_by_box(name: str, number: str, *word: str, during: str = "during") -> ExclusionConstraint:
    """As `apart`, for tables with a row for everybody: a row takes a quarter of the time to be written."""
    return ExclusionConstraint(name=name, expressions=[(Box(number, during, *word), RangeOperators.OVERLAPS)])
