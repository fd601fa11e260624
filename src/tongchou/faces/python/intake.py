"""Tables in memory, held to what files are held to: the same columns, the same cells, the same rules between rows.

A column whose type cannot be right is refused as a whole, with the first cell that shows it: in a file it would be
every row that falls, and whoever sits at the data wants to hear it once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from tongchou.ground.errors import Place, Problem, ProblemError, fail
from tongchou.ground.tables import SETTLING, TABLES, Column, Table
from tongchou.ground.tables.files import Raw, nearest, unknown_column
from tongchou.ground.tables.shape import DATE, DECIMALS, FEN, FENS, INT, TEXTS, TIMESTAMP, WORDS
from tongchou.ground.tables.values import Fault, reader, shown

if TYPE_CHECKING:
    import pyarrow as pa


def check_names(names: Mapping[str, object]) -> None:
    """Refuse tables that are no canonical tables (T107), and the lack of one without which nothing settles (T106)."""
    problems = [
        Problem("T107", Place(table=name), {"file": shown(name), "near": nearest(name.lower(), TABLES)})
        for name in names
        if name not in TABLES
    ]
    problems += [Problem("T106", Place(table=name), {"table": name}) for name in SETTLING if name not in names]
    if problems:
        raise ProblemError(*problems)


def raws_of(contents: Mapping[str, pa.Table]) -> dict[str, Raw]:
    """The raw cells of Arrow tables by canonical name. `ProblemError` with every unfit column of every table."""
    raws: dict[str, Raw] = {}
    problems: list[Problem] = []
    for table in TABLES.values():
        if table.name in contents:
            try:
                raws[table.name] = _raw(table, contents[table.name])
            except ProblemError as error:
                problems += error.problems
    if problems:
        raise ProblemError(*problems)
    return raws


def fees_of(raw: Raw) -> dict[int, int | None]:
    """Row number of claims → fee (fen) as it came in, `None` where it cannot be read; for the reconciliation."""
    read = reader(TABLES["claims"].column("total_fee"))
    fees: dict[int, int | None] = {}
    for number, cells in raw.rows:
        try:
            fees[number] = read(cells.get("total_fee"))  # type: ignore[assignment]  # a fen column reads as int
        except Fault:
            fees[number] = None
    return fees


def _raw(table: Table, content: pa.Table) -> Raw:
    names = content.column_names
    problems = _wrong_names(table, names)
    columns: list[list[object]] = []
    for name, cells in zip(names, content.columns, strict=True):
        if name in table.names:
            try:
                columns.append(_values(table, table.column(name), cells))
            except ProblemError as error:
                problems += error.problems
    if problems:
        raise ProblemError(*problems)
    rows = zip(*columns, strict=True)
    return Raw([(number, dict(zip(names, cells, strict=True))) for number, cells in enumerate(rows, 1)])


def _wrong_names(table: Table, names: list[str]) -> list[Problem]:
    """Unknown, repeated and missing columns, all at once."""
    problems = []
    for position, name in enumerate(names):
        place = Place(table=table.name, column=shown(name))
        if name not in table.names:
            problems.append(Problem("T108", place, unknown_column(table, name)))
        elif name in names[:position]:
            problems.append(Problem("T109", place, {"name": name}))
    for column in table.columns:
        if column.required and column.name not in names:
            problems.append(Problem("T110", Place(table=table.name, column=column.name), {"name": column.name}))
    return problems


def _values(table: Table, column: Column, cells: pa.ChunkedArray) -> list[object]:
    """The cells of a column as Python values. `ProblemError` when its type is wrong, with the first cell of it."""
    kind = cells.type
    values = _in_microseconds(table, column, cells) if _is_naive(kind) else cells.to_pylist()
    if column.type in (WORDS, FENS):
        values = [_pairs(value) for value in values]
    if not _fits(column.type, kind):
        read = reader(column)
        for number, value in enumerate(values, 1):
            try:
                read(value) if value is not None else None
            except Fault as fault:
                place = Place(table=table.name, row=number, column=column.name)
                raise fail(fault.code, place, **{"value": shown(value), **fault.details}) from None
    return values


def _in_microseconds(table: Table, column: Column, cells: pa.ChunkedArray) -> list[object]:
    """Times as Python has them; one that is finer is refused, never cut."""
    import pyarrow as pa

    microseconds = pa.timestamp("us")
    try:
        values: list[object] = cells.cast(microseconds).to_pylist()
    except (pa.ArrowException, ValueError, OverflowError):
        for number, cell in enumerate(cells, 1):
            try:
                cell.cast(microseconds).as_py()
            except (pa.ArrowException, ValueError, OverflowError):
                place = Place(table=table.name, row=number, column=column.name)
                raise fail("T125", place, value=shown(str(cell.cast(pa.int64())))) from None
        raise
    return values


def _pairs(value: Any) -> Any:
    """A map as pandas and older Polars may hold it: a struct with a field for each key, or a list of key and value."""
    if isinstance(value, dict):
        return {key: item for key, item in value.items() if item is not None}
    if isinstance(value, list) and all(isinstance(one, dict) and set(one) == {"key", "value"} for one in value):
        return [(one["key"], one["value"]) for one in value]
    return value


def _fits(wanted: str, kind: pa.DataType) -> bool:
    """Whether a column of this Arrow type can hold the wanted values at all; its cells are then judged one by one."""
    import pyarrow as pa

    t = pa.types
    if t.is_dictionary(kind):
        kind = kind.value_type
    if t.is_null(kind) or _is_text(kind):
        return True
    if wanted in (FEN, INT, *DECIMALS):
        return _is_exact(kind)
    if wanted == DATE:
        return t.is_date(kind) or _is_naive(kind)
    if wanted == TIMESTAMP:
        return _is_naive(kind)
    if wanted == TEXTS:
        return (t.is_list(kind) or t.is_large_list(kind)) and _is_text(kind.value_type)
    if wanted in (WORDS, FENS) and t.is_map(kind):
        return (_is_text if wanted == WORDS else _is_exact)(kind.item_type)
    return False


def _is_naive(kind: pa.DataType) -> bool:
    import pyarrow as pa

    return bool(pa.types.is_timestamp(kind)) and kind.tz is None


def _is_text(kind: pa.DataType) -> bool:
    import pyarrow as pa

    tests: tuple[Callable[[pa.DataType], bool], ...] = (
        pa.types.is_string,
        pa.types.is_large_string,
        pa.types.is_string_view,
    )
    return any(test(kind) for test in tests)


def _is_exact(kind: pa.DataType) -> bool:
    import pyarrow as pa

    return bool(pa.types.is_integer(kind) or pa.types.is_decimal(kind))
