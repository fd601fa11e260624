"""How many filings of a type may run at a time, and which give way to a new one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta

from tongchou.engines.filings.clock import whole
from tongchou.engines.filings.filing import AFTER, APPROVED, Filing
from tongchou.engines.filings.named import facts_of_filing
from tongchou.engines.filings.period import fixed_until
from tongchou.engines.filings.types import Type
from tongchou.ground.errors import fail
from tongchou.ground.region.pack import Pack

_DAY = timedelta(days=1)


def make_room(pack: Pack, of: Type, new: Filing, others: Iterable[Filing]) -> tuple[Filing, list[Filing]]:
    """The new filing in its slot, and those that end the day before it because it replaces them.

    A filing holds one slot for all its days. `others` are all filings of the same person or organisation; only those
    of the type, approved at some time and sharing a day with the new one, are looked at. Raises F010 when all slots
    are taken, F011 when one that names the same runs, F012 when one that would be replaced is still fixed.
    """
    first = new.first
    assert first is not None
    beside = [
        one
        for one in sorted(others, key=lambda o: (o.first or date.min, o.id))
        if one.scheme == new.scheme and one.type == new.type and one.id != new.id and one.meets(first, new.last)
    ]
    leaving = [one for one in beside if new.key is not None and one.key == new.key]
    if leaving and of.value.full == "refused":
        raise fail("F011", type=of.name, running=_said(leaving))
    limit = _limit(pack, of, new)
    staying = [one for one in beside if one not in leaving]
    if limit is not None:
        free = [slot for slot in range(1, limit + 1) if slot not in {one.slot for one in staying}]
        if not free and (of.value.full == "refused" or limit == 0):
            raise fail("F010", type=of.name, limit=limit, running=_said(staying) or "-")
        if not free:
            oldest = staying[0]
            leaving += [one for one in staying if one.slot == oldest.slot]
            free = [oldest.slot or 1]
        new = replace(new, slot=free[0])
    return new, [_give_way(pack, of, one, first) for one in leaving]


def _give_way(pack: Pack, of: Type, one: Filing, day: date) -> Filing:
    """A filing that ends the day before `day`. What is over already, or not begun, only loses the days from then."""
    assert one.first is not None
    until = fixed_until(pack, of, one.names, one.filed_on, one.first)
    if one.state == APPROVED and day < until:
        raise fail("F012", running=_said([one]), day=until)
    return replace(one, state=AFTER.get((one.state, "replace"), one.state), last=max(day, one.first) - _DAY)


def _limit(pack: Pack, of: Type, new: Filing) -> int | None:
    if of.value.at_a_time is None:
        return None
    return whole(of.address, of.value.at_a_time, facts_of_filing(pack, of, new.names, new.filed_on))


def _said(filings: Iterable[Filing]) -> str:
    return "、".join(f"{one.key or one.type}({one.first}起)" for one in filings)
