"""Gaps in dates: a provision that begins late, stops and starts again or lapses, an index without its year."""

from __future__ import annotations

from datetime import date

from tongchou.ground.lint.desk import Desk
from tongchou.ground.lint.eras import ONE_DAY, supported
from tongchou.ground.region.model import EVERY
from tongchou.ground.region.pack import Declared
from tongchou.ground.region.walk import names_asked

_NEEDED = ("takes", "bands", "ratio", "visits.*")
"""Kinds whose absence no rule can mean. A layer that lacks one on its first days is found by the check of layers."""


def check_dates(desk: Desk) -> None:
    for address, timeline in desk.pack.by_address.items():
        if timeline[0].scheme == EVERY:
            continue  # a clearing is declared year by year, and asks for what its year needs
        _check_timeline(desk, address, sorted(timeline, key=lambda f: f.from_date))
    _check_indices(desk)


def _check_timeline(desk: Desk, address: str, timeline: list[Declared]) -> None:
    """An address holds from the first to the last day of what the folder supports; facts of it never overlap."""
    first, last = supported(desk.pack)
    until = first
    beginning = timeline[0]
    if beginning.from_date > first and beginning.kind not in _NEEDED:
        before = {"day": first, "through": beginning.from_date - ONE_DAY, "by": beginning.by}
        desk.report(beginning.place, "W313", address=address, **before)
    for i, fact in enumerate(timeline):
        if i and fact.from_date > until:
            gap = {"day": until, "through": fact.from_date - ONE_DAY, "by": fact.by}
            desk.report(fact.place, "L201", address=address, **gap)
        if fact.through is None or fact.through == date.max or (last is not None and fact.through >= last):
            return
        until = max(until, fact.through + ONE_DAY)
    ending = timeline[-1]
    if until > first:
        code = "L202" if ending.kind in _NEEDED else "W301"
        desk.report(ending.place, code, address=address, day=until, by=ending.by)


def _check_indices(desk: Desk) -> None:
    """Every insurance year in which a fact may ask for an index has a value, if only one carried forward."""
    vocabulary, pack = desk.pack.vocabulary, desk.pack
    first, last = supported(pack)
    for index in vocabulary.indices.values():
        asking = [f for f in pack.facts if index.name in names_asked(f.value)]
        if not asking or not index.values:
            continue
        known = [int(year) for year in index.values]
        start = pack.year.label_of(max(first, min(f.from_date for f in asking)))
        end = pack.year.label_of(last) if last is not None else max(known)
        for year in range(start, max(end, start) + 1):
            if index.at(year, pack.known_on) is None:
                desk.report(index.place, "L203", name=index.name, year=year, address=asking[0].address)
                break
