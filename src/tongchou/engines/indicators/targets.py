"""规划指标: whether a measured figure reaches what a plan promises by a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from tongchou.ground.region.model import Target
from tongchou.ground.region.pack import Pack
from tongchou.ground.region.reckoning import facts_on, needed_on
from tongchou.ground.region.values import finite, value_of

REACHED, NOT_YET, MISSED, IN_WORDS = "达到", "尚未达到", "未达到", "文字目标"


@dataclass(frozen=True)
class Goal:
    """A target with its number read: `strictly` above it, or it is enough; none where the goal is in words."""

    title: str
    by: date
    number: Fraction | None
    strictly: bool
    binding: bool
    cite: str


def target_on(pack: Pack, scheme: str, address: str, day: date) -> Goal:
    """What is declared on a day. Raises I107 when nothing is."""
    declared = needed_on(pack, scheme, address, day)
    said = value_of(declared, Target)
    goal = said.above if said.above is not None else said.at_least
    number = None if goal is None else finite(declared.address, goal, facts_on(pack, day))
    return Goal(said.title, said.by, number, said.above is not None, said.property == "binding", declared.citation())


def judge(goal: Goal, measured: Fraction, day: date) -> str:
    """达到, 尚未达到 (its day has not come), 未达到, or 文字目标 where no number decides."""
    if goal.number is None:
        return IN_WORDS
    if measured > goal.number or (measured == goal.number and not goal.strictly):
        return REACHED
    return NOT_YET if day < goal.by else MISSED
