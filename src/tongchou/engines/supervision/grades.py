"""信用等级: from a score to a grade by declared thresholds (HOS-04)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction

from tongchou.ground.errors import fail
from tongchou.ground.region.model import Grade
from tongchou.ground.region.pack import Pack
from tongchou.ground.region.reckoning import facts_on
from tongchou.ground.region.values import finite, value_of

NO_GRADE = "-"


def grades_on(pack: Pack, scheme: str, day: date) -> dict[str, Fraction]:
    """Grade → the score from which it is given, the highest first. Raises I107 where none is declared."""
    facts = facts_on(pack, day)
    found = {
        str(f.name): finite(f.address, value_of(f, Grade).at_least, facts)
        for f in pack.facts
        if f.kind == "grade.*" and f.scheme == scheme and f.covers(day)
    }
    if not found:
        raise fail("I107", scheme=scheme, address="grade", day=day)
    return dict(sorted(found.items(), key=lambda item: -item[1]))


def grade_of(grades: Mapping[str, Fraction], score: Fraction) -> str:
    """The first grade whose threshold the score reaches; `-` for none. The threshold itself is enough."""
    return next((name for name, least in grades.items() if score >= least), NO_GRADE)
