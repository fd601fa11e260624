"""分段 in steps: how the ratio came about, what lies in which band, and how item groups depart from it."""

from __future__ import annotations

from fractions import Fraction

from tongchou.engines.benefits.claim import BandUse
from tongchou.engines.benefits.explain.groups import Group, Grouping, group_items
from tongchou.engines.benefits.explain.model import NOTHING, Fen, Step, Text
from tongchou.engines.benefits.explain.ratios import ratio_step
from tongchou.engines.benefits.explain.scene import LayerView
from tongchou.engines.benefits.explain.words import (
    MODE,
    SO_FAR,
    UNIT_EN,
    about,
    both,
    edge,
    join,
    money,
    number,
    ratio,
    same,
    signed,
    spaced,
)
from tongchou.engines.benefits.numbers import Use
from tongchou.engines.benefits.shape import NO_LIMIT, NOWHERE, ON_PAID
from tongchou.engines.benefits.values import value_of
from tongchou.ground.money import round_fraction
from tongchou.ground.region.model import Cap, Rounding


def band_steps(view: LayerView) -> list[Step]:
    """The steps from what reached the scale to the payment by formula."""
    grouping, start = group_items(view), _start(view)
    placed = [start] if start is not None else []
    if grouping is None:
        say = Text("没有费用落在分段内", "no expense lies within the bands")
        return [*placed, Step("bands", say, numbers={"target": view.result.target}), *_corridor(view)]
    changed = ratio_step(view, grouping.reference)
    steps = placed if changed is None else [*placed, changed]
    if grouping.plain:
        steps += _by_points(view, grouping)
    elif view.scene.shape.scale[view.index] == ON_PAID:
        steps.append(_by_payment(view))
    else:
        steps += _by_group(view, grouping)
    return [*steps, *_corridor(view), *_rounded(view)]


def _scale_uses(view: LayerView) -> list[Use]:
    return [u for u in view.row.uses if u.role == "ratio" or u.role.startswith("band ")]


def _start(view: LayerView) -> Step | None:
    """Where the scale begins when earlier claims of the period have used part of it."""
    index = view.scene.shape.scale_count[view.index]
    so_far = view.counted(index)
    if index == NOWHERE or so_far == 0:
        return None
    when = SO_FAR[view.count(index).per]
    say = Text(
        f"{when.zh}已计 {money(so_far)},分段从 {edge(view.result.start)} 起",
        f"{money(so_far)} counted {when.en}, so the bands start at {edge(view.result.start)}",
    )
    return Step("scale_start", say, numbers={"counted": so_far, "start": view.result.start})


def _used(view: LayerView) -> list[BandUse]:
    return [band for band in view.result.bands if band.length > 0]


def _by_points(view: LayerView, grouping: Grouping) -> list[Step]:
    """The bands at the ratio of the reference group, then every departure as points × the group's expense."""
    pairs = [(b, grouping.reference.rates[i]) for i, b in enumerate(view.result.bands) if b.length > 0]
    total = sum((b.length * rate for b, rate in pairs), Fraction(0))
    formula = " + ".join(f"{money(b.length)}×{ratio(rate)}" for b, rate in pairs) + f" = {money(total)}"
    numbers: dict[str, Fen] = {"sum": total}
    numbers |= {f"band_{i}": b.length for i, b in enumerate(view.result.bands, 1) if b.length > 0}
    citations = view.citer.of_uses(_scale_uses(view))
    steps = [Step("bands", _bands_text(view, pairs, total), NOTHING, formula, numbers, citations)]
    return steps + [s for group in grouping.others for s in _departures(view, grouping, group)]


def _bands_text(view: LayerView, pairs: list[tuple[BandUse, Fraction]], total: Fraction) -> Text:
    if view.plan.bands is None:
        ((band, rate),) = pairs
        line, equals = f"{money(band.length)}×{ratio(rate)}", about(total)
        return Text(f"支付比例:{line} = {equals.zh}", f"ratio: {line} = {equals.en}")
    lines = join(_span(view, b) + about(b.length) + same(f"×{ratio(rate)}") for b, rate in pairs)
    return Text("分段:", "bands: ") + lines + _together(total)


def _together(total: Fen) -> Text:
    amount = about(total)
    return Text(f",合计{spaced(amount.zh)}", f", together {amount.en}")


def _span(view: LayerView, band: BandUse) -> Text:
    """The edges of a band as this claim used it: it begins where the claim stands on the scale."""
    paid = view.scene.shape.scale[view.index] == ON_PAID
    zh, en = ("已付 ", "paid ") if paid else ("", "")
    low = edge(max(band.lower, view.result.start))
    if band.upper is None:
        return Text(f"{zh}{edge(band.lower)} 以上 ", f"{en}above {edge(band.lower)}: ")
    return Text(f"{zh}{low}–{edge(band.upper)} 的 ", f"{en}{low}–{edge(band.upper)}: ")


def _departures(view: LayerView, grouping: Grouping, group: Group) -> list[Step]:
    """`points × group amount` for every rule the group has and the reference has not."""
    steps = []
    for use in grouping.specific(group):
        points = use.value or Fraction(0)
        amount = points * group.kept / 100
        size, (zh, en) = number(abs(points)), ("再加", "more") if points >= 0 else ("再减", "less")
        say = Text(
            f"{group.name} {money(group.kept)} {zh} {size} 个百分点",
            f"{group.name} {money(group.kept)}: {size} percentage points {en}",
        )
        shown = signed(round_fraction(amount))
        tail = Text(f",{shown}", f", {shown}")
        formula = f"{money(group.kept)} × {number(points)}% = {signed(amount)}"
        numbers: dict[str, Fen] = {"group": group.kept, "departure": amount}
        steps.append(Step("departure", say, tail, formula, numbers, view.citer.of_use(use)))
    return steps


def _by_payment(view: LayerView) -> Step:
    """Bands of amounts paid over groups of different ratios: each pays up to its edge, the last what is left."""
    used, left = _used(view), view.result.target
    pays: list[Fraction] = []
    for band in used[:-1]:
        pays.append(Fraction((band.upper or 0) - max(band.lower, view.result.start)))
        left -= pays[-1]
    pays.append(left)
    lines = join(_span(view, b) + Text("付 ", "pays ") + about(fen) for b, fen in zip(used, pays, strict=True))
    target = view.result.target
    how = Text(",各组按占比取平均比例", ", at the average ratio of the groups")
    say = Text("分段:", "bands: ") + lines + how + _together(target)
    formula = f"{' + '.join(money(fen) for fen in pays)} = {money(target)}"
    return Step("bands", say, NOTHING, formula, {"sum": target}, view.citer.of_uses(_scale_uses(view)))


def _by_group(view: LayerView, grouping: Grouping) -> list[Step]:
    """Each group with its own ratios: it has its share of every band."""
    used, scale = _used(view), view.citer.of_uses(_scale_uses(view))
    numbers: dict[str, Fen] = {f"band_{i}": b.length for i, b in enumerate(view.result.bands, 1) if b.length > 0}
    lines = join(_span(view, b) + about(b.length) for b in used)
    place = Text("分段:", "bands: ") + lines + Text(",各组按占比同享", ", shared by the groups pro rata")
    steps = [Step("bands", place, numbers=numbers, citations=scale)] if view.plan.bands is not None else []
    steps += [_group_step(view, grouping, group) for group in (grouping.reference, *grouping.others)]
    target = view.result.target
    amount = about(target)
    total = Text(f"合计{spaced(amount.zh)}", f"together {amount.en}")
    return [*steps, Step("bands_sum", total, numbers={"sum": target})]


def _group_step(view: LayerView, grouping: Grouping, group: Group) -> Step:
    used = [(i, b) for i, b in enumerate(view.result.bands) if b.length > 0]
    amount = sum((b.length * group.rates[i] for i, b in used), Fraction(0)) * group.kept / view.result.covered
    rates, shown = both(dict.fromkeys(ratio(group.rates[i]) for i, _ in used)), about(amount)
    say = Text(f"{group.name} {money(group.kept)} 按 {rates.zh}", f"{group.name} {money(group.kept)} at {rates.en}")
    tail = Text(f",得{spaced(shown.zh)}", f", which is {shown.en}")
    parts = [f"{money(b.length)}×{ratio(group.rates[i])}" for i, b in used]
    share = f"{money(group.kept)}÷{money(view.result.covered)}"
    formula = f"({' + '.join(parts)}) × {share} = {money(amount)}"
    clamps = [u for u in group.uses if u.role == "clamp"]
    uses = [*grouping.specific(group), *clamps] if group is not grouping.reference else _scale_uses(view)
    return Step("group", say, tail, formula, {"group": group.kept, "pays": amount}, view.citer.of_uses(uses))


def _corridor(view: LayerView) -> list[Step]:
    """What lies above the last edge of a closed scale."""
    entered = view.result.entered - view.deducted
    over = min(entered, covered_room(view, entered)) - view.result.covered
    if over == 0:
        return []
    say = Text(f"超出分段上限的 {money(over)} 不计", f"{money(over)} above the last band does not count")
    return [Step("corridor", say, numbers={"over": over}, citations=view.citer.of_uses(_scale_uses(view)))]


def covered_room(view: LayerView, amount: int) -> int:
    """The room that the limits of covered expense leave for an amount."""
    for cap, limit, index in zip(view.plan.caps, view.row.limits, view.plan.limit_counts, strict=False):
        if value_of(cap, Cap).of == "covered" and limit != NO_LIMIT:
            amount = min(amount, max(0, limit - view.counted(index)))
    return amount


def _rounded(view: LayerView) -> list[Step]:
    result, use = view.result, view.use("rounding")
    if use is None and result.target == result.formula:
        return []
    rounding = Rounding() if use is None else value_of(use.fact, Rounding)
    mode = MODE[rounding.mode]
    say = Text(
        f"{mode.zh}到{rounding.unit},{money(result.formula)}",
        f"{mode.en} to the {UNIT_EN[rounding.unit]}, {money(result.formula)}",
    )
    formula = f"{money(result.target)} → {money(result.formula)}"
    citations = view.citer.of_use(use) if use is not None else ()
    return [Step("rounding", say, NOTHING, formula, {"target": result.target, "formula": result.formula}, citations)]
