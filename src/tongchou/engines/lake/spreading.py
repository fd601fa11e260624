"""A year of canonical tables, in any order, in shares of whole households, for those who put them in order themselves.

It is the first half of pouring a lake. The shares lie in temporary files; the year is never in memory.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from tongchou.engines.lake.ahead import ahead
from tongchou.engines.lake.places import MOST, Places
from tongchou.engines.lake.scatter import Scatter, Scattered
from tongchou.engines.lake.source import BATCH, Source
from tongchou.engines.lake.ties import has_household, tied
from tongchou.ground.tables import TABLES, Sifted, judge
from tongchou.ground.tables.parquet import ROW

CLAIMS, ROWS = 100_000, 400_000
"""Rows of a bucket: claims, and of any other table. So many lines are about 90 MB, and 700 MB while they settle."""

_ROW_FIELD = pa.field(ROW, pa.int64(), nullable=False)
_EACH, _AT_ONCE = 1_000, 2**19  # rows for each bucket that are worth a part of their own; rows read at once

Advance = Callable[[int], None]


@dataclass(frozen=True)
class Spread:
    """Tables in buckets of whole households, each with the number of its rows in the file (`_row`).

    Iterating gives the numbers of the buckets. `sources`: all tables; those without a household are in no bucket.
    """

    sources: Mapping[str, Source]
    buckets: int
    parts: Mapping[str, Scattered]

    @property
    def rows(self) -> dict[str, int]:
        """Rows of every table."""
        return {name: source.rows for name, source in self.sources.items()}

    def __iter__(self) -> Iterator[int]:
        return iter(range(self.buckets))

    def tables(self, bucket: int, names: Collection[str] | None = None) -> dict[str, pa.Table]:
        """The tables of one bucket, or those of them with these names, by name; rows in the order of the file."""
        return {name: part.read(bucket) for name, part in self.parts.items() if names is None or name in names}

    def judged(
        self, bucket: int, needed: Mapping[str, Collection[str]] | None = None
    ) -> tuple[dict[str, pa.Table], Sifted]:
        """All tables of one bucket, with the first those of nobody's household, and what `judge` finds in them; whole,
        whatever is `needed`."""
        contents = self.tables(bucket) | (self.whole() if bucket == 0 else {})
        return contents, judge(contents)

    def whole(self) -> dict[str, pa.Table]:
        """The tables that belong to nobody's household."""
        rest = {name: source for name, source in self.sources.items() if name not in self.parts}
        return {name: pa.Table.from_batches(source.batches(), source.schema) for name, source in rest.items()}


def enough(rows: Mapping[str, int], claims: int = CLAIMS, others: int = ROWS) -> int:
    """The fewest buckets of which none is large: claims in each, and rows of each other table. At most 65536."""
    of_households = {name: count for name, count in rows.items() if has_household(TABLES[name])}
    wanted = [-(-count // (claims if name == "claims" else others)) for name, count in of_households.items()]
    return min(max(1, *wanted), MOST)


def spread(sources: Mapping[str, Source], buckets: int, folder: Path, advance: Advance | None = None) -> Spread:
    """Spread tables over files in `folder`, which whoever made it removes. `advance` is told the rows done so far.

    Raises `ProblemError` T102 for a file that cannot be read to its end; `OSError` when `folder` cannot be written.
    """
    kept = {name: source for name, source in sources.items() if has_household(source.table)}
    places = Places(tied(kept, folder), buckets, kept["claims"].rows)
    at_once = min(max(BATCH, buckets * _EACH), _AT_ONCE)
    parts, done = {}, 0
    for name in sorted(kept, key=lambda name: name != "claims"):  # claims first, for others go where they went
        place = places.of_claims if name == "claims" else places.of
        first = 1
        with Scatter(folder / name, kept[name].schema.append(_ROW_FIELD)) as scatter:
            for batch in ahead(kept[name].batches(rows=at_once)):
                numbered = batch.append_column(_ROW_FIELD, pa.array(np.arange(first, first + len(batch))))
                scatter.add(numbered, place(batch, first))
                first += len(batch)
                done += len(batch)
                if advance is not None:
                    advance(done)
        parts[name] = scatter.scattered
    pa.default_memory_pool().release_unused()  # hundreds of megabytes, which whoever settles the buckets needs
    return Spread(sources, buckets, {name: parts[name] for name in kept})
