"""What a bulk run adds to the states of its households, decoded into the table `state` of `state_tables`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tongchou.engines.benefits.bulk.columns import Claims, Flags, Numbers
from tongchou.engines.benefits.bulk.counters import ACCOUNT, STAY, Slots
from tongchou.engines.benefits.bulk.loop import STAY as STAY_AT
from tongchou.engines.benefits.bulk.loop import STAYS as STAYS_AT
from tongchou.engines.benefits.bulk.loop import UNSEEN
from tongchou.engines.benefits.state import Key
from tongchou.engines.benefits.state_tables import state_table_schema

if TYPE_CHECKING:
    from tongchou.engines.benefits.bulk.settled import Settled


def state_delta(slots: Slots, state: Numbers, claims: Claims) -> pa.Table:
    """One row for every accumulator that is no longer as it was, with what was added to it, households together.

    `state`: what stands in every place of `slots` now. What was drawn from an account is taken from its balance.
    """
    at = np.flatnonzero(state != slots.opening)
    first = _first(slots, at, claims)
    added = _signed(slots, at, state[at] - slots.opening[at])
    order = np.argsort(first, kind="stable")
    household = claims.persons["person_id"].take(pa.array(first[order]))
    keys = keys_of(slots, at[order], claims)
    return pa.table([household, *keys.columns, pa.array(added[order])], schema=state_table_schema())


def changes(done: Settled) -> tuple[Numbers, Numbers, Numbers]:
    """What every visit looked at, visit after visit: its number (from 0), the place, and the amount that it added, 0
    where it only looked. What was drawn from an account is taken from its balance."""
    slots, kept = done.slots, done.changes
    visit = np.repeat(np.arange(len(kept.start)), kept.count)
    inner = np.arange(len(visit)) - np.repeat(np.cumsum(kept.count) - kept.count, kept.count)
    entry = kept.start[visit] + inner
    looked = kept.added[entry] != UNSEEN
    visit, entry = visit[looked], entry[looked]
    place, added = slots.slots[entry], kept.added[entry]
    fresh = np.flatnonzero(kept.number)
    visit = np.concatenate([visit, fresh, fresh])
    first = kept.start[fresh]
    place = np.concatenate([place, slots.slots[first + STAY_AT], slots.slots[first + STAYS_AT]])
    added = np.concatenate([added, kept.number[fresh], np.ones(len(fresh), dtype=np.int64)])
    order = np.argsort(visit, kind="stable")
    visit, place, added = visit[order], place[order], added[order]
    return visit, place, _signed(slots, place, added)


def go_on(slots: Slots, before: pa.Table, claims: Claims) -> None:
    """Put what earlier claims used up (a table `state`) into the opening of the places that are kept under its keys."""
    at = np.flatnonzero(slots.places.whose >= 0)
    keys = list(Key._fields)
    places = keys_of(slots, at, claims).append_column("at", pa.array(at))
    found = places.join(before.group_by(keys).aggregate([("amount", "sum")]), keys, join_type="inner")
    place, amount = (np.asarray(found[name]) for name in ("at", "amount_sum"))
    slots.opening[place] += _signed(slots, place, amount)


def keys_of(slots: Slots, at: Numbers, claims: Claims) -> pa.Table:
    """name, subject, period and each (text) of what is kept at these places: the parts of its `Key`."""
    label, period = slots.places.label[at], slots.places.period[at]
    names, values = (pa.array([getattr(one, part) for one in slots.labels], pa.string()) for part in ("name", "each"))
    # The number of a stay has the year, which is its value, for a period, and its period for a value.
    texts = pa.concat_arrays([values, *slots.periods])
    in_stay, named = np.array([one.name == STAY for one in slots.labels], dtype=bool)[label], len(values) + period
    return pa.table(
        {
            "name": names.take(pa.array(label)),
            "subject": _subjects(slots, at, claims),
            "period": texts.take(pa.array(np.where(in_stay, label, named))),
            "each": texts.take(pa.array(np.where(in_stay, named, label))),
        }
    )


def _subjects(slots: Slots, at: Numbers, claims: Claims) -> pa.ChunkedArray:
    """Persons by their ids; households by theirs, or as the only person in them."""
    people, whose, of_home = claims.persons["person_id"], slots.places.whose[at], _of_home(slots)
    if not of_home.any():
        return people.take(pa.array(whose))
    homes = pc.coalesce(claims.persons["household_id"], people)
    subject = np.where(of_home[slots.places.label[at]], len(people) + _first(slots, at, claims), whose)
    return pa.chunked_array([*people.chunks, *homes.chunks], pa.string()).take(pa.array(subject))


def _first(slots: Slots, at: Numbers, claims: Claims) -> Numbers:
    """The row of the person after whom the household of each place is called."""
    whose, first, of_home = slots.places.whose[at], claims.joins.first_of_home, _of_home(slots)
    of_person = first[claims.joins.home]
    if not of_home.any():
        return of_person[whose]
    theirs = of_home[slots.places.label[at]]
    return np.where(theirs, first[np.where(theirs, whose, 0)], of_person[np.where(theirs, 0, whose)])


def _signed(slots: Slots, at: Numbers, change: Numbers) -> Numbers:
    """Changes of places as changes of amounts, and back: an account stands there as minus its balance."""
    return np.where(_of_account(slots)[slots.places.label[at]], -change, change)


def _of_home(slots: Slots) -> Flags:
    return np.array([label.of_home for label in slots.labels], dtype=bool)


def _of_account(slots: Slots) -> Flags:
    """Labels whose places hold an account."""
    return np.array([label.name.startswith(ACCOUNT) for label in slots.labels], dtype=bool)
