"""Reports on enrolment, within the scope of whoever asks: gaps, doubles, who was never enrolled, and the rate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from django.db import connection
from psycopg.types.range import DateRange

from tongchou.ground.errors import fail
from tongchou.record.audit import trail
from tongchou.record.base.actor import actor
from tongchou.record.base.columns import statement_of
from tongchou.record.base.fields import finder
from tongchou.record.enrolment.insurances import doubles, insurance
from tongchou.record.enrolment.models import Spell
from tongchou.record.packs.queries import pack_in_force
from tongchou.record.people.identity import Certificate
from tongchou.record.people.models import Identity, Person

MOST = 1_000
"""Rows of a report; what is asked for closer is asked for with narrower days."""
_DAY = timedelta(days=1)
_BATCH = 10_000

_GAPS = """
SELECT person_id, insurance, before, after - 1 FROM (
    SELECT person_id, insurance, upper(during) AS before,
           lead(lower(during)) OVER (PARTITION BY person_id, insurance ORDER BY during) AS after
    FROM enrolment_spell WHERE id IN (#spells)
) spell
WHERE after > before AND daterange(before, after) && %s AND (%s = '' OR insurance = %s)
ORDER BY person_id, insurance, before LIMIT %s
"""
_DOUBLES = """
SELECT one.person_id, one.insurance, other.insurance, lower(days), upper(days) - 1
FROM enrolment_spell one
JOIN enrolment_spell other ON other.person_id = one.person_id AND other.during && one.during
CROSS JOIN LATERAL (SELECT one.during * other.during AS days) shared
WHERE one.id IN (#spells) AND NOT one.suspended AND NOT other.suspended AND days && %s
  AND (one.insurance, other.insurance) IN (SELECT * FROM unnest(%s::text[], %s::text[]))
ORDER BY one.person_id, lower(days) LIMIT %s
"""


@dataclass(frozen=True)
class Gap:
    """断保: days between two spells of an insurance, both inclusive."""

    person: int
    insurance: str
    first: date
    last: date


@dataclass(frozen=True)
class Double:
    """重复参保: days on which somebody has two insurances of which only the first counts; open without `last`."""

    person: int
    counts: str
    other: str
    first: date
    last: date | None


@dataclass(frozen=True)
class Missing:
    """漏保: of a population feed, whom the record does not know at all, and who is known and in no scheme. Both as rows
    of the feed, counted from 1. `people` is how many there are in the feed, each counted once."""

    people: int
    unknown: tuple[int, ...]
    not_enrolled: tuple[int, ...]


@dataclass(frozen=True)
class Rate:
    """参保率: enrolled people out of a denominator that is named. `rate` is exact."""

    basis: str
    enrolled: int
    of: int

    @property
    def rate(self) -> Fraction:
        return Fraction(self.enrolled, self.of)


def gaps(*, first: date, last: date, insurance_name: str = "") -> list[Gap]:
    """Gaps that touch these days, in one insurance or in all; at most 1,000. A suspended stretch is no gap."""
    actor().needs("enrolment.read")
    name = insurance(pack_in_force(), insurance_name) if insurance_name else ""
    rows = _rows(_GAPS, DateRange(first, last + _DAY), name, name, MOST)
    found = [Gap(*row) for row in rows]
    trail.seen("enrolment.gaps", [one.person for one in found])
    return found


def duplicates(*, first: date, last: date) -> list[Double]:
    """People who have on some of these days two insurances of which only one counts; at most 1,000 (ENR-10)."""
    actor().needs("enrolment.read")
    pairs = doubles(pack_in_force())
    rows = _rows(_DOUBLES, DateRange(first, last + _DAY), [one for one, _ in pairs], [two for _, two in pairs], MOST)
    found = [Double(*row) for row in rows]
    trail.seen("enrolment.duplicates", [one.person for one in found])
    return found


def never_enrolled(*, feed: Sequence[Certificate], on: date) -> Missing:
    """Hold a population feed, such as the police's register, against those who are in a scheme on a day (ENR-10)."""
    actor().needs("enrolment.read")
    rows, state = _feed(feed, on)
    trail.write("export", "enrolment.never_enrolled", details={"on": str(on), "people": len(rows)})
    unknown = sorted(row for key, row in rows.items() if key not in state)
    return Missing(len(rows), tuple(unknown), tuple(sorted(rows[key] for key, held in state.items() if not held)))


def rate_of_feed(*, feed: Sequence[Certificate], name: str, on: date) -> Rate:
    """How many of a population feed are in a scheme on a day, out of all of them; `name` says which feed it is."""
    actor().needs("enrolment.read")
    rows, state = _feed(feed, on)
    return _rate(name, sum(state.values()), len(rows))


def rate_of_figure(*, figure: int, name: str, on: date) -> Rate:
    """How many people in scope are in a scheme on a day, out of a published figure; `name` says whose it is, such as
    常住人口(2025 年统计公报)."""
    actor().needs("enrolment.read")
    return _rate(name, _in_a_scheme(on).values("person").distinct().count(), figure)


def _rate(basis: str, enrolled: int, of: int) -> Rate:
    if of <= 0:
        raise fail("E112", basis=basis)
    return Rate(basis, enrolled, of)


def _in_a_scheme(on: date):
    """Spells of the living in the schemes proper: maternity or work injury alone does not count as enrolled."""
    held = Spell.objects.filter(insurance__in=list(pack_in_force().region.schemes), suspended=False)
    return held.filter(during__contains=on).exclude(person__died__lt=on)


def _feed(feed: Sequence[Certificate], on: date) -> tuple[dict[tuple[str, bytes], int], dict[tuple[str, bytes], bool]]:
    """Each person of the feed by certificate → the row; and, of those who are known, whether they are enrolled."""
    rows: dict[tuple[str, bytes], int] = {}
    for row, one in enumerate(feed, 1):
        rows.setdefault((one.kind, finder(one.number, "certificate")), row)
    keys, state = list(rows), {}
    for begin in range(0, len(keys), _BATCH):
        finders = [found for _, found in keys[begin : begin + _BATCH]]
        known = Identity.objects.filter(number_finder__in=finders).values_list("kind", "number_finder", "person")
        persons = {(kind, bytes(number)): person for kind, number, person in known}
        kept = dict(Person.objects.filter(id__in=set(persons.values())).values_list("id", "merged_into"))
        numbers = {key: kept.get(person) or person for key, person in persons.items()}
        enrolled = set(_in_a_scheme(on).filter(person__in=set(numbers.values())).values_list("person", flat=True))
        state |= {key: person in enrolled for key, person in numbers.items() if key in rows}
    return rows, state


def _rows(report: str, *parameters: object) -> list[tuple]:
    inner, scope = statement_of(Spell.objects.values("id"))
    with connection.cursor() as cursor:
        cursor.execute(report.replace("#spells", inner), [*scope, *parameters])
        return cursor.fetchall()
