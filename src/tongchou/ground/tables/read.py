"""Read a folder of tables: sound rows, and for each other row where it is and what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from tongchou.ground.errors import Place, Problem, ProblemError
from tongchou.ground.tables.canon import SETTLING, TABLES
from tongchou.ground.tables.checks import Row, row_findings
from tongchou.ground.tables.files import Raw, find, load, unknown_column
from tongchou.ground.tables.relations import Reading, relate
from tongchou.ground.tables.shape import NESTED, Table
from tongchou.ground.tables.values import Fault, reader, shown

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray


@dataclass(frozen=True)
class Tables:
    """What a folder held.

    `rows[name]`: the sound rows of each canonical table in the order of the file, every column present: fen and counts
    as `int`, dates as `date`, times as naive `datetime`, quantity, price and ratio as `Decimal`, texts as `str`, lists
    as `list`, maps as `dict`; an empty cell is `None` (`[]`, `{}`). `"_row"` is the row's number in the file, from 1.
    `problems`: every fault of a rejected row. `read`: rows read of each table that the folder holds.
    """

    rows: dict[str, list[Row]]
    problems: list[Problem] = field(default_factory=list)
    read: dict[str, int] = field(default_factory=dict)

    @property
    def rejects(self) -> list[Row]:
        """The problems as rows of the table `rejects`."""
        return [reject_row(problem) for problem in self.problems]

    def counts(self) -> dict[str, dict[str, int]]:
        """Of each table in the folder: rows `read` = `kept` + `rejected`."""
        return {
            name: {"read": read, "kept": len(self.rows[name]), "rejected": read - len(self.rows[name])}
            for name, read in self.read.items()
        }


def reject_row(problem: Problem) -> Row:
    """A problem with a row of a table, as a row of the table `rejects`; blanks around a value are shown in quotes."""
    return {
        "table": problem.place.table,
        "row": problem.place.row,
        "column": _quoted(problem.place.column),
        "code": problem.code,
        "message_zh": problem.message("zh"),
        "message_en": problem.message("en"),
        "value": _quoted(shown(problem.details.get("value", ""))),
    }


def _quoted(text: str | None) -> str | None:
    if not text:
        return None
    return text if text == text.strip() else f"“{text}”"


def read_tables(folder: Path, required: Sequence[str] = SETTLING) -> Tables:
    """Read every canonical table in `folder`: `<name>.parquet`, `<name>.csv` or `<name>.jsonl`, one of them.

    Raises `ProblemError` naming every file-level fault: no folder, unreadable file, wrong encoding, a table twice or
    missing, unknown, repeated or missing columns. Anything wrong with a row rejects that row and what rests on it: a
    claim with a rejected line is rejected whole, and so are the claims of a person whose row, or whose spell,
    entitlement, household or account row, was rejected. Nothing is raised for bad rows.
    """
    raws: dict[str, Raw] = {}
    faults: list[Problem] = []
    paths = find(folder, required)
    for table in TABLES.values():
        if table.name in paths:
            try:
                raws[table.name] = load(table, paths[table.name])
            except ProblemError as error:
                faults += error.problems
    if faults:
        raise ProblemError(*faults)
    return tables_of(raws)


def read_some(contents: Mapping[str, pa.Table], chosen: Mapping[str, NDArray[np.int64]]) -> Tables:
    """Read only the chosen rows of Arrow tables, as if the others were not there; `read` counts the chosen.

    `contents` is what `load_arrow` gives; `chosen[name]`: indices of rows from 0, ascending, none when the table is
    left out. A row keeps its number in the file. With what `closure` chooses, the problems are those of `read_tables`.
    """
    from tongchou.ground.tables.parquet import cells

    nothing: tuple[int, ...] = ()
    return tables_of({n: Raw(cells(contents[n], chosen.get(n, nothing))) for n in TABLES if n in contents})


def tables_of(raws: Mapping[str, Raw]) -> Tables:
    """Raw cells by table, in the order of `TABLES`, as sound rows and problems. Nothing is raised for bad rows."""
    reading = Reading()
    for name, raw in raws.items():
        reading.live[name], reading.gone[name] = [], []
        _cells(TABLES[name], raw, reading)
    relate(reading)
    order = {name: position for position, name in enumerate(TABLES)}
    reading.problems.sort(key=lambda p: (order[p.place.table or ""], p.place.row or 0))
    rows = {name: reading.live.get(name, []) for name in TABLES}
    return Tables(rows, reading.problems, {name: len(raw.rows) + len(raw.broken) for name, raw in raws.items()})


def _cells(table: Table, raw: Raw, reading: Reading) -> None:
    """Every row of one file: its cells, then the rules of a row by itself."""
    readers = {column.name: reader(column) for column in table.columns}
    plain = {column.name for column in table.columns if not column.required and column.type not in NESTED}
    reading.problems += raw.broken
    for number, cells in raw.rows:
        row: Row = {}
        problems = []
        for name, read in readers.items():
            raw_cell = cells.get(name)
            try:
                # Most cells are empty; a list or map must not be shared between rows.
                row[name] = None if raw_cell is None and name in plain else read(raw_cell)
            except Fault as fault:
                row[name] = None
                details = {"value": shown(raw_cell if raw_cell is not None else ""), **fault.details}
                problems.append(Problem(fault.code, Place(table=table.name, row=number, column=name), details))
        for name in cells:
            if name not in readers:
                place = Place(table=table.name, row=number, column=shown(name))
                problems.append(Problem("T108", place, unknown_column(table, name)))
        row["_row"] = number
        if not problems:
            for column, code, details in row_findings(table, row):
                problems.append(Problem(code, Place(table=table.name, row=number, column=column), details))
        reading.problems += problems
        (reading.gone if problems else reading.live)[table.name].append(row)
