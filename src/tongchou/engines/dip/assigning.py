"""Every discharge in its group, with what decided and with the auxiliary factor that applies; one or millions alike.

What hangs on diagnosis and operations alone is found out once for all cases that share them.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from tongchou.engines.dip.auxiliary import ALL, classes, put_ratios
from tongchou.engines.dip.candidates import Candidates
from tongchou.engines.dip.cases import Cases, labels
from tongchou.engines.dip.catalogue import Catalogue
from tongchou.engines.dip.choosing import COST, LAST, Choice, Chooser, Situation, situation_of
from tongchou.engines.dip.codes import matching
from tongchou.engines.dip.facts import Facts
from tongchou.engines.dip.reading import Read
from tongchou.ground.region.dip.declaration import TREATMENTS
from tongchou.ground.sums import decimal

NONE = -1
GROUPED, FALLBACK, EXCLUDED, UNGROUPED, FAULTY = "grouped", "fallback", "excluded", "ungrouped", "faulty"
_SAFE = 2**62
STATUSES = (GROUPED, FALLBACK, EXCLUDED, UNGROUPED, FAULTY)
_TEXTS = (
    "discharge_id", "status", "group", "kind", "treatment", "rw", "reference_mean", "reference", "auxiliary", "factor",
    "factor_of", "conduct", "conduct_of", "candidates", "decided_by",
)  # fmt: skip
SCHEMA = pa.schema([(name, pa.int64() if name == "reference_mean" else pa.string()) for name in _TEXTS])
"""What an assignment is as a table: `rw` and `factor` are decimals as text, `reference_mean` is fen."""


@dataclass
class Assigned:
    """`table` in the order of the discharges, the faulty ones last; `counted` by status."""

    table: pa.Table
    counted: dict[str, int]


class Assigner:
    """A catalogue made ready."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self.candidates, self.chooser = Candidates(catalogue), Chooser(catalogue)
        self.said = catalogue.dip.said
        self.decimals = self.said.catalogue.decimals

    def assign(self, read: Read) -> Assigned:
        """Assign all cases that were read; those that could not be read are told as faulty."""
        cases = read.cases
        working = _Working(self, cases)
        columns = working.columns()
        table = pa.table({"discharge_id": cases.ids, **columns})
        if read.faulty:
            faulty: dict[str, list[str | None]] = {name: [""] * len(read.faulty) for name in SCHEMA.names}
            faulty["discharge_id"] = [*read.faulty]
            faulty["status"] = [FAULTY] * len(read.faulty)
            faulty["reference_mean"] = [None] * len(read.faulty)
            table = pa.concat_tables([table.select(SCHEMA.names), pa.table(faulty, SCHEMA)])
        counted = Counter(dict.fromkeys(STATUSES, 0))
        for one in table["status"].value_counts().to_pylist():
            counted[one["values"]] += one["counts"]
        return Assigned(table.select(SCHEMA.names).cast(SCHEMA), dict(counted))


class _Working:
    """One lot of cases on its way."""

    def __init__(self, assigner: Assigner, cases: Cases) -> None:
        self.assigner, self.cases = assigner, cases
        self.catalogue, self.said = assigner.catalogue, assigner.said
        self.rows = assigner.catalogue.rows
        self.facts = Facts(assigner.catalogue.dip, cases)
        self.group = np.full(len(cases), NONE, np.int64)
        self.decided = np.zeros(len(cases), np.int64)
        self.words = [""]
        self.listed = np.zeros(len(cases), np.int64)
        self.lists = [""]
        self.excluded = np.zeros(len(cases), np.bool_)

    def columns(self) -> dict[str, Any]:
        self._leave_out()
        self._pre_groups()
        self._groups()
        status = np.where(self.group != NONE, STATUSES.index(GROUPED), STATUSES.index(UNGROUPED))
        fallback = self.said.assignment.fallback
        if fallback is not None:
            status[(self.group == NONE) & ~self.excluded] = STATUSES.index(FALLBACK)
        status[self.excluded] = STATUSES.index(EXCLUDED)
        rows = self.rows
        found = {
            "status": _words(status, STATUSES),
            "group": self._of_group([row.code for row in rows], ""),
            "kind": self._of_group([row.kind for row in rows], ""),
            "treatment": _words(self.facts.treatment.astype(np.int64), TREATMENTS),
            "rw": self._of_group([decimal(row.rw, self.assigner.decimals) for row in rows], ""),
            **self._reference(),
            **self._auxiliary(),
            "candidates": _words(self.listed, self.lists),
            "decided_by": _words(self.decided, self.words),
        }
        if fallback is not None:
            taken = pa.array(status == STATUSES.index(FALLBACK))
            said = {"group": fallback, "kind": FALLBACK, "rw": decimal(0, self.assigner.decimals)}
            for name, text in (said | {"decided_by": FALLBACK}).items():
                found[name] = pa.compute.if_else(taken, text, found[name])
        return found

    def _leave_out(self) -> None:
        """Cases whose principal diagnosis is excluded, and those of days for which the declaration says nothing."""
        patterns = self.said.catalogue.excluded_diagnoses
        by_diagnosis = np.append(np.array(matching(patterns, self.cases.words["dx"]), np.bool_), False)
        own = by_diagnosis[self.cases.word["principal"]]
        self.decided[own] = self._word("excluded_diagnosis")
        days = np.array(self.cases.day).astype("datetime64[D]")
        outside = np.zeros(len(own), np.bool_)
        if self.said.valid_from is not None:
            outside |= days < np.datetime64(self.said.valid_from)
        if self.said.valid_through is not None:
            outside |= days > np.datetime64(self.said.valid_through)
        self.decided[outside] = self._word("not_in_force")
        self.excluded = own | outside

    def _pre_groups(self) -> None:
        open_ = ~self.excluded
        self.closed = self.excluded.copy()
        for pre in self.said.catalogue.pre_groups:
            own = open_ & self.facts.holds(pre)
            open_ &= ~own
            self.closed |= own
            self.group[own] = self.assigner.candidates.pre.get(pre.group, NONE)
            self.decided[own] = self._word("pre_group")

    def _groups(self) -> None:
        """Find out once what all cases with the same diagnosis and operations share, then ask the cost of each."""
        rest = np.flatnonzero(~self.closed)
        operations = self.facts.counted_operations.taken(rest)
        words = self.cases.words["operations"]
        label = labels(operations, len(words))
        principal = self.cases.word["principal"][rest].astype(np.int64)
        joined = principal * (int(label.max(initial=0)) + 1) + label
        _, first, own = np.unique(joined, return_index=True, return_inverse=True)
        taken = operations.taken(first)
        starts, listed = taken.start.tolist(), [words[at] for at in taken.words.tolist()]
        dx = self.cases.words["dx"]
        heads = [dx[at] for at in principal[first].tolist()]
        treatments = [TREATMENTS[at] for at in self.facts.treatment[rest[first]].tolist()]
        choices, lists, situations, decided = [], [], [], []
        for at, (head, treatment) in enumerate(zip(heads, treatments, strict=True)):
            of_case = frozenset(listed[starts[at] : starts[at + 1]])
            among = self.assigner.candidates.of(head, of_case, treatment)
            situation = situation_of(self.rows, among, of_case, treatment)
            choice = self.assigner.chooser.choose(among, situation) if among else Choice(NONE, "")
            choices.append(choice)
            situations.append(situation)
            lists.append(self._list(among))
            decided.append(self._word(choice.decided))
        if not choices:
            return
        self.group[rest] = np.array([one.chosen for one in choices])[own]
        self.decided[rest] = np.array(decided)[own]
        self.listed[rest] = np.array(lists)[own]
        by_cost = np.array([bool(one.left) for one in choices])
        there = np.flatnonzero(by_cost[own])
        order = there[np.argsort(own[there], kind="stable")]
        for part in np.split(order, np.flatnonzero(np.diff(own[order])) + 1) if len(order) else ():
            at = int(own[part[0]])
            self._by_cost(rest[part], choices[at], situations[at])

    def _by_cost(self, cases: Any, choice: Choice, situation: Situation) -> None:
        """Of the groups that are left the nearest in cost; further criteria where two are equally near."""
        left = np.array(choice.left)
        means = np.array([self.rows[at].mean for at in choice.left])
        distance = np.abs(self.cases.fee[cases][:, None] - means[None, :])
        near = distance == distance.min(axis=1)[:, None]
        patterns, own = np.unique(near, axis=0, return_inverse=True)
        own = own.reshape(-1)
        for at, pattern in enumerate(patterns):
            nearest = left[pattern].tolist()
            decided = COST if len(nearest) < len(left) else ""
            found = self.assigner.chooser.choose(nearest, situation, choice.step + 1, decided or LAST)
            if found.left:  # asked for the cost twice, which tells nothing new
                found = Choice(min(found.left, key=lambda one: self.rows[one].code), LAST)
            self.group[cases[own == at]] = found.chosen
            self.decided[cases[own == at]] = self._word(found.decided)

    def _reference(self) -> dict[str, Any]:
        """The mean that a case is measured by: of the declared year and level; where there is none, of all levels, then
        of all years."""
        said, means = self.said.assignment, self.catalogue.means
        year = max(self.said.catalogue.years) if said.reference_year == "last" else 0
        levels = [*self.cases.words.get("level", []), ""] if "level" in self.cases.word else [""]
        own = self.cases.word["level"] if "level" in self.cases.word else np.full(len(self.cases), NONE)
        if said.reference_level == "all":
            levels, own = [""], np.full(len(self.cases), NONE)
        cell = np.where(
            self.group == NONE, NONE, self.group * len(levels) + np.where(own == NONE, len(levels) - 1, own)
        )
        places, inverse = np.unique(cell, return_inverse=True)
        mean: list[int | None] = []
        text = []
        for place in places.tolist():
            found: tuple[int | None, str] = (None, "")
            if place != NONE:
                row, level = self.rows[place // len(levels)], levels[place % len(levels)]
                tried = [(year, level), (year, ""), (0, level), (0, "")]
                there = [(y, v) for y, v in tried if (row.code, y, v) in means]
                y, v = there[0] if there else (0, "")
                found = (means.get((row.code, y, v), row.mean), f"{y or 'weighted'}/{v or 'all'}")
            mean.append(found[0])
            text.append(found[1])
        taken = pa.array(inverse.reshape(-1))
        return {
            "reference_mean": pa.array(mean, pa.int64()).take(taken),
            "reference": pa.array(text, pa.string()).take(taken),
        }

    def _auxiliary(self) -> dict[str, Any]:
        """The factors that apply to each case, and the one that is used."""
        auxiliaries = self.said.auxiliary
        group = self.group
        columns = (
            np.array([*(row.mean for row in self.rows), 0]),
            np.array([*(row.stay for row in self.rows), 0]),
            np.array([*(row.deaths for row in self.rows), 0]),
            np.array([*(row.cases for row in self.rows), 0]),
        )
        put_ratios(self.facts, group, *columns)
        own = [classes(self.facts, one) for one in auxiliaries.values()]
        joined, most = group + 1, len(self.rows) + 1
        for one, cls in zip(auxiliaries.values(), own, strict=True):
            size = len(one.classes) + 1
            if most * size > _SAFE:
                places, joined = np.unique(joined, return_inverse=True)
                joined, most = joined.reshape(-1), len(places)
            joined, most = joined * size + cls + 1, most * size
        _, first, inverse = np.unique(joined, return_index=True, return_inverse=True)
        told = [self._applying(int(group[at]), [int(cls[at]) for cls in own]) for at in first]
        taken = pa.array(inverse.reshape(-1))
        names = ("auxiliary", "factor", "factor_of", "conduct", "conduct_of")
        return {name: pa.array([one[at] for one in told], pa.string()).take(taken) for at, name in enumerate(names)}

    def _applying(self, group: int, own: list[int]) -> tuple[str, ...]:
        """What applies to cases of a group that are in these classes of the auxiliary catalogues."""
        code = self.rows[group].code if group != NONE else ALL
        chosen = [
            (name, list(auxiliary.classes)[at])
            for (name, auxiliary), at in zip(self.said.auxiliary.items(), own, strict=True)
            if at != NONE and group != NONE
        ]
        factors = self.catalogue.factors
        found: dict[str, list[tuple[str, int]]] = {"illness": [], "conduct": []}
        for name, cls in chosen:
            factor = factors.get((name, cls, code), factors.get((name, cls, ALL)))
            if factor is not None:
                found[self.said.auxiliary[name].about].append((f"{name}:{cls}", factor))
        decimals = self.assigner.decimals
        every = [*found["illness"], *found["conduct"]]
        text = "|".join(f"{name}={decimal(factor, decimals)}" for name, factor in every)
        of_illness = self._combined(found["illness"], self.said.combine)
        return text, *of_illness, *self._combined(found["conduct"], "product")

    def _combined(self, found: list[tuple[str, int]], how: str) -> tuple[str, str]:
        """The factor that is used of several, and whose it is; 1 where there is none."""
        decimals = self.assigner.decimals
        if how == "largest" and found:
            name, factor = max(found, key=lambda one: one[1])
            return decimal(factor, decimals), name
        product = 10**decimals if not found else 1
        for _, factor in found:
            product *= factor
        return decimal(product, decimals * max(len(found), 1)), "|".join(name for name, _ in found)

    def _of_group(self, words: list[str], nothing: str) -> pa.Array:
        return _words(self.group, [*words, nothing])

    def _word(self, word: str) -> int:
        if word not in self.words:
            self.words.append(word)
        return self.words.index(word)

    def _list(self, among: list[int]) -> int:
        self.lists.append("|".join(sorted(self.rows[at].code for at in among)))
        return len(self.lists) - 1


def _words(place: Any, words: Any) -> pa.Array:
    """The word at each place; the last one for a place of -1."""
    return pa.array(list(words), pa.string()).take(pa.array(np.where(place < 0, len(words) - 1, place)))
