"""Months of contribution: actual ones are counted from what was paid, the others are entered with their evidence."""

from __future__ import annotations

from tongchou.engines.contributions import Months, actual_months, convert
from tongchou.ground.errors import fail
from tongchou.ground.region.contribution_kinds import Cover
from tongchou.ground.region.pack import Pack
from tongchou.ground.region.values import value_of
from tongchou.record.audit import trail
from tongchou.record.audit.command import command
from tongchou.record.base import clock
from tongchou.record.base.actor import actor
from tongchou.record.base.lock import lock
from tongchou.record.base.scope import system
from tongchou.record.contributions.models import MonthsEntry
from tongchou.record.contributions.queries import payments_of
from tongchou.record.packs.queries import pack_in_force
from tongchou.record.people.queries import known_as, person

MOST = 1_200  # months: nobody contributes for more than a hundred years
_ALL = system("months of rows merged into a person who is in scope")


@command("contributions.add_months", needs="contributions.assess")
def add_months(*, person_id: int, insurance: str, kind: str, months: int, evidence: str, reason: str) -> MonthsEntry:
    """Enter months that no order here stands for: deemed ones, actual ones from before this record, or, negative, what
    was entered wrong. Raises J114 for months that cannot be, or without evidence."""
    found = person(person_id)
    lock(("months", found.pk))
    before = getattr(months_of(found.pk, insurance, pack_in_force()), kind, None)
    if kind not in dict(MonthsEntry.KINDS) or kind == "converted" or before is None:
        raise fail("J114", why=kind)
    if not evidence.strip() or months == 0 or not 0 <= before + months <= MOST:
        raise fail("J114", why=f"{before}+{months}")
    return MonthsEntry.objects.create(
        person=found,
        insurance=insurance,
        kind=kind,
        months=months,
        evidence=evidence,
        by=actor().user,
        at=clock.now(),
    )


@command("contributions.convert_months", needs="contributions.assess")
def convert_months(*, person_id: int, insurance: str, other: str, reason: str) -> MonthsEntry:
    """Count the months of another scheme as months of this one, by the region's factor (TRF-01); what was converted
    before is not converted again. Raises P002 where no factor is declared, J114 when nothing is left to convert."""
    found = person(person_id)
    lock(("months", found.pk))
    pack, today = pack_in_force(), clock.today()
    there = months_of(found.pk, other, pack)
    converted, cite = convert(pack, insurance, there, other, today)
    entered = MonthsEntry.objects.within(_ALL).filter(
        person_id__in=known_as([found.pk]), insurance=insurance, kind="converted", transfer=None
    )
    fresh = converted.converted - sum(entered.values_list("months", flat=True))
    if fresh <= 0:
        raise fail("J114", why=f"{other}: {there.cumulative}")
    return MonthsEntry.objects.create(
        person=found,
        insurance=insurance,
        kind="converted",
        months=fresh,
        evidence=f"{cite}：{other} {there.cumulative}",
        by=actor().user,
        at=clock.now(),
    )


def look_at(*, person_id: int, insurance: str) -> Months:
    """The months of a person in a scheme today."""
    actor().needs("contributions.read")
    found = person(person_id)
    trail.seen("contributions.months", [found.pk])
    return months_of(found.pk, insurance, pack_in_force())


def months_of(number: int, insurance: str, pack: Pack) -> Months:
    """The months of a person in a scheme, by how they came about: those paid for here under the levies that entitle
    count as actual, each once. The caller has looked at the scope."""
    payments = payments_of([number], clock.today())
    paid = max((actual_months(payments, insurance, levy) for levy in _levies(pack, insurance)), default=0)
    rows = MonthsEntry.objects.within(_ALL).filter(person_id__in=known_as([number]), insurance=insurance)
    entered = dict.fromkeys(dict(MonthsEntry.KINDS), 0)
    for kind, months in rows.values_list("kind", "months"):
        entered[kind] += months
    return Months(paid + entered["actual"], entered["deemed"], entered["converted"])


def _levies(pack: Pack, insurance: str) -> set[str]:
    covers = [value_of(one, Cover) for one in pack.facts if one.scheme == insurance and one.kind == "cover.*"]
    return {cover.paid_by for cover in covers}
