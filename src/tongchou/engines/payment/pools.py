"""From budgets to point values: pots by scheme and setting, what is paid first, and the price of a point.

Every amount is whole fen. What is shared by points is shared out to the last fen by largest remainder; of equal
remainders the cell that comes first by scheme and institution has it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from tongchou.engines.payment.formula import figure
from tongchou.engines.payment.rules import Rules
from tongchou.engines.payment.table_columns import SCALE
from tongchou.ground.errors import Place, fail
from tongchou.ground.money import allocate, round_fraction, yuan
from tongchou.ground.region.clearing_kinds import Price, Routes
from tongchou.ground.region.clearing_money import Split
from tongchou.ground.region.methods import METHODS, POINTS, SETTINGS

Cell = tuple[str, str, str]
"""part, scheme, institution."""


@dataclass
class Points:
    """What the cases of one cell bring: points (ten-thousandths), money at cost, and what their cost was made of."""

    cases: int = 0
    points: int = 0
    at_cost: int = 0
    total_fee: int = 0
    fund: int = 0
    others: int = 0  # paid by the person and other payers


@dataclass(frozen=True)
class Pot:
    """The money of one scheme, setting and part of the year."""

    scheme: str
    setting: str
    part: str
    budget: int
    reserve: int


@dataclass
class Pool:
    """What has one price: its budget less what is paid at cost, the points of all, and what each cell gets."""

    method: str
    setting: str
    scheme: str
    part: str
    budget: int
    at_cost: int
    cells: Mapping[Cell, Points]
    basis: str
    total: int = 0  # fen that the points share
    ratio: Fraction | None = None  # of the fund's part to the whole cost, where points pay the whole
    price: Fraction | None = None  # yuan for a point
    shares: dict[Cell, int] = field(default_factory=dict)  # of the total
    funds: dict[Cell, int] = field(default_factory=dict)  # the fund's part

    @property
    def points(self) -> int:
        return sum(cell.points for cell in self.cells.values())


def pots(rules: Rules, budget: Sequence[Mapping[str, object]]) -> list[Pot]:
    """The budgets of schemes over the settings that routes name. Raises Y106 where two settings have no share."""
    settings = _settings(rules)
    shares = {}
    for setting in settings:
        said = rules.get(f"split.{setting}", Split)
        if said is None or said.share is None:
            if len(settings) > 1:
                raise fail("Y106", Place(key="split"), address=f"split.{setting}.share")
            shares[setting] = Fraction(1)
        else:
            shares[setting] = figure(said.share)
    found = []
    for row in sorted(budget, key=lambda row: (str(row["scheme"]), str(row["part"]))):
        given = split_budget(int(str(row["amount"])), shares)
        for setting in settings:
            said = rules.get(f"split.{setting}", Split)
            kept = figure(said.reserve) if said is not None and said.reserve is not None else Fraction(0)
            reserve = round_fraction(given[setting] * kept, mode="down")
            found.append(Pot(str(row["scheme"]), setting, str(row["part"]), given[setting], reserve))
    return found


def split_budget(amount: int, shares: Mapping[str, Fraction]) -> dict[str, int]:
    """An amount by declared shares, to the fen by largest remainder where they make a whole; else rounded down."""
    if sum(shares.values()) == 1:
        common = 1
        for share in shares.values():
            common = common * share.denominator
        weights = [int(share * common) for share in shares.values()]
        return dict(zip(shares, allocate(amount, weights, [amount] * len(weights)), strict=True))
    return {name: round_fraction(amount * share, mode="down") for name, share in shares.items()}


def _settings(rules: Rules) -> list[str]:
    used = {one.setting for one in rules.need("routes", Routes).routes}
    return [setting for setting in SETTINGS if setting in used]


def methods_of(rules: Rules, setting: str) -> list[str]:
    used = {one.method for one in rules.need("routes", Routes).routes if one.setting == setting}
    return [method for method in METHODS if method in used]


def price_points(
    rules: Rules,
    found: Sequence[Pot],
    cells: Mapping[tuple[str, str], Mapping[Cell, Points]],
    first: Mapping[tuple[str, str, str], int],
) -> list[Pool]:
    """The pools of every points method. `cells` by setting and method; `first`: fen by setting, scheme and method that
    the other methods cost. Raises Y304, Y305, Y308, Y309."""
    pools = []
    for setting in _settings(rules):
        methods = methods_of(rules, setting)
        rest = _rest(rules, setting, methods)
        for method in methods:
            if method in POINTS:
                own = cells.get((setting, method), {})
                pools += _pools(rules, [p for p in found if p.setting == setting], setting, method, rest, own, first)
    return pools


def _rest(rules: Rules, setting: str, methods: Sequence[str]) -> str | None:
    """The method that has what the others leave."""
    said = rules.get(f"split.{setting}", Split) or Split()
    left = [method for method in methods if method not in (*said.first, *said.methods)]
    if len([method for method in left if method in POINTS]) > 1 or (len(left) > 1 and set(left) & set(POINTS)):
        raise fail("Y308", Place(key=f"split.{setting}"), setting=setting, value="、".join(left))
    return left[0] if left else None


def _pools(
    rules: Rules, found: Sequence[Pot], setting: str, method: str, rest: str | None,
    cells: Mapping[Cell, Points], first: Mapping[tuple[str, str, str], int],
) -> list[Pool]:  # fmt: skip
    price = rules.need(f"price.{method}", Price)
    by_part = "month" in price.scope or "insured_place" in price.scope
    said = rules.get(f"split.{setting}", Split) or Split()
    if by_part and said.first:
        raise fail("Y309", Place(key=f"split.{setting}"), method=method, setting=setting)
    budgets: defaultdict[tuple[str, str], int] = defaultdict(int)
    for pot in found:
        key = (pot.scheme if "scheme" in price.scope else "", pot.part if by_part else "")
        money = pot.budget - pot.reserve
        if method in said.methods:
            budgets[key] += round_fraction(money * figure(said.methods[method]), mode="down")
        elif method == rest:
            shares = [round_fraction(money * figure(share), mode="down") for share in said.methods.values()]
            budgets[key] += money - sum(shares)
    if method == rest:
        for (of, scheme, other), fen in first.items():
            if of == setting and other in said.first:
                budgets[scheme if "scheme" in price.scope else "", ""] -= fen
    mine: defaultdict[tuple[str, str], dict[Cell, Points]] = defaultdict(dict)
    for cell, points in sorted(cells.items()):
        part, scheme, _ = cell
        key = (scheme if "scheme" in price.scope else "", part)
        if key not in budgets:
            raise fail("Y304", Place(table="budget"), pot=" ".join(filter(None, key)) or method)
        mine[key][cell] = points
    return [
        price_pool(
            Pool(
                method, setting, *key, budgets[key], sum(c.at_cost for c in mine[key].values()), mine[key], price.basis
            ),
            price,
        )
        for key in sorted(budgets)
    ]


def price_pool(pool: Pool, price: Price) -> Pool:
    """The price of a point and what each cell gets of the pool."""
    points, available = pool.points, pool.budget - pool.at_cost
    if points == 0:
        return pool
    beforehand = _beforehand(price)
    if beforehand is not None:
        pool.price = beforehand
        pool.shares = {cell: _worth(one.points, pool.price) for cell, one in pool.cells.items()}
        pool.total = sum(pool.shares.values())
    else:
        if available <= 0:
            name = " ".join(filter(None, (pool.method, pool.scheme, pool.part)))
            raise fail("Y305", Place(table="budget"), pot=name, amount=yuan(available))
        pool.total = available
        if pool.basis == "total":
            pool.ratio = _ratio(pool, price)
            pool.total = round_fraction(Fraction(available) / pool.ratio, mode="down")
        pool.price = Fraction(pool.total * SCALE, points * 100)
        if price.decimals is None:
            given = allocate(pool.total, [c.points for c in pool.cells.values()], [pool.total] * len(pool.cells))
            pool.shares = dict(zip(pool.cells, given, strict=True))
        else:
            step = 10 ** int(figure(price.decimals))
            pool.price = Fraction(pool.price * step // 1, step)
            pool.shares = {cell: _worth(one.points, pool.price) for cell, one in pool.cells.items()}
    for cell, one in pool.cells.items():
        own = one.others if pool.basis == "total" else 0
        pool.funds[cell] = max(pool.shares[cell] - own, 0)
    return pool


def _beforehand(price: Price) -> Fraction | None:
    """A price that is known before the year is over: declared, or of past years; rounded down as declared."""
    if price.fixed is not None:
        return figure(price.fixed)
    if not price.past:
        return None
    columns = ([figure(getattr(year, name)) for year in price.past] for name in ("cost", "points", "weight"))
    exact = budget_point_value(*columns)
    if price.decimals is None:
        return exact
    step = 10 ** int(figure(price.decimals))
    return Fraction(exact * step // 1, step)


def _worth(points: int, price: Fraction) -> int:
    return round_fraction(Fraction(points, SCALE) * price * 100, mode="down")


def _ratio(pool: Pool, price: Price) -> Fraction:
    """The declared payment ratio, else what was really paid: fund ÷ total fee of the pool's cases."""
    if price.ratio is not None:
        return figure(price.ratio)
    fund, total = (sum(getattr(c, name) for c in pool.cells.values()) for name in ("fund", "total_fee"))
    return Fraction(fund, total) if fund and total else Fraction(1)


def settlement_point_value(fund: Fraction, ratio: Fraction, points: Fraction) -> Fraction:
    """(Fund for DIP ÷ payment ratio) ÷ Σ points."""
    return fund / ratio / points


def budget_point_value(costs: Sequence[Fraction], points: Sequence[Fraction], weights: Sequence[Fraction]) -> Fraction:
    """Weighted total cost of past years ÷ their weighted points × cases: what a point is likely to be worth."""
    cost = sum((c * w for c, w in zip(costs, weights, strict=True)), Fraction(0))
    return cost / sum((p * w for p, w in zip(points, weights, strict=True)), Fraction(0))
