"""特例单议: institutions apply that a case be paid apart from its group, as many as the region declares; experts
decide, nobody on what they applied for. What left its group by approval of 特病单议 before is one of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pyarrow as pa

from tongchou.engines.payment.formula import figure
from tongchou.ground.errors import fail
from tongchou.ground.region.clearing_money import SpecialCases
from tongchou.record.audit.command import command
from tongchou.record.base import clock
from tongchou.record.base.actor import actor
from tongchou.record.base.lock import lock
from tongchou.record.clearing.anew import before, standing
from tongchou.record.clearing.declared import kept_with
from tongchou.record.clearing.models import ClearingYear, SpecialCase
from tongchou.record.clearing.objecting import in_time
from tongchou.record.clearing.steps import ALL, key_of, the, to_decide
from tongchou.record.clearing.tables import unpacked
from tongchou.record.clearing.told import case_of, last_table
from tongchou.record.lists.models import ExitApplication

Exits = dict[int, str]
"""Settlements that left their group before, with the reason."""


@command("clearing.apply_special", needs="clearing.object")
def apply_special(*, year_id: int, event_id: int, reason: str) -> SpecialCase:
    """Apply for a case. Raises A114, M503, M510 when the term is over, M512 where the method has no special cases or
    the institution has used up its share, M511 where an application for the case is open or approved."""
    year = the(year_id)
    lock(key_of(year))
    in_time(year)
    event, row = case_of(year, event_id)
    if SpecialCase.objects.within(ALL).filter(year=year, event=event, state__in=("open", "approved")).exists():
        raise fail("M511", why=f"结算 {event.pk} 已申请", why_en=f"{event.pk} was applied for")
    _room(year, event.institution_id, row["method"], 1)
    return SpecialCase.objects.create(
        year=year, institution=event.institution, event=event, reason=reason, by=actor().user, at=clock.now()
    )


@command("clearing.decide_special", needs="clearing.judge")
def decide_special(*, special_id: int, approve: bool, reason: str, fen: int | None = None) -> SpecialCase:
    """Approve an application, with what the fund pays (`fen`; without it what it was charged), or refuse it. Raises
    A114, M503, M511 for one that is decided, M512 above the institution's share, A112 for whoever applied."""
    found = SpecialCase.objects.select_related("year", "event").filter(id=special_id).first()
    if found is None:
        raise fail("A114")
    to_decide(found)
    if approve:
        _room(found.year, found.institution_id, _method(found), 0)
    found.state, found.opinion, found.fen = "approved" if approve else "refused", reason, fen if approve else None
    found.decided_by, found.decided_at = actor().user, clock.now()
    found.save()
    return found


def decided(year: ClearingYear, cases: pa.Table) -> list[dict[str, str]]:
    """The special cases of a year as the engine's table."""
    known, stands = set(cases["settlement_id"].to_pylist()), standing(before(year))
    rows = SpecialCase.objects.within(ALL).filter(year=year, state="approved").order_by("event")
    found = {str(_now(one.event_id, stands)): (one.reason, -1 if one.fen is None else one.fen) for one in rows}
    for event, reason in _exits(map(int, known), stands).items():
        found.setdefault(str(event), (reason, -1))
    return [
        {"settlement_id": number, "reason": reason, "amount": str(fen)}
        for number, (reason, fen) in sorted(found.items())
        if number in known
    ]


def _exits(events: Iterable[int], stands: Mapping[int, int]) -> Exits:
    """Of those settlements; `stands`: which one stands in the place of an earlier one."""
    asked = set(events)
    asked |= {event for event, number in stands.items() if number in asked}
    rows = ExitApplication.objects.within(ALL).filter(state="approved", of__event__in=asked).order_by("of__event")
    return {_now(event, stands): reason for event, reason in rows.values_list("of__event", "reason")}


def _method(of: SpecialCase) -> str:
    return str(case_of(of.year, of.event_id)[1]["method"])


def _room(year: ClearingYear, institution: int, method: str, more: int) -> None:
    """Raises M512 where the institution's applications that stand, and `more`, are above its share of the method."""
    said = kept_with(year).get(f"special_cases.{method}", SpecialCases) if method else None
    table = last_table(year, institution)
    if said is None or table is None:
        raise fail("M512", used=more, most=0, cases=0)
    rows: list[dict[str, Any]] = unpacked(table.content).select(["settlement_id", "method"]).to_pylist()
    now = standing(before(year))
    mine = {_now(int(row["settlement_id"]), now) for row in rows if row["method"] == method}
    share = figure(said.at_most)
    most = -(-len(mine) * share.numerator // share.denominator)
    asked = SpecialCase.objects.within(ALL).filter(year=year, institution=institution, state__in=("open", "approved"))
    used = mine & {_now(event, now) for event in asked.values_list("event", flat=True)} | set(_exits(mine, now))
    if len(used) + more > most:
        raise fail("M512", used=len(used) + more, most=most, cases=len(mine))


def _now(event: int, stands: Mapping[int, int]) -> int:
    """The settlement that stands in the place of another, or itself."""
    return stands.get(event, event)
