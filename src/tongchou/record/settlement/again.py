"""Settling a recorded claim again, on the state as it was then: the fold of the events before it."""

from __future__ import annotations

from django.db.models import Max, Min, Q, QuerySet

from tongchou.engines.benefits.claim import PARTS, Claim, Refusal, Settlement
from tongchou.engines.benefits.national import national_fields
from tongchou.engines.benefits.state import Key, SettledLine, State
from tongchou.engines.contributions import Entry as Moved
from tongchou.ground.errors import fail
from tongchou.record.accounts.entries import Held
from tongchou.record.accounts.models import Entry
from tongchou.record.base.scope import system
from tongchou.record.people.queries import known_as
from tongchou.record.settlement import stored
from tongchou.record.settlement.models import Event, LineResult
from tongchou.record.settlement.rules import rules_of
from tongchou.record.settlement.state import ACCOUNT

_ALL = system("a settlement is explained by all that came before it")


def step_again(event: Event) -> Settlement:
    """The settlement of an event, computed again. Raises V210 where it is not to the fen what was kept: nothing is
    explained that was never paid."""
    result = rules_of(event.pack).engine.settle(stored.claim_from_json(event.claim), state_before(event))
    if isinstance(result, Refusal):
        raise fail("V210", event=event.pk)
    paid = {layer: fen for layer, fen in result.paid.items() if fen}
    again = (paid, result.hospital, result.cash, national_fields(result))
    if again != (event.paid, event.hospital, event.cash, event.fields):
        raise fail("V210", event=event.pk)
    return result


def state_before(event: Event) -> State:
    """Counters of the person and the household, lines that are returned, and balances of accounts, as the settlement
    found them."""
    claim = stored.claim_from_json(event.claim)
    subjects = {claim.person_id, *([claim.household_id] if claim.household_id else [])}
    state = State()
    for delta in _earlier(event).values_list("delta", flat=True):
        folded = stored.delta_from_json(delta)
        state.apply({k: fen for k, fen in folded.items() if k.subject in subjects and not k.name.startswith(ACCOUNT)})
    _add_lines(state, claim, event)
    for key in (Key(*row) for row in event.reads):
        if key.name.startswith(ACCOUNT) and (fen := _free(event, key)) > 0:
            state.amounts[key] = fen
    return state


def _earlier(event: Event) -> QuerySet[Event]:
    """Events before this one that could change what it looked at, reversals included."""
    of = Q(person=event.person_id)
    if event.household_id is not None:
        of |= Q(household=event.household_id)
    return Event.objects.within(_ALL).filter(of, id__lt=event.pk).order_by("id")


def _add_lines(state: State, claim: Claim, event: Event) -> None:
    """What the lines that are returned were split into, and how much of them had gone back."""
    originals = {int(line.original) for line in claim.lines if line.original is not None}
    if not originals:
        return
    stood = LineResult.objects.within(_ALL).filter(event__lt=event.pk)
    stood = stood.annotate(until=Max("event__reversed_by")).filter(Q(until=None) | Q(until__gt=event.pk))
    parts = {row[0]: row[1:] for row in stood.filter(charge__in=originals).values_list("charge", *PARTS)}
    back: dict[int, list[int]] = {}
    for original, *gone in stood.filter(charge__returns__in=originals).values_list("charge__returns", *PARTS):
        before = back.get(original, [0] * len(PARTS))
        back[original] = [one - part for one, part in zip(before, gone, strict=True)]
    for number, split in parts.items():
        full, over, first, scope = back.get(number, (0, 0, 0, 0))
        state.lines[str(number)] = SettledLine(split, (full, over, first, scope))


def _free(event: Event, key: Key) -> int:
    """What could leave an account when the settlement drew on it, in fen: its movements before the settlement's own,
    or, where it drew nothing, those before its time."""
    rows = known_as([int(key.subject[1:])])
    mine = Entry.objects.within(_ALL).filter(
        person__in=rows, insurance=event.account_scheme, account=key.name.removeprefix(ACCOUNT)
    )
    own = mine.filter(source=f"settlement {event.pk}").aggregate(first=Min("id"))["first"]
    before = mine.filter(at__lt=event.at) if own is None else mine.filter(id__lt=own)
    moved = tuple(Moved(key.subject, one.account, one.day, one.fen, one.kind) for one in before.order_by("day", "id"))
    return Held(int(key.subject[1:]), event.account_scheme, key.name, None, moved).free(event.day) if moved else 0
