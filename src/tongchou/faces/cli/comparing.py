"""Settle share after share under two policies, and add up: no more than a share of the claims is ever in memory.

How many shares there are, and how many processes settle them, changes nothing in the result.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Protocol

from tongchou.engines.benefits.compare import Both, Limit, Policies, Tally, sides
from tongchou.engines.benefits.replay import Households
from tongchou.faces.cli.shares import Shares, is_lake, is_parquet, shares_of
from tongchou.faces.cli.workers import each_share
from tongchou.faces.report.each import EachPart, Part, merge_each
from tongchou.ground.region.pack import Pack
from tongchou.ground.tables import Tables, read_some, read_tables
from tongchou.ground.tables.parquet import ROW

AT_ONCE = 400_000
"""Claims merged at once."""


class Claims(Protocol):
    """Where the claims come from. Iterating gives the numbers of the shares; `claims` are the rows in all."""

    @property
    def claims(self) -> int: ...

    def __iter__(self) -> Iterator[int]: ...

    def households(self, number: int) -> Households: ...

    def cuts(self) -> tuple[str, ...]:
        """The people at whom parts are cut for the merging, in order."""
        ...


@dataclass(frozen=True)
class InColumns:
    """Parquet: columns, doubtful rows one by one."""

    shares: Shares

    @property
    def claims(self) -> int:
        return self.shares.rows["claims"]

    def __iter__(self) -> Iterator[int]:
        return iter(self.shares)

    def households(self, number: int) -> Households:
        """Raises `ProblemError` when the tables of the share cannot be used."""
        contents, sifted = self.shares.judged(number)
        numbers = {name: table[ROW].to_numpy() for name, table in contents.items() if ROW in table.column_names}
        return Households(read_some(contents, sifted.chosen), sifted, numbers)

    def cuts(self) -> tuple[str, ...]:
        """So that about as many claims as can be merged at once lie between two, going by those of one share.

        Which households a share holds is chance, so one is like the others. Nothing but memory hangs on the cuts.
        """
        import numpy as np
        import pyarrow as pa

        from tongchou.engines.lake.order import text_column

        pieces = -(-self.claims // AT_ONCE)
        for number in self.shares if pieces > 1 else ():
            people = text_column(self.shares.tables(number, ("claims",))["claims"], "person_id").drop_null().sort()
            if len(people):
                at = pa.array(len(people) * np.arange(1, pieces) // pieces)
                return tuple(people.take(at).unique().to_pylist())
        return ()


@dataclass(frozen=True)
class RowByRow:
    """Text: one share with everything in it."""

    tables: Tables

    @property
    def claims(self) -> int:
        return self.tables.read["claims"]

    def __iter__(self) -> Iterator[int]:
        return iter((0,))

    def households(self, number: int) -> Households:
        return Households(self.tables)

    def cuts(self) -> tuple[str, ...]:
        return ()


def claims_of(data: Path, work: Path, share: int) -> Claims:
    """A lake, or a folder of tables in any order; about `share` claims at once, which are spread over files in `work`.

    Raises `ProblemError` for a lake, or a file, that as a whole cannot be used.
    """
    if is_lake(data) or is_parquet(data):
        return InColumns(shares_of(data, work, share))
    return RowByRow(read_tables(data))


@dataclass(frozen=True)
class Comparing:
    """All that a process needs to compare shares; `work` is a folder for the parts, `cuts` the people where they are
    cut. `assume` and `year_end` as in `Policies`."""

    a: Pack
    b: Pack
    limits: tuple[Limit, ...]
    claims: Claims
    work: Path
    cuts: tuple[str, ...]
    assume: dict[str, str] = field(default_factory=dict)
    year_end: bool = False


@dataclass(frozen=True)
class Compared:
    """What became of one share: its claims, which of them cannot be read (row numbers), its sums, the part it left
    behind, and the rows of the households with the largest changes, by household."""

    claims: int
    unread: frozenset[int]
    tally: Tally
    part: Part
    largest: dict[str, Tables]


@dataclass(frozen=True)
class InAll:
    """The sums of all shares, the rows of the households with the largest changes, the claims that cannot be read."""

    tally: Tally
    largest: dict[str, Tables]
    unread: frozenset[int]


def compare_in_shares(what: Comparing, processes: int | None, out: Path, advance: Callable[[int], None]) -> InAll:
    """Settle and add up; the tables with a row for each claim and each person go into the folder `out`.

    `processes`: by default as many as there are processors, but no more than shares. `advance` is told the claims done.
    """
    tally = Tally(what.a, what.b, what.limits)
    parts: list[Part] = []
    unread: frozenset[int] = frozenset()
    largest: dict[str, Tables] = {}
    done = 0
    for _, share in each_share(partial(_begin, what), list(what.claims), processes):
        tally.merge(share.tally)
        known = largest | share.largest
        largest = {household: known[household] for household in _with_largest(tally)}
        parts.append(share.part)
        unread |= share.unread
        done += share.claims
        advance(done)
    merge_each(parts, len(what.cuts) + 1, out)
    return InAll(tally, largest, unread)


def _with_largest(tally: Tally) -> list[str]:
    return [change.household for way in tally.top() for change in way]


def _begin(what: Comparing) -> Callable[[int], Compared]:
    return partial(_compare, what, Policies(what.a, what.b, what.assume, what.year_end))


def _compare(what: Comparing, policies: Policies, number: int) -> Compared:
    """Compare the claims of one share. `ProblemError` when its tables cannot be used."""
    households = what.claims.households(number)
    both = Both(policies, households)
    tally = Tally(what.a, what.b, what.limits)
    with EachPart(what.work / f"part-{number}", what.cuts) as each:
        for pairs in sides(both):
            each.add(pairs, tally.add(pairs))
    problems = households.rest.problems
    unread = frozenset(problem.place.row or 0 for problem in problems if problem.place.table == "claims")
    return Compared(both.claims + len(unread), unread, tally, each.part, both.rows(_with_largest(tally)))
