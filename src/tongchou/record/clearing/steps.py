"""The year and the steps that it has come to."""

from __future__ import annotations

from datetime import date

from django.db.models import OuterRef, QuerySet, Subquery

from tongchou.ground.errors import fail
from tongchou.record.base import clock
from tongchou.record.base.actor import actor
from tongchou.record.base.lock import lock
from tongchou.record.base.scope import system
from tongchou.record.clearing.models import ClearingYear, Objection, SpecialCase, YearStep
from tongchou.record.ledger.banks import payable_key

Key = tuple[str, object]
ALL = system("a year is cleared whole, whoever does it")


def key_of(year: ClearingYear) -> Key:
    """What is locked while anything of a year is done."""
    return "clearing", year.pk


def order_key(year: ClearingYear) -> Key:
    """What is locked besides while what is payable to providers changes."""
    return payable_key("provider", year.scheme)


def with_state(rows: QuerySet[ClearingYear]) -> QuerySet[ClearingYear]:
    """Years with their last step as `state`."""
    last = YearStep.objects.within(ALL).filter(year=OuterRef("pk")).order_by("-number")
    return rows.annotate(state=Subquery(last.values("act")[:1]))


def the(number: int) -> ClearingYear:
    """A year in scope. Raises A114."""
    found = ClearingYear.objects.select_related("agency").filter(id=number).first()
    if found is None:
        raise fail("A114")
    return found


def last_step(year: ClearingYear) -> YearStep:
    return YearStep.objects.within(ALL).filter(year=year).order_by("number").last()


def state_of(year: ClearingYear) -> str:
    return str(last_step(year).act)


def must_be(year: ClearingYear, *states: str) -> None:
    """Raises M503 where another step was done last."""
    if (now := state_of(year)) not in states:
        raise fail("M503", year=year.year, scheme=year.scheme, state=dict(YearStep.ACTS)[now], state_en=now)


def step(year: ClearingYear, act: str, reason: str = "", until: date | None = None) -> YearStep:
    """Write the next step; whoever calls holds the year's lock."""
    number = YearStep.objects.within(ALL).filter(year=year).count() + 1
    return YearStep.objects.create(
        year=year, number=number, act=act, until=until, by=actor().user, at=clock.now(), reason=reason
    )


def to_decide(found: Objection | SpecialCase) -> None:
    """Hold the year's lock for a decision. Raises M503, M511 for what is decided, A112 for whoever brought it."""
    lock(key_of(found.year))
    must_be(found.year, "published", "reopened")
    found.refresh_from_db(fields=["state"])
    if found.state != "open":
        raise fail("M511", why=found.get_state_display(), why_en=found.state)
    if found.by is not None and found.by == actor().user:
        raise fail("A112")
