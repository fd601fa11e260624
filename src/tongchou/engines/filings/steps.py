"""What is done with a filing. Each step is a function of the filing before and the day, and changes nothing itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from tongchou.engines.filings.clock import deadline
from tongchou.engines.filings.filing import AFTER, APPROVED, SUBMITTED, Filing
from tongchou.engines.filings.given import with_gifts
from tongchou.engines.filings.named import check_evidence, check_filer, facts_of_filing, read_names, same
from tongchou.engines.filings.period import fixed_until, period
from tongchou.engines.filings.room import make_room
from tongchou.engines.filings.types import Type, type_on
from tongchou.ground.errors import fail
from tongchou.ground.region.pack import Pack

_DAY = timedelta(days=1)
_SAID = {"approve": "同意", "refuse": "不同意", "withdraw": "撤销", "expire": "到期"}
_STATE = {
    "submitted": "待审",
    "approved": "生效",
    "refused": "未同意",
    "withdrawn": "已撤销",
    "expired": "已到期",
    "replaced": "已被代替",
}


@dataclass(frozen=True)
class Step:
    """A filing after a step, and the others that it replaced."""

    filing: Filing
    replaced: tuple[Filing, ...] = ()


def submit(
    pack: Pack,
    *,
    id: str,  # noqa: A002 (the field's name)
    scheme: str,
    type: str,  # noqa: A002 (the field's name)
    by: str,
    on: date,
    names: Mapping[str, Any],
    evidence: Iterable[str] = (),
    others: Iterable[Filing] = (),
) -> Step:
    """File something on a day; `by` is person, provider, employer or agency, `others` the filings there are already.

    A type that is decided at once is approved, unless it comes late and late ones are reviewed. Raises F001–F006 and
    F017 for what is filed, F007 when it is too late, F008–F012 where it could not be approved as it stands, so that
    nobody waits for a decision that cannot be made.
    """
    of = type_on(pack, scheme, type, on)
    check_filer(of, by)
    read = read_names(pack, of, names, on)
    check_evidence(of, evidence)
    late = _late(pack, of, read, on)
    new = Filing(id, scheme, type, on, read, late=late, key=same(of, read))
    approved = _approved(pack, of, new, on, others)
    if of.value.decided == "at once" and not (late and _reviews_late(of)):
        return approved
    if of.value.decided_within is not None:
        facts = facts_of_filing(pack, of, read, on)
        new = replace(new, due_on=deadline(pack, of.value.decided_within, on, facts, of.address))
    return Step(new)


def decide(pack: Pack, filing: Filing, *, approve: bool, on: date, others: Iterable[Filing] = ()) -> Step:
    """Approve or refuse on a day. Raises F013 when it does not wait for that, F008–F012 as `submit` does."""
    of = type_on(pack, filing.scheme, filing.type, filing.filed_on)
    state = _after(filing, "approve" if approve else "refuse")
    return _approved(pack, of, filing, on, others) if approve else Step(replace(filing, state=state))


def withdraw(pack: Pack, filing: Filing, *, on: date, since: date | None = None) -> Step:
    """Withdraw on a day, from `since` on (that day when not said). One that waits for its decision just ends.

    Raises F013 when it is over, F015 for a `since` before `on`, F012 while it is fixed.
    """
    state, since = _after(filing, "withdraw"), since or on
    if filing.state == SUBMITTED:
        return Step(replace(filing, state=state))
    assert filing.first is not None
    if since < on:
        raise fail("F015", day=since, earliest=on)
    of = type_on(pack, filing.scheme, filing.type, filing.filed_on)
    until = fixed_until(pack, of, filing.names, filing.filed_on, filing.first)
    if since < until:
        raise fail("F012", running=f"{filing.type}({filing.first}起)", day=until)
    last = max(since, filing.first) - _DAY
    return Step(replace(filing, state=state, last=last if filing.last is None else min(filing.last, last)))


def expire(filing: Filing, *, on: date) -> Step:
    """What has run out before a day is expired; anything else stays as it is."""
    if filing.state != APPROVED or filing.last is None or on <= filing.last:
        return Step(filing)
    return Step(replace(filing, state=_after(filing, "expire")))


def end(filing: Filing, *, last: date) -> Step:
    """End for good with a day, whatever the type fixes: the person died. What waits for its decision is closed, and
    nothing holds on a later day; what ended before stays as it is."""
    state = AFTER.get((filing.state, "end"), filing.state)
    if filing.first is None:
        return Step(replace(filing, state=state))
    if filing.last is not None and filing.last <= last:
        return Step(filing)
    return Step(replace(filing, state=state, last=max(last, filing.first - _DAY)))


def _approved(pack: Pack, of: Type, filing: Filing, on: date, others: Iterable[Filing]) -> Step:
    first, last = period(pack, of, filing.names, filing.filed_on, on)
    running = replace(with_gifts(pack, of, filing), first=first, last=last, state=_after(filing, "approve"))
    new, replaced = make_room(pack, of, running, others)
    return Step(new, tuple(replaced))


def _late(pack: Pack, of: Type, names: Mapping[str, Any], on: date) -> bool:
    clock = of.value.filed_within
    if clock is None or clock.after not in names:
        return False
    due = deadline(pack, clock, names[clock.after], facts_of_filing(pack, of, names, on), of.address)
    late = due is not None and on > due
    if late and clock.late == "refused":
        raise fail("F007", due=due)
    return late


def _reviews_late(of: Type) -> bool:
    return of.value.filed_within is not None and of.value.filed_within.late == "reviewed"


def _after(filing: Filing, step: str) -> str:
    state = AFTER.get((filing.state, step))
    if state is None:
        raise fail("F013", state=_STATE[filing.state], action=_SAID[step])
    return state
