"""A share of events settled again by the bulk run, and compared column by column.

It only tells which persons' events come out exactly as they are stored. All others, and whoever shares state with them,
are left to the plain step, which has the last word: nothing is ever told to be wrong here.
"""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from tongchou.engines.benefits.bulk.columns import Flags, Numbers, index_in
from tongchou.engines.benefits.engine import SEMANTICS
from tongchou.engines.benefits.replay import Replay as Bulk
from tongchou.ground.errors import ProblemError
from tongchou.record.base import collecting
from tongchou.record.base.columns import as_array, read
from tongchou.record.settlement.batch import results
from tongchou.record.settlement.batch.reading import CHANGES, TRACES, Share, numbered
from tongchou.record.settlement.batch.texts import flat
from tongchou.record.settlement.replay_tables import Told
from tongchou.record.settlement.rules import rules_of
from tongchou.record.settlement.standing import LINES_OF

_TOLD = {
    "basis_date": pa.date32(),
    "year": pa.int64(),
    "total": pa.int64(),
    "fields": pa.string(),
    "paid": pa.string(),
    "hospital": pa.int64(),
    "cash": pa.int64(),
    "delta": pa.string(),
    "balances": pa.string(),
    "reads": pa.string(),
    "trace": pa.string(),
}
_EVENT = {
    "id": pa.int64(),
    "kind": pa.string(),
    "person_id": pa.int64(),
    "household_id": pa.int64(),
    "pack": pa.string(),
    "semantics": pa.int64(),
    "claim": pa.string(),
    **_TOLD,
}
_LINE = {
    **dict.fromkeys(
        ("event_id", "charge_id", "full_self_pay", "over_limit", "first_self_pay", "in_scope", "hospital", "cash"),
        pa.int64(),
    ),
    "paid": pa.string(),
}
_EVENTS = f"SELECT {', '.join(_EVENT)} FROM settlement_event WHERE person_id = ANY(%s::bigint[]) ORDER BY id"
_LINES = f"SELECT l.{', l.'.join(_LINE)} FROM {LINES_OF} WHERE e.id = ANY(%s::bigint[]) ORDER BY 1, 2"


@collecting.put_off()
def alike(persons: Numbers, groups: Any) -> tuple[int, list[int]]:
    """How many events of these persons come out as they are stored, and the persons whose events are left over.

    `groups` numbers, by person and household of every event, those who share state.
    """
    events = read(_EVENTS, [as_array(persons.tolist())], _EVENT)
    if not len(events):
        return 0, []
    person = np.asarray(events["person_id"])
    group = groups(person, np.asarray(pc.fill_null(events["household_id"], 0)))
    same = np.zeros(len(events), dtype=bool)
    for pack in pc.unique(events["pack"]).to_pylist():
        same |= _of_pack(pack, events, group)
    left = np.isin(group, group[~same])
    return int((~left).sum()), np.unique(person[left]).tolist()


def _of_pack(pack: str, events: pa.Table, group: NDArray[np.int64]) -> Flags:
    """Which events that this pack settled come out as they are stored."""
    mine = pc.and_(pc.equal(events["pack"], pack), pc.equal(events["kind"], "settle"))
    mine = np.asarray(pc.and_(mine, pc.equal(events["semantics"], SEMANTICS)))
    same = np.zeros(len(events), dtype=bool)
    try:
        bulk = _bulk_of(pack)
    except ProblemError:  # it is not stored
        return same
    told, fits = Told(bulk.pack), np.zeros(len(events), dtype=bool)
    columns = (events[name].to_pylist() for name in ("claim", "balances"))
    latest: dict[int, int] = {}
    for at, (of, claim, held) in enumerate(zip(group.tolist(), *columns, strict=True)):
        turn = told.take(json.loads(claim), json.loads(held)) if mine[at] else None
        fits[at] = turn is not None and latest.get(of, turn) <= turn
        latest[of] = turn or 0
    chosen = ~np.isin(group, group[~fits])
    taken = chosen[mine]
    if not chosen.any():
        return same
    try:
        tables = told.tables(taken.tolist())
    except (ValueError, TypeError, KeyError, pa.ArrowException):
        return same
    same[np.flatnonzero(chosen)] = _same(tables, events.filter(pa.array(chosen)), bulk)
    return same


def _same(tables: dict[str, pa.Table], events: pa.Table, bulk: Bulk) -> Flags:
    """Which of these events come out of these tables, which say the same claims in the same order."""
    done = bulk.settle(tables, traced=True)
    ids = tables["claims"]["claim_id"].combine_chunks()
    settlements = done.settlements.filter(pc.equal(done.settlements["status"], "settled"))
    settlements = _in_order(settlements, ids)
    at = index_in(settlements["claim_id"], ids)
    share = _share(tables, settlements, done)
    changes = share.cut[CHANGES]
    of = np.repeat(np.arange(len(settlements)), np.diff(share.ends(CHANGES)))
    key = changes.select(results.KEY)
    keys = results.Keys(of, key, key, np.asarray(changes["amount"]))
    told = results.told(share, keys, flat(settlements["claim_id"]), bulk.pack)
    stored, equal = events.take(pa.array(at)), np.ones(len(at), dtype=bool)
    for name, kind in _TOLD.items():
        equal &= np.asarray(pc.fill_null(pc.equal(stored[name], told[name].cast(kind)), False))
    equal &= _same_lines(share, np.asarray(stored["id"]))
    same = np.zeros(len(events), dtype=bool)
    same[at] = equal
    return same


def _share(tables: dict[str, pa.Table], settlements: pa.Table, done: Any) -> Share:
    """What was settled, each table in the order of the events."""
    parts = {"line_results": done.line_results, CHANGES: done.changes, TRACES: done.traces}
    ids = settlements["claim_id"].combine_chunks()
    cut = {name: _in_order(table, ids) for name, table in {"settlements": settlements, **parts}.items()}
    return Share(0, {"accounts": tables["accounts"]}, {"lines": cut["line_results"], **cut})


def _in_order(table: pa.Table, ids: pa.Array) -> pa.Table:
    """The rows of these claims, in their order."""
    at = index_in(table["claim_id"], ids)
    kept = np.flatnonzero(at >= 0)
    return numbered(table, at).take(pa.array(kept[np.argsort(at[kept], kind="stable")])).combine_chunks()


def _same_lines(share: Share, number: Numbers) -> Flags:
    """Of which events (`number`) the lines come out as they are stored."""
    charge = np.asarray(flat(share.cut["line_results"]["line_id"]).cast(pa.int64()))
    again = results.lines(share, charge, share.ends("line_results"), number)
    again = again.sort_by([("event_id", "ascending"), ("charge_id", "ascending")])
    stored = read(_LINES, [as_array(number.tolist())], _LINE)
    whose = [np.searchsorted(number, np.asarray(one["event_id"])) for one in (again, stored)]
    count = [np.bincount(one, minlength=len(number)) for one in whose]
    same = count[0] == count[1]
    again, stored = (one.filter(pa.array(same[of])) for one, of in zip((again, stored), whose, strict=True))
    odd = np.zeros(len(stored), dtype=bool)
    for name, kind in _LINE.items():
        odd |= ~np.asarray(pc.fill_null(pc.equal(stored[name], again[name].cast(kind)), False))
    same[whose[1][same[whose[1]]][odd]] = False
    return same


@lru_cache(maxsize=4)
def _bulk_of(pack: str) -> Bulk:
    """What was looked up for one share serves the next."""
    return Bulk(rules_of(pack).pack)
