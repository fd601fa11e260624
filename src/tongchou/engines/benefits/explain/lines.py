"""How each line of the claim was split, under which rule, and what each layer paid of it."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from tongchou.engines.benefits.claim import Settlement
from tongchou.engines.benefits.explain.cite import Citer
from tongchou.engines.benefits.explain.model import LineRow, Step, Text
from tongchou.engines.benefits.explain.words import join, money, number, ratio
from tongchou.engines.benefits.lines import line_results
from tongchou.engines.benefits.split import CLASSES, SplitLine
from tongchou.ground.region.pack import Declared

_RULE = {
    "items.exclude.*": Text("全自费", "fully self-paid"),
    "items.price_limit.*": Text("限价", "price limit"),
    "items.first_pay.*": Text("先行自付", "first self-pay"),
}


def line_rows(settlement: Settlement, citer: Citer) -> tuple[LineRow, ...]:
    """The lines in the order of the claim."""
    parts: Sequence[Settlement] = settlement.notes.get("parts", (settlement,))
    splits: dict[str, SplitLine] = {s.line.id: s for part in parts for s in part.notes["splits"]}
    rows = []
    for result in line_results(settlement):
        split = splits[result.line_id]
        why = _why(split, citer)
        rows.append(
            LineRow(
                result.line_id, split.item, result.amount, result.parts, result.paid, result.hospital, result.cash, why
            )
        )
    return tuple(rows)


def _why(split: SplitLine, citer: Citer) -> Step:
    reasons = [_rule_words(rule) for rule in split.rules] + _of_itself(split)
    say = join(reasons, ";", "; ") if reasons else Text("全部在政策范围内", "wholly in scope")
    numbers = dict(zip(("full_self_pay", "over_limit", "first_self_pay", "in_scope"), split.parts, strict=True))
    formula = f"{' + '.join(money(p) for p in split.parts)} = {money(split.line.amount)}"
    return Step("line", say, formula=formula, numbers=numbers, citations=citer.of(*split.rules))


def _rule_words(rule: Declared) -> Text:
    return _RULE[rule.kind] + Text(f"“{rule.name}”", f" '{rule.name}'")


def _of_itself(split: SplitLine) -> list[Text]:
    """What no declared rule decided: a line that came split, is a return, or has its own class, limit and rate."""
    line, kinds = split.line, {rule.kind for rule in split.rules}
    if line.given_parts is not None:
        return [Text("随单已拆分", "came already split")]
    if line.amount < 0:
        return [Text(f"按原项目 {line.original} 退回", f"returns line {line.original} as it was split")]
    if split.parts[0] and not kinds:
        if CLASSES.get(str(line.facts.get("class")), line.facts.get("class")) == "丙":
            return [Text("丙类,全自费", "class C, fully self-paid")]
        return [Text("限用范围未经审批,全自费", "limited use without approval, fully self-paid")]
    reasons = []
    if split.parts[1] and "items.price_limit.*" not in kinds:
        limit, count = money(line.price_limit or 0), number(line.quantity)
        reasons.append(Text(f"超过目录限价 {limit}×{count}", f"over the catalogue limit {limit}×{count}"))
    if split.parts[2] and "items.first_pay.*" not in kinds:
        rate = ratio(line.first_pay_rate or Fraction(0))
        reasons.append(Text(f"按目录先付 {rate}", f"first pay of the catalogue {rate}"))
    return reasons
