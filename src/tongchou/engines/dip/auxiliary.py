"""Auxiliary catalogues: in which class of each a case is, and by how much such cases cost more than their groups."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from tongchou.engines.dip.cases import Cases
from tongchou.engines.dip.facts import Facts
from tongchou.ground.region.dip.declaration import Auxiliary
from tongchou.ground.region.dip.load import Dip
from tongchou.ground.sums import counts, rounded, sums

if TYPE_CHECKING:
    from tongchou.engines.dip.building import Group

NONE = -1
ALL = "*"


@dataclass(frozen=True)
class Factor:
    """The factor of a class of an auxiliary catalogue, in units of the declared decimals: of one group, or of all
    (`*`). `cost` (fen) of its `cases` by what their groups' means sum to; both 0 where the factor is declared."""

    catalogue: str
    cls: str
    group: str
    cases: int
    cost: int
    expected: int
    factor: int


def classes(facts: Facts, auxiliary: Auxiliary) -> Any:
    """Which class of the catalogue each case is in: the first whose conditions hold; -1 for none."""
    found = np.full(len(facts.cases), NONE, np.int64)
    open_ = facts.holds(auxiliary.of)
    for at, one in enumerate(auxiliary.classes.values()):
        own = open_ & facts.holds(one)
        found[own] = at
        open_ &= ~own
    return found


def put_ratios(facts: Facts, group: Any, mean: Any, stay: Any, deaths: Any, cases: Any) -> None:
    """Tell the facts what conditions ask of a case and its group; `group` -1 where there is none."""
    nothing = group == NONE
    days = facts.cases.number.get("days", np.full(len(group), NONE))
    facts.ratios = {
        "stay_ratio": (np.where(days >= 0, days * 100, NONE), np.where(nothing, 0, stay[group])),
        "cost_ratio": (facts.cases.fee, np.where(nothing, 0, mean[group])),
        "group_mortality": (np.where(nothing, NONE, deaths[group]), np.where(nothing, 0, cases[group])),
    }


def group_columns(groups: Sequence[Group]) -> tuple[Any, Any, Any, Any]:
    """Mean, stay, deaths and cases of the groups as columns, one more row for no group."""
    return (
        np.array([*(one.mean for one in groups), 0]),
        np.array([*(one.stay for one in groups), 0]),
        np.array([*(one.deaths for one in groups), 0]),
        np.array([*(sum(one.cases) for one in groups), 0]),
    )


def factors(dip: Dip, cases: Cases, group: Any, keep: Any, groups: Sequence[Group]) -> list[Factor]:
    """The factors of every auxiliary catalogue, of the cases that count for their group's mean."""
    if not dip.said.auxiliary:
        return []
    facts = Facts(dip, cases)
    columns = group_columns(groups)
    put_ratios(facts, group, *columns)
    found: list[Factor] = []
    for name, auxiliary in dip.said.auxiliary.items():
        own = classes(facts, auxiliary)
        there = np.flatnonzero(keep & (own != NONE))
        found += _factors(dip, name, auxiliary, own[there], group[there], cases.fee[there], columns[0], groups)
    return sorted(found, key=lambda one: (one.catalogue, one.cls, one.group))


def _factors(
    dip: Dip, name: str, auxiliary: Auxiliary, cls: Any, group: Any, fee: Any, mean: Any, groups: Sequence[Group]
) -> Iterator[Factor]:
    """Cost by expected cost: what the cases of a class cost by what the means of their groups sum to."""
    said = dip.said.catalogue
    words = list(auxiliary.classes)
    size = len(words)
    by_class = [counts(cls, size), sums(cls, fee, size), sums(cls, mean[group], size)]
    for at, word in enumerate(words):
        declared = auxiliary.classes[word].factor
        if declared is not None:
            yield Factor(name, word, ALL, by_class[0][at], 0, 0, rounded(declared, said.decimals, said.rounding))
            continue
        n, cost, expected = (column[at] for column in by_class)
        if n >= auxiliary.cases:
            yield Factor(name, word, ALL, n, cost, expected, _ratio(dip, cost, expected))
    if auxiliary.per == "group":
        cell = cls * len(groups) + group
        places, joined = np.unique(cell, return_inverse=True)
        columns = (counts(joined, len(places)), sums(joined, fee, len(places)), sums(joined, mean[group], len(places)))
        for place, n, cost, expected in zip(places.tolist(), *columns, strict=True):
            word = words[place // len(groups)]
            if n >= auxiliary.cases and auxiliary.classes[word].factor is None:
                code = groups[place % len(groups)].shape.code
                yield Factor(name, word, code, n, cost, expected, _ratio(dip, cost, expected))


def _ratio(dip: Dip, cost: int, expected: int) -> int:
    said = dip.said.catalogue
    return rounded(Fraction(cost, expected), said.decimals, said.rounding)
