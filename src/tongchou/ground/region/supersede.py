"""Make the facts of every address disjoint in time: what supersedes what, and what merely clashes.

`supersedes` ends the earlier value the day before; when the later one expires nothing revives, because a decree that
was replaced is not in force again only because its successor lapsed. The same holds for one cell of a table: when the
article that re-set it lapses, the cell is a hole, which lint shows. A delta needs no `supersedes` against its base.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

from tongchou.ground.region.addresses import CellReset
from tongchou.ground.region.model import MAIN_NUMBER
from tongchou.ground.region.number import Malformed, Number, drop_cell, reset_cell
from tongchou.ground.region.pack import CellChange, Declared

Report = Callable[..., None]
"""`report(code, fact, **details)`: a problem at the place of a fact."""
Words = Mapping[str, tuple[str, ...]]
_ONE_DAY = timedelta(days=1)


def settle_overlaps(folders: Sequence[Iterable[Declared]], words: Words, report: Report) -> list[Declared]:
    """The facts of a folder and its bases (base first), cut so that an address has at most one value on any day."""
    timelines: dict[str, list[Declared]] = {}
    for declared in folders:
        whole, cells = _split(declared)
        for address, facts in whole.items():
            own = _own_timeline(facts, report)
            kept = [cut for fact in timelines.get(address, []) for cut in _before_any(fact, own)]
            timelines[address] = sorted([*kept, *own], key=lambda f: f.from_date)
            _check_one_basis(timelines[address], report)
        for address, by_cell in cells.items():
            resets = [reset for facts in by_cell.values() for reset in _own_timeline(facts, report)]
            timelines[address] = _reset(timelines.get(address, []), resets, words, report)
    return [fact for timeline in timelines.values() for fact in timeline]


def _split(
    declared: Iterable[Declared],
) -> tuple[dict[str, list[Declared]], dict[str, dict[frozenset[tuple[str, str]], list[Declared]]]]:
    whole: dict[str, list[Declared]] = {}
    cells: dict[str, dict[frozenset[tuple[str, str]], list[Declared]]] = {}
    for fact in declared:
        if fact.cell:
            cells.setdefault(fact.address, {}).setdefault(frozenset(fact.cell), []).append(fact)
        else:
            whole.setdefault(fact.address, []).append(fact)
    return whole, cells


def _own_timeline(facts: list[Declared], report: Report) -> list[Declared]:
    """The values one folder gives an address: the later begins, and it must say that it supersedes."""
    timeline: list[Declared] = []
    for fact in sorted(facts, key=lambda f: (f.from_date, f.supersedes is not None, f.order)):
        last = timeline[-1] if timeline else None
        if last is None or not _overlap(last, fact):
            timeline.append(fact)
        elif fact.supersedes is None or (last.supersedes is not None and last.from_date == fact.from_date):
            first, second = sorted((last, fact), key=lambda f: f.order)
            report("R160", second, address=fact.address, other=str(first.place), day=str(fact.from_date))
        else:
            timeline[-1:] = [*_before_any(last, [fact]), fact]
    return timeline


def _before_any(fact: Declared, later: list[Declared]) -> list[Declared]:
    """What is left of a value when others take over: the time before the first that meets it, or nothing."""
    starts = [f.from_date for f in later if _overlap(fact, f)]
    if not starts:
        return [fact]
    return [replace(fact, through=min(starts) - _ONE_DAY)] if fact.from_date < min(starts) else []


def _check_one_basis(timeline: list[Declared], report: Report) -> None:
    for earlier, later in pairwise(timeline):
        if earlier.by != later.by:
            report("R161", later, other=str(earlier.place), by=earlier.by, now=later.by)


def _reset(timeline: list[Declared], resets: list[Declared], words: Words, report: Report) -> list[Declared]:
    for reset in resets:
        concerned = [fact for fact in timeline if _concerns(reset, fact)]
        if not concerned:
            report("R162", reset, address=reset.address)
        for fact in concerned:
            _check_one_basis([fact, reset], report)
    return [
        piece for fact in timeline for piece in _pieces(fact, [r for r in resets if _concerns(r, fact)], words, report)
    ]


def _concerns(reset: Declared, fact: Declared) -> bool:
    """A table that begins after a cell was re-set is a new table with its own cell, unless it is the base's."""
    newer = fact.from_date > reset.from_date and not (fact.from_base and not reset.from_base)
    return _overlap(fact, reset) and not newer


def _pieces(fact: Declared, resets: list[Declared], words: Words, report: Report) -> list[Declared]:
    """The table in pieces of time, between which some cell changes."""
    if not resets:
        return [fact]
    ends = {r.through + _ONE_DAY for r in resets if r.through is not None and r.through < date.max}
    starts = sorted(
        {fact.from_date, *(d for d in ends | {r.from_date for r in resets} if fact.covers(d) and d > fact.from_date)}
    )
    pieces: list[Declared] = []
    for start, following in zip(starts, [*starts[1:], None], strict=True):
        piece = replace(fact, from_date=start, through=fact.through if following is None else following - _ONE_DAY)
        try:
            pieces += _with_cells(piece, [r for r in resets if r.from_date <= start], words)
        except _Unfit as error:
            report(error.reset_code, error.reset, **error.details)
    return pieces


class _Unfit(Exception):
    def __init__(self, reset: Declared, error: Malformed) -> None:
        super().__init__(error.code)
        self.reset, self.reset_code, self.details = reset, error.code, error.details


def _with_cells(piece: Declared, resets: list[Declared], words: Words) -> list[Declared]:
    """The piece with the cells in force on its first day; empty when no cell of the table is left."""
    key = MAIN_NUMBER[piece.kind]
    number: Number = getattr(piece.value, key)
    changes: list[CellChange] = []
    latest = {frozenset(r.cell): r for r in sorted(resets, key=lambda r: r.from_date)}
    for reset in sorted(latest.values(), key=lambda r: (not r.covers(piece.from_date), r.from_date, r.order)):
        assert isinstance(reset.value, CellReset)
        path = dict(reset.cell)
        try:
            if reset.covers(piece.from_date):
                number = reset_cell(number, path, reset.value.number, reset.citation())
                changes.append(CellChange(reset.cell, reset.raw, reset.citation()))
                continue
            left = drop_cell(number, path, words)
        except Malformed as error:
            raise _Unfit(reset, error) from None
        if left is None:
            return []
        number = left
        changes.append(CellChange(reset.cell, None, reset.citation()))
    value = piece.value.model_copy(update={key: number})
    return [replace(piece, value=value, resets=(*piece.resets, *changes))]


def _overlap(one: Declared, other: Declared) -> bool:
    return one.from_date <= (other.through or date.max) and other.from_date <= (one.through or date.max)
