"""参保对象: who may be enrolled in an insurance, and who belongs in another. Rules ENR-01, ENR-02, ENR-06, ENR-08."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from tongchou.ground.region.contribution_kinds import Eligible
from tongchou.ground.region.facts import Facts
from tongchou.ground.region.pack import Pack
from tongchou.ground.region.values import holds, value_of

NOBODY = "无"


@dataclass(frozen=True)
class Standing:
    """How somebody stands to an insurance: `group`, the declared group that lets them in ("" where none is declared);
    else what speaks against it: `held`, insurances that they have and may not, or `joins`, the one they belong in."""

    eligible: bool
    group: str = ""
    held: tuple[str, ...] = ()
    joins: str = ""
    cite: str = ""


def eligibility(pack: Pack, insurance: str, day: date, facts: Mapping[str, Any], held: Collection[str]) -> Standing:
    """How somebody with these facts (typed), who has these other insurances, stands to an insurance on a day.

    Raises:
        ProblemError: a fact that a group asks for is missing (C003) or wrong (C004).
    """
    groups = [f for f in pack.facts if f.scheme == insurance and f.kind == "eligible.*" and f.covers(day)]
    if not groups:
        return Standing(True)
    known = Facts(pack, {"paid_on": day, "scheme": insurance, **facts}, str(pack.year.label_of(day)), day)
    against = Standing(False, cite="、".join(dict.fromkeys(group.citation() for group in groups)))
    for group in groups:
        if not holds(group, known):
            continue
        rule, cite = value_of(group, Eligible), group.citation()
        if rule.joins is not None:
            against = Standing(False, joins=rule.joins, cite=cite)
        elif barred := tuple(name for name in rule.apart_from if name in held):
            against = Standing(False, held=barred, cite=cite)
        else:
            return Standing(True, str(group.name), cite=cite)
    return against


def kept_apart(pack: Pack) -> dict[tuple[str, str], str]:
    """Pairs of insurances of which somebody who has the first may not take up the second, with the article."""
    rules = [(fact, value_of(fact, Eligible)) for fact in pack.facts if fact.kind == "eligible.*"]
    return {(other, fact.scheme): fact.citation() for fact, rule in rules for other in rule.apart_from}
