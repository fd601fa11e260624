"""Cells that no case reaches: a figure nobody has computed with may as well be a misprint."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tongchou.ground.errors import Problem
from tongchou.ground.lint.desk import Desk
from tongchou.ground.region.number import Number, Table
from tongchou.ground.region.pack import Pack
from tongchou.ground.region.vocabulary import Vocabulary
from tongchou.ground.region.walk import numbers_of

CellPath = tuple[tuple[str, str], ...]
_SHOWN = 6


def unreached_cells(pack: Pack, reached: set[tuple[str, CellPath]]) -> list[Problem]:
    """A warning for each address with cells that no case reached.

    `reached` holds (address, path) for every number that some case used: `path` is the (dimension, word) steps
    through its tables in order, `()` for a number without a table.
    """
    desk = Desk(pack)
    for address, timeline in pack.by_address.items():
        cells = {
            path for fact in timeline for number in numbers_of(fact.value) for path in paths_of(number, pack.vocabulary)
        }
        missing = sorted(path for path in cells if (address, path) not in reached)
        if missing:
            shown = "; ".join(", ".join(f"{d}={w}" for d, w in path) or address for path in missing[:_SHOWN])
            more = f" … +{len(missing) - _SHOWN}" if len(missing) > _SHOWN else ""
            details: dict[str, Any] = {"count": len(missing), "total": len(cells), "cells": shown + more}
            desk.report(timeline[0].place, "W310", address=address, **details)
    return desk.problems


def paths_of(number: Number, vocabulary: Vocabulary) -> Iterator[CellPath]:
    """Every way through the tables of a number, word by word."""
    if not isinstance(number, Table):
        yield ()
        return
    dimension = vocabulary.dimensions.get(number.dimension)
    named = {word for cell in number.cells for word in cell.words}
    for cell in number.cells:
        words = cell.words
        if cell.is_rest and dimension is not None:
            words = tuple(w for w in dimension.words if w not in named or w in cell.words)
        for word in words:
            for rest in paths_of(cell.number, vocabulary):
                yield ((number.dimension, word), *rest)
