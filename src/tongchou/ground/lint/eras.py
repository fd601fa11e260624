"""Spans of days in which the same facts are in force, each with a day as witness."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import product

from tongchou.ground.region.model import EVERY
from tongchou.ground.region.pack import Declared, Pack

ONE_DAY = timedelta(days=1)
_ORDER = ("admission", "fee", "discharge", "settlement")
"""The dates of one visit never run backwards in this order; enrolment and payment may lie anywhere."""


@dataclass(frozen=True)
class Era:
    """Facts in force together, and the days on which a claim meets them."""

    days: Mapping[str, date]
    facts: tuple[Declared, ...]

    @property
    def day(self) -> date:
        return max(self.days.values())

    def witness(self) -> str:
        if len(set(self.days.values())) == 1:
            return self.day.isoformat()
        return "、".join(f"{by}={day}" for by, day in self.days.items())


def supported(pack: Pack) -> tuple[date, date | None]:
    """The first and the last day for which the folder claims to be complete."""
    supports = pack.region.supports
    if supports is not None:
        return supports.from_, supports.through
    return min((f.from_date for f in pack.facts if f.scheme != EVERY), default=date.min), None


def eras(pack: Pack, facts: Iterable[Declared]) -> Iterator[Era]:
    """Each set of these facts that a claim can meet, on the first days on which it can."""
    facts = tuple(facts)
    bases = sorted({f.by for f in facts}) or ["discharge"]
    seen: set[tuple[int, ...]] = set()
    # Days of one date first: a witness on a single day reads best.
    points = {by: _points(pack, facts) if len(bases) == 1 else _points(pack, facts, by) for by in bases}
    every = sorted({day for days in points.values() for day in days})
    combinations = [dict.fromkeys(bases, day) for day in every]
    if len(bases) > 1:
        combinations += [dict(zip(bases, days, strict=True)) for days in product(*(points[by] for by in bases))]
    for days in combinations:
        held = tuple(f for f in facts if f.covers(days[f.by]))
        key = tuple(f.order for f in held)
        if key not in seen and _runs_forward(days):
            seen.add(key)
            yield Era(days, held)


def _points(pack: Pack, facts: tuple[Declared, ...], by: str | None = None) -> list[date]:
    """The first supported day and every day on which something begins or has just ended."""
    first, last = supported(pack)
    days = {first}
    for fact in facts:
        if by is None or fact.by == by:
            days.add(fact.from_date)
            if fact.through is not None and fact.through < date.max:
                days.add(fact.through + ONE_DAY)
    return sorted(d for d in days if first <= d and (last is None or d <= last))


def _runs_forward(days: Mapping[str, date]) -> bool:
    ordered = [days[by] for by in _ORDER if by in days]
    return ordered == sorted(ordered)


def visits_in(pack: Pack, era: Era, scheme: str) -> dict[str, tuple[str, ...]]:
    """The layers of each kind of visit: as `layers.yaml` says, or as an article in force says."""
    visits = dict(pack.visits.get(scheme, {}))
    for fact in era.facts:
        if fact.kind == "visits.*" and fact.scheme == scheme:
            visits[str(fact.name)] = fact.value.layers  # type: ignore[attr-defined]  # the model of visits.*
    return visits
