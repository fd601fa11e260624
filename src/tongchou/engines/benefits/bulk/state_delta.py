"""What a bulk run adds to the states of its households, decoded into the table `state` of `state_tables`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tongchou.engines.benefits.bulk.columns import Flags, Numbers, households
from tongchou.engines.benefits.bulk.counters import ACCOUNT, STAY, Slots
from tongchou.engines.benefits.bulk.loop import UNSEEN
from tongchou.engines.benefits.state import Key
from tongchou.engines.benefits.state_tables import state_table_schema

if TYPE_CHECKING:
    from tongchou.engines.benefits.bulk.settled import Settled


def state_delta(slots: Slots, state: Numbers, persons: pa.Table) -> pa.Table:
    """One row for every accumulator that is no longer as it was, with what was added to it, households together.

    `state`: what stands in every place of `slots` now. What was drawn from an account is taken from its balance.
    """
    change = state - slots.opening
    at = np.flatnonzero(change)
    first = _first_of_home(slots, at, persons)
    order = np.argsort(first, kind="stable")
    at, first = at[order], first[order]
    amount = np.where(_of_account(slots)[slots.places.label[at]], -change[at], change[at])
    household = persons["person_id"].take(pa.array(first))
    return keys_of(slots, at, persons).add_column(0, "household", household).append_column(
        "amount", pa.array(amount)
    ).cast(state_table_schema())  # fmt: skip


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
    place = np.concatenate([place, kept.stay[fresh], kept.stays[fresh]])
    added = np.concatenate([added, kept.number[fresh], np.ones(len(fresh), dtype=np.int64)])
    order = np.argsort(visit, kind="stable")
    visit, place, added = visit[order], place[order], added[order]
    return visit, place, np.where(_of_account(slots)[slots.places.label[place]], -added, added)


def go_on(slots: Slots, before: pa.Table, persons: pa.Table) -> None:
    """Put what earlier claims used up (a table `state`) into the opening of the places that are kept under its keys."""
    at = np.flatnonzero(slots.places.whose >= 0)
    keys = list(Key._fields)
    places = keys_of(slots, at, persons).append_column("at", pa.array(at))
    found = places.join(before.group_by(keys).aggregate([("amount", "sum")]), keys, join_type="inner")
    place, amount = (np.asarray(found[name]) for name in ("at", "amount_sum"))
    slots.opening[place] += np.where(_of_account(slots)[slots.places.label[place]], -amount, amount)


def keys_of(slots: Slots, at: Numbers, persons: pa.Table) -> pa.Table:
    """name, subject, period and each (text) of what is kept at these places: the parts of its `Key`."""
    label, whose, period = (column[at] for column in slots.places)
    names = pa.array([one.name for one in slots.labels], pa.string())
    each = pa.array([one.each for one in slots.labels], pa.string()).take(pa.array(label))
    in_stay = pa.array(np.array([one.name == STAY for one in slots.labels], dtype=bool)[label])
    named = slots.periods.take(pa.array(period))
    people = persons["person_id"]
    homes = pc.coalesce(persons["household_id"], people)
    subjects = pa.chunked_array([*people.chunks, *homes.chunks], pa.string())
    of_home = _of_home(slots)[label]
    subject = np.where(of_home, len(people) + _first_of_home(slots, at, persons), whose)
    return pa.table(
        {
            "name": names.take(pa.array(label)),
            "subject": subjects.take(pa.array(subject)),
            "period": pc.if_else(in_stay, each, named),
            "each": pc.if_else(in_stay, named, each),
        }
    )


def _of_home(slots: Slots) -> Flags:
    return np.array([label.of_home for label in slots.labels], dtype=bool)


def _of_account(slots: Slots) -> Flags:
    """Labels whose places hold an account, as minus its balance."""
    return np.array([label.name.startswith(ACCOUNT) for label in slots.labels], dtype=bool)


def _first_of_home(slots: Slots, at: Numbers, persons: pa.Table) -> Numbers:
    """The row of persons after whom the household of each place is called: the first of all in it by id."""
    whose, of_home = slots.places.whose[at], _of_home(slots)[slots.places.label[at]]
    home = households(persons)
    order = pc.sort_indices(persons["person_id"]).to_numpy()[::-1]
    first = np.zeros(int(home.max(initial=0)) + 1, dtype=np.int64)
    first[home[order]] = order
    return np.asarray(first[np.where(of_home, whose, home[np.where(of_home, 0, whose)])])
