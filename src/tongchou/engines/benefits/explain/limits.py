"""Limits in steps: what each allows, what was used before, the room that was left, and what it cut off."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from tongchou.engines.benefits.explain.model import NOTHING, Step, Text
from tongchou.engines.benefits.explain.scene import LayerView
from tongchou.engines.benefits.explain.words import PERIOD, SO_FAR, fact, money, ratio, spaced
from tongchou.engines.benefits.numbers import Use
from tongchou.engines.benefits.shape import NO_LIMIT
from tongchou.engines.benefits.values import value_of
from tongchou.ground.region.model import Cap

_OF = {
    "entering": Text("进入限额", "cap on what enters"),
    "covered": Text("费用限额", "cap on covered expense"),
    "paid": Text("限额", "cap"),
}
_CUT = {
    "entering": Text("{} 不再进入", "{} does not enter"),
    "covered": Text("{} 不再计算", "{} is not counted"),
    "paid": Text("少付 {}", "{} less is paid"),
}


@dataclass(frozen=True)
class _Limit:
    """One cap that applied to this claim: its figure, the accumulator it looks at, and what is left."""

    use: Use
    cap: Cap
    fen: int
    index: int
    used: int

    @property
    def room(self) -> int:
        return max(0, self.fen - self.used)


def limit_steps(view: LayerView, of: str, wanted: int) -> list[Step]:
    """One step for each cap of a measure; `wanted` is what would have passed without them."""
    limits = _limits(view, of)
    smallest = min((limit.room for limit in limits if limit.fen != NO_LIMIT), default=None)
    steps, named = [], False
    for limit in limits:
        binds = not named and limit.fen != NO_LIMIT and limit.room == smallest and limit.room < wanted
        named = named or binds
        steps.append(_step(view, limit, wanted, binds))
    return steps


def _limits(view: LayerView, of: str) -> list[_Limit]:
    found = []
    for i, use in enumerate(view.uses("cap")):
        cap = value_of(use.fact, Cap)
        if use.applied and cap.of == of:
            index = view.plan.limit_counts[i]
            found.append(_Limit(use, cap, view.row.limits[i], index, view.counted(index)))
    return found


def _step(view: LayerView, limit: _Limit, wanted: int, binds: bool) -> Step:
    name = PERIOD[limit.cap.per] + Text("", " ") + _OF[limit.cap.of] + _shared(limit.cap)
    citations = view.citer.of_use(limit.use)
    if limit.fen == NO_LIMIT:
        return Step("cap", name + Text(" 不限", ": none"), citations=citations)
    say = name + Text(f" {money(limit.fen)}", f" {money(limit.fen)}")
    numbers = {"limit": limit.fen, "used": limit.used, "room": limit.room}
    if limit.index != NO_LIMIT:
        when = SO_FAR[view.count(limit.index).per]
        say += Text(f",{when.zh}已用 {money(limit.used)}", f", {money(limit.used)} used {when.en}")
    if limit.room >= wanted:
        return Step("cap", say + Text(",未触顶", ", not reached"), numbers=numbers, citations=citations)
    formula = f"{money(limit.fen)} − {money(limit.used)} = {money(limit.room)} < {money(wanted)}"
    if not binds:
        tail = Text(",也触顶,以余额较小的限额为准", ", reached too; the cap with the least room decides")
        return Step("cap", say + tail, NOTHING, formula, numbers, citations)
    cut, words = wanted - limit.room, _CUT[limit.cap.of]
    say += Text(
        f",触顶,余 {money(limit.room)},{words.zh.format(money(cut))}",
        f", reached: {money(limit.room)} is left, {words.en.format(money(cut))}",
    )
    return Step("cap", say, NOTHING, formula, {**numbers, "cut": cut}, citations)


def _shared(cap: Cap) -> Text:
    text = NOTHING
    if cap.pool is not None:
        text += Text(f"(与“{cap.pool}”共用)", f" (shared under '{cap.pool}')")
    if cap.each is not None:
        each = fact(cap.each)
        text += Text(f"(按{spaced(each.zh)}分别计)", f" (for each {each.en})")
    return text


def balance_steps(view: LayerView) -> list[Step]:
    """The balance that limits an account."""
    if view.plan.layer.payer != "account":
        return []
    balance = -view.counted(view.plan.limit_counts[-1])
    say = Text(f"账户余额 {money(balance)}", f"account balance {money(balance)}")
    return [Step("balance", say, numbers={"balance": balance, "left": balance - view.result.paid})]


def floor_steps(view: LayerView) -> list[Step]:
    """保底: what the layer pays at least, whether it was needed, and what it paid into."""
    uses = view.uses("floor", applied=True)
    steps = [_floor(view, use) for use in uses]
    result = view.result
    into = result.paid - min(result.paid, result.used)
    if into:
        say = Text(
            f"保底付到起付线以内 {money(into)},起付线实收 {money(result.deductible)}",
            f"the floor pays {money(into)} of the deductible; {money(result.deductible)} of it stays",
        )
        steps.append(Step("floor_deductible", say, numbers={"into": into, "deductible": result.deductible}))
    if result.topped_up:
        payer = view.scene.plan.layers[view.scene.plan.floor_payer[view.index]].name
        name = view.scene.name(payer)
        say = Text(f"由{name.zh}补足 {money(result.topped_up)}", f"{name.en} tops up {money(result.topped_up)}")
        steps.append(Step("top_up", say, numbers={"topped_up": result.topped_up}, citations=view.citer.of_uses(uses)))
    return steps


def _floor(view: LayerView, use: Use) -> Step:
    result = view.result
    citations = view.citer.of_use(use)
    value = use.value or Fraction(0)
    share = f"{money(result.base)}×{ratio(value)}"
    if value < view.row.floor:
        tail = Text("有更高的保底,不用", "a higher floor applies")
        return Step("floor", Text(f"保底 {share},{tail.zh}", f"floor {share}, {tail.en}"), citations=citations)
    numbers = {"base": result.base, "floor": result.floor, "formula": result.formula}
    needed = result.floor > result.formula
    tail = (
        Text("高于按比例计算,按保底", "more than the formula, so the floor counts")
        if needed
        else Text("按比例计算已达到", "reached by the formula")
    )
    say = Text(f"保底 {share} 即 {money(result.floor)},{tail.zh}", f"floor {share}, {money(result.floor)}: {tail.en}")
    return Step("floor", say, NOTHING, f"{share} → {money(result.floor)}", numbers, citations)


def inverse_steps(view: LayerView) -> list[Step]:
    """What a cut payment has used of the expense, counted back through the bands."""
    result = view.result
    rest = result.covered - result.used
    if rest == 0:
        return []
    numbers = {"paid": result.paid, "used": result.used, "over": rest}
    if view.plan.layer.payer == "account":
        say = Text(f"余额以外的 {money(rest)} 不付", f"{money(rest)} is beyond the balance")
        return [Step("inverse", say, numbers=numbers)]
    how = Text("分段", "bands") if view.plan.bands is not None else Text("比例", "ratio")
    say = Text(
        f"按{how.zh}倒推,付足 {money(result.paid)} 用去费用 {money(result.used)},其余 {money(rest)} 超限",
        f"counted back through the {how.en}, paying {money(result.paid)} uses {money(result.used)}; "
        f"the other {money(rest)} is over the cap",
    )
    return [Step("inverse", say, numbers=numbers)]
