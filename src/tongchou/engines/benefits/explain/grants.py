"""A grant explained: the formula with its numbers, its rounding, to whom it goes — or why it is not due."""

from __future__ import annotations

from tongchou.engines.benefits.explain.absent import condition_found
from tongchou.engines.benefits.explain.cite import Citer
from tongchou.engines.benefits.explain.model import NOTHING, Section, Step, Text
from tongchou.engines.benefits.explain.words import MODE, UNIT_EN, fact, join, money, number, value_text
from tongchou.engines.benefits.facts import Facts
from tongchou.engines.benefits.numbers import Use
from tongchou.engines.benefits.values import finite, value_of
from tongchou.ground.region.model import Grant
from tongchou.ground.region.number import Formula, Number, Table, names_of, used_cells
from tongchou.ground.region.pack import Declared

_TO = {
    "person": Text("发给个人", "paid to the person"),
    "account": Text("划入个人账户", "credited to the personal account"),
    "contribution": Text("缴费", "a contribution"),
    "fund": Text("转入基金", "paid into the fund"),
    "employer": Text("付给单位", "paid to the employer"),
}


def grant_section(grant: Declared, facts: Facts, value: int | None, citer: Citer) -> Section:
    declared = value_of(grant, Grant)
    title = Text(f"{grant.name}", f"{grant.name}")
    if value is None:
        met = condition_found(declared, facts)
        say = Text(f"“{grant.name}”不发({met.zh})", f"'{grant.name}' is not due ({met.en})")
        return Section("grant", title, (Step("not_applied", say, citations=citer.of(grant), applied=False),))
    steps = [_amount(grant, declared, facts, value, citer)]
    if declared.when is not None:
        met = condition_found(declared, facts)
        steps.append(Step("condition", Text(f"条件:{met.zh}", f"condition: {met.en}"), citations=citer.of(grant)))
    main = citer.of(grant)[0]
    return Section(
        "grant", title + Text(f" {money(value)} 元", f" {money(value)} yuan"), tuple(steps), value, None, main
    )


def _amount(grant: Declared, declared: Grant, facts: Facts, value: int, citer: Citer) -> Step:
    amount: Number = declared.amount
    exact = finite(grant.address, amount, facts)
    cells = tuple((d, w, c.cite) for d, w, c in used_cells(amount, facts)) if isinstance(amount, Table) else ()
    to, words = _TO[declared.to], "、".join(word for _, word, _ in cells)
    say = Text(
        f"{to.zh} {money(value)}" + (f"({words})" if words else ""),
        f"{to.en}: {money(value)}" + (f" ({words})" if words else ""),
    )
    formula = f"{amount.text} = {number(exact)}" if isinstance(amount, Formula) else ""
    asked = _asked(amount, facts) if formula else NOTHING
    more = Text(f",{asked.zh}", f", {asked.en}") if asked.zh else NOTHING
    if exact * 100 != value:
        mode, unit = MODE[declared.rounding.mode], declared.rounding.unit
        more += Text(f",{mode.zh}到{unit}", f", {mode.en} to the {UNIT_EN[unit]}")
    return Step("grant", say, more, formula, {"grant": value}, citer.of_use(Use("grant", grant, exact, cells)))


def _asked(amount: Number, facts: Facts) -> Text:
    """The facts a formula asked, with their values."""
    names = dict.fromkeys(name for name, _ in names_of(amount))
    return join(fact(name) + Text(" = ", " = ") + value_text(facts(name)) for name in names)
