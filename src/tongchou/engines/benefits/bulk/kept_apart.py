"""For which value of a fact an accumulator is kept: the texts of `each` (a limit for every disease, say), by visit."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence

import numpy as np

from tongchou.engines.benefits.bulk.columns import Claims, Flags, Numbers
from tongchou.engines.benefits.bulk.groups import UNASKED, Group, profiles
from tongchou.engines.benefits.bulk.uses import uses_of_name
from tongchou.engines.benefits.claim import Claim
from tongchou.engines.benefits.engine import Engine
from tongchou.engines.benefits.state import State
from tongchou.ground.errors import ProblemError
from tongchou.ground.region.expression import Unanswerable

Samples = Callable[[Sequence[Numbers]], list[list[Claim | None]]]


class KeptApart:
    """One visit stands for all that are alike, in this run and (`known`) in later ones.

    A visit whose value cannot be told by a look becomes `odd`.
    """

    def __init__(
        self, engine: Engine, claims: Claims, samples: Samples, odd: Flags, known: dict[Hashable, str]
    ) -> None:
        self._engine, self._claims, self._samples, self._odd, self._known = engine, claims, samples, odd, known

    def texts(self, group: Group, each: str) -> tuple[list[str], Numbers]:
        """Values of a fact, and which of them each visit of a group has; odd ones have the first."""
        found = np.zeros(len(group.claims), dtype=np.int64)
        uses = uses_of_name(each, self._claims.pack.vocabulary)
        if uses.amounts or "nth" in uses.names:
            self._odd[group.claims] = True
        there = np.flatnonzero(~self._odd[group.claims])
        members = group.claims[there]
        kinds = profiles(uses, members, self._claims)
        alike = kinds.of
        first = members[kinds.first()]
        keys = [(group.plans, each, named) for named in self._claims.named(uses, uses.names - UNASKED, first)]
        new = [at for at, key in enumerate(keys) if key not in self._known]
        (claims,) = self._samples([first[new]])
        for at, claim in zip(new, claims, strict=True):
            text = None if claim is None else self._text(group, each, claim)
            if text is not None:  # that one claim does not tell says nothing of those of other runs
                self._known[keys[at]] = text
        values = [self._known.get(key) for key in keys]
        lost = np.array([value is None for value in values], dtype=bool)[alike]
        self._odd[members[lost]] = True
        texts = list(dict.fromkeys(["", *(value for value in values if value is not None)]))
        number = np.array([texts.index(value or "") for value in values], dtype=np.int64)
        found[there] = number[alike]
        return texts, found

    def _text(self, group: Group, each: str, claim: Claim) -> str | None:
        try:
            return str(self._engine.facts_of(claim, State()).with_facts({"kind": group.plan.kind})(each))
        except (ProblemError, Unanswerable):
            return None
