"""Settle a set of tables: many claims by columns, few of them, or what columns cannot say, row by row."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tongchou.engines.benefits.engine import Engine
from tongchou.engines.benefits.from_tables import Intake
from tongchou.faces.python import frames
from tongchou.faces.python.intake import by_columns, check_names, fees_of, raws_of
from tongchou.ground.errors import Problem
from tongchou.ground.region.pack import Pack
from tongchou.ground.tables import (
    SETTLING,
    TABLES,
    Tables,
    load_arrow,
    read_some,
    read_tables,
    reject_row,
    sift,
    tables_of,
)
from tongchou.ground.tables.files import Raw, find, load

if TYPE_CHECKING:
    import pyarrow as pa

    from tongchou.faces.cli.reconcile import Reconciliation

Given = Mapping[str, Any] | str | PathLike[str]
"""Tables by name, each with the Arrow C interface, or a folder of table files."""
MANY = 2_000
"""Claims that are worth a run by columns; for fewer the machine code is not worth loading."""


@dataclass(frozen=True)
class Done:
    """What settling gave: the canonical tables of the results, whether they add up, and what explaining needs.

    `intake` makes of a claim's id the claims of its household, and perhaps of others; `KeyError` when there is no such
    claim. `fallen`: claim id as written → what is wrong with its row, for each row of claims rejected on reading.
    """

    tables: Mapping[str, pa.Table]
    reconciliation: Reconciliation
    intake: Callable[[str], Intake]
    fallen: Mapping[str, list[Problem]]


def settled(engine: Engine, given: Given, assumed: Mapping[str, str], year_end: bool) -> Done:
    """Settle tables by name, or those of a folder. What is assumed or runs at year end goes claim by claim."""
    if isinstance(given, Mapping):
        check_names(given)
        given = {name: frames.to_arrow(name, frame) for name, frame in given.items()}
    contents = None if assumed or year_end else _columns(given)
    if contents is not None and len(contents["claims"]) >= MANY:
        return _by_columns(engine.pack, contents)
    return _by_rows(engine, given, assumed, year_end)


def _columns(given: Given) -> dict[str, pa.Table] | None:
    """The tables as columns; `None` when they cannot be had as such, or when it would not pay."""
    if not isinstance(given, Mapping):
        return load_arrow(Path(given))
    return by_columns(given) if len(given["claims"]) >= MANY else None


def _by_columns(pack: Pack, contents: dict[str, pa.Table]) -> Done:
    import pyarrow.compute as pc

    from tongchou.engines.benefits.replay import Households, Replay
    from tongchou.faces.cli.bulk import Counted
    from tongchou.faces.cli.parts import write_rejects
    from tongchou.faces.cli.reconcile import reconcile
    from tongchou.ground.tables.parquet import cells

    sifted = sift(contents)
    rest = read_some(contents, sifted.chosen)
    households = Households(rest, sifted)
    results = Replay(pack).settle(*households.of(households.names.unique()))
    tables = {name: getattr(results, name) for name in ("settlements", "line_results", "events")}
    with tempfile.TemporaryDirectory() as work:
        rejects = write_rejects([reject_row(p) for p in (*rest.problems, *results.rejects)], Path(work), "parquet")
        tables["rejects"] = _load(Path(work) / "rejects.parquet")
    claims = Raw(cells(contents["claims"].select(["claim_id", "total_fee"])))
    lost = {name: rest.read[name] - len(rest.rows[name]) for name in contents}
    counted = {
        name: {"read": len(table), "kept": len(table) - lost[name], "rejected": lost[name]}
        for name, table in contents.items()
    }
    written = {
        "rows": {name: len(table) for name, table in tables.items()},
        "line_fee": pc.sum(results.line_results["amount"]).as_py() or 0,
        "rejects": rejects,
        "year_end_paid": 0,
    }
    return Done(
        tables,
        reconcile(fees_of(claims), Counted(counted), results.totals(), written),
        lambda claim_id: Intake(households.of_claim(claim_id), pack),
        _fallen(claims, rest.problems, set(tables["events"]["claim_id"].to_pylist()) | set(results.lost)),
    )


def _by_rows(engine: Engine, given: Given, assumed: Mapping[str, str], year_end: bool) -> Done:
    # The command line's own road: what it writes into a folder is what is handed over here.
    from tongchou.faces.cli.parts import merge_parts, settle_in_parts
    from tongchou.faces.cli.reconcile import reconcile

    claims, tables = _read(given)
    intake = Intake(tables, engine.pack, assumed)
    with tempfile.TemporaryDirectory() as work:
        # One process: an analyst's session has threads of its own, which a fork does not survive.
        parts, totals = settle_in_parts(engine.pack, intake, Path(work), 1, lambda _: None, year_end)
        written = merge_parts(parts, tables.problems, Path(work), "parquet")
        kept = {name: _load(Path(work) / f"{name}.parquet") for name in written["rows"]}
    reconciliation = reconcile(fees_of(claims), tables, totals, written)
    sound = {row["claim_id"] for row in tables.rows["claims"]}
    return Done(kept, reconciliation, lambda _: intake, _fallen(claims, tables.problems, sound))


def _read(given: Given) -> tuple[Raw, Tables]:
    """The rows of claims as they came, and all tables, judged."""
    if not isinstance(given, Mapping):
        folder = Path(given)
        return load(TABLES["claims"], find(folder, SETTLING)["claims"]), read_tables(folder)
    raws = raws_of(given)
    return raws["claims"], tables_of(raws)


def _load(path: Path) -> pa.Table:
    """A table read whole into memory: its file is about to vanish."""
    import pyarrow.parquet as pq

    return pq.read_table(path, memory_map=False)


def _fallen(claims: Raw, problems: list[Problem], sound: set[str]) -> dict[str, list[Problem]]:
    ids = {number: str(cells.get("claim_id")) for number, cells in claims.rows}
    found: dict[str, list[Problem]] = {}
    for problem in problems:
        claim_id = ids.get(problem.place.row or 0) if problem.place.table == "claims" else None
        if claim_id is not None and claim_id not in sound:
            found.setdefault(claim_id, []).append(problem)
    return found
