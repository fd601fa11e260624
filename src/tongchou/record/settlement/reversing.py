"""Reversing a settlement, under the policy that the region declares for later ones that share its state."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q

from tongchou.ground.errors import fail
from tongchou.record.accounts import entries
from tongchou.record.audit.command import command
from tongchou.record.base import clock
from tongchou.record.base.lock import lock
from tongchou.record.base.scope import system
from tongchou.record.providers.queries import institution
from tongchou.record.settlement.asking import Asked, answer, answered, message_key
from tongchou.record.settlement.keeping import keep, sharing, void
from tongchou.record.settlement.models import Affected, Event, Message, Tombstone
from tongchou.record.settlement.rules import rules_of
from tongchou.record.settlement.settling import rules_now
from tongchou.record.settlement.stepping import settle_claim
from tongchou.record.settlement.stored import claim_from_json
from tongchou.record.visits.keeping import check_keeper

REVERSE, UNDO = "reverse", "undo"
"""What a message asked for: a second settlement that takes the first back, or that the first had never been."""
_ALL = system("later settlements of the household and the accounts are looked at, whoever made them")


@command("settlement.reverse", needs="settlement.write")
def reverse(*, event_id: int, reason: str, asked: Asked | None = None) -> list[Event]:
    """Reverse a settlement; the events that did it, first the reversals and then what was settled again.

    refuse: not while a later settlement shares its state (C020). freeze: later ones stand and are marked. resettle:
    they are reversed and settled again. Raises V107 for what is reversed already, A114, S301 where the household
    settled meanwhile, V231 for a manual claim.
    """
    event = Event.objects.select_related("visit").filter(id=event_id, kind="settle").first()
    if event is None:
        raise fail("A114")
    check_keeper(event.visit)
    return take_back(event, asked)


@command("settlement.reverse_message", needs="settlement.write")
def reverse_message(*, institution_id: int, msgid: str, reason: str, asked: Asked) -> list[Event]:
    """Reverse what a message settled (冲正). Where it has not come yet, nothing happens but that it may not settle any
    more when it comes. Raises as `reverse`, A114 for an institution out of scope."""
    institution(institution_id)
    known = Message.objects.filter(institution=institution_id, msgid=msgid)
    found = known.select_related("event").first()
    if found is not None and found.event is not None:
        return take_back(found.event, asked, UNDO)
    lock(message_key(institution_id, msgid))
    if answered(institution_id, asked, UNDO) is not None:
        return []
    if known.exists():
        raise fail("S301", what="message")
    Tombstone.objects.get_or_create(
        institution_id=institution_id, msgid=msgid, defaults={"by": asked.msgid, "at": clock.now()}
    )
    answer(institution_id, asked, UNDO, None)
    return []


def take_back(event: Event, asked: Asked | None = None, what: str = REVERSE) -> list[Event]:
    """Reverse a settlement as part of a command, which locks nothing else. Raises as `reverse`."""
    seen = later(event)
    lock(*lock_keys([event, *seen]))
    before = answered(event.institution_id, asked, what)
    if before is not None:
        return list(Event.objects.within(_ALL).filter(Q(id=before.event) | Q(because=event)).order_by("id"))
    made = undo(event, seen)
    answer(event.institution_id, asked, what, next(one.pk for one in made if one.reverses_id == event.pk))
    return made


def undo(event: Event, seen: Iterable[Event]) -> list[Event]:
    """The events that reverse a settlement under the region's policy. Whoever calls has locked it and the later ones
    that were `seen` before. Raises as `reverse`."""
    now = later(event)
    if {one.pk for one in now} - {one.pk for one in seen}:
        raise fail("S301", what="household")
    if Event.objects.within(_ALL).filter(reverses=event).exists():
        raise fail("V107", event=event.pk)
    shared, policy = sharing(event, now), rules_now().pack.region.reversal
    if shared and policy == "refuse":
        raise fail("C020", later=shared[-1].pk)
    made = [void(other, because=event.pk) for other in reversed(shared)] if policy == "resettle" else []
    made.append(void(event))
    if policy == "freeze":
        Affected.objects.bulk_create(Affected(event=one, by=made[-1], at=clock.now()) for one in shared)
    elif policy == "resettle":
        made += [_again(other, because=event.pk) for other in shared]
    return made


def _again(event: Event, because: int) -> Event:
    """Settle again, by the pack that settled it, on the state as it is now."""
    rules, claim = rules_of(event.pack), claim_from_json(event.claim)
    settled = settle_claim(claim, rules, event.account_scheme)
    return keep(event.visit, settled, rules, payee=event.payee, because=because)


def later(event: Event) -> list[Event]:
    """Later live settlements that can share state: of the person, the household, or an account that both drew on."""
    accounts = {event.person_id, event.account_person} - {None}
    of = Q(person=event.person_id) | Q(account_person__in=accounts)
    if event.household_id is not None:
        of |= Q(household=event.household_id)
    rows = Event.objects.within(_ALL).filter(of, kind="settle", id__gt=event.pk, reversed_by=None)
    return list(rows.select_related("visit__person", "visit__institution").order_by("id"))


def lock_keys(events: Iterable[Event]) -> set[tuple[str, object]]:
    """What whoever undoes these events locks."""
    keys: set[tuple[str, object]] = set()
    for one in events:
        keys |= {("settling", one.person_id), *entries.lock_keys({one.person_id, one.account_person} - {None})}
        if one.household_id is not None:
            keys.add(("household", one.household_id))
    return keys
