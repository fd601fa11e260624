"""How the ratio of a group came about: as declared, then factors, points, reductions and clamps in their order."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from tongchou.engines.benefits.explain.groups import Group
from tongchou.engines.benefits.explain.model import NOTHING, Step, Text
from tongchou.engines.benefits.explain.scene import LayerView
from tongchou.engines.benefits.explain.words import both, join, number, ratio
from tongchou.engines.benefits.numbers import Use
from tongchou.ground.region.model import Clamp, Factor


def ratio_step(view: LayerView, group: Group) -> Step | None:
    """From the declared ratios to those that were used; nothing to say when no rule changed them."""
    if not group.uses:
        return None
    declared = [
        u.value for u in view.row.uses if (u.role == "ratio" or u.role.startswith("band ")) and u.value is not None
    ]
    before = both(dict.fromkeys(ratio(r) for r in declared or [Fraction(1)]))
    after = both(dict.fromkeys(ratio(r) for r in group.rates))
    changes = join((_change(view, use, group) for use in group.uses), ",", ", ")
    say = Text(
        f"支付比例 {before.zh},{changes.zh},得 {after.zh}",
        f"ratio {before.en}, {changes.en}, giving {after.en}",
    )
    formula = f"{before.en} → {after.en}"
    return Step("ratio", say, NOTHING, formula, {}, view.citer.of_uses(group.uses), detail=True)


def _change(view: LayerView, use: Use, group: Group) -> Text:
    name, value = use.fact.name or "", use.fact.value
    if use.role == "points":
        points = use.value or Fraction(0)
        zh, en = ("加", "plus") if points >= 0 else ("减", "minus")
        size = number(abs(points))
        return Text(f"{zh} {size} 个百分点({name})", f"{en} {size} percentage points ({name})")
    if use.role == "own ratio":
        return Text(f"改按“{name}”的单独比例", f"replaced by the ratio of its own '{name}'")
    if isinstance(value, Clamp):
        return _clamped(view, use, value, group)
    factor = ratio(use.value or Fraction(0))
    if isinstance(value, Factor) and value.own_share is not None:
        return Text(f"个人负担乘以 {factor}({name})", f"own share times {factor} ({name})")
    return Text(f"乘以 {factor}({name})", f"times {factor} ({name})")


def _clamped(view: LayerView, use: Use, clamp: Clamp, group: Group) -> Text:
    """The bounds of the ratio, and whether any band of the group lies at one of them."""
    low, high = _bound(view, use, clamp.at_least), _bound(view, use, clamp.at_most)
    if high is not None and low is None:
        say = Text(f"不超过 {ratio(high)}", f"at most {ratio(high)}")
    elif low is not None and high is None:
        say = Text(f"不低于 {ratio(low)}", f"at least {ratio(low)}")
    else:
        low, high = low or Fraction(0), Fraction(1) if high is None else high
        say = Text(f"限制在 {ratio(low)} 与 {ratio(high)} 之间", f"kept between {ratio(low)} and {ratio(high)}")
    if {low, high} & set(group.rates):
        return say
    return say + Text("(未触及)", " (not reached)")


def _bound(view: LayerView, use: Use, declared: Any) -> Fraction | None:
    return None if declared is None else view.scene.value(use.fact, declared, use.item)
