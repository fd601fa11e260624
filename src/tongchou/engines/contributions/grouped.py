"""The people of an assessment, grouped by every fact that their terms may depend on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from tongchou.engines.contributions.split import Ints
from tongchou.engines.contributions.terms import Rules, names_of_groups
from tongchou.ground.errors import Place, Problem
from tongchou.ground.money import MAX_FEN
from tongchou.ground.region.typed import typed

if TYPE_CHECKING:
    import pyarrow as pa


Flags = NDArray[np.bool_]


class People:
    """Rows of people: their ids, the columns of their own figures in fen, and their groups."""

    def __init__(self, ids: pa.Array, figures: Mapping[str, tuple[Ints, Flags]], groups: Sequence[Any]) -> None:
        self.ids, self._figures, self._groups = ids, figures, groups

    def groups(self) -> Iterator[tuple[dict[str, Any], Ints]]:
        """Facts and the rows of those who share them."""
        yield from self._groups

    def figures(self, name: str) -> Ints:
        """A column of fen, by row."""
        values, _ = self._figures[name]
        return values

    def with_figure(self, name: str, members: Ints, refused: dict[int, list[Problem]]) -> Ints:
        """The members who have a usable figure; the others are refused, each with what is wrong."""
        if name not in self._figures:
            refused |= {int(row): [_problem("C003", row, name, name=name)] for row in members}
            return members[:0]
        values, missing = self._figures[name]
        bad = missing[members] | (values[members] < 0) | (values[members] > MAX_FEN)
        for row in members[bad]:
            if missing[row]:
                refused[int(row)] = [_problem("C003", row, name, name=name)]
            elif values[row] < 0:
                refused[int(row)] = [_problem("C028", row, name, address=name)]
            else:
                refused[int(row)] = [_problem("C010", row, name, value=int(values[row]))]
        return members[~bad]


def _problem(code: str, row: int, column: str, **details: object) -> Problem:
    return Problem(code, Place(table="contributions", row=int(row) + 1, column=column), details)


def people_of(rules: Rules, rows: Any) -> People:
    """People from an Arrow table or from mappings of typed facts."""
    if isinstance(rows, Sequence):
        return _from_mappings(rules, rows)
    return _from_table(rules, rows)


def _from_mappings(rules: Rules, rows: Sequence[Mapping[str, Any]]) -> People:
    import pyarrow as pa

    asked = names_of_groups(rules)
    groups: dict[tuple[Any, ...], list[int]] = {}
    figures: dict[str, tuple[Ints, Flags]] = {}
    for name in rules.columns:
        values = [_fen(row.get(name)) for row in rows]
        missing = np.array([v is None for v in values], dtype=np.bool_)
        figures[name] = np.array([v or 0 for v in values], dtype=np.int64), missing
    for i, row in enumerate(rows):
        key = tuple((name, row[name]) for name in sorted(asked.intersection(row)) if row[name] is not None)
        groups.setdefault(key, []).append(i)
    ids = pa.array([str(row.get("person_id", i)) for i, row in enumerate(rows)], pa.string())
    return People(ids, figures, [(dict(key), np.array(members)) for key, members in groups.items()])


def _fen(yuan: Any) -> int | None:
    """A figure in yuan as fen; a fraction of a fen is rounded half-up, as a payroll would have been."""
    if yuan is None:
        return None
    exact = Fraction(yuan) * 100
    return int((2 * exact.numerator + exact.denominator) // (2 * exact.denominator))


def _from_table(rules: Rules, rows: pa.Table) -> People:
    import pyarrow as pa
    import pyarrow.compute as pc

    rows = rows.combine_chunks()
    figures = {}
    for name in rules.columns.intersection(rows.column_names):
        column = rows[name].cast(pa.int64())
        figures[name] = np.asarray(column.fill_null(0)), np.asarray(pc.is_null(column))
    names = sorted(names_of_groups(rules).intersection(rows.column_names))
    ids = rows["person_id"].cast(pa.string()).combine_chunks()
    ids = ids if isinstance(ids, pa.Array) else pa.concat_arrays(ids.chunks)
    return People(ids, figures, list(_groups(rules, rows, names)))


def _groups(rules: Rules, rows: pa.Table, names: list[str]) -> Iterator[tuple[dict[str, Any], Ints]]:
    """Rows with equal values in all of these columns."""
    import pyarrow as pa

    code = np.zeros(len(rows), dtype=np.int64)
    words: list[list[Any]] = []
    for name in names:
        column = pa.chunked_array(rows[name]).combine_chunks()
        encoded = column.dictionary_encode(null_encoding="encode")
        if isinstance(encoded, pa.ChunkedArray):
            encoded = encoded.combine_chunks()
        words.append(encoded.dictionary.to_pylist())
        code = code * max(1, len(words[-1])) + np.asarray(encoded.indices)
        _, code = np.unique(code, return_inverse=True)  # so that the code never outgrows 64 bits
    order = np.argsort(code, kind="stable")
    edges = np.flatnonzero(np.diff(code[order])) + 1
    columns = [rows[name] for name in names]
    for members in np.split(order, edges) if len(rows) else []:
        first = int(members[0])
        given = {n: c[first].as_py() for n, c in zip(names, columns, strict=True)}
        yield {n: _typed(rules, n, v) for n, v in given.items() if v is not None}, members


def _typed(rules: Rules, name: str, value: Any) -> Any:
    return value if isinstance(value, date) else typed(rules.pack, name, value)
