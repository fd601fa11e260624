"""付费总额: what a year's income leaves for institutions, between a floor and a ceiling, step by step with the article.

Rules BUD-01 to BUD-04 (韶关市 draft, Articles 5 to 7) and BUD-06 (人社部发〔2012〕70号 三(二)); what they leave open is
declared. Every amount is fen.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from math import ceil, floor

from tongchou.ground.errors import fail
from tongchou.ground.money import UNITS, round_fraction, yuan
from tongchou.ground.region.model import Budget, BudgetCeiling, BudgetFloor
from tongchou.ground.region.pack import Pack
from tongchou.ground.region.reckoning import asked, declared_on, facts_on, needed_on, refuse_others
from tongchou.ground.region.values import finite, ratio, value_of

WHOLE, WITHOUT, LESS, PLUS, RESERVE = "from", "without", "less", "plus", "reserve"
AVAILABLE, FLOOR, CEILING, DRAWN = "available", "floor", "ceiling", "drawn"
SHORT, EXCESS, TOTAL = "short", "excess", "total"
STEPS = (WHOLE, WITHOUT, LESS, PLUS, RESERVE, AVAILABLE, FLOOR, CEILING, DRAWN, SHORT, EXCESS, TOTAL)


@dataclass(frozen=True)
class Bound:
    """So many times a figure."""

    times: Fraction
    of: str
    cite: str


@dataclass(frozen=True)
class BudgetTerms:
    """What a scheme declares of its budget on a day, its numbers read."""

    budget: Budget
    cite: str
    reserve_rate: Fraction = Fraction(0)
    floor: Bound | None = None
    drawn_from: tuple[str, ...] = ()
    floor_stands: bool = False
    ceiling: Bound | None = None
    ceiling_prevails: bool = True

    def names(self) -> Iterator[str]:
        """Every figure that it asks for, in the order in which it does."""
        one = self.budget
        yield from (one.from_, *one.without, *one.less, *one.plus)
        if one.reserve is not None:
            yield from (one.reserve.of, *one.reserve.without)
        if self.floor is not None:
            yield from (self.floor.of, *self.drawn_from)
        if self.ceiling is not None:
            yield self.ceiling.of


@dataclass(frozen=True)
class Step:
    """One step: what is done, under the name of a figure where it has one; `of` times `times` where it is a product."""

    kind: str
    name: str
    fen: int
    cite: str
    times: Fraction | None = None
    of: int | None = None


@dataclass(frozen=True)
class BudgetTotal:
    """The total with the steps that lead to it; `surpluses` are those that a floor may be filled from."""

    total: int
    steps: tuple[Step, ...]
    surpluses: tuple[str, ...] = ()


def budget_terms(pack: Pack, scheme: str, day: date) -> BudgetTerms:
    """What is declared on a day. Raises I107 where the scheme has no budget then."""
    main = needed_on(pack, scheme, "budget", day)
    low, high = (declared_on(pack, scheme, f"budget.{bound}", day) for bound in ("floor", "ceiling"))
    facts, budget = facts_on(pack, day), value_of(main, Budget)
    terms = BudgetTerms(budget, main.citation())
    if budget.reserve is not None:
        terms = replace(terms, reserve_rate=ratio(main.address, budget.reserve.rate, facts))
    if low is not None:
        said = value_of(low, BudgetFloor)
        bound = Bound(finite(low.address, said.times, facts), said.of, low.citation())
        stands = said.exhausted == "floor stands"
        terms = replace(terms, floor=bound, drawn_from=said.drawn_from, floor_stands=stands)
    if high is not None:
        told = value_of(high, BudgetCeiling)
        bound = Bound(finite(high.address, told.times, facts), told.of, high.citation())
        terms = replace(terms, ceiling=bound, ceiling_prevails=told.against_floor == "prevails")
    return terms


def fund_total(terms: BudgetTerms, figures: Mapping[str, int]) -> BudgetTotal:
    """The total of a year from its figures, in fen by name.

    The floor is met only up to the ceiling where the ceiling prevails, so surpluses are never drawn to be given back.

    Raises:
        ProblemError: a figure is missing (I101), or below nothing and neither surplus nor adjustment (I102), nobody
            asks for one (I103), or less than nothing is left (I104).
    """
    refuse_others(figures, terms.names())
    for name, fen in figures.items():
        if fen < 0 and name not in (*terms.drawn_from, *terms.budget.plus):
            raise fail("I102", name=name, value=yuan(fen))
    steps = list(_income(terms, figures))
    available = steps[-1].fen
    lowest = _bound(steps, FLOOR, terms.floor, figures)
    highest = _bound(steps, CEILING, terms.ceiling, figures)
    if lowest is not None and highest is not None:
        lowest, highest = (min(lowest, highest), highest) if terms.ceiling_prevails else (lowest, max(lowest, highest))
    total = available
    if lowest is not None and terms.floor is not None:
        total = _draw(steps, terms, figures, available, lowest)
    if highest is not None and terms.ceiling is not None and total > highest:
        steps.append(Step(EXCESS, "", total - highest, terms.ceiling.cite))
        total = highest
    if total < 0:
        raise fail("I104", total=yuan(total))
    steps.append(Step(TOTAL, "", total, terms.cite))
    return BudgetTotal(total, tuple(steps), terms.drawn_from)


def _income(terms: BudgetTerms, figures: Mapping[str, int]) -> Iterator[Step]:
    """What comes in, what does not count or goes elsewhere, the reserve, and what is left."""
    one = terms.budget
    left = asked(figures, one.from_)
    yield Step(WHOLE, one.from_, left, terms.cite)
    for kind, names, sign in ((WITHOUT, one.without, -1), (LESS, one.less, -1), (PLUS, one.plus, 1)):
        for name in names:
            left += sign * asked(figures, name)
            yield Step(kind, name, figures[name], terms.cite)
    if one.reserve is not None:
        said = one.reserve
        base = asked(figures, said.of) - sum(asked(figures, name) for name in said.without)
        fen = round_fraction(terms.reserve_rate * base, UNITS[said.rounding.unit], said.rounding.mode)
        left -= fen
        yield Step(RESERVE, said.name, fen, terms.cite, terms.reserve_rate, base)
    yield Step(AVAILABLE, "", left, terms.cite)


def _bound(steps: list[Step], kind: str, bound: Bound | None, figures: Mapping[str, int]) -> int | None:
    """A bound in whole fen: not below means rounded up, not above rounded down."""
    if bound is None:
        return None
    of = asked(figures, bound.of)
    fen: int = ceil(bound.times * of) if kind == FLOOR else floor(bound.times * of)
    steps.append(Step(kind, bound.of, fen, bound.cite, bound.times, of))
    return fen


def _draw(steps: list[Step], terms: BudgetTerms, figures: Mapping[str, int], available: int, lowest: int) -> int:
    """The total raised to its floor out of surpluses, in their order; a deficit gives nothing."""
    assert terms.floor is not None
    total = available
    for name in terms.drawn_from:
        drawn = min(max(asked(figures, name), 0), max(lowest - total, 0))
        total += drawn
        if drawn:
            steps.append(Step(DRAWN, name, drawn, terms.floor.cite))
    if total < lowest:
        steps.append(Step(SHORT, "", lowest - total, terms.floor.cite))
        total = lowest if terms.floor_stands else total
    return total
