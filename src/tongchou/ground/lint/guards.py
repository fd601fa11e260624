"""Whether a claim gets so far: combinations that a guard turns away are no witnesses."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from tongchou.ground.lint.axes import Claim
from tongchou.ground.lint.desk import Desk
from tongchou.ground.lint.eras import Era
from tongchou.ground.lint.space import Question, Space
from tongchou.ground.region.model import ClaimGuard, LayerGuard
from tongchou.ground.region.pack import Declared
from tongchou.ground.region.walk import conditions_of


class Gate:
    """The guards that stand before some layers of a visit: of the claim, and of the layers themselves."""

    def __init__(self, desk: Desk, era: Era, scheme: str, kinds: tuple[str, ...], layers: tuple[str, ...] = ()) -> None:
        self.space = Space(desk.pack, scheme, kinds)
        self.guards = [g for g in era.facts if g.scheme == scheme and _turns_away(g, layers)]
        self._answers: dict[tuple[Any, ...], dict[str, Any] | None] = {}

    @cached_property
    def questions(self) -> list[Question]:
        conditions = [condition for guard in self.guards for condition in conditions_of(guard.value)]
        return [self.space.condition(condition.tree) for condition in conditions]

    def passes(self, claim: Claim) -> dict[str, Any] | None:
        """The combination, completed so that no guard holds; None when it is always turned away."""
        questions = self.questions
        fixed = {name: claim[name] for name in self.space.axes if name in claim}
        key = tuple(fixed.items())
        if key not in self._answers:
            self._answers[key] = next(
                (full for full in self.space.walk(fixed) if not any(q.ask(full) is True for q in questions)), None
            )
        found = self._answers[key]
        return None if found is None else {**claim, **found}


def _turns_away(guard: Declared, layers: tuple[str, ...]) -> bool:
    if isinstance(guard.value, ClaimGuard):
        return guard.value.do != "reduce"
    return isinstance(guard.value, LayerGuard) and guard.layer in layers
