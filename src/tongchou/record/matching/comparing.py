"""Comparing a day of an institution three ways, and keeping what differs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from django.db import connection

from tongchou.record.base import clock
from tongchou.record.base.scope import system
from tongchou.record.matching.models import DayReport, Difference, ReportLine

_ALL = system("a day of an institution is all that was settled there, wherever its patients are insured")
_SETTLED = """
SELECT e.id, e.total, (e.fields->>'fund_pay_sumamt')::bigint, (e.fields->>'acct_pay')::bigint, COALESCE((
    SELECT -sum(p.fen) FROM ledger_entry l JOIN ledger_posting p ON p.entry_id = l.id
    WHERE l.book = 'business' AND l.source = 'settlement ' || e.id AND l.kind IN ('settlement', 'reversal')
    AND p.account IN ('provider_payable', 'person_payable')
), 0)::bigint
FROM settlement_event e WHERE e.institution_id = %s AND e.day = %s AND e.payee IS NULL ORDER BY e.id
"""


@dataclass(frozen=True)
class Amounts:
    """Of one settlement, or of all of a day, in fen; reversals have theirs with a minus."""

    total: int
    fund: int
    account: int

    def __add__(self, other: Amounts) -> Amounts:
        return Amounts(self.total + other.total, self.fund + other.fund, self.account + other.account)


NOTHING = Amounts(0, 0, 0)


@dataclass(frozen=True)
class Day:
    """What was settled at an institution on a day, and what the books owe it for each settlement."""

    settled: Mapping[int, Amounts]
    posted: Mapping[int, int]

    @property
    def sum(self) -> Amounts:
        return sum(self.settled.values(), NOTHING)


@dataclass(frozen=True)
class Found:
    """A difference before it is kept."""

    kind: str
    event: int | None = None
    here: Amounts | None = None
    there: Amounts | None = None
    posted: int | None = None


def day_of(institution: int, day: date) -> Day:
    """The settlements and reversals of a day; manual claims are not the institution's."""
    with connection.cursor() as cursor:
        cursor.execute(_SETTLED, [institution, day])
        rows = cursor.fetchall()
    return Day({row[0]: Amounts(*row[1:4]) for row in rows}, {row[0]: row[4] for row in rows})


def differences(day: Day, report: DayReport | None) -> Iterator[Found]:
    """What differs: first between settlements and books, then between settlements and the report, line by line where it
    has lines, and else in its totals."""
    for event, here in day.settled.items():
        if here.fund + here.account != day.posted[event]:
            yield Found("posting", event, here, posted=day.posted[event])
    if report is None:
        return
    rows = ReportLine.objects.within(_ALL).filter(report=report)
    lines = {one.event: Amounts(one.total, one.fund, one.account) for one in rows}
    whole = Amounts(report.total, report.fund, report.account)
    if not lines and (report.count, whole) != (len(day.settled), day.sum):
        yield Found("totals", None, day.sum, whole)
    if not lines:
        return
    if (report.count, whole) != (len(lines), sum(lines.values(), NOTHING)):
        yield Found("totals", None, sum(lines.values(), NOTHING), whole)
    for event in sorted({*day.settled, *lines}):
        here, there = day.settled.get(event), lines.get(event)
        if here != there:
            yield Found("not_here" if here is None else "not_there" if there is None else "amount", event, here, there)


def keep(institution: int, day: date, found: list[Found]) -> None:
    """Keep what differs as work; what was open and is not found any more is gone. Whoever calls holds the lock."""
    now = clock.now()
    known = Difference.objects.within(_ALL).filter(institution=institution, day=day)
    before = {(one.kind, one.event): one for one in known.filter(state="open")}
    resolved = list(known.filter(state="resolved").values("kind", "event", "here", "there", "posted"))
    for one in found:
        said = {"here": _plain(one.here), "there": _plain(one.there), "posted": one.posted}
        old = before.pop((one.kind, one.event), None)
        if old is not None:
            Difference.objects.within(_ALL).filter(id=old.pk).update(**said)
        elif {"kind": one.kind, "event": one.event, **said} not in resolved:
            Difference.objects.create(
                institution_id=institution, day=day, kind=one.kind, event=one.event, found_at=now, **said
            )
    gone = [one.pk for one in before.values()]
    Difference.objects.within(_ALL).filter(id__in=gone).update(state="gone", resolved_at=now)


def _plain(amounts: Amounts | None) -> dict[str, int] | None:
    return None if amounts is None else vars(amounts)
