"""Insurances beside the schemes: their names, and precedences that lead back to where they began."""

from __future__ import annotations

from collections import defaultdict

from tongchou.ground.lint.desk import Desk
from tongchou.ground.region.contribution_kinds import Insurance, Precedence

LONGEST = 20
"""Characters of a name that a record can hold."""


def check_insurances(desk: Desk) -> None:
    """A name that stands for one insurance only, and of two insurances one that comes first."""
    over: defaultdict[str, set[str]] = defaultdict(set)
    for fact in desk.pack.facts:
        if isinstance(fact.value, Insurance):
            name = str(fact.name)
            if name in desk.pack.region.schemes or len(name) > LONGEST:
                desk.report(fact.place, "L282", value=name, most=LONGEST)
        elif isinstance(fact.value, Precedence):
            first = fact.value.of or fact.scheme
            over[first] |= set(fact.value.over)
            if _leads(over, first, first):
                desk.report(fact.place, "L281", address=fact.address, value=first)


def _leads(over: dict[str, set[str]], from_: str, to: str) -> bool:
    """Whether an insurance comes, through others, before another."""
    seen: set[str] = set()
    ahead = [from_]
    while ahead:
        for name in over.get(ahead.pop(), set()) - seen:
            seen.add(name)
            ahead.append(name)
    return to in seen
