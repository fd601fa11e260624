"""What conditions ask of cases: complications, comorbidities, treatment, an earlier stay; each as a column."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np

from tongchou.engines.dip.cases import UNKNOWN, Cases, Lists
from tongchou.engines.dip.codes import longest, matching, shortened
from tongchou.ground.errors import Problem, ProblemError
from tongchou.ground.region.dip.declaration import OF_GROUP, TREATMENTS, Conditions, Range
from tongchou.ground.region.dip.load import Dip

COMPLICATIONS = ("none", "CC", "MCC")
_COLUMN = {"outcome": "outcome", "sex": "sex"}
_SAFE = 2**62


class Facts:
    """The facts of cases under a declaration. `group`, once it is known, gives of each case what `of_group` needs."""

    def __init__(self, dip: Dip, cases: Cases) -> None:
        self.dip, self.cases = dip, cases
        self.ratios: dict[str, tuple[Any, Any]] = {}

    def holds(self, asked: Conditions) -> Any:
        """Of each case whether all the conditions hold."""
        found = np.ones(len(self.cases), np.bool_)
        for name in type(asked).model_fields:
            value = getattr(asked, name) if name in Conditions.model_fields else None
            if value is not None:
                found &= self._one(name, value)
        return found

    def _one(self, name: str, value: Any) -> Any:
        if isinstance(value, Range):
            return in_range(value, *self.ratios[name]) if name in OF_GROUP else in_range(value, self._number(name), 1)
        if name in _COLUMN:
            return self._is_one_of(name, value)
        if name == "complication":
            return np.isin(self.complication, [COMPLICATIONS.index(word) for word in value])
        if name == "treatment":
            return np.isin(self.treatment, [TREATMENTS.index(word) for word in value])
        return self._coded(name, value)

    def _coded(self, name: str, patterns: Iterable[str]) -> Any:
        words = "operations" if name == "operation" else "dx"
        wanted = np.append(np.array(matching(patterns, self.cases.words[words]), np.bool_), False)
        if name == "operation":
            return self.cases.operations.any(wanted)
        principal = wanted[self.cases.word["principal"]]
        if name == "principal":
            return principal
        other = self.cases.others.any(wanted)
        return other if name == "other_diagnosis" else principal | other

    def _is_one_of(self, name: str, values: Iterable[str]) -> Any:
        if name not in self.cases.word:
            raise ProblemError(Problem("D326", details={"name": name}))
        wanted = np.append(np.isin(np.array(self.cases.words[name], object), list(values)), False)
        return wanted.astype(np.bool_)[self.cases.word[name]]

    def _number(self, name: str) -> Any:
        if name == "cci":
            return self.cci
        if name == "since_previous":
            return self.since_previous
        if name not in self.cases.number:
            # Days since birth, grams and hours are told of few; who lacks the column has none of these cases.
            return np.full(len(self.cases), UNKNOWN)
        return self.cases.number[name]

    @cached_property
    def complication(self) -> Any:
        """0 none, 1 CC, 2 MCC: the gravest other diagnosis that is one and that the principal does not exclude."""
        words, others = self.cases.words["dx"], self.cases.others
        tables = {table: at for at, table in enumerate(sorted({*self.dip.mcc.values(), *self.dip.cc.values()} - {""}))}
        excluded_by = np.array([tables.get(self.dip.exclusions.get(word, ""), -1) for word in words] + [-1])
        principal = excluded_by[self.cases.word["principal"]][others.rows()]
        found = np.zeros(len(self.cases), np.int8)
        for level, listed in ((1, self.dip.cc), (2, self.dip.mcc)):
            table = np.array([tables.get(listed[word], -2) if word in listed else -3 for word in words] + [-3])
            own = table[others.words]
            found[others.rows()[(own != -3) & ((own != principal) | (principal == -1))]] = level
        return found

    @cached_property
    def cci(self) -> Any:
        """The comorbidity index: of each condition among the other diagnoses its largest weight, summed."""
        found = np.zeros(len(self.cases), np.int64)
        by_condition: dict[str, dict[int, list[str]]] = {}
        for condition, weight, pattern in self.dip.comorbidities:
            by_condition.setdefault(condition, {}).setdefault(weight, []).append(pattern)
        for weights in by_condition.values():
            own = np.zeros(len(self.cases), np.int64)
            for weight, patterns in sorted(weights.items()):
                own[self._coded("other_diagnosis", patterns)] = weight
            found += own
        return found

    @cached_property
    def classes(self) -> Any:
        """Of each operation word its class: the place in `TREATMENTS`, 3 for one that is ignored."""
        words = self.cases.words["operations"]
        found = [longest(self.dip.operations, word) for word in words]
        return np.array([TREATMENTS.index(one) if one != "ignored" else 3 for one in found] + [3], np.int8)

    @cached_property
    def treatment(self) -> Any:
        """The most far-reaching class of a case's operations."""
        found = np.full(len(self.cases), 3, np.int8)
        own = self.classes[self.cases.operations.words]
        rows = self.cases.operations.rows()
        for at in (2, 1, 0):
            found[rows[own == at]] = at
        return found

    @cached_property
    def counted_operations(self) -> Lists:
        """Operations but those that are ignored."""
        return self.cases.operations.chosen(self.classes[self.cases.operations.words] != 3)

    @cached_property
    def since_previous(self) -> Any:
        """Days from the same person's last discharge from the same institution with the same key to this admission, as
        the files have it or as the cases here tell it."""
        if "since_previous" in self.cases.number:
            return self.cases.number["since_previous"]
        for name, column in (("person", "person_id"), ("provider", "provider_id")):
            if name not in self.cases.word:
                raise ProblemError(Problem("D326", details={"name": column}))
        cases = self.cases
        key = self._keys[cases.word["principal"]]
        order = np.lexsort((cases.day, cases.admitted, key, cases.word["provider"], cases.word["person"]))
        if not len(order):
            return np.zeros(0, np.int64)
        columns = [cases.word["person"][order], cases.word["provider"][order], key[order]]
        admitted, left = cases.admitted[order].astype(np.int64), cases.day[order].astype(np.int64)
        # Two stays of the same days stand beside each other, and neither comes before the other.
        fresh = np.ones(len(order), np.bool_)
        fresh[1:] = np.any([own[1:] != own[:-1] for own in (*columns, admitted, left)], axis=0)
        before = np.maximum.accumulate(np.where(fresh, np.arange(len(order)), 0)) - 1
        same = (before >= 0) & (columns[0] != UNKNOWN)
        for own in columns:
            same &= own[before] == own
        days = admitted - left[before]
        found = np.full(len(cases), UNKNOWN, np.int64)
        found[order] = np.where(same & (days >= 0), days, UNKNOWN)
        return found

    @cached_property
    def _keys(self) -> Any:
        characters = self.dip.said.catalogue.key.diagnosis_characters
        short = [shortened(word, characters) for word in self.cases.words["dx"]]
        numbers = {word: at for at, word in enumerate(sorted(set(short)))}
        return np.array([numbers[word] for word in short] + [UNKNOWN])


def in_range(asked: Range, value: Any, unit: Any) -> Any:
    """Whether value / unit lies in the range; a value or unit that is not known never does."""
    unit = np.asarray(unit)
    found = np.asarray(value != UNKNOWN) & (unit > 0)
    for end, compare in (
        (asked.at_least, np.greater_equal),
        (asked.above, np.greater),
        (asked.at_most, np.less_equal),
        (asked.under, np.less),
    ):
        if end is not None:
            found &= _compared(compare, value, unit, end)
    return found


def _compared(compare: Any, value: Any, unit: Any, end: Fraction) -> Any:
    """value × denominator against unit × numerator, in Python's numbers where machine numbers would overflow."""
    most = max(int(np.max(np.abs(value), initial=0)) * end.denominator, int(np.max(unit, initial=0)) * end.numerator)
    if most >= _SAFE:
        value, unit = value.astype(object), unit.astype(object)
    return compare(value * end.denominator, unit * end.numerator).astype(np.bool_)
