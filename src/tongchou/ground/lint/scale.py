"""The ratio of a layer as the engine computes it: cell, factors, points, the declared clamp — and then it must fit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any

from tongchou.ground.lint.axes import Claim
from tongchou.ground.lint.show import figure, percent
from tongchou.ground.lint.space import Question, Space
from tongchou.ground.region.model import Adjust, Adjustment, Bands, Clamp, Factor, OwnRatio, Ratio
from tongchou.ground.region.number import Number
from tongchou.ground.region.pack import Declared

Steps = tuple[Fraction, str]
"""A ratio and how it came about: 70% +5 −20."""


class Scale:
    """The rules of one layer's ratio, ready to be asked. Rows that cannot be computed are left out."""

    def __init__(self, space: Space, main: Declared, facts: Sequence[Declared]) -> None:
        self.rows = list(_rows(space, main))
        self.own = [_Rule(space, f, f.value.pay) for f in facts if isinstance(f.value, OwnRatio)]
        self.factors = [
            _Rule(space, f, either(f.value.pay, f.value.own_share)) for f in facts if isinstance(f.value, Factor)
        ]
        self.points = [_Rule(space, f, f.value.points) for f in facts if isinstance(f.value, Adjust)]
        clamp = next((f.value for f in facts if isinstance(f.value, Clamp)), Clamp())
        self.at_least = None if clamp.at_least is None else space.number(clamp.at_least)
        self.at_most = None if clamp.at_most is None else space.number(clamp.at_most)

    def ratios(self, claim: Claim) -> Iterator[Steps]:
        """The ratio of each row on a combination."""
        own = next((rule for rule in self.own if rule.holds(claim)), None)
        for is_own_share, question in self.rows:
            start = own.value(claim) if own is not None else question.ask(claim)
            if isinstance(start, Fraction):
                yield self._finish(1 - start if is_own_share and own is None else start, claim)

    def _finish(self, ratio: Fraction, claim: Claim) -> Steps:
        parts = [percent(ratio)]
        for rule in self.factors:
            factor = rule.value(claim) if rule.holds(claim) else None
            if isinstance(factor, Fraction):
                assert isinstance(rule.fact.value, Factor)
                of_pay = rule.fact.value.pay is not None
                ratio = ratio * factor if of_pay else 1 - (1 - ratio) * factor
                parts.append(f"× {percent(factor)}" if of_pay else f"(own × {percent(factor)})")
        for points in self._points(claim):
            ratio += points / 100
            parts.append(f"{'+' if points >= 0 else ''}{figure(points)}")
        for limit, choose in ((self.at_least, max), (self.at_most, min)):
            bound = limit.ask(claim) if limit is not None else None
            if isinstance(bound, Fraction):
                ratio = choose(ratio, bound)
        return ratio, " ".join(parts)

    def _points(self, claim: Claim) -> list[Fraction]:
        plain: list[Fraction] = []
        highest: dict[str, Fraction] = {}
        for rule in self.points:
            points = rule.value(claim) if rule.holds(claim) else None
            if not isinstance(points, Fraction):
                continue
            group = rule.fact.value.highest_of  # type: ignore[attr-defined]  # an Adjust
            if group is None:
                plain.append(points)
            else:
                highest[group] = max(points, highest.get(group, points))
        return [*plain, *highest.values()]


class _Rule:
    """A number that counts while its condition holds."""

    def __init__(self, space: Space, fact: Declared, number: Any) -> None:
        when = fact.value.when  # type: ignore[attr-defined]  # every rule here has one, perhaps None
        self.fact = fact
        self.when: Question | None = None if when is None else space.condition(when.tree)
        self.number = space.number(number)

    def holds(self, claim: Claim) -> bool:
        return self.when is None or self.when.ask(claim) is True

    def value(self, claim: Claim) -> Any:
        return self.number.ask(claim)


def _rows(space: Space, main: Declared) -> Iterator[tuple[bool, Question]]:
    if isinstance(main.value, Ratio):
        yield False, space.number(main.value.pay)
        return
    assert isinstance(main.value, Bands)
    for row in main.value.rows:
        yield row.pay is None, space.number(either(row.pay, row.own))


def either(one: Number | None, other: Number | None) -> Number:
    """The one of two numbers that was written; the model lets exactly one through."""
    found = other if one is None else one
    assert found is not None
    return found


class Change:
    """One change of the deductible, ready to be applied."""

    def __init__(self, space: Space, fact: Declared) -> None:
        assert isinstance(fact.value, Adjustment)
        self.change = fact.value.changes()[0]
        self.rule = _Rule(space, fact, getattr(fact.value, self.change))

    def apply(self, amount: Any, claim: Claim) -> Any:
        """The amount after the change; as it was when the change does not hold or cannot be computed."""
        by = self.rule.value(claim) if self.rule.holds(claim) else None
        if not isinstance(amount, Fraction) or not isinstance(by, Fraction):
            return amount
        return {
            "times": amount * by,
            "plus": amount + by,
            "minus": amount - by,
            "set": by,
            "at_least": max(amount, by),
            "at_most": min(amount, by),
        }[self.change]
