"""States of many households as Arrow tables, which is how they are stored and how a bulk run changes them.

`state`: one row for each amount (fen, or a count) under the name, subject, period and `each` of its `Key`.
`settled_lines`: one row for each line that can be returned, its four parts and how much of each has been (fen). A
household that has used up nothing has no row.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from tongchou.engines.benefits.claim import PARTS, Settlement
from tongchou.engines.benefits.state import Key, SettledLine, State

if TYPE_CHECKING:
    import pyarrow as pa

KEYS = ("household", *Key._fields)
_RETURNED = tuple(f"returned_{name}" for name in PARTS)


@cache
def state_table_schema() -> pa.Schema:
    """household, name, subject, period, each: text; amount: int64. No cell is empty."""
    import pyarrow as pa

    texts = [pa.field(name, pa.string(), nullable=False) for name in KEYS]
    return pa.schema([*texts, pa.field("amount", pa.int64(), nullable=False)])


@cache
def settled_lines_schema() -> pa.Schema:
    """household, line_id: text; the four parts of a line and what was returned of them: int64 fen. No cell is empty."""
    import pyarrow as pa

    texts = [pa.field(name, pa.string(), nullable=False) for name in ("household", "line_id")]
    return pa.schema([*texts, *(pa.field(name, pa.int64(), nullable=False) for name in (*PARTS, *_RETURNED))])


@cache
def changes_schema() -> pa.Schema:
    """claim_id, name, subject, period, each: text; amount: int64. No cell is empty."""
    import pyarrow as pa

    texts = [pa.field(name, pa.string(), nullable=False) for name in ("claim_id", *Key._fields)]
    return pa.schema([*texts, pa.field("amount", pa.int64(), nullable=False)])


def change_rows(settlement: Settlement) -> list[dict[str, Any]]:
    """What a settlement looked at and what it added to it: a row for each key, with 0 where it only looked."""
    found = {**dict.fromkeys(settlement.reads, 0), **settlement.state_delta}
    names = changes_schema().names
    return [dict(zip(names, (settlement.claim.id, *key, added), strict=True)) for key, added in sorted(found.items())]


def states_to_tables(states: Mapping[str, State]) -> dict[str, pa.Table]:
    """Household → state, as the tables `state` and `settled_lines`."""
    import pyarrow as pa

    amounts = [(home, *key, amount) for home, state in states.items() for key, amount in state.amounts.items()]
    lines = [
        (home, name, *line.parts, *line.returned_parts)
        for home, state in states.items()
        for name, line in state.lines.items()
    ]
    return {
        name: pa.Table.from_pylist([dict(zip(schema.names, row, strict=True)) for row in rows], schema)
        for name, schema, rows in (
            ("state", state_table_schema(), amounts),
            ("settled_lines", settled_lines_schema(), lines),
        )
    }


def states_from_tables(tables: Mapping[str, pa.Table]) -> dict[str, State]:
    """Household → state of the tables `state` and `settled_lines`; rows with one key add up."""
    states: dict[str, State] = {}
    for home, *key, amount in _rows(tables["state"]):
        states.setdefault(home, State()).apply({Key(*key): amount})
    for home, name, full, over, first, scope, *returned in _rows(tables["settled_lines"]):
        line = SettledLine((full, over, first, scope)).less(returned)
        states.setdefault(home, State()).lines[name] = line
    return states


def add_states(old: pa.Table, delta: pa.Table) -> pa.Table:
    """The amounts of two tables `state`, added key by key; what comes to nothing has no row (as `State.apply`).

    Keys stand in the order in which they first occur. Raises `OverflowError` before a sum could outgrow int64.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    both = pa.concat_tables([old, delta])
    found = both.group_by(list(KEYS), use_threads=False).aggregate([("amount", "sum"), ("amount", "count")])
    if len(found):
        ends = pc.min_max(both["amount"]).as_py()
        most = max(abs(ends["min"]), abs(ends["max"])) * pc.max(found["amount_count"]).as_py()
        if most > 2**63 - 1:
            raise OverflowError("amounts of states outgrow 64 bits")
    summed = found.rename_columns({"amount_sum": "amount"}).select(state_table_schema().names)
    return summed.filter(pc.not_equal(summed["amount"], 0)).cast(state_table_schema())


def _rows(table: pa.Table) -> Iterator[tuple[Any, ...]]:
    return zip(*(column.to_pylist() for column in table.columns), strict=True)
