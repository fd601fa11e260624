"""Cells that no case reaches: a figure nobody has computed with may as well be a misprint."""

from __future__ import annotations

from collections.abc import Iterator, Set
from typing import Any

from tongchou.ground.errors import Place, Problem
from tongchou.ground.lint.desk import Desk
from tongchou.ground.region.model import EVERY, MONTH_KINDS, NEGOTIATION_KINDS
from tongchou.ground.region.number import Highest, Number, Table
from tongchou.ground.region.pack import Declared, Pack
from tongchou.ground.region.walk import fields_of

_SHOWN = 6


def unreached_cells(pack: Pack, reached: Set[int]) -> list[Problem]:
    """A warning for each address with cells that no case reached, and one alone for a region without cases.

    `reached` are the ids of the numbers that the cases evaluated (`number.watching`).
    """
    desk = Desk(pack)
    if not pack.cases:
        desk.report(Place(file="cases"), "W311")
        return desk.problems
    for address, timeline in pack.by_address.items():
        cells = [cell for fact in timeline for number in _figures(fact) for cell in cells_of(number)]
        missing = [path for path, number in cells if id(number) not in reached]
        if missing:
            shown = "; ".join(dict.fromkeys(path or address for path in missing[:_SHOWN]))
            more = f" … +{len(missing) - _SHOWN}" if len(missing) > _SHOWN else ""
            details: dict[str, Any] = {"count": len(missing), "total": len(cells), "cells": shown + more}
            desk.report(timeline[0].place, "W310", address=address, **details)
    return desk.problems


def _figures(fact: Declared) -> Iterator[Number]:
    """The numbers of a fact. The `above` of a last band only repeats the edge below it; no case reckons a month, a
    negotiation or a year's clearing."""
    if fact.kind in MONTH_KINDS or fact.kind in NEGOTIATION_KINDS or fact.scheme == EVERY:
        return
    for name, number, _ in fields_of(fact.value):
        if fact.kind != "bands" or name != "above":
            yield number


def cells_of(number: Number, path: tuple[str, ...] = ()) -> Iterator[tuple[str, Number]]:
    """Every cell of a number, as it is written in the file, with the way to it; a number without a table is one."""
    if isinstance(number, Highest):
        number = number.table
    if not isinstance(number, Table):
        yield ", ".join(path), number
        return
    for cell in number.cells:
        yield from cells_of(cell.number, (*path, f"{number.dimension}={'、'.join(cell.words)}"))
