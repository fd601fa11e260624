"""When feedback is over and everything is decided, the year is drawn and grouped for the last time."""

from __future__ import annotations

from tongchou.ground.errors import fail
from tongchou.record.audit.command import command
from tongchou.record.base import clock
from tongchou.record.base.lock import lock
from tongchou.record.clearing.grouping import Schemes, keep_cases, schemes_of
from tongchou.record.clearing.models import Objection, SpecialCase, YearStep
from tongchou.record.clearing.steps import ALL, key_of, last_step, must_be, step, the


@command("clearing.finalise", needs="clearing.work")
def finalise(*, year_id: int, reason: str, schemes: Schemes | None = None) -> YearStep:
    """Make the groups of a year final: drawn from the record as it is now, with the lists that were accepted. Raises
    A114, M503, M508 while feedback may still come or waits for a decision, and what grouping raises."""
    year = the(year_id)
    lock(key_of(year))
    must_be(year, "published", "reopened")
    last = last_step(year)
    if last.until is not None and clock.today() <= last.until:
        raise fail("M508", why=f"{last.until:%Y-%m-%d}", why_en=f"through {last.until:%Y-%m-%d}")
    for rows, zh, en in (
        (Objection.objects, "反馈", "objections"),
        (SpecialCase.objects, "特例单议", "special cases"),
    ):
        if waiting := rows.within(ALL).filter(year=year, state="open").count():
            raise fail("M508", why=f"{zh} {waiting} 件", why_en=f"{waiting} {en} wait")
    keep_cases(year, "final", schemes or schemes_of(year))
    return step(year, "final", reason)
