"""The weights of a scheme's groups: `drg_weight.csv`, by level of hospital and from a day on."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from tongchou.ground.errors import Problem

if TYPE_CHECKING:
    from tongchou.engines.grouping.files import Line

WEIGHT = re.compile(r"[0-9]{1,6}(\.[0-9]{1,6})?")
_COST = re.compile(r"([0-9]{1,9})(?:\.([0-9]{1,2}))?")
_STAY = re.compile(r"[0-9]{1,4}(\.[0-9]{1,2})?")


@dataclass(frozen=True)
class Weight:
    """`weight` and `average_stay` (days) as decimal text, the second empty where it is not told; `average_cost` in
    fen, None where it is not; `level` of the hospital, empty for all; `valid_from`, None from the beginning."""

    drg: str
    weight: str
    average_cost: int | None
    average_stay: str
    level: str
    valid_from: date | None


def read_weights(lines: Sequence[Line], known: Collection[str], problems: list[Problem]) -> tuple[Weight, ...]:
    """The rows of the table; what is wrong is told: D106 for a cell, D107 for a group that there is not, D112 for a
    weight that stands twice."""
    found: dict[tuple[str, str, date | None], Weight] = {}
    for line in lines:
        drg, weight, cost, stay, level, starts = (cell.strip() for cell in line.cells)
        if drg not in known:
            problems.append(Problem("D107", line.place, {"column": "drg", "value": drg, "table": "drg.csv"}))
        for column, value, pattern, example in (
            ("weight", weight, WEIGHT, "1.25"),
            ("average_cost", cost, _COST, "12000.50"),
            ("average_stay", stay, _STAY, "7.5"),
        ):
            if not pattern.fullmatch(value) and (value or column == "weight"):
                problems.append(Problem("D106", line.place, {"column": column, "value": value, "known": example}))
        try:
            first = date.fromisoformat(starts) if starts else None
        except ValueError:
            problems.append(
                Problem("D106", line.place, {"column": "valid_from", "value": starts, "known": "YYYY-MM-DD"})
            )
            continue
        if (drg, level, first) in found:
            problems.append(Problem("D112", line.place, {"value": drg}))
        match = _COST.fullmatch(cost)
        fen = int(match[1]) * 100 + int((match[2] or "").ljust(2, "0")) if match else None
        found[drg, level, first] = Weight(drg, weight, fen, stay, level, first)
    return tuple(found.values())


def weight_of(weights: Sequence[Weight], level: str = "", on: date | None = None) -> dict[str, Weight]:
    """Of each group the weight that is in force on a day (the newest one without a day): that of the level where there
    is one, else that of all."""
    found: dict[str, Weight] = {}
    for one in weights:
        if one.level not in ("", level) or (on is not None and one.valid_from is not None and one.valid_from > on):
            continue
        so_far = found.get(one.drg)
        if so_far is None or _rank(one) > _rank(so_far):
            found[one.drg] = one
    return found


def _rank(one: Weight) -> tuple[bool, date]:
    return one.level != "", one.valid_from or date.min
