"""起付线 in steps: the amount, its adjustments, what the period was already charged, and which group bore it first."""

from __future__ import annotations

from fractions import Fraction

from tongchou.engines.benefits.explain.model import NOTHING, Fen, Step, Text
from tongchou.engines.benefits.explain.scene import LayerView
from tongchou.engines.benefits.explain.words import SO_FAR, about, money, number, ratio, same, spaced
from tongchou.engines.benefits.numbers import Use
from tongchou.engines.benefits.shape import NO_LIMIT, NOWHERE
from tongchou.engines.benefits.values import value_of
from tongchou.ground.region.model import Adjustment, Allocation, Deductible
from tongchou.ground.region.number import Formula

_CHANGE = {
    "times": Text("乘以 {}", "times {}"),
    "plus": Text("加 {}", "plus {}"),
    "minus": Text("减 {}", "minus {}"),
    "set": Text("改为 {}", "set to {}"),
    "at_least": Text("不低于 {}", "at least {}"),
    "at_most": Text("不高于 {}", "at most {}"),
}

_SIGN = {"times": "×", "plus": "+", "minus": "−", "set": "=", "at_least": "≥", "at_most": "≤"}
_PRO_RATA = Text("(各组按占比分摊)", " (shared by all groups pro rata)")


def deductible_steps(view: LayerView) -> list[Step]:
    use = view.use("deductible")
    if use is None:
        return []
    changes = [_adjusted(view, u) for u in view.uses("deductible adjustment", applied=True)]
    limits = [s for s in (_charged(view), _yearly(view, use)) if s is not None]
    if not changes and not limits:
        return [_amount(view, use, last=True), *_order(view)]
    return [_amount(view, use, last=False), *changes, *limits, _due(view), *_order(view)]


def _amount(view: LayerView, use: Use, last: bool) -> Step:
    """The declared amount; when nothing changes it, it is also what is due."""
    declared = value_of(use.fact, Deductible).amount
    fen = (use.value or Fraction(0)) * 100
    shown = about(fen)
    say = Text(f"起付线{spaced(shown.zh)}", f"deductible {shown.en}")
    formula = f"{declared.text} = {number(fen / 100)}" if isinstance(declared, Formula) else ""
    numbers: dict[str, Fen] = {"declared": fen}
    if last:
        say += _spread(view) + _short(view)
        numbers |= {"due": view.result.deductible_due, "taken": view.deducted}
    return Step("deductible", say, NOTHING, formula, numbers, view.citer.of_use(use))


def _adjusted(view: LayerView, use: Use) -> Step:
    change = value_of(use.fact, Adjustment)
    (name,) = change.changes()
    if use.value is None:
        words = "-"
    elif name == "times":
        words = ratio(use.value) if use.value < 1 else number(use.value)
    else:
        words = money(use.value * 100)
    what, told = _CHANGE[name], same(words) if use.value is None or name == "times" else about(use.value * 100)
    say = Text(f"“{use.fact.name}”{what.zh.format(told.zh)}", f"'{use.fact.name}' {what.en.format(told.en)}")
    numbers = {} if use.value is None or name == "times" else {name: use.value * 100}
    return Step(
        "deductible_adjustment",
        say,
        formula=f"{_SIGN[name]} {words}",
        numbers=numbers,
        citations=view.citer.of_use(use),
    )


def _charged(view: LayerView) -> Step | None:
    """What the stay, year … was charged already, when it was anything."""
    index = view.scene.plan.charged[view.index]
    charged = view.counted(index)
    if index == NOWHERE or charged == 0:
        return None
    when = SO_FAR[view.count(index).per]
    say = Text(f"{when.zh}已收 {money(charged)}", f"{money(charged)} already charged {when.en}")
    return Step("deductible_charged", say, numbers={"adjusted": view.row.deductible, "charged": charged})


def _yearly(view: LayerView, use: Use) -> Step | None:
    """The yearly maximum of the deductible and what the year was charged."""
    if view.row.yearly_maximum == NO_LIMIT:
        return None
    charged = view.counted(view.scene.plan.yearly[view.index])
    most = view.row.yearly_maximum
    say = Text(
        f"起付线全年最多 {money(most)},本年已收 {money(charged)}",
        f"at most {money(most)} of deductible a year, {money(charged)} charged this year",
    )
    numbers = {"yearly_maximum": most, "charged": charged}
    return Step("deductible_yearly", say, numbers=numbers, citations=view.citer.of_use(use))


def _due(view: LayerView) -> Step:
    due, adjusted = view.result.deductible_due, view.row.deductible
    charged = view.counted(view.scene.plan.charged[view.index])
    say = Text(f"本次应付起付线 {money(due)}", f"deductible due now {money(due)}") + _spread(view) + _short(view)
    formula = f"{money(adjusted)} − {money(charged)} → {money(due)}" if charged else f"{money(adjusted)} → {money(due)}"
    numbers = {"adjusted": adjusted, "charged": charged, "due": due, "taken": view.deducted}
    return Step("deductible_due", say, NOTHING, formula, numbers)


def _short(view: LayerView) -> Text:
    if view.deducted == view.result.deductible_due:
        return NOTHING
    taken = money(view.deducted)
    return Text(f",费用不足,只抵 {taken}", f", only {taken} of expense to take it from")


def _spread(view: LayerView) -> Text:
    """Which item group the deductible was taken from first; nothing when the layer has only one."""
    order = _allocation(view)
    if order is None:
        return NOTHING
    return Text(f"(先抵{order[0]})", f" (taken from {order[0]} first)") if order else _PRO_RATA


def _order(view: LayerView) -> list[Step]:
    """The whole order with its article, in the list of steps."""
    use, order = view.use("allocation"), _allocation(view)
    if use is None or order is None:
        return []
    say = Text(f"起付线先后:{'、'.join(order)}", f"order of the deductible: {', '.join(order)}")
    if not order:
        say = Text("起付线各组按占比分摊", "the deductible is shared by all groups pro rata")
    return [Step("allocation", say, citations=view.citer.of_use(use), detail=True)]


def _allocation(view: LayerView) -> list[str] | None:
    """The groups of this layer in the order of the deductible, none of them when it is shared; None: nothing to say."""
    use, groups = view.use("allocation"), entered_groups(view)
    if use is None or len(groups) < 2 or view.deducted == 0:
        return None
    order = value_of(use.fact, Allocation).deductible
    return [] if isinstance(order, str) else [g for g in order if g in groups] or None


def entered_groups(view: LayerView) -> list[str | None]:
    """The item groups this layer takes from: of the line parts it names, and of what earlier layers took."""
    scene, shape = view.scene, view.scene.shape
    names = scene.plan.pot_names
    found: dict[str | None, None] = {}
    for term in range(shape.term_start[view.index], shape.term_start[view.index + 1]):
        held = _groups_in(view, names[shape.term_pot[term]])
        for k, item in enumerate(view.items):
            if shape.term_cell[shape.term_at[term] + k] and item in held:
                found.setdefault(item)
    return list(found)


def _groups_in(view: LayerView, pot: str) -> list[str | None]:
    layer, _, remainder = pot.partition(".")
    if remainder:
        return entered_groups(next(v for v in view.scene.layers if v.result.layer == layer))
    part = "in_scope" if pot == "package_excess" else pot
    return [item for name, item in view.scene.part.cells if name == part]
