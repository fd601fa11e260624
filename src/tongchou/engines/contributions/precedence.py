"""Two insurances that pay for the same: on the days of one, the other gives way. Rules ENR-01, ENR-10.

Enrolment in both is reported, never refused; which of them pays is declared (`precedence.*`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

from tongchou.engines.contributions.histories import DOUBLE, FULL, NONE, Spell, Stretch
from tongchou.ground.region.contribution_kinds import Precedence
from tongchou.ground.region.pack import Declared, Pack
from tongchou.ground.region.values import value_of

Stretches = Mapping[tuple[str, str], list[Stretch]]
"""What holds under each (scheme, name of a cover rule)."""
Rules = list[tuple[Declared, str, Precedence]]
Days = list[tuple[date, date]]
"""First and last days."""
_DAY = timedelta(days=1)


def precedences(pack: Pack) -> Rules:
    """Each rule with the insurance that comes first, in written order."""
    rules = [(fact, value_of(fact, Precedence)) for fact in pack.facts if fact.kind == "precedence.*"]
    return [(fact, value.of or fact.scheme, value) for fact, value in rules]


def give_way(rules: Rules, spells: Mapping[str, list[Spell]], found: Stretches) -> Stretches:
    """The stretches, those that entitle cut to nothing on the days on which an insurance that comes first counts."""
    if len(spells) < 2:
        return found
    given = dict(found)
    for rule, first, value in rules:
        days = [day for day in _days(first, value, spells, found) if day[0] <= day[1]]
        for key, stretches in given.items():
            if key[0] in value.over and key[0] != first:
                given[key] = [piece for stretch in stretches for piece in _cut(stretch, rule, days)]
    return given


def _days(first: str, value: Precedence, spells: Mapping[str, list[Spell]], found: Stretches) -> Days:
    """The days on which the insurance that comes first counts, sorted and apart. An insurance that nothing says how to
    be entitled to counts while its spells last."""
    stretches = [s for (scheme, _), own in found.items() if scheme == first for s in own]
    if value.while_ == "entitled" and stretches:
        days = [(s.first, s.through) for s in stretches if s.level == FULL]
    else:
        days = [(s.from_date, s.through_date or date.max) for s in spells.get(first, ()) if not s.suspended]
    apart: Days = []
    for since, until in sorted(days):
        if apart and since <= apart[-1][1]:
            since, until = apart[-1][0], max(until, apart.pop()[1])
        apart.append((since, until))
    return apart


def _cut(stretch: Stretch, rule: Declared, days: Days) -> list[Stretch]:
    if stretch.level != FULL:
        return [stretch]
    pieces, at = [], stretch.first
    for since, until in days:
        a, b = max(at, since, rule.from_date), min(stretch.through, until, rule.through or date.max)
        if a > b:
            continue
        if at < a:
            pieces.append(replace(stretch, first=at, through=a - _DAY))
        pieces.append(replace(stretch, first=a, through=b, level=NONE, reason=DOUBLE, cite=rule.citation()))
        if b == stretch.through:
            return pieces
        at = b + _DAY
    return [*pieces, replace(stretch, first=at)]
