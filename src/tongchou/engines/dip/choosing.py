"""Of several groups the one that the declared criteria choose, one criterion after the other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from tongchou.engines.dip.catalogue import Catalogue, Row
from tongchou.ground.region.dip.declaration import TypeOrder

ONLY, LAST = "only", "group_code"
"""Decided by nothing, as there was one group only; by nothing declared, so that the first code has it."""
COST = "nearest_cost"


@dataclass(frozen=True)
class Situation:
    """What a criterion may look at beside the group: the case's operations, its treatment, and whether an operation is
    left over whichever of the core and basic groups takes it."""

    operations: frozenset[str]
    treatment: str
    unmatched: bool


Score = Callable[[Row, Situation], Any]
"""The least is best."""


@dataclass(frozen=True)
class Choice:
    """`chosen`, by `decided`; or, where the cost of a case must speak, the groups that are `left` at that `step`."""

    chosen: int
    decided: str
    left: tuple[int, ...] = ()
    step: int = 0


class Chooser:
    """The criteria of a catalogue's declaration, made ready."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.rows = catalogue.rows
        self.steps = [_step(said) for said in catalogue.dip.said.assignment.order]

    def choose(self, among: Sequence[int], situation: Situation, step: int = 0, decided: str = ONLY) -> Choice:
        """Go through the criteria from `step` on, as far as they do without the cost."""
        left = list(among)
        for at in range(step, len(self.steps)):
            if len(left) == 1:
                return Choice(left[0], decided)
            name, score = self.steps[at]
            if score is None:
                if len({self.rows[one].mean for one in left}) > 1:
                    return Choice(-1, "", tuple(left), at)
                continue
            scores = [score(self.rows[one], situation) for one in left]
            best = min(scores)
            kept = [one for one, own in zip(left, scores, strict=True) if own == best]
            decided = name if len(kept) < len(left) else decided
            left = kept
        if len(left) == 1:
            return Choice(left[0], decided)
        return Choice(min(left, key=lambda one: self.rows[one].code), LAST)


def situation_of(rows: Sequence[Row], among: Sequence[int], operations: frozenset[str], treatment: str) -> Situation:
    named = [rows[at] for at in among if rows[at].kind in ("core", "basic")]
    matched = [sum(not part.isdisjoint(operations) for part in row.asked) for row in named]
    return Situation(operations, treatment, len(operations) > max(matched, default=0))


def _step(said: str | TypeOrder) -> tuple[str, Score | None]:
    if isinstance(said, str):
        return said, None if said == COST else _SCORES[said]
    if said.type_order is not None:
        ranks = _ranks(said.type_order)
        return "type_order", lambda row, _: ranks.get(f"{row.kind} {row.treatment}", len(ranks))
    if said.kind_order is not None:
        kinds = _ranks(said.kind_order)
        return "kind_order", lambda row, _: kinds.get(row.kind, len(kinds))
    treatments = _ranks(said.treatment_order or ())
    return "treatment_order", lambda row, _: treatments.get(row.treatment, len(treatments))


def _ranks(words: Sequence[str]) -> dict[str, int]:
    return {word: at for at, word in enumerate(words)}


def _operated(row: Row, case: Situation) -> int:
    return -row.rw if case.treatment != "conservative" else 0


def _left_over(row: Row, case: Situation) -> bool:
    wanted = case.unmatched and case.treatment != "conservative"
    return not (wanted and row.kind == "comprehensive" and row.treatment == case.treatment)


_SCORES: dict[str, Score] = {
    "most_operations": lambda row, case: -len(row.asked),
    "higher_points": lambda row, case: -row.rw,
    "lower_points": lambda row, case: row.rw,
    "higher_points_if_operated": _operated,
    "longest_diagnosis": lambda row, case: -row.span,
    "comprehensive_if_unmatched": _left_over,
}
