"""Settle one claim of a set of tables again, after all that its household had before, and hold it to what was stored.

An explanation is read out of this second settlement, so the two must agree in every field: otherwise something would
be explained that was never paid.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tongchou.engines.benefits.claim import Settlement
from tongchou.engines.benefits.engine import Engine
from tongchou.engines.benefits.from_tables import Intake
from tongchou.engines.benefits.state import State
from tongchou.engines.benefits.to_tables import Outcome, line_rows, settlement_row
from tongchou.engines.benefits.to_tables import settle_rows as settle_in_order
from tongchou.engines.benefits.traces import NAMES as TRACED
from tongchou.engines.benefits.traces import trace_rows
from tongchou.ground.errors import Place, Problem, ProblemError
from tongchou.ground.tables import TABLES
from tongchou.ground.tables.values import Fault, reader, shown

Row = Mapping[str, Any]
_COUNTED = "event_no"
"""The event number counts the claims of all households before this one; one household cannot tell it."""


@dataclass(frozen=True)
class Difference:
    """A field in which a stored row is not what settling again gives. `line` is None in a row of settlements."""

    table: str
    line: str | None
    column: str
    stored: Any
    settled: Any

    def __str__(self) -> str:
        where = self.table if self.line is None else f"{self.table} {self.line}"
        return f"{where} {self.column}: {shown(str(self.stored))} ≠ {shown(str(self.settled))}"


class NotAsStored(Exception):
    """A claim, settled again, does not come out as it is stored; `differences` says where."""

    def __init__(self, settlement_id: str, differences: Iterable[Difference]) -> None:
        self.settlement_id, self.differences = settlement_id, list(differences)
        super().__init__(self.message("en"))

    def message(self, lang: str) -> str:
        """One sentence, and a line for each difference: stored ≠ settled again."""
        zh = f"“{self.settlement_id}”重新结算与所存结果不符，不予说明（所存 ≠ 重算）："
        en = f"settled again, {self.settlement_id!r} is not what is stored and is not explained (stored ≠ settled):"
        return "\n".join([zh if lang == "zh" else en, *(f"  {one}" for one in self.differences)])


def settle_again(engine: Engine, intake: Intake, claim_id: str, before: Mapping[str, State] | None = None) -> Outcome:
    """The outcome of a claim after the earlier claims of all who share its household.

    `before`: household → what claims of earlier runs had used up. Raises `KeyError` when no sound row of claims has
    this id.
    """
    chosen = next((row for row in intake.rows if row["claim_id"] == claim_id), None)
    if chosen is None:
        raise KeyError(claim_id)
    bucket = intake.bucket(chosen)
    numbered = [(number, row) for number, row in enumerate(intake.rows, 1) if intake.bucket(row) == bucket]
    return next(outcome for outcome in settle_in_order(engine, intake, numbered, None, before) if outcome.row is chosen)


def hold_to_stored(
    outcome: Outcome, pack_hash: str, stored: Row, stored_lines: Iterable[Row], traces: Sequence[Row] | None = None
) -> None:
    """Nothing, when an outcome is in every field what was stored; else `NotAsStored`.

    `stored` is the row of settlements, `stored_lines` its rows of line_results in their order, cells as files or
    Arrow have them; `traces` its rows of traces, where they were stored. `ProblemError` when a stored cell cannot be
    read. A claim that can no longer be settled has all its fields to differ in.
    """
    again = settlement_row(outcome, pack_hash) if outcome.result is not None else {}
    lines = line_rows(outcome.result) if isinstance(outcome.result, Settlement) else []
    found = _differences("settlements", None, stored, again)
    kept = list(stored_lines)
    if len(kept) != len(lines):
        found.append(Difference("line_results", None, "rows", len(kept), len(lines)))
    else:
        for one, other in zip(kept, lines, strict=True):
            found += _differences("line_results", other["line_id"], one, other)
    if traces is not None:
        found += _differing_traces(traces, outcome)
    if found:
        raise NotAsStored(str(stored["settlement_id"]), found)


def _differing_traces(stored: Sequence[Row], outcome: Outcome) -> list[Difference]:
    again = trace_rows(outcome.result) if isinstance(outcome.result, Settlement) else []
    if len(stored) != len(again):
        return [Difference("traces", None, "rows", len(stored), len(again))]
    return [
        Difference("traces", other["layer"], name, one[name], other[name])
        for one, other in zip(stored, again, strict=True)
        for name in TRACED
        if one[name] != other[name]
    ]


def _differences(table: str, line: str | None, stored: Row, settled: Row) -> list[Difference]:
    old, new = _read(table, stored), _read(table, settled)
    return [
        Difference(table, line, name, old[name], new[name])
        for name in TABLES[table].names
        if name != _COUNTED and old[name] != new[name]
    ]


def _read(table: str, row: Row) -> dict[str, Any]:
    """A row as the table has it, whichever way its cells were written; an empty required cell is just empty here."""
    read: dict[str, Any] = {}
    problems = []
    for column in TABLES[table].columns:
        cell = row.get(column.name)
        try:
            read[column.name] = None if cell is None and column.required else reader(column)(cell)
        except Fault as fault:
            details = {"value": shown(cell), **fault.details}
            problems.append(Problem(fault.code, Place(table=table, row=row.get("_row"), column=column.name), details))
    if problems:
        raise ProblemError(*problems)
    return read
