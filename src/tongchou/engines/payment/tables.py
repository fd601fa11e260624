"""The tables of a year, read from CSV or Parquet, checked, joined and put in one order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pv
import pyarrow.parquet as pq

from tongchou.engines.payment.checking import (
    MOST,
    amounts,
    deducted_elsewhere,
    said_twice,
    strangers,
    unknown,
    unlisted,
)
from tongchou.engines.payment.exact import Ints
from tongchou.engines.payment.handed_over import from_dip, from_drg
from tongchou.engines.payment.table_columns import (
    COLUMNS,
    EXACT,
    FEN,
    FLAG,
    FREE,
    KNOWN,
    NEEDED,
    SCALE,
    TEXT,
    Column,
)
from tongchou.ground.errors import Place, Problem, ProblemError, fail
from tongchou.ground.reasons import why
from tongchou.ground.tables.values import shown


@dataclass(frozen=True)
class Year:
    """The tables, each in the order of its key. `records`: settlements with their groups."""

    records: pa.Table
    others: Mapping[str, pa.Table] = field(default_factory=dict)

    def rows(self, name: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.others[name].to_pylist()
        return found

    def with_records(self, records: pa.Table) -> Year:
        return Year(records, self.others)


def ints(column: pa.ChunkedArray | pa.Array) -> Ints:
    """A column of whole numbers, of days since 1970, of ten-thousandths, or of yes (1) and no (0)."""
    array = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    if isinstance(array, pa.ChunkedArray):
        array = array.chunk(0) if array.num_chunks else pa.array([], array.type)
    if pa.types.is_decimal(array.type):
        low = np.frombuffer(array.buffers()[1], dtype=np.int64)[::2]
        return np.ascontiguousarray(low[array.offset : array.offset + len(array)])
    if pa.types.is_date(array.type):
        array = array.cast(pa.int32())
    found: Ints = np.asarray(pc.cast(array, pa.int64())).astype(np.int64, copy=False)
    return found


def exacts(values: Ints) -> pa.Array:
    """Ten-thousandths as a column of decimals."""
    wide = np.empty((len(values), 2), dtype=np.int64)
    wide[:, 0], wide[:, 1] = values, values >> 63
    return pa.Array.from_buffers(EXACT, len(values), [None, pa.py_buffer(wide.tobytes())])


def read_tables(folder: Path) -> Year:
    """The tables of a folder. Raises Y201 to Y212, as many as there are."""
    found: dict[str, pa.Table] = {}
    for name in COLUMNS:
        path = _file(folder, name)
        if name == "groups":
            found[name] = _groups(folder, path)
        elif path is not None:
            found[name] = conform(name, read_file(path), path)
        elif name in NEEDED:
            raise fail("Y201", Place(str(folder)), table=name)
        else:
            found[name] = nothing(name, folder)
    if problems := deducted_elsewhere(found):
        raise ProblemError(*problems)
    return year_of(found)


def _file(folder: Path, name: str) -> Path | None:
    return next((file for end in (".parquet", ".csv") if (file := folder / f"{name}{end}").is_file()), None)


def nothing(name: str, folder: Path) -> pa.Table:
    """A table without a row."""
    return conform(name, pa.table({column: pa.array([], TEXT) for column in COLUMNS[name]}), folder)


def _groups(folder: Path, path: Path | None) -> pa.Table:
    """The table `groups`, or what DIP assignment (`dip`) and DRG grouping (`drg`, with `drg_weights`) wrote."""
    parts = [] if path is None else [conform("groups", read_file(path), path)]
    dip, drg, weights = (_file(folder, name) for name in ("dip", "drg", "drg_weights"))
    if dip is not None:
        parts.append(conform("groups", from_dip(read_file(dip), dip), dip))
    if drg is not None:
        if weights is None:
            raise fail("Y201", Place(str(folder)), table="drg_weights")
        parts.append(conform("groups", from_drg(read_file(drg), read_file(weights), drg), drg))
    if len(parts) < 2:
        return parts[0] if parts else nothing("groups", folder)
    joined = pa.concat_tables(parts, promote_options="default")
    free = [name for name in joined.column_names if name not in COLUMNS["groups"]]
    for name in free:  # an auxiliary factor that only one of them knows applies to nobody else
        joined = joined.set_column(joined.column_names.index(name), name, pc.fill_null(joined[name], _scalar(0, EXACT)))
    return joined


def year_of(found: Mapping[str, pa.Table]) -> Year:
    """Tables that conform, checked against each other and joined."""
    problems = [*amounts(found["settlements"]), *unlisted(found), *said_twice(found), *unknown(found)]
    settlements = _ordered(found["settlements"], "settlement_id", problems)
    groups = _ordered(found["groups"], "settlement_id", problems)
    problems += strangers(groups["settlement_id"], settlements["settlement_id"], "groups")
    special = _ordered(found["special_cases"], "settlement_id", problems)
    problems += strangers(special["settlement_id"], settlements["settlement_id"], "special_cases")
    institutions = _ordered(found["institutions"], "institution", problems)
    if problems:
        raise ProblemError(*problems)
    others = {name: _sorted(found[name]) for name in COLUMNS if name not in ("settlements", "groups")}
    return Year(_joined(settlements, groups), others | {"institutions": institutions, "special_cases": special})


def read_file(path: Path) -> pa.Table:
    """A file as it stands, every cell of a CSV file a text. Raises Y209, Y211."""
    try:
        if path.suffix == ".parquet":
            return _once(pq.read_table(path), path)
        with path.open("rb") as stream:
            header = stream.readline().decode("utf-8-sig").rstrip("\r\n").split(",")
        options = pv.ConvertOptions(column_types={n.strip('"'): TEXT for n in header}, strings_can_be_null=False)
        return _once(pv.read_csv(path, convert_options=options), path)
    except (pa.ArrowException, UnicodeDecodeError, OSError) as error:
        raise fail("Y209", Place(str(path)), file=path.name, **why(error)) from error


def _once(table: pa.Table, path: Path) -> pa.Table:
    """A table none of whose columns stands twice. Raises Y211."""
    names = table.column_names
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise fail("Y211", Place(str(path)), table=path.name, column=twice)
    return table


def conform(name: str, table: pa.Table, path: Path) -> pa.Table:
    """The columns of a table with their types, defaults filled in."""
    columns = dict(COLUMNS[name])
    begins = FREE.get(name)
    if begins:
        columns |= {c: Column(EXACT, 0) for c in table.column_names if c.startswith(begins)}
    found = {}
    for column, said in columns.items():
        if column not in table.column_names:
            if said.default is ...:
                raise fail("Y202", Place(str(path)), table=name, column=column)
            found[column] = _repeated(said.default, said.type, len(table))
            continue
        found[column] = _cast(table[column], column, said, path)
    return pa.table(found)


def _repeated(default: Any, kind: pa.DataType, rows: int) -> pa.Array:
    if kind == EXACT:
        return exacts(np.full(rows, (default or 0) * SCALE, dtype=np.int64))
    return pa.nulls(rows, kind) if default is None else pa.repeat(pa.scalar(default, kind), rows)


def _cast(column: pa.ChunkedArray, name: str, said: Column, path: Path) -> pa.ChunkedArray:
    kind, default, limit = said
    try:
        if pa.types.is_dictionary(column.type) and kind == TEXT:
            column = column.cast(TEXT)
        if kind == TEXT:
            return _words(column, name, default, path)
        cast = _read_cells(column, kind)
        if default not in (..., None):
            cast = pc.fill_null(cast, _scalar(default, kind))
        if default is ... and cast.null_count:
            raise unreadable("Y207", name, kind, path, pc.index(pc.is_null(cast), True).as_py())
        if kind in (FEN, EXACT) and len(cast):
            least, most = pc.min_max(cast).as_py().values()
            if least is not None and not (min(_or_nothing(default), 0) <= least and most <= limit):
                value = least if least < 0 else most
                place = Place(str(path), table=path.name, row=pc.index(cast, value).as_py() + 1, column=name)
                raise fail("Y208", place, column=name, value=value, most=limit)
        return cast
    except pa.ArrowException as error:
        row = _first_unreadable(column, kind)
        raise unreadable("Y203", name, kind, path, row, value=shown(column[row].as_py())) from error


def _words(column: pa.ChunkedArray, name: str, default: Any, path: Path) -> pa.ChunkedArray:
    found = pc.fill_null(column.cast(TEXT), "")
    if default is ... and (at := pc.index(found, "").as_py()) >= 0:
        raise unreadable("Y207", name, TEXT, path, at)
    return found


def unreadable(code: str, column: str, kind: pa.DataType, path: Path, row: int, **details: object) -> ProblemError:
    """A problem of one cell, with how it is written; rows count from 1 below the head."""
    known, known_en = KNOWN[kind]
    place = Place(str(path), table=path.name, row=row + 1, column=column)
    return fail(code, place, column=column, known=known, known_en=known_en, **details)


def _first_unreadable(column: pa.ChunkedArray, kind: pa.DataType) -> int:
    """The row of the first cell that cannot be cast, found by halves."""
    at, rows = 0, len(column)
    while rows > 1:
        half = rows // 2
        try:
            _read_cells(column.slice(at, half), kind)
            at, rows = at + half, rows - half
        except pa.ArrowException:
            rows = half
    return at


def _read_cells(column: pa.ChunkedArray, kind: pa.DataType) -> pa.ChunkedArray:
    if pa.types.is_string(column.type):
        column = pc.if_else(pc.equal(column, ""), None, column)
        if kind == FLAG:
            column = _flags(column)
    return column.cast(kind)


def _scalar(value: Any, kind: pa.DataType) -> pa.Scalar:
    return pa.scalar(Decimal(value) if kind == EXACT else value, kind)


def _or_nothing(default: Any) -> int:
    return default if type(default) is int else 0


def _flags(column: pa.ChunkedArray) -> pa.ChunkedArray:
    words = pa.array(["no", "yes", "否", "是", "false", "true", "0", "1"])
    at = pc.index_in(column, words)
    if pc.any(pc.and_(pc.is_null(at), pc.is_valid(column))).as_py():
        raise pa.ArrowInvalid("yes/no")
    return pc.equal(pc.bit_wise_and(at, 1), 1)


def _ordered(table: pa.Table, key: str, problems: list[Problem]) -> pa.Table:
    """In the order of a key that stands once, so that the order of the file says nothing."""
    column = table[key].combine_chunks()
    if len(column) > 1 and not pc.all(pc.less(column[:-1], column[1:])).as_py():
        table = table.take(pc.sort_indices(column))
        column = table[key].combine_chunks()
        twice = pc.equal(column[:-1], column[1:])
        problems += [
            Problem("Y204", Place(table=key), {"value": v})
            for v in pc.unique(column[1:].filter(twice)).to_pylist()[:MOST]
        ]
    return table.combine_chunks()


def _sorted(table: pa.Table) -> pa.Table:
    return table.sort_by([(name, "ascending") for name in table.column_names]) if len(table) else table


def _joined(settlements: pa.Table, groups: pa.Table) -> pa.Table:
    """Each settlement with its group; one that grouping has not seen is `missing`."""
    ids, known = settlements["settlement_id"].combine_chunks(), groups["settlement_id"].combine_chunks()
    found = {name: settlements[name] for name in settlements.column_names}
    if ids.equals(known):
        return pa.table(found | {name: groups[name] for name in groups.column_names if name != "settlement_id"})
    at = pc.index_in(ids, known)
    for name in groups.column_names:
        if name == "settlement_id":
            continue
        column = groups[name].take(at)
        empty: Any = {"status": "missing", "auxiliary": 1, "conduct": 1}.get(name, "" if column.type == TEXT else 0)
        found[name] = pc.fill_null(column, _scalar(empty, column.type))
    return pa.table(found)


def month_of(days: Ints) -> list[str]:
    """`2026-03` for days since 1970, one for each different day of the column given (see `np.unique`)."""
    start = date(1970, 1, 1).toordinal()
    return [date.fromordinal(start + int(day)).strftime("%Y-%m") for day in days]
