"""One layer of a claim as a section: from what it takes to what it leaves, each with its article."""

from __future__ import annotations

from tongchou.engines.benefits.explain.bands import band_steps, covered_room
from tongchou.engines.benefits.explain.cite import main_citation
from tongchou.engines.benefits.explain.deductible import deductible_steps
from tongchou.engines.benefits.explain.limits import balance_steps, floor_steps, inverse_steps, limit_steps
from tongchou.engines.benefits.explain.model import NOTHING, Section, Step, Text
from tongchou.engines.benefits.explain.scene import LayerView
from tongchou.engines.benefits.explain.words import POT, both, join, money, ratio
from tongchou.engines.benefits.numbers import Use
from tongchou.engines.benefits.shape import FIRST_POTS
from tongchou.engines.benefits.values import value_of
from tongchou.ground.region.model import Take, Takes


def layer_section(view: LayerView) -> Section:
    """The section of a layer that had something to work on."""
    steps = tuple(_given(view) if view.plan.layer.payer == "given" else _computed(view))
    paid = view.scene.part.paid[view.result.layer]
    main = main_citation(c for s in steps for c in s.citations)
    title = view.name + Text(f" {money(paid)} 元", f" {money(paid)} yuan")
    return Section("layer", title, steps, paid, view.result.layer, main)


def _computed(view: LayerView) -> list[Step]:
    result = view.result
    if result.base == 0:
        return _top_ups_of_others(view)
    after = result.entered - view.deducted
    own_floor = view.scene.plan.floor_payer[view.index] == view.index
    wanted = max(result.formula, result.floor) if own_floor else result.formula
    return [
        _takes(view),
        *limit_steps(view, "entering", result.base),
        *deductible_steps(view),
        *limit_steps(view, "covered", after),
        *_above(view, after),
        *band_steps(view),
        *floor_steps(view),
        *limit_steps(view, "paid", wanted),
        *balance_steps(view),
        *inverse_steps(view),
        *_top_ups_of_others(view),
        _remainders(view),
    ]


def _above(view: LayerView, after: int) -> list[Step]:
    """What goes on to the bands, in the list of steps only."""
    entering = covered_room(view, after)
    say = Text(f"进入分段 {money(entering)}", f"{money(entering)} goes on to the bands")
    formula = f"{money(view.result.entered)} − {money(view.deducted)} = {money(after)}"
    return [Step("above", say, NOTHING, formula, {"after_deductible": after, "on_scale": entering}, detail=True)]


def _given(view: LayerView) -> list[Step]:
    """A layer whose amount came with the claim."""
    paid = view.result.paid
    say = Text(f"随单金额 {money(paid)}", f"{money(paid)} came with the claim")
    return [_takes(view), Step("given", say, numbers={"given": paid, "base": view.result.base}), _remainders(view)]


def _takes(view: LayerView) -> Step:
    """What the layer's base is made of."""
    use = view.use("takes")
    assert use is not None
    terms, kind = value_of(use.fact, Takes).terms, view.scene.plan.kind
    pots = join((_term(view, use, t) for t in terms if _known(view, t)), " + ", " + ")
    own = terms[0].pot in FIRST_POTS
    words = both(view.words)
    base = money(view.result.base)
    say = Text(
        f"{kind if own else ''}{pots.zh} {base}" + (f"({words.zh})" if words.zh else ""),
        f"{pots.en}{f' of {kind}' if own else ''} {base}" + (f" ({words.en})" if words.en else ""),
    )
    return Step("takes", say, numbers={"base": view.result.base}, citations=view.citer.of_use(use))


def _known(view: LayerView, take: Take) -> bool:
    """Whether the pot exists in this visit: a layer may name remainders of one that does not serve it."""
    layer, _, remainder = take.pot.partition(".")
    return not remainder or any(other.result.layer == layer for other in view.scene.layers[: view.index])


def _term(view: LayerView, use: Use, take: Take) -> Text:
    layer, _, remainder = take.pot.partition(".")
    text = POT[take.pot] if not remainder else view.scene.name(layer) + Text("的", ": ") + POT[remainder]
    if take.groups:
        groups = join(Text(g, g) for g in take.groups)
        text += Text("(不含", " (except ") if take.excluded else Text("(", " (")
        text += groups + Text(")", ")")
    coefficient = view.scene.value(use.fact, take.coefficient)
    if coefficient == 1:
        return text
    return Text(f"{ratio(coefficient)}×{text.zh}", f"{ratio(coefficient)}×{text.en}")


def _top_ups_of_others(view: LayerView) -> list[Step]:
    """What this layer paid inside other layers because their floor names it."""
    steps = []
    for other in view.scene.layers:
        payer = view.scene.plan.floor_payer[other.index]
        if payer == view.index and other.index != view.index and other.result.topped_up:
            name, amount = other.name, other.result.topped_up
            say = Text(f"另为{name.zh}的保底补足 {money(amount)}", f"it also tops up {name.en} by {money(amount)}")
            steps.append(Step("top_up_of", say, numbers={"topped_up": amount}))
    return steps


def _remainders(view: LayerView) -> Step:
    """Where every fen of the base lies."""
    result = view.result
    parts = {
        "paid": (Text("支付", "paid"), result.paid),
        "topped_up": (Text("他层补足", "topped up"), result.topped_up),
        "deductible": (POT["deductible_part"], result.deductible),
        "own_share": (POT["own_share"], result.own_share),
        "over_cap": (POT["over_cap"], result.over_cap),
    }
    named = [Text(f"{t.zh} {money(fen)}", f"{t.en} {money(fen)}") for t, fen in parts.values() if fen]
    formula = " + ".join(money(fen) for _, fen in parts.values() if fen) + f" = {money(result.base)}"
    numbers = {"base": result.base, **{name: fen for name, (_, fen) in parts.items()}}
    return Step("remainders", Text("去向:", "where it went: ") + join(named), NOTHING, formula, numbers, detail=True)
