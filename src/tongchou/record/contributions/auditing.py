"""What auditing of contributions looks at: bases of employers, people and wages that were not declared, and
orders that enrolment does not bear any more. Rules CON-13, ENR-11."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Count, Sum

from tongchou.record.audit import trail
from tongchou.record.base.actor import actor
from tongchou.record.base.columns import statement_of
from tongchou.record.contributions.models import EmployerFigure, Order
from tongchou.record.contributions.reports import MOST
from tongchou.record.enrolment.insurances import insurance as name_of
from tongchou.record.orgs.models import Organisation
from tongchou.record.packs.queries import pack_in_force
from tongchou.record.people.models import Employment


@dataclass(frozen=True)
class EmployerBases:
    """缴费基数通报: of an employer the people with a base, how many bases there were (people × periods), and their sum
    in fen; `declared` is what it declared of itself for the year, None where it did not, and `short` what the bases
    are short of it."""

    employer: int
    name: str
    people: int
    bases: int
    fen: int
    declared: int | None
    short: int | None


@dataclass(frozen=True)
class NotEnrolled:
    """漏报: somebody who works for an employer on a day and is not enrolled through it."""

    employer: int
    person: int
    since: date


@dataclass(frozen=True)
class Unborne:
    """An order that holds while the person is enrolled on none of its days; `paid` is what lies on it, in fen."""

    order: int
    person: int
    insurance: str
    levy: str
    first: date
    through: date
    whole: int
    paid: int


def employer_bases(
    *, insurance: str, levy: str, first: date, through: date, fact: str = "", year: int | None = None, after: int = 0
) -> list[EmployerBases]:
    """The bases of each employer in scope, by number, for periods that begin within these days: what is made public
    every quarter. With a `fact`, such as the total of wages, and a year what was declared too little (少报)."""
    actor().needs("contributions.read")
    trail.write("export", "contributions.employer_bases", details={"first": str(first), "through": str(through)})
    held = {"insurance": insurance, "levy": levy, "first__range": (first, through), "cancelled": None}
    orders = Order.objects.filter(base__isnull=False, employer__gt=after, **held)
    sums = orders.values("employer").annotate(people=Count("person", distinct=True), bases=Count("id"), fen=Sum("base"))
    rows = list(sums.order_by("employer")[:MOST])
    employers = [row["employer"] for row in rows]
    names = dict(Organisation.objects.filter(id__in=employers).values_list("id", "name"))
    figures = EmployerFigure.objects.filter(employer__in=employers, fact=fact, year=year or 0).order_by("id")
    told: dict[int, int] = dict(figures.values_list("employer", "fen"))
    return [_bases(row, names.get(row["employer"], ""), told.get(row["employer"])) for row in rows]


def _bases(row: dict[str, Any], name: str, told: int | None) -> EmployerBases:
    short = None if told is None else max(0, told - row["fen"])
    return EmployerBases(row["employer"], name, row["people"], row["bases"], row["fen"], told, short)


def not_enrolled(*, insurance: str, on: date, employer: int | None = None, after: int = 0) -> list[NotEnrolled]:
    """Who works for an employer in scope on a day and is not enrolled through it in an insurance, suspended or not; by
    number of the employment, at most a thousand."""
    actor().needs("contributions.read")
    name = name_of(pack_in_force(), insurance)
    jobs = Employment.objects.filter(during__contains=on, id__gt=after, person__died=None)
    if employer is not None:
        jobs = jobs.filter(employer=employer)
    rows = _rows(_NOT_ENROLLED, jobs, [name, on, MOST])
    trail.seen("contributions.not_enrolled", [person for _, person, _ in rows])
    return [NotEnrolled(*row) for row in rows]


def unborne(*, after: int = 0) -> list[Unborne]:
    """Orders in scope that hold while their person is enrolled on none of their days, as after a change of the past:
    each is to be cancelled, once what was paid on it was given back. By number, at most a thousand after `after`."""
    actor().needs("contributions.read")
    rows = _rows(_UNBORNE, Order.objects.filter(cancelled=None, id__gt=after).exclude(levy="补缴"), [MOST])
    trail.seen("contributions.unborne", [row[1] for row in rows])
    return [Unborne(*row) for row in rows]


def _rows(report: str, of: Any, parameters: list[object]) -> list[tuple[Any, ...]]:
    inner, scope = statement_of(of.values("id"))
    with connection.cursor() as cursor:
        cursor.execute(report.replace("#rows", inner), [*scope, *parameters])
        return cursor.fetchall()


_NOT_ENROLLED = """
SELECT e.employer_id, e.person_id, lower(e.during) FROM employment e
WHERE e.id IN (#rows) AND NOT EXISTS (
    SELECT FROM enrolment_spell s WHERE s.person_id = e.person_id AND s.employer_id = e.employer_id
    AND s.insurance = %s AND s.during @> %s::date
) ORDER BY e.id LIMIT %s
"""
_UNBORNE = """
WITH RECURSIVE held AS (
    SELECT id, person_id, insurance, levy, first, through, whole FROM contribution_order
    WHERE id IN (#rows)
), up AS (
    SELECT DISTINCT person_id AS id, person_id AS at FROM held
    UNION SELECT up.id, p.merged_into_id FROM up JOIN person p ON p.id = up.at WHERE p.merged_into_id IS NOT NULL
)
SELECT o.id, o.person_id, o.insurance, o.levy, o.first, o.through, o.whole, COALESCE((
    SELECT sum(r.fen) FROM receipt r JOIN contribution_part p ON p.id = r.part_id WHERE p.order_id = o.id
), 0)::bigint
FROM held o WHERE NOT EXISTS (
    SELECT FROM up JOIN enrolment_spell s ON s.person_id = up.at
    WHERE up.id = o.person_id AND s.insurance = o.insurance AND NOT s.suspended
    AND s.during && daterange(o.first, o.through, '[]')
) ORDER BY o.id LIMIT %s
"""
