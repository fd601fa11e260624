"""Shares of a contribution that do not come to the whole, or leave less than nothing for the rest."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from tongchou.ground.lint.desk import Desk, witness
from tongchou.ground.lint.eras import supported
from tongchou.ground.lint.show import figure
from tongchou.ground.region.contribution_kinds import LARGEST_REMAINDER, Levy, Part, Shift
from tongchou.ground.region.pack import Declared
from tongchou.ground.region.walk import conditions_of

_MEASURES = ("rate", "amount", "part")


def check_splits(desk: Desk) -> None:
    """Every levy and every shift, on every combination of what its shares ask for."""
    for fact in desk.pack.facts:
        if isinstance(fact.value, Levy):
            _check(desk, fact, fact.value.shares, {"rate": fact.value.rate, "amount": fact.value.amount})
        elif isinstance(fact.value, Shift):
            _check(desk, fact, fact.value.to, {})


def _check(desk: Desk, fact: Declared, parts: tuple[Part, ...], wholes: dict[str, Any]) -> None:
    """Shares of one measure are added up against the whole of that measure; others are only known with an amount."""
    has_rest = any(part.is_rest for part in parts) or getattr(fact.value, "odd_fen", "") != LARGEST_REMAINDER
    has_rest = has_rest and not (isinstance(fact.value, Shift) and not any(part.is_rest for part in parts))
    said = [part for part in parts if not part.is_rest]
    for measure in _MEASURES:
        numbers = [number for part in said if (number := getattr(part, measure)) is not None]
        whole = wholes.get(measure)
        if numbers and (measure == "part" or whole is not None) and (has_rest or len(numbers) == len(said)):
            _compare(desk, fact, numbers, whole, has_rest)


def _compare(desk: Desk, fact: Declared, numbers: list[Any], whole: Any, has_rest: bool) -> None:
    space = desk.space(fact)
    whens = [space.condition(c.tree) for c in conditions_of(fact.value)]
    asked = [space.number(number) for number in numbers]
    asked_whole = None if whole is None else space.number(whole)
    for claim in space.walk():
        if not all(when.ask(claim) is True for when in whens):
            continue
        values = [question.ask(claim) for question in asked]
        wanted = Fraction(1) if asked_whole is None else asked_whole.ask(claim)
        if not all(isinstance(v, Fraction) for v in (*values, wanted)):
            continue  # a hole, reported with the tables
        if (sum(values) > wanted if has_rest else sum(values) != wanted) and desk.once("L280", fact.address):
            day = max(fact.from_date, supported(desk.pack)[0]).isoformat()
            desk.report(
                fact.place,
                "L280",
                address=fact.address,
                found=figure(sum(values, Fraction(0))),
                whole=figure(wanted),
                witness=witness(claim, (), day),
            )
