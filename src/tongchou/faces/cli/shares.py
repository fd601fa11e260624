"""Where a run gets its claims from, a share of whole households at a time: a lake, a folder, or memory."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from tongchou.ground.tables import SETTLING, Sifted, judge, load_arrow
from tongchou.ground.tables.files import find

if TYPE_CHECKING:
    import pyarrow as pa

    from tongchou.engines.lake.source import Source

LINES_A_CLAIM = 4
"""A share holds at most so many times as many rows of any other table as claims."""


class Shares(Protocol):
    """Tables in shares. Iterating gives their numbers; `rows` are of each table in all."""

    @property
    def rows(self) -> Mapping[str, int]: ...

    def __iter__(self) -> Iterator[int]: ...

    def tables(self, number: int, names: Collection[str] | None = None) -> dict[str, pa.Table]:
        """The tables of one share; where it is not all there is, rows tell by `_row` which they are in the file."""
        ...

    def judged(
        self, number: int, needed: Mapping[str, Collection[str]] | None = None
    ) -> tuple[dict[str, pa.Table], Sifted]:
        """All tables of one share, with the first those of nobody's household, and what `judge` finds in them.

        `needed`: columns of some tables beside which the words of their kinds are enough; there may be others.
        """
        ...


@dataclass(frozen=True)
class InMemory:
    """One share with everything in it."""

    contents: dict[str, pa.Table]

    @property
    def rows(self) -> dict[str, int]:
        return {name: len(table) for name, table in self.contents.items()}

    def __iter__(self) -> Iterator[int]:
        return iter((0,))

    def tables(self, number: int, names: Collection[str] | None = None) -> dict[str, pa.Table]:
        return {name: table for name, table in self.contents.items() if names is None or name in names}

    def judged(
        self, number: int, needed: Mapping[str, Collection[str]] | None = None
    ) -> tuple[dict[str, pa.Table], Sifted]:
        return self.contents, judge(self.contents)


def is_lake(data: Path) -> bool:
    from tongchou.engines.lake.lake import MANIFEST

    return (data / MANIFEST).is_file()


def is_parquet(data: Path) -> bool:
    """Whether every table of the folder is a Parquet file. `ProblemError` T101, T105 to T107."""
    return all(path.suffix == ".parquet" for path in find(data, SETTLING).values())


def shares_of(data: Path, work: Path, claims: int) -> Shares:
    """A lake bucket by bucket; a folder of Parquet files with at most `claims` in a share.

    Rows may come in any order. What is more than one share is spread over files in the folder `work`. Raises
    `ProblemError` for a lake or a file that as a whole cannot be used.
    """
    from tongchou.engines.lake import open_lake, open_source, spread

    if is_lake(data):
        return open_lake(data)
    sources = open_source(data)
    count = _count(sources, claims)
    if count == 1:
        contents = load_arrow(data)
        assert contents is not None
        return InMemory(contents)
    return spread({name: source.filled().coded() for name, source in sources.items()}, count, work)


def how_many(data: Path, claims: int) -> int:
    """How many shares `shares_of` will make."""
    from tongchou.engines.lake import open_lake, open_source

    return len(list(open_lake(data))) if is_lake(data) else _count(open_source(data), claims)


def _count(sources: Mapping[str, Source], claims: int) -> int:
    from tongchou.engines.lake import enough

    return enough({name: source.rows for name, source in sources.items()}, claims, claims * LINES_A_CLAIM)
