"""滞纳金减免: waiving a late fee: one asks and names the law, another decides. And what is owed of late fees."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.db.models import BigIntegerField, Q, Sum
from django.db.models.functions import Coalesce

from tongchou.ground.errors import fail
from tongchou.ground.money import yuan
from tongchou.record.audit import trail
from tongchou.record.audit.command import command
from tongchou.record.base import clock
from tongchou.record.base.actor import actor
from tongchou.record.base.lock import lock
from tongchou.record.contributions.models import LateFee, Part, WaiverCase
from tongchou.record.contributions.movements import lock_keys
from tongchou.record.contributions.postings import post_waiver
from tongchou.record.contributions.reports import MOST
from tongchou.record.orgs.commands import organisation
from tongchou.record.people.queries import known_as, person


@dataclass(frozen=True)
class Owed:
    """Late fees of a part so far, in fen: what was charged, paid and waived, and what is left. A fee is charged when
    money comes in; what runs on an unpaid part stands among the arrears."""

    part: int
    person: int
    levy: str
    payer: str
    charged: int
    paid: int
    waived: int

    @property
    def left(self) -> int:
        return self.charged - self.paid - self.waived


@command("contributions.ask_waiver", needs="contributions.waive")
def ask_waiver(*, part: int, fen: int, ground: str, reason: str) -> WaiverCase:
    """Ask that so many fen of the late fee that a part was charged are not asked for, on a ground in law. Raises J106,
    J117 without a ground, for more than is owed, or while a case of the part is open."""
    found = Part.objects.filter(id=part).first()
    if found is None:
        raise fail("J106", part=part)
    lock(*lock_keys([found.order_id]))
    pending = WaiverCase.objects.filter(part=found, state="open").exists()
    room = 0 if pending else _left(found)
    if not ground.strip() or not 0 < fen <= room:
        raise fail("J117", part=part, room=yuan(room), amount=yuan(fen))
    made = WaiverCase(
        part=found, fen=fen, why=reason, ground=ground.strip(), asked_by=actor().user, asked_at=clock.now()
    )
    try:
        with transaction.atomic():
            made.save()
    except IntegrityError as error:
        raise fail("J117", part=part, room=yuan(0), amount=yuan(fen)) from error
    return made


@command("contributions.decide_waiver", needs="contributions.approve")
def decide_waiver(*, case_id: int, approve: bool, reason: str) -> WaiverCase:
    """Decide on a waiver; approved, the fee is owed no more. Raises A114, J118 when it is decided, A112 for whoever
    asked, J117 where less is owed by now."""
    case = WaiverCase.objects.select_related("part").filter(id=case_id).first()
    if case is None:
        raise fail("A114")
    lock(*lock_keys([case.part.order_id]))
    case.refresh_from_db(fields=["state"])
    if case.state != "open":
        raise fail("J118")
    if case.asked_by is not None and case.asked_by == actor().user:
        raise fail("A112")
    if approve and case.fen > (room := _left(case.part)):
        raise fail("J117", part=case.part_id, room=yuan(room), amount=yuan(case.fen))
    case.state, case.opinion = "approved" if approve else "refused", reason
    case.decided_by, case.decided_at = actor().user, clock.now()
    case.save()
    if approve:
        fee = LateFee.objects.create(
            part=case.part, waiver=case, kind="waived", day=clock.today(), fen=-case.fen, cite=case.ground
        )
        post_waiver(fee)
    return case


def _left(part: Part) -> int:
    return max(0, sum(LateFee.objects.filter(part=part).values_list("fen", flat=True)))


def late_fees(*, person_id: int | None = None, employer: int | None = None, after: int = 0) -> list[Owed]:
    """Parts in scope of which a late fee is owed, by number; at most a thousand, those after `after`. Of one person, or
    of an employer's people, those with none left too."""
    actor().needs("contributions.read")
    sums = {
        kind: Coalesce(Sum("late_fees__fen", filter=Q(late_fees__kind=kind)), 0, output_field=BigIntegerField())
        for kind in dict(LateFee.KINDS)
    }
    parts = Part.objects.filter(id__gt=after, late_fees__isnull=False)
    if person_id is not None:
        parts = parts.filter(order__person_id__in=known_as([person(person_id).pk]))
    if employer is not None:
        parts = parts.filter(order__employer=organisation(employer))
    parts = parts.annotate(**sums, left=Sum("late_fees__fen"))
    if person_id is None and employer is None:
        parts = parts.filter(left__gt=0)
    rows = list(parts.select_related("order", "share").order_by("id")[:MOST])
    trail.seen("contributions.late_fees", {one.order.person_id for one in rows})
    return [
        Owed(
            part=one.pk,
            person=one.order.person_id,
            levy=one.order.levy,
            payer=one.share.payer,
            charged=one.charged,
            paid=-one.paid,
            waived=-one.waived,
        )
        for one in rows
    ]


def waivers(*, state: str = "open", after: int = 0) -> list[WaiverCase]:
    """The cases in scope of a state, the oldest first; at most a thousand, those after the number `after`."""
    actor().needs("contributions.read")
    rows = list(
        WaiverCase.objects.filter(state=state, id__gt=after).select_related("part__order").order_by("id")[:MOST]
    )
    trail.seen("contributions.waivers", {number for one in rows for number in one.persons_of()})
    return rows
