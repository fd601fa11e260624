"""While feedback lasts an institution objects to the group of a case, with a corrected list where it has one; the
agency decides, by another person."""

from __future__ import annotations

from tongchou.ground.errors import fail
from tongchou.record.audit.command import command
from tongchou.record.base import clock
from tongchou.record.base.actor import actor
from tongchou.record.base.lock import lock
from tongchou.record.clearing.models import ClearingYear, Objection
from tongchou.record.clearing.steps import ALL, key_of, last_step, must_be, the, to_decide
from tongchou.record.clearing.told import case_of
from tongchou.record.lists.models import Version


@command("clearing.object", needs="clearing.object")
def object_(*, year_id: int, event_id: int, reason: str, with_list: int | None = None) -> Objection:
    """Object to a case. `with_list`: the number of that version of the settlement's list which is to count, uploaded as
    ever. Raises A114, M503 while there is nothing to object to, M510 when feedback is over, M511 where an objection to
    the case is open, or a list that there is not."""
    year = the(year_id)
    lock(key_of(year))
    in_time(year)
    event, _ = case_of(year, event_id)
    version = None
    if with_list is not None:
        version = Version.objects.filter(of__event=event, number=with_list).first()
        if version is None:
            raise fail("M511", why=f"清单第 {with_list} 版", why_en=f"list version {with_list}")
    if Objection.objects.within(ALL).filter(year=year, event=event, state="open").exists():
        raise fail("M511", why=f"结算 {event.pk} 的反馈待审", why_en=f"an objection to {event.pk} is open")
    return Objection.objects.create(
        year=year, institution=event.institution, event=event, reason=reason, list=version, by=actor().user,
        at=clock.now(),
    )  # fmt: skip


@command("clearing.decide_objection", needs="clearing.decide")
def decide_objection(*, objection_id: int, accept: bool, reason: str) -> Objection:
    """Accept an objection, so that the final groups are made with the list it names, or reject it. Raises A114, M503,
    M511 for one that is decided, A112 for whoever objected."""
    found = Objection.objects.select_related("year", "event").filter(id=objection_id).first()
    if found is None:
        raise fail("A114")
    to_decide(found)
    found.state, found.opinion = "accepted" if accept else "rejected", reason
    found.decided_by, found.decided_at = actor().user, clock.now()
    found.save()
    return found


def in_time(year: ClearingYear) -> None:
    """Raises M503, M510 when the term is over."""
    must_be(year, "published", "reopened")
    until = last_step(year).until
    if until is not None and clock.today() > until:
        raise fail("M510", until=until)
