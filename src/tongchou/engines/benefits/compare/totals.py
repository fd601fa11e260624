"""What a comparison keeps: costs by who bears them, groups of people, the largest changes, heavy spenders.

Money is whole fen.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import NamedTuple

from tongchou.engines.benefits.national import FUNDS
from tongchou.ground.region.pack import Pack

HOSPITAL, PERSON = "hospital", "person"
REST, TURNED_AWAY = "", "refused"
"""Where a layer stands: what no layer paid, and the fee of a claim that only this side refuses."""
MEASURES = ("fee", "fund_a", "fund_b", "cash_a", "cash_b")
"""The fee, and what the funds and the person pay of it under A and under B."""


class Cost(NamedTuple):
    """A payment by scheme, layer and bearer; `fund` when its layer reports to one of the national fund columns."""

    scheme: str
    layer: str
    bearer: str
    fund: bool


@dataclass
class Group:
    """People of one group, a person once for each insurance year; `gain` and `loss` are sums of changes of cash (fen).

    `fund` and `cash` are what funds and person pay under A and under B.
    """

    fee: int = 0
    fund_a: int = 0
    fund_b: int = 0
    cash_a: int = 0
    cash_b: int = 0
    people: int = 0
    better: int = 0
    worse: int = 0
    gain: int = 0
    loss: int = 0

    @property
    def fund(self) -> tuple[int, int]:
        return self.fund_a, self.fund_b

    @property
    def cash(self) -> tuple[int, int]:
        return self.cash_a, self.cash_b

    @property
    def change(self) -> int:
        """Of cash: negative is a relief."""
        return self.cash_b - self.cash_a

    def merge(self, other: Group) -> None:
        for field in fields(self):
            setattr(self, field.name, getattr(self, field.name) + getattr(other, field.name))


class Change(NamedTuple):
    """One person's year, with the claim in which most of the change arises."""

    person_id: str
    year: int
    household: str
    claim_id: str
    fee: int
    cash: tuple[int, int]

    @property
    def amount(self) -> int:
        return self.cash[1] - self.cash[0]


class Heavy(NamedTuple):
    """People above a limit under A, under B, under both; and how far above (fen) under A and B."""

    a: int = 0
    b: int = 0
    both: int = 0
    over_a: int = 0
    over_b: int = 0


def layers_of(pack: Pack) -> dict[tuple[str, str], tuple[str, bool]]:
    """Scheme and layer → who bears it and whether it is a fund's; an account or a hospital is named by its column."""
    found = {}
    for scheme, layers in pack.layers.items():
        for name, layer in layers.items():
            bearer = {"acct_pay": "account", "hosp_part_amt": HOSPITAL}.get(layer.field, layer.bearer)
            found[scheme, name] = (bearer, layer.field in FUNDS)
    return found
