"""Equal, or where not: a folder counted again and compared; two folders compared; a change tried on one's own file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from tongchou.engines.payment.clear import Cleared
from tongchou.engines.payment.folder import LIST, PUBLIC, RESULTS, Kept
from tongchou.engines.payment.results import KEYS, decimals, tables
from tongchou.engines.payment.table_columns import COLUMNS, FREE
from tongchou.engines.payment.tables import conform
from tongchou.ground.errors import Place, fail
from tongchou.ground.money import yuan


@dataclass(frozen=True)
class Difference:
    """One cell of a table that is not the same. `row`: its key; a row that is missing on a side has no column."""

    table: str
    row: str
    column: str
    before: str
    after: str


@dataclass(frozen=True)
class Proof:
    """What `verify` found: the first differences of every table and of what the list says of the rules, and the files
    that were changed, are gone, or are not listed."""

    differences: Sequence[Difference]
    stale: Sequence[str]
    rows: int

    @property
    def equal(self) -> bool:
        return not self.differences and not self.stale


def verify(kept: Kept, most: int = 20) -> Proof:
    """Count a folder again and compare every cell of every table with what was published."""
    made = tables(kept.again())
    names = [*RESULTS, *PUBLIC]
    if kept.institution:
        names.remove("balances")  # of the whole city; its own lines do not make it up
        made["lines"] = made["lines"].filter(pc.equal(made["lines"]["institution"], kept.institution))
    found = [d for name in names for d in differences(name, kept.published[name], made[name], most)]
    said = {"year": str(kept.rules.year), "rules": kept.rules.hash}
    found += [
        Difference(LIST, "", key, kept.said.get(key, "—"), is_)
        for key, is_ in said.items()
        if kept.said.get(key) != is_
    ]
    return Proof(found, kept.stale, sum(len(kept.published[name]) for name in names))


def differences(name: str, before: pa.Table, after: pa.Table, most: int | None = None) -> list[Difference]:
    """Cells that differ, in the order of the tables' keys and columns, at most so many."""
    if before.equals(after):
        return []
    found: list[Difference] = []
    for one in _differing(name, before, after):
        found.append(one)
        if len(found) == most:
            break
    return found


def _differing(name: str, before: pa.Table, after: pa.Table) -> Iterator[Difference]:
    keys = KEYS[name]
    for column in before.column_names:
        if column not in after.column_names:
            yield Difference(name, "", column, "有/there", "—")
    if len(before) == len(after) and all(
        key in before.column_names and _plain(before, key).equals(_plain(after, key)) for key in keys
    ):
        yield from _cells(name, before, after)
        return
    if lost := [key for key in keys if key not in before.column_names]:
        yield from (Difference(name, "", key, "—", "有/there") for key in lost)
        return
    sides = [{tuple(row[k] for k in keys): row for row in side.to_pylist()} for side in (before, after)]
    one, other = (Counter(zip(*(side[key].to_pylist() for key in keys), strict=True)) for side in (before, after))
    for key in sorted(key for key in one | other if one[key] != other[key] and max(one[key], other[key]) > 1):
        yield Difference(name, " ".join(filter(None, key)), "", f"×{one[key]}", f"×{other[key]}")
    for key in sorted({*sides[0], *sides[1]}):
        row = " ".join(filter(None, key))
        old, new = sides[0].get(key), sides[1].get(key)
        if old is None or new is None:
            yield Difference(name, row, "", "—" if old is None else "有/there", "—" if new is None else "有/there")
            continue
        for column in new:
            if str(old.get(column)) != str(new[column]):
                yield Difference(name, row, column, str(old.get(column)), str(new[column]))


def _cells(name: str, before: pa.Table, after: pa.Table) -> Iterator[Difference]:
    """The same rows on both sides: whole columns are compared first."""
    rows: dict[int, list[str]] = {}
    for column in after.column_names:
        if column not in before.column_names:
            yield Difference(name, "", column, "—", "有/there")
            continue
        one, other = _plain(before, column), _plain(after, column)
        for row in pc.indices_nonzero(pc.fill_null(pc.not_equal(one, other), True)).to_pylist():
            rows.setdefault(row, []).append(column)
    for row in sorted(rows):
        key = " ".join(filter(None, (str(after[k][row].as_py()) for k in KEYS[name])))
        for column in rows[row]:
            yield Difference(name, key, column, str(before[column][row].as_py()), str(after[column][row].as_py()))


def _plain(table: pa.Table, column: str) -> pa.ChunkedArray:
    found = table[column]
    return found.cast(pa.string()) if pa.types.is_dictionary(found.type) else found


def what_if(kept: Kept, changes: Sequence[str]) -> tuple[Cleared, list[Difference]]:
    """The folder's year with changes to its records (`SETTLEMENT.COLUMN=VALUE`), everything of others as published;
    and what becomes different. Raises Y205, Y402, Y403."""
    records = kept.year.records
    ids = records["settlement_id"].combine_chunks()
    for change in changes:
        where, equals, value = change.partition("=")
        settlement, dot, column = where.rpartition(".")
        table = next((t for t in ("settlements", "groups") if _has(t, column, records)), None)
        if not (equals and dot) or table is None or column == "settlement_id":
            raise fail("Y403", Place(), value=change)
        at = pc.index(ids, settlement).as_py()
        if at < 0:
            raise fail("Y402", Place(table="records"), value=settlement)
        if column == "institution" and value not in kept.year.others["institutions"]["institution"].to_pylist():
            raise fail("Y205", Place(table="settlements"), value=value, table="institutions")
        kind = records.schema.field(column).type
        one = _typed(table, column, value, kind)
        put = pa.concat_arrays([_array(records[column].slice(0, at)), one, _array(records[column].slice(at + 1))])
        records = records.set_column(records.column_names.index(column), column, put)
    before = tables(kept.again())
    after = kept.again(kept.year.with_records(records))
    made = tables(after)
    names = ["lines", "pools", "cases"]
    return after, [d for name in names for d in differences(name, before[name], made[name])]


def evidence(kept: Kept, settlement: str) -> dict[str, str]:
    """How one case is paid: its path, the rule with its citation, and every figure, as texts. Raises Y402."""
    found = kept.published["cases"]
    at = pc.index(found["settlement_id"], settlement).as_py()
    if at < 0:
        raise fail("Y402", Place(table="cases"), value=settlement)
    row: dict[str, Any] = found.slice(at, 1).to_pylist()[0]
    addresses = row["rule"], f"{row['rule']}.{row['group']}"
    cited = [p for _, p in sorted(kept.rules.provisions.items()) if p.address in addresses]
    told = {name: str(row[name]) for name in ("settlement_id", "institution", "scheme", "setting", "reason", "method")}
    told |= {"path": row["path"], "band": row["band"], "rule": row["rule"]}
    told |= {"cite": "; ".join(f"{p.source} {p.cite}" for p in cited), "says": "; ".join(p.says for p in cited)}
    told |= {"cost": yuan(row["cost"]), "group": row["group"]}
    if row["reference"]:
        told["reference"] = yuan(row["reference"])
        told["cost_ratio"] = decimals(Fraction(row["cost"], row["reference"]), 6)
    if row["points"]:
        told |= {name: str(row[name]) for name in ("base_points", "institution_factor", "auxiliary_factor", "points")}
        told["price"] = _price(kept, row)
    told["worth"] = yuan(row["worth"])
    told["review"] = "needed" if row["review"] else ""
    return told


def _price(kept: Kept, row: Mapping[str, Any]) -> str:
    """The price of the pools that the case may be in: one, unless it differs by month or place."""
    found = kept.published["pools"].to_pylist()
    mine = [p for p in found if p["method"] == row["method"] and p["scheme"] in ("", row["scheme"])]
    return "; ".join(
        " ".join(filter(None, (p["part"], p["price_shown"]))) for p in mine if p["setting"] == row["setting"]
    )


def _has(table: str, column: str, records: pa.Table) -> bool:
    free = FREE.get(table)
    return column in COLUMNS[table] or (free is not None and column.startswith(free) and column in records.column_names)


def _typed(table: str, column: str, value: str, kind: pa.DataType) -> pa.Array:
    """A value as its column has it, read as a cell of a file is."""
    columns: Mapping[str, Any] = COLUMNS[table]
    row = {name: pa.array([""]) for name in columns if columns[name].default is not ...} | {column: pa.array([value])}
    needed = {name: pa.array(["2000-01-01" if str(c.type) == "date32[day]" else "0"]) for name, c in columns.items()}
    found = conform(table, pa.table({**needed, **row}), Path(f"{column}={value}"))
    return _array(found[column]).cast(kind)


def _array(column: pa.ChunkedArray) -> pa.Array:
    found = column.combine_chunks()
    return pa.concat_arrays(found.chunks) if isinstance(found, pa.ChunkedArray) else found
