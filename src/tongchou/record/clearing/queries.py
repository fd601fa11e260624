"""Years, groups, statements and what was asked of them, for whoever may see them. An institution sees its own, and of
groups what it was told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from tongchou.engines.payment.folder import read
from tongchou.engines.payment.verify import Difference
from tongchou.engines.payment.verify import differences as compared
from tongchou.ground.errors import fail
from tongchou.record.audit import trail
from tongchou.record.base import clock
from tongchou.record.base.actor import actor
from tongchou.record.clearing.models import (
    CaseTable,
    Cleared,
    ClearedBalance,
    ClearedLine,
    ClearingYear,
    Objection,
    SpecialCase,
    YearStep,
)
from tongchou.record.clearing.publishing import city
from tongchou.record.clearing.steps import ALL, last_step, the, with_state
from tongchou.record.clearing.tables import unpacked

PAGE = 200
MOST = 2_000
"""Cases of a page, and differences that are told."""
_UNTOLD = ("opened", "grouped")


@dataclass(frozen=True)
class Seen:
    """A year as it stands. `until`: the last day of feedback while it lasts; `version`: of the last clearing."""

    id: int
    agency: int
    scheme: str
    year: int
    pack: str
    rules: str
    lists_by: date
    state: str
    until: date | None
    version: int | None
    at: datetime


def years(*, scheme: str = "", after: int = 0) -> list[Seen]:
    """Years in scope, the oldest first."""
    actor().needs("clearing.read")
    rows = with_state(ClearingYear.objects.filter(id__gt=after)).order_by("id")
    if scheme:
        rows = rows.filter(scheme=scheme)
    return [_seen(one) for one in rows[:PAGE]]


def look_at(*, year_id: int) -> Seen:
    """One year. Raises A114."""
    actor().needs("clearing.read")
    return _seen(with_state(ClearingYear.objects.filter(id=the(year_id).pk)).get())


def steps(*, year_id: int) -> list[YearStep]:
    """Who did what with a year."""
    actor().needs("clearing.read")
    return list(YearStep.objects.filter(year=the(year_id)).order_by("number"))


def cases(*, year_id: int, institution_id: int, after: str = "") -> list[dict[str, Any]]:
    """The settlements of an institution as they were grouped last, by their numbers as texts. Raises A114, also for an
    institution that was not told yet."""
    actor().needs("clearing.read")
    year = the(year_id)
    table = CaseTable.objects.filter(year=year, institution=institution_id).order_by("id").last()
    if table is None or (actor().scope.kind == "provider" and last_step(year).act in _UNTOLD):
        raise fail("A114")
    rows = [row for row in unpacked(table.content).to_pylist() if row["settlement_id"] > after][:MOST]
    trail.seen("clearing.cases", {int(row["person"]) for row in rows})
    return rows


def objections(*, year_id: int, state: str = "", after: int = 0) -> list[Objection]:
    """Objections in scope, the oldest first."""
    actor().needs("clearing.read")
    rows = Objection.objects.filter(year=the(year_id), id__gt=after).select_related("event")
    found = list((rows.filter(state=state) if state else rows).order_by("id")[:PAGE])
    trail.seen("clearing.objections", {one.event.person_id for one in found})
    return found


def special_cases(*, year_id: int, state: str = "", after: int = 0) -> list[SpecialCase]:
    """Applications for special cases in scope, the oldest first."""
    actor().needs("clearing.read")
    rows = SpecialCase.objects.filter(year=the(year_id), id__gt=after).select_related("event")
    found = list((rows.filter(state=state) if state else rows).order_by("id")[:PAGE])
    trail.seen("clearing.special_cases", {one.event.person_id for one in found})
    return found


def lines(*, year_id: int, number: int) -> list[ClearedLine]:
    """The lines of a clearing in scope: an institution's own once the clearing is confirmed. Raises A114."""
    actor().needs("clearing.read")
    found = _version(year_id, number)
    rows = ClearedLine.objects.filter(cleared=found).select_related("institution")
    return list(rows.order_by("institution__code", "setting", "method"))


def balances(*, year_id: int, number: int) -> list[ClearedBalance]:
    """What the budget became. Raises A114."""
    actor().needs("clearing.read")
    return list(ClearedBalance.objects.filter(cleared=_version(year_id, number)).order_by("setting"))


def differences(*, year_id: int, before: int, after: int) -> list[Difference]:
    """What differs between two clearings of a year, line by line and then case by case. Raises A114."""
    actor().needs("clearing.read")
    if actor().scope.kind == "provider":
        raise fail("A114")
    with city(_version(year_id, before)) as one, city(_version(year_id, after)) as other:
        sides = read(one).published, read(other).published
        found = [
            difference
            for name in ("lines", "pools", "balances", "cases")
            for difference in compared(name, sides[0][name], sides[1][name], MOST)
        ]
    return found[:MOST]


def _version(year_id: int, number: int) -> Cleared:
    """A clearing; an institution sees one that was confirmed. Raises A114."""
    found: Cleared | None = Cleared.objects.filter(year=the(year_id), number=number).first()
    if found is None or (actor().scope.kind == "provider" and not found.published.exists()):
        raise fail("A114")
    return found


def _seen(one: ClearingYear) -> Seen:
    last = last_step(one)
    version = Cleared.objects.within(ALL).filter(year=one).order_by("number").last()
    return Seen(
        id=one.pk,
        agency=one.agency_id,
        scheme=one.scheme,
        year=one.year,
        pack=one.pack_id,
        rules=one.rules_hash,
        lists_by=one.lists_by,
        state=one.state,
        until=last.until,
        version=None if version is None else version.number,
        at=one.at.astimezone(clock.CHINA),
    )
