"""What a replay leaves behind: the canonical tables, the order of their events, and what was added up on the way."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tongchou.engines.benefits.bulk.columns import Flags, Numbers
from tongchou.engines.benefits.bulk.turns import in_turn
from tongchou.engines.benefits.carried import Seen
from tongchou.engines.benefits.from_tables import Turn
from tongchou.engines.benefits.state_tables import changes_schema, state_table_schema
from tongchou.engines.benefits.to_tables import PAYERS, Totals
from tongchou.engines.benefits.traces import trace_schema
from tongchou.ground.errors import Place, Problem, fail
from tongchou.ground.tables.checks import IDENTITIES

Row = dict[str, object]
_EPOCH = date(1970, 1, 1)


@dataclass(frozen=True)
class Results:
    """`settlements` and `events` row by row of the same claims, numbered from 1 in the order in which they settle;
    `line_results` of those that were settled, `lost`: claim that could not be judged → why not.

    `day` and `at` place each event: days and microseconds since 1970. `refusals`: guard → claims. `rejected`: claims
    that could not be judged, and their fee (fen). `states`: what settling added to the states of the households (the
    table `state` of `state_tables`), those of a household together; `traces`: every layer of what was
    settled, and `changes`: what it looked at and added, where asked for (`benefits.traces`, `state_tables`).
    """

    settlements: pa.Table
    line_results: pa.Table
    events: pa.Table
    lost: dict[str, tuple[Problem, ...]]
    day: Numbers
    at: Numbers
    refusals: dict[str, int] = field(default_factory=dict)
    rejected: tuple[int, int] = (0, 0)
    states: pa.Table = field(default_factory=lambda: state_table_schema().empty_table())
    traces: pa.Table = field(default_factory=lambda: trace_schema().empty_table())
    changes: pa.Table = field(default_factory=lambda: changes_schema().empty_table())

    @property
    def rejects(self) -> list[Problem]:
        """Why claims could not be judged, claim by claim."""
        return [problem for problems in self.lost.values() for problem in problems]

    def first(self) -> Turn | None:
        """The claim that settles first; None where there is none. They must be in order."""
        return self._turn(0) if len(self.day) else None

    def seen(self) -> Seen | None:
        """How far the claims reach; None where there is none. They must be in order."""
        if not len(self.day):
            return None
        return Seen(self._turn(-1), _moment(self.at.min()).date(), _moment(self.at.max()).date())

    def _turn(self, row: int) -> Turn:
        day = _EPOCH + timedelta(days=int(self.day[row]))
        return day, _moment(self.at[row]), self.settlements["claim_id"][row].as_py()

    def totals(self) -> Totals:
        """Claims, fees and payments (fen) of everything here."""
        totals = Totals()
        looked_at = self.settlements.select(["medfee_sumamt", "scheme", "paid", *PAYERS])
        there = _settled(self.settlements)
        settled = _only(looked_at, there)
        for status, table in (("settled", settled), ("refused", _only(looked_at.select([0]), ~there))):
            totals.claims[status], totals.fees[status] = len(table), _sum(table["medfee_sumamt"])
        totals.claims["rejected"], totals.fees["rejected"] = self.rejected
        totals.payers = {name: _sum(settled[name]) for name in PAYERS}
        totals.layers = _by_layer(settled)
        totals.refusals = dict(self.refusals)
        return totals

    def check(self) -> None:
        """Every settlement and every line adds up. Raises T160: a wrong sum ends the run instead of being written."""
        looked_at = [name for whole, parts in IDENTITIES for name in (whole, *parts)]
        settled = _only(self.settlements.select(list(dict.fromkeys(looked_at))), _settled(self.settlements))
        for whole, parts in IDENTITIES:
            _hold(settled, "settlements", whole, [_numbers(settled[part]) for part in parts], parts)
        lines = self.line_results
        paid = np.concatenate([[0], np.cumsum(_numbers(_items(lines["paid"])))])
        ends = np.concatenate([[0], np.cumsum(_lengths(lines["paid"]))])
        own = paid[ends[1:]] - paid[ends[:-1]]
        rest = [_numbers(lines["cash"]), _numbers(lines["hospital"])]
        _hold(lines, "line_results", "amount", [own, *rest], ("paid", "cash", "hospital"))


def together(results: Sequence[Results]) -> Results:
    """The results of several sets of households as one, in order. Each of them is."""
    if len(results) == 1:
        return _from_one(results[0])
    refusals: dict[str, int] = {}
    for one in results:
        for guard, count in one.refusals.items():
            refusals[guard] = refusals.get(guard, 0) + count
    day, at = np.concatenate([one.day for one in results]), np.concatenate([one.at for one in results])
    settlements, lines, traces, changes, events = (
        pa.concat_tables([getattr(one, name) for one in results])
        for name in ("settlements", "line_results", "traces", "changes", "events")
    )
    order = in_turn(settlements["claim_id"], day, at)
    cuts = np.flatnonzero(np.diff(order, prepend=-2, append=-2) != 1)
    runs = [(int(order[a]), int(order[b - 1]) + 1) for a, b in pairwise(cuts)]  # rows that stay together
    whole = Results(
        _rows(settlements, runs),
        _rows_of(lines, settlements["claim_id"], runs),
        _rows(events, runs),
        {claim: problems for one in results for claim, problems in one.lost.items()},
        day[order],
        at[order],
        refusals,
        (sum(one.rejected[0] for one in results), sum(one.rejected[1] for one in results)),
        pa.concat_tables([one.states for one in results]),
        _rows_of(traces, settlements["claim_id"], runs),
        _rows_of(changes, settlements["claim_id"], runs),
    )
    return _from_one(whole)


def _moment(at: np.int64) -> datetime:
    return datetime.combine(_EPOCH, time()) + timedelta(microseconds=int(at))


def by_claim(lines: pa.Table, claims: pa.ChunkedArray) -> pa.Table:
    """Rows in the order of their claims, those of one claim as they stand."""
    claim = pc.index_in(lines["claim_id"], value_set=claims.combine_chunks()).to_numpy()
    if (np.diff(claim) >= 0).all():
        return lines
    return lines.take(pa.array(np.argsort(claim, kind="stable")))


def _rows(table: pa.Table, runs: Iterable[tuple[int, int]]) -> pa.Table:
    return pa.concat_tables([table.slice(0, 0), *(table.slice(a, b - a) for a, b in runs)]).combine_chunks()


def _rows_of(table: pa.Table, claims: pa.ChunkedArray, runs: Iterable[tuple[int, int]]) -> pa.Table:
    """The rows of runs of claims; those of one claim stand together, in the order of the claims."""
    size = np.zeros(len(claims), dtype=np.int64)
    for chunk in table["claim_id"].chunks:
        found = pc.run_end_encode(chunk)
        at = pc.index_in(found.values, value_set=claims.combine_chunks()).to_numpy()
        size[at] += np.diff(found.run_ends.to_numpy(), prepend=0)
    end = np.append(0, np.cumsum(size))
    return _rows(table, [(int(end[a]), int(end[b])) for a, b in runs])


def _from_one(results: Results) -> Results:
    """The same, numbered anew."""
    number = pa.array(np.arange(1, len(results.events) + 1))
    tables = {name: getattr(results, name) for name in ("settlements", "events")}
    at = {name: table.schema.get_field_index("event_no") for name, table in tables.items()}
    return replace(
        results,
        **{name: table.set_column(at[name], table.schema.field(at[name]), number) for name, table in tables.items()},
    )


def _settled(settlements: pa.Table) -> Flags:
    return np.asarray(pc.equal(settlements["status"], "settled"), dtype=bool)


def _only(table: pa.Table, rows: Flags) -> pa.Table:
    return table if rows.all() else table.filter(pa.array(rows))


def _by_layer(settled: pa.Table) -> dict[str, int]:
    """`scheme.layer` → fen."""
    lengths = _lengths(settled["paid"])
    scheme = settled["scheme"].take(pa.array(np.repeat(np.arange(len(settled)), lengths)))
    keys = pa.chunked_array([chunk.keys for chunk in _whole(settled["paid"])], pa.string())
    table = pa.table({"scheme": scheme, "layer": keys, "fen": _items(settled["paid"])})
    rows = table.group_by(["scheme", "layer"], use_threads=False).aggregate([("fen", "sum")]).to_pylist()
    return {f"{row['scheme']}.{row['layer']}": row["fen_sum"] for row in rows}


def _whole(column: pa.ChunkedArray) -> Iterable[pa.MapArray]:
    """The chunks of a map column, each with nothing but its own entries."""
    for chunk in column.chunks:
        yield pa.concat_arrays([chunk]) if chunk.offset or len(chunk.keys) != _entries(chunk) else chunk


def _entries(chunk: pa.MapArray) -> int:
    return int(np.asarray(chunk.offsets)[-1]) if len(chunk) else 0


def _items(column: pa.ChunkedArray) -> pa.ChunkedArray:
    return pa.chunked_array([chunk.items for chunk in _whole(column)], pa.int64())


def _lengths(column: pa.ChunkedArray) -> Numbers:
    found = [np.diff(np.asarray(chunk.offsets)) for chunk in _whole(column)]
    return np.concatenate([np.zeros(0, dtype=np.int64), *found]).astype(np.int64)


def _numbers(column: pa.ChunkedArray) -> Numbers:
    return np.asarray(column.to_numpy(), dtype=np.int64)


def _sum(column: pa.ChunkedArray) -> int:
    total = pc.sum(column).as_py()
    return 0 if total is None else int(total)


def _hold(table: pa.Table, name: str, whole: str, parts: Sequence[Numbers], names: Sequence[str]) -> None:
    wrong: Flags = _numbers(table[whole]) != np.sum([*parts], axis=0)
    if wrong.any():
        at = int(np.flatnonzero(wrong)[0])
        identity, value = f"{whole} = {' + '.join(names)}", table[whole][at].as_py()
        raise fail("T160", Place(table=name, column=whole), identity=identity, value=value)
