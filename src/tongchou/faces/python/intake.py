"""Tables in memory, held to what files are held to: the same columns, the same cells, the same rules between rows.

A column whose type cannot be right is refused as a whole, with the first cell that shows it: in a file it would be
every row that falls, and whoever sits at the data wants to hear it once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from tongchou.ground.errors import Place, Problem, ProblemError, fail
from tongchou.ground.tables import SETTLING, TABLES, Column, Table
from tongchou.ground.tables.files import Raw, nearest, unknown_column
from tongchou.ground.tables.shape import DATE, DECIMALS, FEN, FENS, INT, TEXTS, TIMESTAMP, WORDS
from tongchou.ground.tables.values import Fault, reader, shown

if TYPE_CHECKING:
    import pyarrow as pa

T = TypeVar("T")


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


def by_columns(contents: Mapping[str, pa.Table]) -> dict[str, pa.Table] | None:
    """Arrow tables by canonical name, ready to be sifted; `None` when a column of maps holds them in another way.

    `ProblemError` as `raws_of`, which reads the same cells row by row.
    """
    checked = _each(_checked, contents)
    for name, content in checked.items():
        for field in content.schema:
            if TABLES[name].column(field.name).type in (WORDS, FENS) and not _is_plain(field.type):
                return None
    return checked


def raws_of(contents: Mapping[str, pa.Table]) -> dict[str, Raw]:
    """The raw cells of Arrow tables by canonical name. `ProblemError` with every unfit column of every table."""
    return _each(_raw, contents)


def _each(what: Callable[[Table, pa.Table], T], contents: Mapping[str, pa.Table]) -> dict[str, T]:
    found: dict[str, T] = {}
    problems: list[Problem] = []
    for table in TABLES.values():
        if table.name in contents:
            try:
                found[table.name] = what(table, contents[table.name])
            except ProblemError as error:
                problems += error.problems
    if problems:
        raise ProblemError(*problems)
    return found


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
    checked = _checked(table, content)
    columns = [_values(table, name, cells) for name, cells in zip(checked.column_names, checked.columns, strict=True)]
    rows = zip(*columns, strict=True)
    return Raw([(n, dict(zip(checked.column_names, cells, strict=True))) for n, cells in enumerate(rows, 1)])


def _checked(table: Table, content: pa.Table) -> pa.Table:
    """The table with its times in microseconds. `ProblemError` with every unfit column."""
    import pyarrow as pa

    problems = _wrong_names(table, content.column_names)
    columns: list[pa.ChunkedArray] = []
    for name, cells in zip(content.column_names, content.columns, strict=True):
        if name in table.names:
            try:
                columns.append(_fitting(table, table.column(name), cells))
            except ProblemError as error:
                problems += error.problems
    if problems:
        raise ProblemError(*problems)
    return pa.table(columns, names=content.column_names)


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


def _values(table: Table, name: str, cells: pa.ChunkedArray) -> list[object]:
    """The cells of a column as Python values."""
    values: list[object] = cells.to_pylist()
    return [_pairs(value) for value in values] if table.column(name).type in (WORDS, FENS) else values


def _fitting(table: Table, column: Column, cells: pa.ChunkedArray) -> pa.ChunkedArray:
    """The cells, times in microseconds. `ProblemError` when the column's type is wrong, with the first cell of it."""
    if _is_naive(cells.type) or _is_date(cells.type):
        cells = _as_python_has_them(table, column, cells)
    if not _fits(column.type, cells.type):
        read = reader(column)
        for number, value in enumerate(_values(table, column.name, cells), 1):
            try:
                read(value) if value is not None else None
            except Fault as fault:
                place = Place(table=table.name, row=number, column=column.name)
                raise fail(fault.code, place, **{"value": shown(value), **fault.details}) from None
    return cells


def _as_python_has_them(table: Table, column: Column, cells: pa.ChunkedArray) -> pa.ChunkedArray:
    """Dates, and times in microseconds; one that is finer, or of no year that Python counts, is refused, never cut."""
    import pyarrow as pa
    import pyarrow.compute as pc

    kind, code = (pa.timestamp("us"), "T125") if _is_naive(cells.type) else (cells.type, "T124")
    try:
        found = cells.cast(kind)
        pc.min_max(found).as_py()
    except (pa.ArrowException, ValueError, OverflowError):
        for number, cell in enumerate(cells, 1):
            try:
                cell.cast(kind).as_py()
            except (pa.ArrowException, ValueError, OverflowError):
                place = Place(table=table.name, row=number, column=column.name)
                raise fail(code, place, value=shown(str(cell.value))) from None
        raise
    return found


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
        return _is_date(kind) or _is_naive(kind)
    if wanted == TIMESTAMP:
        return _is_naive(kind)
    if wanted == TEXTS:
        return (t.is_list(kind) or t.is_large_list(kind)) and _is_text(kind.value_type)
    if wanted in (WORDS, FENS) and t.is_map(kind):
        return (_is_text if wanted == WORDS else _is_exact)(kind.item_type)
    return False


def _is_date(kind: pa.DataType) -> bool:
    import pyarrow as pa

    return bool(pa.types.is_date(kind))


def _is_plain(kind: pa.DataType) -> bool:
    """Whether cells are maps, or their text."""
    import pyarrow as pa

    return bool(pa.types.is_map(kind)) or _is_text(kind) or bool(pa.types.is_null(kind))


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
