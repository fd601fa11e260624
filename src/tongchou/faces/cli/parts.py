"""Settle in several processes at once, each over whole households, and put their tables together in event order.

The number of processes changes nothing in the result: events are numbered by the order of the claims.
"""

from __future__ import annotations

import json
import multiprocessing
import time
from collections.abc import Callable, Mapping, Sequence
from multiprocessing.sharedctypes import Synchronized
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tongchou.engines.benefits.claim import Settlement
from tongchou.engines.benefits.engine import Engine
from tongchou.engines.benefits.from_tables import Intake, Row
from tongchou.engines.benefits.state import State
from tongchou.engines.benefits.state_tables import states_to_tables
from tongchou.engines.benefits.to_tables import NAMES, ResultWriter, Totals, change, settle_rows
from tongchou.engines.benefits.year_end import settle_year_end
from tongchou.faces.cli.states import keep_part
from tongchou.faces.cli.traces import trace_part
from tongchou.ground.errors import Problem
from tongchou.ground.tables import TABLES, TableWriter, reject_row

if TYPE_CHECKING:
    import pyarrow as pa

    from tongchou.ground.region.pack import Pack

_STEP = 200  # claims between two words on progress
_BATCH = 5_000
_TOTALS = "totals.json"
YEAR_END = "year_end"


def settle_in_parts(
    pack: Pack,
    intake: Intake,
    work: Path,
    processes: int,
    advance: Callable[[int], None],
    year_end: bool = False,
    before: Mapping[str, State] | None = None,
    traced: bool = False,
) -> tuple[list[Path], Totals]:
    """Settle every claim into part folders under `work`; the folders and the totals of all.

    `year_end`: afterwards also what runs at year end, for every insurance year in the data. `before`: household → what
    claims of earlier runs had used up; `traced`: traces are written, too.
    """
    shares = _shares(intake, processes)
    folders = [work / f"part-{i}" for i in range(len(shares))]
    engine = Engine(pack)
    if len(shares) == 1:
        _settle_share(engine, intake, shares[0], folders[0], advance, year_end, before, traced)
    else:
        _at_once(engine, intake, shares, folders, advance, year_end, before, traced)
    totals = Totals()
    for folder in folders:
        totals.merge(json.loads((folder / _TOTALS).read_text("utf-8")))
    return folders, totals


def _shares(intake: Intake, processes: int) -> list[list[tuple[int, Row]]]:
    """The numbered rows dealt out by household, so that each share has about as many claims."""
    can_fork = "fork" in multiprocessing.get_all_start_methods()
    shares: list[list[tuple[int, Row]]] = [[] for _ in range(processes if can_fork else 1)]
    share_of: dict[str, int] = {}
    sizes = [0] * len(shares)
    for number, row in enumerate(intake.rows, 1):
        bucket = intake.bucket(row)
        if bucket not in share_of:
            share_of[bucket] = sizes.index(min(sizes))
        sizes[share_of[bucket]] += 1
        shares[share_of[bucket]].append((number, row))
    return shares


def _settle_share(
    engine: Engine,
    intake: Intake,
    share: list[tuple[int, Row]],
    folder: Path,
    advance: Callable[[int], None],
    year_end: bool,
    before: Mapping[str, State] | None,
    traced: bool,
) -> None:
    states: dict[str, State] = {}
    by_household: dict[str, list[Settlement]] = {}
    changed: dict[str, State] = {}
    with ResultWriter(folder, engine.pack.hash) as writer:
        for done, outcome in enumerate(settle_rows(engine, intake, share, states, before), 1):
            writer.add(outcome)
            change(intake, outcome, changed)
            if (year_end or traced) and isinstance(outcome.result, Settlement):
                by_household.setdefault(intake.bucket(outcome.row), []).append(outcome.result)
            if done % _STEP == 0:
                advance(done)
    if year_end:
        with TableWriter(folder, YEAR_END) as table:
            for household, settlements in by_household.items():
                table.write(list(settle_year_end(engine, settlements, states[household])))
    if traced:
        trace_part((settled for own in by_household.values() for settled in own), folder)
    keep_part(folder, states_to_tables(changed)["state"])
    advance(len(share))
    (folder / _TOTALS).write_text(json.dumps(vars(writer.totals)), "utf-8")


def _at_once(
    engine: Engine,
    intake: Intake,
    shares: Sequence[list[tuple[int, Row]]],
    folders: Sequence[Path],
    advance: Callable[[int], None],
    year_end: bool,
    before: Mapping[str, State] | None,
    traced: bool,
) -> None:
    """Children share what has been read by copy-on-write; each tells how far it is through one number."""
    context = multiprocessing.get_context("fork")
    done: list[Synchronized[int]] = [context.Value("q", 0) for _ in shares]

    def work(i: int) -> None:
        def tell(count: int) -> None:
            done[i].value = count

        _settle_share(engine, intake, shares[i], folders[i], tell, year_end, before, traced)

    children = [context.Process(target=work, args=(i,)) for i in range(len(shares))]
    try:
        for child in children:
            child.start()
        while any(child.is_alive() for child in children):
            advance(sum(count.value for count in done))
            time.sleep(0.05)
    finally:
        for child in children:
            child.kill() if child.is_alive() else None
            child.join()
    if any(child.exitcode != 0 for child in children):
        raise RuntimeError("a settling process failed; what it printed above says why")


def merge_parts(parts: Sequence[Path], read: Sequence[Problem], out: Path, format: str) -> dict[str, Any]:  # noqa: A002 (as TableWriter)
    """Write the tables of all parts into `out` in event order; sums of what was written, for the reconciliation."""
    import pyarrow as pa
    import pyarrow.compute as pc

    tables = {name: _read_parts(parts, name) for name in NAMES}
    order = pc.sort_indices(tables["events"].column("event_no"))
    numbers = pa.array(range(1, len(order) + 1), pa.int64())
    for name in ("events", "settlements"):
        table = tables[name].take(order)
        at = table.schema.get_field_index("event_no")
        tables[name] = table.set_column(at, table.schema.field(at), numbers)
    lines = tables["line_results"]
    event = pc.index_in(lines.column("claim_id"), value_set=tables["settlements"].column("claim_id").combine_chunks())
    places = pa.table({"event": event, "place": pa.array(range(len(lines)), pa.int64())})
    tables["line_results"] = lines.take(pc.sort_indices(places, [("event", "ascending"), ("place", "ascending")]))
    for name in ("settlements", "line_results", "events"):
        write_result(tables[name], name, out, format)
    tables |= _merge_year_end(parts, out, format)
    read_first = (reject_row(problem) for problem in read)
    rejects = write_rejects([*read_first, *tables["rejects"].to_pylist()], out, format)
    return {
        "rows": {name: len(table) for name, table in tables.items()} | {"rejects": len(rejects)},
        "line_fee": pc.sum(tables["line_results"].column("amount")).as_py() or 0,
        "rejects": rejects,
        "claims": tables["settlements"]["claim_id"],
        "year_end_paid": pc.sum(tables[YEAR_END].column("fund_pay_sumamt")).as_py() or 0 if YEAR_END in tables else 0,
    }


def _merge_year_end(parts: Sequence[Path], out: Path, format: str) -> dict[str, pa.Table]:  # noqa: A002 (as TableWriter)
    if not all((part / f"{YEAR_END}.parquet").exists() for part in parts):
        return {}
    table = _read_parts(parts, YEAR_END).sort_by("settlement_id")
    write_result(table, YEAR_END, out, format)
    return {YEAR_END: table}


def _read_parts(parts: Sequence[Path], name: str) -> pa.Table:
    import pyarrow as pa
    import pyarrow.parquet as pq

    return pa.concat_tables([pq.read_table(part / f"{name}.parquet") for part in parts])


def write_rejects(rows: list[Row], out: Path, format: str) -> list[Row]:  # noqa: A002 (as TableWriter)
    """The rejects by table and row, written; as they were written."""
    known = list(TABLES)
    rejects = sorted(rows, key=lambda row: (known.index(row["table"]), row["row"] or 0))
    with TableWriter(out, "rejects", format) as writer:
        writer.write(rejects)
    return rejects


def write_result(table: pa.Table, name: str, out: Path, format: str) -> None:  # noqa: A002 (as TableWriter)
    """A table of results whose rows have been checked."""
    import pyarrow.parquet as pq

    from tongchou.engines.lake.packing import packing

    if format == "parquet":
        pq.write_table(table, out / f"{name}.parquet", **packing(table.schema))
        return
    with TableWriter(out, name, format) as writer:
        write_batches(table, writer)


def write_batches(table: pa.Table, writer: TableWriter) -> None:
    """Row by row, but never all rows at once."""
    for batch in table.to_batches(_BATCH):
        writer.write(batch.to_pylist())
