"""Run the worked examples about contributions: assess what a case writes, or look up its cover, and compare."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from fractions import Fraction

from tongchou.engines.contributions.assess import assess
from tongchou.engines.contributions.case_cover import cover_figures
from tongchou.engines.contributions.eligible import NOBODY, eligibility
from tongchou.engines.contributions.terms import Rules, rules_on
from tongchou.ground.errors import ProblemError
from tongchou.ground.region.contribution_kinds import Shift
from tongchou.ground.region.headers import Case
from tongchou.ground.region.outcomes import FAILED, PASSED, CaseOutcome, Mismatch, mismatches, names_in
from tongchou.ground.region.pack import CaseEntry, Pack
from tongchou.ground.region.typed import typed
from tongchou.ground.region.values import value_of

ELIGIBLE, HELD = "eligible", "held"
Figures = dict[str, Fraction | str]


def run_cases(pack: Pack) -> list[CaseOutcome]:
    """Every case of a pack that is about contributions (`assess` or `cover`), in written order."""
    return [run_case(pack, e) for e in pack.cases if e.case.assess is not None or e.case.cover is not None]


def run_case(pack: Pack, entry: CaseEntry) -> CaseOutcome:
    case = entry.case
    try:
        figures = assessed_figures(pack, case) if case.assess is not None else cover_figures(pack, case)
        wrong = _compare(case, figures)
    except ProblemError as error:
        if case.refused is not None and case.refused in {p.code for p in error.problems}:
            return CaseOutcome(entry, PASSED)
        return CaseOutcome(entry, FAILED, problems=tuple(error.problems))
    return CaseOutcome(entry, FAILED if wrong else PASSED, tuple(wrong))


def assessed_figures(pack: Pack, case: Case) -> Figures:
    """What a case may expect by name, in yuan:

    `LEVY` the whole, `LEVY.PAYER` all a payer bears, `LEVY.PAYER.own` without what a shift brought, `LEVY.base`,
    `LEVY.deferred`, `LEVY.due` (a day), `SHIFT.PAYER` what a shift moved there, and each cash payment, credit and cost
    (`COST` within its limit, `COST.beyond`) by its name. Names that nothing holds for are 0. `eligible` is the group
    that lets the person be enrolled, or 无; then `eligible.held` and `eligible.joins` say why. A case that asks for
    one of these asks for nothing else.
    """
    assert case.assess is not None
    day: date = case.assess
    facts = {name: typed(pack, name, value) for name, value in case.person.items() if name != HELD}
    asked = {key.partition(".")[0] for term in case.expect for key in names_in(term)}
    if asked == {ELIGIBLE}:
        return _eligible(pack, case, facts)
    rules = rules_on(pack, case.scheme, day)
    by_shift = {levy for f in rules.of("shift.*") if f.name in asked for levy in value_of(f, Shift).of}
    found = assess(pack, [facts], case.scheme, day, only=asked | by_shift)
    if found.refused:
        raise ProblemError(*found.refused[0])
    figures = dict.fromkeys(_names(rules), 0)
    words: Figures = {}
    for row in found.levies.to_pylist():
        figures[row["levy"]] = row["whole"]
        figures[f"{row['levy']}.base"] = row["base"] or 0
        words[f"{row['levy']}.due"] = str(row["due_on"])
    for row in found.parts.to_pylist():
        figures[f"{row['levy']}.{row['payer']}"] += row["fen"]
        figures[f"{row['via']}.{row['payer']}" if row["via"] else f"{row['levy']}.{row['payer']}.own"] += row["fen"]
        figures[f"{row['levy']}.deferred"] += row["fen"] * (row["state"] == "deferred")
    for row in found.cash.to_pylist():
        figures[row["cash"]] += row["fen"]
    for row in found.credits.to_pylist():
        figures[row["credit"]] += row["fen"]
    for row in found.costs.to_pylist():
        figures[row["cost"]], figures[f"{row['cost']}.beyond"] = row["within"], row["beyond"]
    return {**{k: Fraction(v, 100) for k, v in figures.items()}, **words}


def _eligible(pack: Pack, case: Case, facts: dict[str, object]) -> Figures:
    """The insurances that the person has are written as `held`, a list."""
    assert case.assess is not None
    held = str(case.person.get(HELD, ""))
    found = eligibility(pack, case.scheme, case.assess, facts, [one for one in held.split("、") if one])
    said = {"": found.group if found.eligible else NOBODY, ".held": "、".join(found.held), ".joins": found.joins}
    return {f"{ELIGIBLE}{end}": words for end, words in said.items()}


def _names(rules: Rules) -> Iterator[str]:
    """Every figure that the declarations in force can give."""
    payers = [str(f.name) for f in rules.of("payer.*")]
    for fact in rules.facts:
        yield str(fact.name)
        yield from (f"{fact.name}.{word}" for word in ("base", "deferred", "beyond"))
        yield from (f"{fact.name}.{payer}{own}" for payer in payers for own in ("", ".own"))


def _compare(case: Case, figures: Figures) -> list[Mismatch]:
    if case.refused is not None:
        return [Mismatch("refused", case.refused, "assessed")]
    return mismatches(case, figures)
