"""Care that is asked for by a word that no settlement of the record can have."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from tongchou.ground.lint.desk import Desk
from tongchou.ground.region.care_kinds import Cares
from tongchou.ground.region.clearing_kinds import DayPoints, Readmission, Routes
from tongchou.ground.region.clearing_money import PerDiem
from tongchou.ground.region.pack import Declared


def check_cares(desk: Desk) -> None:
    """Routes, day rates and exemptions by a word that is neither declared at some time of theirs nor a kind of visit:
    what was meant for them would go another way, and nothing would say so."""
    pack = desk.pack
    visits = {kind for kinds in pack.visits.values() for kind in kinds}
    visits |= {str(fact.name) for fact in pack.facts if fact.kind == "visits.*"}
    declared = [fact for fact in pack.facts if isinstance(fact.value, Cares)]
    for fact in pack.facts:
        words = visits | {word for one in declared if _meet(one, fact) for word in _declared(one)}
        for word in dict.fromkeys(_asked(fact)):
            if word not in words:
                known = "、".join(sorted(words))
                desk.report(fact.place, "W314", address=fact.address, value=word, known=known)


def _asked(fact: Declared) -> Iterator[str]:
    if isinstance(fact.value, Routes):
        for route in fact.value.routes:
            yield from route.care
    elif isinstance(fact.value, Readmission):
        yield from fact.value.exempt
    elif isinstance(fact.value, PerDiem | DayPoints):
        yield str(fact.name)


def _declared(fact: Declared) -> Iterator[str]:
    assert isinstance(fact.value, Cares)
    for care in fact.value.cares:
        yield care.word


def _meet(one: Declared, other: Declared) -> bool:
    """Whether both hold on some day."""
    return one.from_date <= (other.through or date.max) and other.from_date <= (one.through or date.max)
