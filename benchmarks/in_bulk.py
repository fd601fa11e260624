"""One place where the measurements call the bulk run, and hold a sample of it to the plain step."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tongchou.engines.benefits.bulk.rows import rows_of
from tongchou.engines.benefits.bulk.run import Bulk
from tongchou.engines.benefits.bulk.settled import Settled
from tongchou.engines.benefits.claim import Settlement
from tongchou.engines.benefits.engine import Engine
from tongchou.engines.benefits.from_tables import Intake
from tongchou.engines.benefits.to_tables import settle_rows
from tongchou.ground.region.pack import Pack
from tongchou.ground.tables import TABLES, Tables

Array = Any


@dataclass(frozen=True)
class Measured:
    """A bulk run: seconds of the fastest round, those of its loop alone, and what it settled."""

    seconds: float
    loop_seconds: float
    settled: Settled

    def by_claim(self, layers: tuple[str, ...], claim_ids: pa.ChunkedArray) -> dict[str, Array]:
        """Layer → fen, in the order of these ids. `ValueError` when the bulk run left one to the plain step."""
        done = self.settled
        if done.plain.any():
            raise ValueError(f"{int(done.plain.sum())} claims were left to the plain step")
        at = pc.index_in(claim_ids, value_set=done.claims.table["claim_id"].combine_chunks()).to_numpy()
        found = {layer: np.zeros(done.claims.count, dtype=np.int64) for layer in layers}
        for number, plan in enumerate(done.plans):
            visits = np.flatnonzero(done.plan_of == number)
            for place, layer in enumerate(plan.layers):
                if layer.name in found:
                    np.add.at(found[layer.name], done.claim[visits], done.paid[done.paid_start[visits] + place])
        return {layer: fen[at] for layer, fen in found.items()}


def measure(pack: Pack, tables: Mapping[str, pa.Table], rounds: int = 3, compiled: bool | None = None) -> Measured:
    """Settle the tables `rounds` times, after a first time on a few of them that compiles what is to be compiled."""
    bulk = Bulk(pack, compiled)
    bulk.settle(few(tables, 3))
    loop = bulk.machine = _Timed(bulk.machine)
    found = []
    for _ in range(rounds):
        began = time.perf_counter()
        settled = bulk.settle(tables, by_line=False)
        found.append((time.perf_counter() - began, loop.seconds, settled))
    seconds, _, settled = min(found, key=lambda one: one[0])
    return Measured(seconds, min(one[1] for one in found), settled)


def few(tables: Mapping[str, pa.Table], persons: int) -> dict[str, pa.Table]:
    """The tables of the first persons."""
    people = tables["persons"].slice(0, persons)["person_id"].combine_chunks()
    found = {
        name: table.filter(pc.is_in(table["person_id"], value_set=people))
        for name, table in tables.items()
        if "person_id" in table.column_names
    }
    chosen = found["claims"]["claim_id"].combine_chunks()
    return {**found, "lines": tables["lines"].filter(pc.is_in(tables["lines"]["claim_id"], value_set=chosen))}


def plain(pack: Pack, tables: Mapping[str, pa.Table]) -> dict[str, Settlement]:
    """Claim → its settlement by the plain step, one claim after another. Refused ones are not in it."""
    filled = {name: rows_of(tables[name]) if name in tables else [] for name in TABLES}
    intake = Intake(Tables(filled, [], dict.fromkeys(tables, 1)), pack)
    outcomes = settle_rows(Engine(pack), intake, list(enumerate(intake.rows, 1)))
    return {o.row["claim_id"]: o.result for o in outcomes if isinstance(o.result, Settlement)}


class _Timed:
    """The functions of the bulk run, with a watch on the loop over all claims.

    It counts the processor's time: the loop waits for nothing, and whatever else runs on the machine is not its doing.
    """

    def __init__(self, machine: Any) -> None:
        self._machine = machine
        self.seconds = 0.0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._machine, name)

    def settle_all(self, *arguments: Any) -> None:
        began = time.thread_time()
        self._machine.settle_all(*arguments)
        self.seconds = time.thread_time() - began
