"""The steps around the layers: guards that applied, packages, and what is left as cash."""

from __future__ import annotations

from collections.abc import Sequence

from tongchou.engines.benefits.claim import PARTS, Settlement
from tongchou.engines.benefits.explain.absent import condition_found, rule_name
from tongchou.engines.benefits.explain.model import NOTHING, Section, Step, Text
from tongchou.engines.benefits.explain.scene import Scene
from tongchou.engines.benefits.explain.words import PERIOD, POT, SO_FAR, join, money, ratio
from tongchou.engines.benefits.numbers import Use
from tongchou.engines.benefits.shape import NO_LIMIT
from tongchou.engines.benefits.values import value_of
from tongchou.ground.region.model import ClaimGuard, Package
from tongchou.ground.region.pack import Declared


def split_step(settlement: Settlement) -> Step:
    """The total and its four parts."""
    total = sum(settlement.parts.values())
    named = [(POT[name], settlement.parts[name]) for name in PARTS]
    words = join(Text(f"{t.zh} {money(fen)}", f"{t.en} {money(fen)}") for t, fen in named if fen)
    say = Text(f"费用总额 {money(total)}:", f"total fee {money(total)}: ") + words
    formula = f"{' + '.join(money(fen) for _, fen in named)} = {money(total)}"
    return Step("split", say, NOTHING, formula, {"total": total, **settlement.parts})


def claim_steps(scene: Scene) -> list[Step]:
    """Guards that redirected or reduced the claim, and its packages."""
    steps = [_guard(scene, use) for use in scene.guards if use.applied]
    return steps + [_package(scene, *note) for note in scene.part.notes["packages"]]


def divert_steps(scenes: Sequence[Scene]) -> list[Step]:
    """Lines that fell to another kind of visit, with the rules that sent them there."""
    steps = []
    for scene in (scene for scene in scenes if scene.diverted_by):
        ids, to = [line.id for line in scene.part.claim.lines], scene.plan.kind
        say = Text(f"项目 {'、'.join(ids)} 改按“{to}”结算", f"settled as '{to}': {', '.join(ids)}")
        steps.append(Step("divert", say, citations=scene.citer.of(*scene.diverted_by)))
    return steps


def _guard(scene: Scene, use: Use) -> Step:
    """A guard that held. What kind of visit it was before a redirection is in the guard's words only."""
    value, name = value_of(use.fact, ClaimGuard), rule_name(use.fact)
    if value.do == "redirect":
        effect = Text(f"改按“{value.to}”结算", f"settled as '{value.to}'")
    else:
        words = ratio(scene.value(use.fact, value.pay))
        effect = Text(f"基金支付比例乘以 {words}", f"the funds' ratios are multiplied by {words}")
    because = value.because or use.fact.says
    met = condition_found(value, scene.facts, without="kind" if value.do == "redirect" else None)
    say = Text(f"{name.zh}:{because},{effect.zh}({met.zh})", f"{name.en}: {because}, {effect.en} ({met.en})")
    return Step("guard", say, citations=scene.citer.of_use(use))


def _package(scene: Scene, fact: Declared, price: int, used: int, excess: int) -> Step:
    value, name = value_of(fact, Package), rule_name(fact)
    citations = scene.citer.of(fact)
    per = PERIOD[value.per]
    if price == NO_LIMIT:
        return Step("package", name + Text(" 不限", ": no limit"), citations=citations)
    say = Text(f"{name.zh}:{per.zh} {money(price)}", f"{name.en}: {per.en} {money(price)}")
    if value.per in SO_FAR:
        when = SO_FAR[value.per]
        say += Text(f",{when.zh}已用 {money(used)}", f", {money(used)} used {when.en}")
    if excess == 0:
        say += Text(",未超出", ", not exceeded")
    else:
        bearer = Text("医院", "the hospital") if value.excess == "hospital" else Text("个人", "the person")
        say += Text(f",超出 {money(excess)} 由{bearer.zh}承担", f", {money(excess)} more is borne by {bearer.en}")
    numbers = {"price": price, "used": used, "excess": excess}
    return Step("package", say, numbers=numbers, citations=citations)


def result_section(settlement: Settlement, names: dict[str, Text]) -> Section:
    """Who pays what: payments, hospital, and the cash with what it is made of."""
    parts: Sequence[Settlement] = settlement.notes.get("parts", (settlement,))
    return Section(
        "result", Text("谁付多少", "Who pays what"), (_payers(settlement, names), _cash(settlement, parts, names))
    )


def _payers(settlement: Settlement, names: dict[str, Text]) -> Step:
    total = sum(settlement.parts.values())
    paid = [(names[layer], fen) for layer, fen in settlement.paid.items() if fen]
    if settlement.hospital:
        paid.append((Text("医院负担", "borne by the hospital"), settlement.hospital))
    paid.append((Text("个人现金", "cash"), settlement.cash))
    words = join(Text(f"{t.zh} {money(fen)}", f"{t.en} {money(fen)}") for t, fen in paid)
    say = Text(f"总额 {money(total)} = ", f"total {money(total)} = ") + words
    formula = f"{money(total)} = {' + '.join(money(fen) for _, fen in paid)}"
    numbers = {f"paid_{layer}": fen for layer, fen in settlement.paid.items()}
    numbers |= {"total": total, "hospital": settlement.hospital, "cash": settlement.cash}
    return Step("payers", say, NOTHING, formula, numbers)


def _cash(settlement: Settlement, parts: Sequence[Settlement], names: dict[str, Text]) -> Step:
    left: dict[str, int] = {}
    for part in parts:
        for pot, cells in part.pots.items():
            left[pot] = left.get(pot, 0) + sum(cells)
    held = {pot: fen for pot, fen in left.items() if fen}
    words = join(_pot(pot, names) + Text(f" {money(fen)}", f" {money(fen)}") for pot, fen in held.items())
    cash = money(settlement.cash)
    say = Text(f"个人现金 {cash}", f"cash {cash}")
    if held:
        say += Text(":", ": ") + words
    formula = f"{' + '.join(money(fen) for fen in held.values()) or '0.00'} = {cash}"
    return Step("cash", say, NOTHING, formula, {"cash": settlement.cash, **held})


def _pot(pot: str, names: dict[str, Text]) -> Text:
    layer, _, remainder = pot.partition(".")
    return names[layer] + Text("的", ": ") + POT[remainder] if remainder else POT[pot]
