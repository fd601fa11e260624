"""Commands on accounts: after a break, at death, paid out, and whom an account may pay for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, transaction
from psycopg.types.range import DateRange

from tongchou.engines.contributions import at_break, at_death
from tongchou.ground.errors import fail
from tongchou.record.accounts.entries import Movement, as_movement, enter, held, lock_keys, the
from tongchou.record.accounts.models import Entry, Sharing
from tongchou.record.audit.command import command
from tongchou.record.base import clock
from tongchou.record.base.lock import lock
from tongchou.record.base.periods import days
from tongchou.record.packs.queries import pack_in_force
from tongchou.record.people.models import Person
from tongchou.record.people.queries import person


@dataclass(frozen=True)
class Heir:
    """Who inherits, with a whole share."""

    person_id: int
    share: int


@command("accounts.inherit", needs="accounts.write")
def inherit(*, person_id: int, heirs: list[Heir], reason: str) -> list[Entry]:
    """Empty every account of somebody who died: to the heirs by their shares, or to the fund where the rules say so or
    nobody inherits. Raises B106 when no death is recorded, B108 for heirs that cannot be."""
    dead = person(person_id)
    if dead.died is None:
        raise fail("B106")
    known = [person(heir.person_id) for heir in heirs]
    numbers = [one.pk for one in known]
    if dead.pk in numbers or len(set(numbers)) < len(numbers) or any(not 0 < heir.share < 2**31 for heir in heirs):
        raise fail("B108")
    lock(*lock_keys([dead.pk]))
    pack, today = pack_in_force(), clock.today()
    shares = [(f"person {one.pk}", heir.share) for one, heir in zip(known, heirs, strict=True)]
    made = []
    for one in held([dead.pk]):
        moved = at_death(pack, one.insurance, one.account, one.entries, today, shares)
        made += [as_movement(found, one.insurance, f"death {today} {found.to}") for found in moved]
    return enter(made)


@command("accounts.resume_after_break", needs="accounts.write")
def resume_after_break(*, person_id: int, insurance: str, account: str, day: date, reason: str) -> list[Entry]:
    """What lapses when contributions are resumed after a break; nothing where the rules keep the account (WAIT-03)."""
    owner = _living(person_id)
    lock(*lock_keys([owner.pk]))
    one = the(owner.pk, insurance, account)
    lapsed = at_break(pack_in_force(), insurance, account, one.entries, day)
    return enter([as_movement(lapsed, insurance, f"break {day}")] if lapsed is not None else [])


@command("accounts.pay_out", needs="contributions.approve")
def pay_out(*, person_id: int, insurance: str, account: str, reason: str) -> list[Entry]:
    """Pay out the whole account, once: to whoever leaves at retirement age without enrolling (CON-08, ACC-05)."""
    owner, today = _living(person_id), clock.today()
    lock(*lock_keys([owner.pk]))
    left = the(owner.pk, insurance, account).free(today)
    made = Movement(owner.pk, insurance, account, today, "paid_out", -left, f"paid out {today}", "本人")
    return enter([made] if left > 0 else [])


@command("accounts.share", needs="accounts.write")
def share(
    *,
    owner: int,
    relative: int,
    relation: str,
    insurance: str,
    account: str,
    evidence: str,
    since: date,
    through: date | None,
    reason: str,
) -> Sharing:
    """Let an account pay for a relative from a day on (ACC-01). Whether the region's rules allow the relation is asked
    when money is drawn. Raises B104 for oneself, without evidence, or while another account pays for the relative."""
    giver, taker = _living(owner), person(relative)
    lock(("sharing", taker.pk))
    if giver.pk == taker.pk:
        raise fail("B104", why="同一人")
    if not (evidence.strip() and relation.strip()) or (through is not None and through < since):
        raise fail("B104", why="关系证明或日期")
    try:
        with transaction.atomic():
            return Sharing.objects.create(
                owner=giver,
                relative=taker,
                relation=relation,
                insurance=insurance,
                account=account,
                evidence=evidence,
                during=days(since, through),
            )
    except IntegrityError as error:
        raise fail("B104", why="这段时间已有授权") from error


@command("accounts.end_sharing", needs="accounts.write")
def end_sharing(*, sharing_id: int, last: date, reason: str) -> Sharing:
    """End an authorisation after a day. Raises A114 when there is none, B104 for a day before it began."""
    found = Sharing.objects.filter(id=sharing_id).first()
    if found is None:
        raise fail("A114")
    lock(("sharing", found.relative_id))
    found.refresh_from_db()
    if last < found.during.lower or (found.during.upper is not None and last >= found.during.upper):
        raise fail("B104", why="结束日期")
    found.during = DateRange(found.during.lower, days(last, last).upper)
    found.save()
    return found


def _living(number: int) -> Person:
    found = person(number)
    if found.died is not None:
        raise fail("B106")
    return found
