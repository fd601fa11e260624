"""The tables with a row for each claim and each person's year, written share by share and merged, never all in memory.

Both are in the order of person ids as their bytes stand; the claims of a person come as they settle and payments at
year end after them, the years of a person in turn. A person is in one share, so how many there are changes nothing. A
part is cut at the same people as all others: what lies between two cuts is taken from every part, put in order and
written; then what lies between the next two.

Money is whole fen. The amounts of a claim that a side could not settle are empty.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from tongchou.engines.benefits.compare.pairs import DIMENSIONS, comparable
from tongchou.engines.benefits.compare.totals import MEASURES
from tongchou.engines.lake.scatter import Scatter, Scattered

if TYPE_CHECKING:
    from tongchou.ground.tables.vectors import Ints

_WORDS = [("claim_id", pa.string()), ("person_id", pa.string()), ("year", pa.int64())]
_WORDS += [(name, pa.string()) for name in DIMENSIONS]
_STATUS = [("status_a", pa.string()), ("status_b", pa.string())]
_AMOUNTS = [(name, pa.int64()) for name in MEASURES]
SCHEMAS = {
    "each_claim": pa.schema([*_WORDS, _AMOUNTS[0], *_STATUS, *_AMOUNTS[1:]]),
    "each_person": pa.schema([*_WORDS[1:3], ("claims", pa.int64()), *_AMOUNTS]),
}
_ORDER = {"each_claim": ("person_id",), "each_person": ("person_id", "year")}
_REPEATED = {name for name, _ in (*_WORDS[1:], *_STATUS)}  # amounts and ids of claims rarely come twice

Part = Mapping[str, Scattered]
"""The rows of one share, by table, from one cut to the next."""


class EachPart:
    """Writes the claims and the people of one share into a folder, many households at a time; a context manager.

    `cuts`: the people, in order, at whom parts are cut.
    """

    def __init__(self, folder: Path, cuts: Sequence[str]) -> None:
        folder.mkdir()
        self._cuts = cuts
        self._scatters = {name: Scatter(folder / name, schema) for name, schema in SCHEMAS.items()}
        self.part: Part = {name: scatter.scattered for name, scatter in self._scatters.items()}

    def add(self, pairs: pa.Table, people: pa.Table) -> None:
        """Some households: their pairs, and their people as `Tally.add` gives them."""
        known = comparable(pairs)
        for i, name in enumerate(pairs.column_names):
            if name in MEASURES[1:]:
                pairs = pairs.set_column(i, name, pc.if_else(known, pairs[name], None))
        for name, rows in (("each_claim", pairs), ("each_person", people)):
            for batch in rows.select(SCHEMAS[name].names).combine_chunks().to_batches():
                self._scatters[name].add(batch, self._piece(batch["person_id"]))

    def _piece(self, person: pa.Array) -> Ints:
        """Between which cuts each person comes."""
        piece = np.zeros(len(person), dtype=np.int64)
        for cut in self._cuts:
            piece += np.asarray(pc.greater_equal(person, cut))
        return piece

    def __enter__(self) -> EachPart:
        for scatter in self._scatters.values():
            scatter.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for scatter in self._scatters.values():
            scatter.__exit__(kind, error, trace)


def merge_each(parts: Sequence[Part], pieces: int, folder: Path) -> None:
    """Write the tables of all parts into `folder`. `pieces`: one more than there are cuts."""
    folder.mkdir(exist_ok=True)
    with ExitStack() as stack:
        for name, schema in SCHEMAS.items():
            writer = stack.enter_context(
                pq.ParquetWriter(
                    folder / f"{name}.parquet",
                    schema,
                    compression="zstd",
                    use_dictionary=sorted(_REPEATED & set(schema.names)),
                )
            )
            for piece in range(pieces):
                rows = pa.concat_tables([part[name].read(piece) for part in parts]).combine_chunks()
                order = pc.sort_indices(rows, sort_keys=[(key, "ascending") for key in _ORDER[name]])  # it is stable
                writer.write_table(rows.take(order))
