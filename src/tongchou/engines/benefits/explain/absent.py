"""What did not apply, and why: guards not met, conditions that did not hold, layers that did not serve the claim."""

from __future__ import annotations

from typing import Any

from tongchou.engines.benefits.explain.conditions import as_found, in_words, stated
from tongchou.engines.benefits.explain.model import NOTHING, Step, Text
from tongchou.engines.benefits.explain.scene import LayerView, Scene
from tongchou.engines.benefits.explain.words import fact, spaced
from tongchou.engines.benefits.facts import Facts
from tongchou.engines.benefits.numbers import Use
from tongchou.engines.benefits.values import value_of, when_of
from tongchou.ground.region.model import Adjust, LayerGuard, Waiting
from tongchou.ground.region.pack import Declared
from tongchou.ground.region.waiting import cover_start

_NAME = {
    "claim.guard.*": Text("条款“{}”", "clause '{}'"),
    "waiting.*": Text("等待期“{}”", "waiting period '{}'"),
    "guard.*": Text("排除“{}”", "exclusion '{}'"),
    "deductible.*": Text("起付线调整“{}”", "deductible adjustment '{}'"),
    "own_ratio.*": Text("单独比例“{}”", "own ratio '{}'"),
    "factor.*": Text("比例系数“{}”", "factor '{}'"),
    "adjust.*": Text("百分点“{}”", "points '{}'"),
    "caps.*": Text("限额“{}”", "cap '{}'"),
    "floor.*": Text("保底“{}”", "floor '{}'"),
    "items.exclude.*": Text("自费项目“{}”", "exclusion of items '{}'"),
    "items.first_pay.*": Text("先行自付“{}”", "first self-pay '{}'"),
    "items.price_limit.*": Text("限价“{}”", "price limit '{}'"),
    "items.package.*": Text("包干“{}”", "package '{}'"),
    "items.divert.*": Text("改道“{}”", "diversion '{}'"),
}
_NO_GROUP = Text("没有项目组用到", "no item group fell under it")
_LAYER_ROLES = ("guard", "deductible adjustment", "factor", "points", "cap", "floor")


def rule_name(rule: Declared) -> Text:
    """A rule as a reader calls it: its kind and its own name."""
    form, name = _NAME[rule.kind], rule.name or ""
    return Text(form.zh.format(name), form.en.format(name))


def not_applied(scene: Scene, diverted_by: set[str]) -> list[Step]:
    """Everything that was looked at in vain: of the claim, of its lines, of each layer.

    `diverted_by` are the addresses of the rules that sent lines of the claim to another kind of visit.
    """
    steps = [_failed(scene, use.fact, scene.facts, NOTHING) for use in scene.guards if not use.applied]
    steps += _waiting(scene)
    steps += _items(scene, diverted_by)
    for view in scene.layers:
        steps += _layer(view)
    return steps


def _waiting(scene: Scene) -> list[Step]:
    """Waiting periods that had ended before admission, and those that did not concern this person."""
    if scene.part.claim.entitlements is not None:
        return []
    return [_waited(scene, rule) for rule in scene.plan.waiting]


def _waited(scene: Scene, rule: Declared) -> Step:
    start = cover_start([rule], scene.facts)
    if start is not None:
        return _step(scene, rule, Text(f"已满,待遇自 {start[0]} 起", f"over: cover began on {start[0]}"))
    after = value_of(rule, Waiting).after
    if scene.facts.has(after):
        return _failed(scene, rule, scene.facts, NOTHING)
    name = fact(after)
    return _step(scene, rule, Text(f"没有{spaced(name.zh)},不计", f"{name.en} is not known, so it says nothing"))


def _items(scene: Scene, diverted_by: set[str]) -> list[Step]:
    """Item rules that no line fell under, and packages whose condition did not hold."""
    used = {rule.address for split in scene.part.notes["splits"] for rule in split.rules}
    items = scene.plan.items
    rules = [r for r in (*items.exclude, *items.first_pay, *items.price_limit) if r.address not in used]
    rules += [r for r in scene.plan.diverts if r.address not in diverted_by]
    steps = [_step(scene, r, Text("没有项目用到", "no line fell under it")) for r in rules]
    cut = {package.address for package, _, _, _ in scene.part.notes["packages"]}
    packages = [p for p in scene.plan.packages if p.address not in cut]
    return steps + [_failed(scene, p, scene.facts, NOTHING) for p in packages]


def _layer(view: LayerView) -> list[Step]:
    name = view.name
    if not view.row.active:
        return [_skipped(view)]
    steps = [_failed_use(view, use) for use in _unmet(view)]
    met = {u.fact.address for u in view.uses("own ratio") if u.item is None or u.item in view.kept}
    for own in view.plan.own_ratios if view.kept else []:
        if own.address not in met:
            steps.append(_step(view.scene, own, _NO_GROUP, name))
    if not view.has_work:
        say = Text(f"{name.zh}:没有可承担的费用", f"{name.en}: nothing was left for it to bear")
        steps.append(Step("layer_empty", say, applied=False))
    return steps


def _unmet(view: LayerView) -> list[Use]:
    """Each rule once that applied to nothing: to no item group of which anything reached the scale."""
    seen = [u for u in view.row.uses if u.role in _LAYER_ROLES]
    met = {u.fact.address for u in seen if u.applied and (u.item is None or not view.kept or u.item in view.kept)}
    unmet: dict[str, Use] = {}
    for use in seen:
        if not use.applied and use.fact.address not in met:
            unmet.setdefault(use.fact.address, use)
    return list(unmet.values())


def _failed_use(view: LayerView, use: Use) -> Step:
    value = use.fact.value
    if isinstance(value, Adjust) and value.highest_of is not None and use.value is not None:
        reason = Text(f"“{value.highest_of}”一组只取最高", f"only the highest of '{value.highest_of}' counts")
        return _step(view.scene, use.fact, reason, view.name)
    facts = view.guard_facts if use.role == "guard" else view.scene.facts_of(use.item)
    return _failed(view.scene, use.fact, facts, view.name)


def _skipped(view: LayerView) -> Step:
    guard = view.row.skipped_by
    if guard is None:
        use = stated({"account_use": view.scene.part.claim.facts.get("account_use", "own")})
        say = Text(
            f"{view.name.zh}:本次不用账户({use.zh})",
            f"{view.name.en}: no account is used ({use.en})",
        )
        return Step("layer_skipped", say, applied=False)
    because = value_of(guard, LayerGuard).because or guard.says
    met = condition_found(guard.value, view.guard_facts)
    say = Text(f"{view.name.zh}:不承担,{because}({met.zh})", f"{view.name.en}: does not serve, {because} ({met.en})")
    return Step("layer_skipped", say, citations=view.citer.of(guard), applied=False)


def condition_found(value: Any, facts: Facts, without: str | None = None) -> Text:
    """The condition in words and what the claim had, but for the fact that has changed since."""
    words, found = in_words(value.when), as_found(value.when, facts, without)
    return words if not found.zh else words + Text(";", "; ") + found


def _failed(scene: Scene, rule: Declared, facts: Facts, layer: Text) -> Step:
    words, found = in_words(when_of(rule)), as_found(when_of(rule), facts)
    reason = Text(f"要求{spaced(words.zh)}", f"needs {words.en}")
    if found.zh:
        reason += Text(f";实际{spaced(found.zh)}", f"; here {found.en}")
    return _step(scene, rule, reason, layer)


def _step(scene: Scene, rule: Declared, reason: Text, layer: Text = NOTHING) -> Step:
    name = rule_name(rule)
    if layer.zh:
        name = layer + Text("的", ", ") + name
    say = name + Text(f"({reason.zh})", f" ({reason.en})")
    return Step("not_applied", say, citations=scene.citer.of(rule), applied=False)
