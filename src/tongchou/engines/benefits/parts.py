"""A claim may be several: a stay split at the end of the insurance year, lines diverted to another benefit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from tongchou.engines.benefits.claim import Claim, Line, Settlement
from tongchou.engines.benefits.facts import Facts
from tongchou.engines.benefits.guards import Turn
from tongchou.engines.benefits.numbers import Use
from tongchou.engines.benefits.plan import Plan
from tongchou.engines.benefits.split import concerns, line_facts
from tongchou.engines.benefits.state import State
from tongchou.engines.benefits.values import value_of
from tongchou.ground.errors import fail
from tongchou.ground.region.headers import BASIS_FACT
from tongchou.ground.region.model import Divert
from tongchou.ground.region.pack import Declared

if TYPE_CHECKING:
    from tongchou.engines.benefits.engine import Engine


@dataclass(frozen=True)
class Part:
    """One part of a claim, settled by itself: its own lines, kind, basis date and year."""

    claim: Claim
    facts: Facts
    reductions: tuple[Declared, ...]
    uses: tuple[Use, ...]
    diverted_by: tuple[Declared, ...] = ()  # the rules that sent these lines to another kind of visit


def split_into_parts(engine: Engine, turn: Turn, state: State) -> list[Part]:
    """The parts in the order in which they are settled: by year, then the visit's own lines before diverted ones."""
    years = _by_year(engine, turn, state)
    plan = engine.plan(turn.claim.scheme, turn.claim.kind, turn.claim.facts)
    whole = years[0][1] is turn.facts  # one part that keeps its dates; lines of one year only still change them
    if whole and not plan.diverts:
        return [Part(turn.claim, turn.facts, turn.reductions, turn.uses)]
    parts: list[Part] = []
    for lines, facts in years:
        for kind, (chosen, rules) in _by_kind(plan, turn.claim, facts, lines).items():
            claim = replace(turn.claim, lines=tuple(chosen), kind=kind, facts=_plain(turn.claim, facts))
            own = facts if kind == turn.claim.kind else facts.with_facts({"kind": kind})
            parts.append(Part(claim, own, turn.reductions, turn.uses, tuple(rules)))
    return _with_given_once(engine, turn.claim, parts)


def _with_given_once(engine: Engine, claim: Claim, parts: list[Part]) -> list[Part]:
    """An amount that came with the claim goes to the first part that its layer serves, never to two."""
    if not claim.given:
        return parts
    left = dict(claim.given)
    found = []
    for part in parts:
        served = _given_layers(engine, part)
        own = {name: left.pop(name) for name in list(left) if name in served}
        found.append(replace(part, claim=replace(part.claim, given=own)))
    return found


def _given_layers(engine: Engine, part: Part) -> set[str]:
    plan = engine.plan(part.claim.scheme, part.claim.kind, part.claim.facts)
    return {p.name for p in plan.layers if p.layer.payer == "given"}


def check_given(engine: Engine, claim: Claim, parts: Sequence[Part]) -> None:
    """Raises C035 for an amount whose layer serves no part of the claim: it must not be lost silently."""
    if claim.given:
        served = set().union(*(_given_layers(engine, part) for part in parts))
        for layer in claim.given:
            if layer not in served:
                raise fail("C035", layer=layer, known="、".join(sorted(served)) or "-")


def _plain(claim: Claim, facts: Facts) -> dict[str, Any]:
    """The claim's facts with the dates of this part."""
    return {**claim.facts, **{name: facts(name) for name in ("admitted", "discharged", "settled")}}


def _by_year(engine: Engine, turn: Turn, state: State) -> list[tuple[Sequence[Line], Facts]]:
    """C15: a stay across the year end is whole, split by fee date, or as the patient chose (`option: split`)."""
    claim, facts, rule = turn.claim, turn.facts, engine.pack.region.year
    start, end = claim.facts["admitted"], claim.facts["discharged"]
    years = engine.pack.year
    crosses = years.label_of(start) != years.label_of(end)
    wanted = rule.crossing == "split" or (rule.crossing == "option" and str(claim.facts.get("option")) == "split")
    if not (crosses and wanted):
        return [(claim.lines, facts)]
    by_year: dict[int, list[Line]] = {}
    for line in claim.lines:
        day = line.facts.get("fee_date")
        if not isinstance(day, date):
            raise fail("C022", claim=claim.id)
        by_year.setdefault(years.label_of(min(max(day, start), end)), []).append(line)
    found: list[tuple[Sequence[Line], Facts]] = []
    for label in sorted(by_year):
        first, last = years.span(label)
        dates = {"admitted": max(start, first), "discharged": min(end, last)}
        basis = BASIS_FACT[rule.basis]
        day = dates.get(basis, min(claim.facts["settled"], last))
        days = _stay_days(dates["admitted"], dates["discharged"], last_part=end <= last)
        more = {**dates, "settled": min(claim.facts["settled"], last), "stay_days": days}
        more["nth"] = engine.nth(claim, state, str(label))
        found.append((by_year[label], facts.in_year(str(label), day, more)))
    return found


def _stay_days(start: date, end: date, last_part: bool) -> int:
    """Days of a part: a stay's days sum over its parts; the night over the year end belongs to the old year."""
    return max(1, (end - start).days if last_part else (end - start + timedelta(days=1)).days)


def _by_kind(
    plan: Plan, claim: Claim, facts: Facts, lines: Sequence[Line]
) -> dict[str, tuple[list[Line], list[Declared]]]:
    """Lines whose `divert` rule holds fall to the declared other kind of visit (special diseases)."""
    groups: dict[str, tuple[list[Line], list[Declared]]] = {claim.kind: ([], [])}
    for line in lines:
        own = line_facts(facts, line)
        rule = next((d for d in plan.diverts if concerns(d, own)), None)
        to = claim.kind if rule is None else value_of(rule, Divert).to
        chosen, rules = groups.setdefault(to, ([], []))
        chosen.append(line)
        if rule is not None and rule not in rules:
            rules.append(rule)
    return {kind: group for kind, group in groups.items() if group[0]}


def combine(claim: Claim, results: Sequence[Settlement]) -> Settlement:
    """One settlement of all parts. A single part is returned as it is, with the claim as it arrived."""
    if len(results) == 1:
        return results[0] if results[0].claim is claim else replace(results[0], claim=claim)
    first = results[-1]
    order = {line.id: i for i, line in enumerate(claim.lines)}
    by_line = {line.id: p for r in results for line, p in zip(r.claim.lines, r.line_parts, strict=True)}
    deductibles, formulas, used = (sum(numbers) for numbers in zip(*(r.basic for r in results), strict=True))
    return replace(
        first,
        claim=claim,
        parts={name: sum(r.parts[name] for r in results) for name in first.parts},
        package_excess=sum(r.package_excess for r in results),
        layers=tuple(layer for r in results for layer in r.layers),
        paid=_sums(r.paid for r in results),
        by_field=_sums(r.by_field for r in results),
        basic=(deductibles, formulas, used),
        hospital=sum(r.hospital for r in results),
        cash=sum(r.cash for r in results),
        line_parts=tuple(by_line[i] for i in sorted(by_line, key=lambda i: order[i])),
        state_delta=_sums(r.state_delta for r in results),
        reads=frozenset().union(*(r.reads for r in results)),
        notes={**first.notes, "parts": tuple(results)},
    )


def _sums(amounts: Iterable[Mapping[Any, int]]) -> dict[Any, int]:
    found: dict[Any, int] = {}
    for one in amounts:
        for name, amount in one.items():
            found[name] = found.get(name, 0) + amount
    return found
