"""What may be declared of a year's budget in `payment/`: what the fund's income leaves for institutions, between which
bounds, and how points share it out.

Names are figures of the fund's accounts in the article's own words (当年基金征收总额). They arrive with the year, each
by its name; one that is missing or that nobody asks for is refused.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from tongchou.ground.region.contribution_kinds import Names
from tongchou.ground.region.layer_kinds import Rounding
from tongchou.ground.region.scalars import Fact, Share, Times


class Reserve(Fact):
    """A fund that is set aside first (风险调剂金): a rate of a figure, without what `without` names."""

    name: str
    rate: Share
    of: str
    without: tuple[str, ...] = ()
    rounding: Rounding = Rounding()


class Budget(Fact):
    """付费总额: a year's income without what does not count, less what is paid elsewhere, less a reserve."""

    from_: str = Field(alias="from")
    without: tuple[str, ...] = ()
    less: Annotated[tuple[str, ...], Field(min_length=1)]
    plus: tuple[str, ...] = ()
    reserve: Reserve | None = None


class BudgetFloor(Fact):
    """Not below so many times a figure; what is missing is drawn from surpluses in written order.

    `exhausted`: when they are used up, the floor gives way, or it stands and what is missing is owed.
    """

    times: Times
    of: str
    drawn_from: Names
    exhausted: Literal["floor gives way", "floor stands"]


class BudgetCeiling(Fact):
    """Not above so many times a figure; `against_floor`: whether it or the floor holds where the floor is higher."""

    times: Times
    of: str
    against_floor: Literal["prevails", "yields"]


class BudgetPoints(Fact):
    """分值结算: institutions share the total by their points, each times a factor that may ask for facts of it."""

    factor: Times


PAYMENT_KINDS: dict[str, tuple[type[Fact], bool]] = {
    "budget": (Budget, False),
    "budget.floor": (BudgetFloor, False),
    "budget.ceiling": (BudgetCeiling, False),
    "budget.points": (BudgetPoints, False),
}
"""Kinds of facts of `payment/`: the model, and whether the address ends with a name of its own."""
