"""The days of an institution as they match, and the differences that are work."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tongchou.ground.errors import fail
from tongchou.record.base.actor import actor
from tongchou.record.matching.comparing import Amounts, day_of
from tongchou.record.matching.models import DayReport, Difference
from tongchou.record.providers.models import Institution

PAGE = 500


@dataclass(frozen=True)
class Matched:
    """A day three ways, in fen; nothing was `reported` before the institution did."""

    institution: int
    day: date
    count: int
    settled: Amounts
    reported_count: int | None
    reported: Amounts | None
    posted: int
    open: int

    @property
    def agrees(self) -> bool:
        """All three are the same."""
        books = self.settled.fund + self.settled.account == self.posted
        return books and (self.count, self.settled) == (self.reported_count, self.reported) and not self.open


def matched(*, institution_id: int, day: date) -> Matched:
    """A day of an institution. Raises A114."""
    actor().needs("matching.read")
    where = Institution.objects.filter(id=institution_id).first()
    if where is None:
        raise fail("A114")
    found = day_of(where.pk, day)
    last = DayReport.objects.filter(institution=where, day=day).order_by("number").last()
    return Matched(
        institution=where.pk,
        day=day,
        count=len(found.settled),
        settled=found.sum,
        reported_count=None if last is None else last.count,
        reported=None if last is None else Amounts(last.total, last.fund, last.account),
        posted=sum(found.posted.values()),
        open=Difference.objects.filter(institution=where, day=day, state="open").count(),
    )


def work(*, state: str = "open", after: int = 0) -> list[Difference]:
    """Differences in scope, the oldest first."""
    actor().needs("matching.read")
    return list(Difference.objects.filter(state=state, id__gt=after).order_by("id")[:PAGE])
