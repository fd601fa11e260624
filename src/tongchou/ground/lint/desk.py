"""What a check is given: the pack, and a desk where findings are handed in once each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property

from tongchou.ground.errors import Place, Problem
from tongchou.ground.lint import space as spaces
from tongchou.ground.lint.axes import Claim
from tongchou.ground.lint.eras import eras, visits_in
from tongchou.ground.lint.show import value_text
from tongchou.ground.lint.space import Space
from tongchou.ground.region.clearing_names import words_of_clearing
from tongchou.ground.region.model import EVERY
from tongchou.ground.region.pack import Declared, Pack


@dataclass
class Desk:
    """One run of lint over one pack."""

    pack: Pack
    problems: list[Problem] = field(default_factory=list)
    used: set[int] = field(default_factory=set)  # acknowledgements that silenced something
    _said: set[tuple[object, ...]] = field(default_factory=set)

    def report(self, place: Place, code: str, **details: object) -> None:
        """Hand in a finding. A warning that the folder acknowledges at this address is not repeated."""
        problem = Problem(code, place, details)
        if problem.severity == "warning" and self._acknowledged(code, str(details.get("address", ""))):
            return
        if problem not in self.problems:
            self.problems.append(problem)

    def once(self, *key: object) -> bool:
        """True the first time for a key: one witness is enough."""
        first = key not in self._said
        self._said.add(key)
        return first

    def _acknowledged(self, code: str, address: str) -> bool:
        known = False
        for i, acknowledged in enumerate(self.pack.acknowledged):
            if acknowledged.finding == code and _same_address(acknowledged.at, address):
                self.used.add(i)
                known = True
        return known

    def place(self, key: str) -> Place:
        """The place of a head such as `layers.yaml:resident.visits.住院`."""
        return self.pack.places.get(key) or Place(file=key.partition(":")[0], key=key.partition(":")[2])

    @cached_property
    def kinds_of(self) -> dict[tuple[str, str], tuple[str, ...]]:
        """(scheme, layer) -> the kinds of visits it serves at some time."""
        found: dict[tuple[str, str], dict[str, None]] = {}
        for scheme in self.pack.layers:
            for era in eras(self.pack, (f for f in self.pack.facts if f.kind == "visits.*" and f.scheme == scheme)):
                for kind, layers in visits_in(self.pack, era, scheme).items():
                    for layer in layers:
                        found.setdefault((scheme, layer), {})[kind] = None
        return {key: tuple(kinds) for key, kinds in found.items()}

    def kinds(self, fact: Declared) -> tuple[str, ...]:
        """The kinds of visits a fact bears on."""
        if fact.layer is not None:
            return self.kinds_of.get((fact.scheme, fact.layer), ())
        return tuple(self.pack.visits.get(fact.scheme, {}))

    def space(self, fact: Declared) -> Space:
        pack = self._of_clearing if fact.scheme == EVERY else self.pack
        return Space(pack, fact.scheme, self.kinds(fact))

    @cached_property
    def _of_clearing(self) -> Pack:
        return replace(self.pack, vocabulary=words_of_clearing(self.pack))

    def check_size(self, space: Space, place: Place, address: str) -> None:
        """Say so when not every combination is looked at."""
        size, limit = space.size(), spaces.LIMIT
        if size > limit:
            self.report(place, "W309", address=address, size=size, limit=limit, axes="、".join(space.axes))


def witness(claim: Claim, kinds: Iterable[str], day: str) -> str:
    """A combination as a concrete claim: 住院, place=市外, level=三级, 2013-01-01."""
    kind = claim.get("kind") or next(iter(kinds), None)
    facts = [f"{name}={value_text(value)}" for name, value in claim.items() if name not in ("kind", "scheme")]
    return ", ".join(str(part) for part in (kind, *facts, day) if part)


def _same_address(written: str, address: str) -> bool:
    """An acknowledgement may leave out the scheme."""
    return written == address or written == address.partition(".")[2]
