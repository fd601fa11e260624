"""An institution reports a day; it is matched at once, and again whenever somebody asks."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import astuple, dataclass
from datetime import date

from cryptography.hazmat.primitives import hashes

from tongchou.ground.errors import fail
from tongchou.ground.money import MAX_FEN
from tongchou.record.audit.command import command
from tongchou.record.base import clock
from tongchou.record.base.actor import actor
from tongchou.record.base.lock import lock
from tongchou.record.matching.comparing import day_of, differences, keep
from tongchou.record.matching.models import DayReport, Difference, ReportLine
from tongchou.record.providers.models import Institution


@dataclass(frozen=True)
class Reported:
    """A settlement or reversal as the institution has it, amounts in fen."""

    event: int
    total: int
    fund: int
    account: int


class Lines:
    """The settlements and reversals of a day, in the order of their numbers. The trail keeps how many there are and
    their SM3, not each of them: they are kept as lines of the report."""

    def __init__(self, lines: Iterable[Reported] = ()) -> None:
        self._lines = sorted(lines, key=lambda one: one.event)

    def __iter__(self) -> Iterator[Reported]:
        return iter(self._lines)

    def __len__(self) -> int:
        return len(self._lines)

    def __str__(self) -> str:
        sm3 = hashes.Hash(hashes.SM3())
        sm3.update(json.dumps([astuple(one) for one in self]).encode())
        return f"{len(self)} SM3 {sm3.finalize().hex()}"


NO_LINES = Lines()


@command("matching.report", needs="matching.report")
def report(
    *,
    institution_id: int,
    day: date,
    count: int,
    total: int,
    fund: int,
    account: int,
    lines: Lines = NO_LINES,
) -> DayReport:
    """Report the totals of a day, and, so that differences are found down to the line, its settlements and reversals.
    A later report of the day takes the place of an earlier one. Raises A114, M301 for a day to come, amounts beyond all
    bounds, or a settlement twice."""
    where = _institution(institution_id)
    amounts = [(total, fund, account), *((one.total, one.fund, one.account) for one in lines)]
    if day > clock.today() or count < 0 or any(abs(fen) > MAX_FEN for row in amounts for fen in row):
        raise fail("M301", why=f"{day} {count}")
    if len({one.event for one in lines}) < len(lines):
        raise fail("M301", why="结算号")
    lock(day_key(where.pk, day))
    number = DayReport.objects.filter(institution=where, day=day).count() + 1
    made = DayReport.objects.create(
        institution=where,
        day=day,
        number=number,
        count=count,
        total=total,
        fund=fund,
        account=account,
        by=actor().user,
        at=clock.now(),
    )
    ReportLine.objects.bulk_create(
        [
            ReportLine(report=made, event=one.event, total=one.total, fund=one.fund, account=one.account)
            for one in lines
        ],
        batch_size=5_000,
    )
    keep(where.pk, day, list(differences(day_of(where.pk, day), made)))
    return made


@command("matching.match", needs="matching.resolve")
def match(*, institution_id: int, day: date) -> list[Difference]:
    """Match a day again, by the institution's last report, or without one the settlements with the books alone. The
    differences that are open then. Raises A114."""
    where = _institution(institution_id)
    lock(day_key(where.pk, day))
    last = DayReport.objects.filter(institution=where, day=day).order_by("number").last()
    keep(where.pk, day, list(differences(day_of(where.pk, day), last)))
    return list(Difference.objects.filter(institution=where, day=day, state="open").order_by("id"))


def day_key(institution: int, day: date) -> tuple[str, object]:
    return "match", f"{institution} {day}"


def _institution(number: int) -> Institution:
    found = Institution.objects.filter(id=number).first()
    if found is None:
        raise fail("A114")
    return found
