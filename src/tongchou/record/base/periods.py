"""Periods of days in the database, and the constraint that keeps them apart."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db.models import BigIntegerField, Func, Q
from psycopg.types.range import DateRange

__all__ = ["DateRangeField", "Number", "Word", "apart", "days"]


def days(first: date, last: date | None) -> DateRange:
    """From the first day through the last, without end when there is none."""
    return DateRange(first, None if last is None else last + timedelta(days=1))


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
