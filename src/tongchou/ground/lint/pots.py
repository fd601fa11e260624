"""Pots along a visit: money is moved, so what one layer took wholly is not there for the next."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tongchou.ground.lint.desk import Desk
from tongchou.ground.lint.eras import Era
from tongchou.ground.lint.guards import Gate
from tongchou.ground.region.model import Take, Takes
from tongchou.ground.region.names import REMAINDERS
from tongchou.ground.region.number import Literal
from tongchou.ground.region.pack import Declared

ALL = "*"
"""The only item group of a region that distinguishes none."""


@dataclass(frozen=True)
class Taken:
    """A pot's item group that a term has emptied."""

    layer: str
    fact: Declared
    term: int


def check_pots(desk: Desk, era: Era, scheme: str, kind: str, served: tuple[str, ...]) -> None:
    """Walk the layers of a visit in order and see which pots are still there."""
    item = desk.pack.vocabulary.dimensions.get("item")
    groups = item.words if item is not None else (ALL,)
    emptied: dict[tuple[str, str], list[Taken]] = {}
    takes = {f.layer: f for f in era.facts if f.kind == "takes" and f.scheme == scheme}
    for i, layer in enumerate(served):
        fact = takes.get(layer)
        if fact is None:
            continue
        assert isinstance(fact.value, Takes)
        for n, take in enumerate(fact.value.terms):
            if not _is_there(take.pot, served[:i]):
                _report_missing(desk, era, fact, kind, take, served)
                continue
            taken = Taken(layer, fact, n)
            _check_term(desk, era, kind, taken, [(p, g) for p, g in _cells(take, groups, served[:i])], emptied)
            if isinstance(take.coefficient, Literal) and take.coefficient.value == 1:
                for cell in _cells(take, groups, served[:i]):
                    emptied.setdefault(cell, []).append(taken)


def _is_there(pot: str, earlier: tuple[str, ...]) -> bool:
    layer, _, remainder = pot.partition(".")
    return not remainder or layer in earlier


def _cells(take: Take, groups: tuple[str, ...], earlier: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """The (pot, item group) pairs a term draws on."""
    pots = [take.pot]
    if take.pot == "unpaid":
        pots = ["in_scope", "package_excess", *(f"{layer}.{r}" for layer in earlier for r in REMAINDERS)]
    for pot in pots:
        for group in groups:
            if not take.groups or (group in take.groups) != take.excluded:
                yield pot, group


def _check_term(
    desk: Desk,
    era: Era,
    kind: str,
    taken: Taken,
    cells: list[tuple[str, str]],
    emptied: dict[tuple[str, str], list[Taken]],
) -> None:
    """A term finds nothing where an earlier one that may run in the same claim took all."""
    whole = taken.fact.value.terms[taken.term].pot == "unpaid"  # type: ignore[attr-defined]  # a Takes
    for pot, group in [] if whole else cells:
        for earlier in emptied.get((pot, group), ()):
            code = "L241" if earlier.fact is taken.fact else "L240"
            if not _may_meet(desk, era, kind, earlier, taken):
                continue
            if desk.once(code, taken.fact.address, taken.fact.place, earlier.layer, pot):
                shown = pot if group == ALL else f"{pot} of {group}"
                details = {"pot": shown, "earlier": earlier.layer, "layer": taken.layer}
                seen = f"{kind}, {era.witness()}"
                other = str(earlier.fact.place)
                desk.report(taken.fact.place, code, address=taken.fact.address, other=other, witness=seen, **details)


def _may_meet(desk: Desk, era: Era, kind: str, one: Taken, other: Taken) -> bool:
    """Whether some claim of this kind is served by both layers."""
    gate = Gate(desk, era, one.fact.scheme, (kind,), (one.layer, other.layer))
    return gate.passes({}) is not None


def _report_missing(desk: Desk, era: Era, fact: Declared, kind: str, take: Take, served: tuple[str, ...]) -> None:
    if desk.once("L242", fact.address, fact.place, take.pot, kind):
        order = " → ".join(served)
        seen = f"{kind}, {era.witness()}"
        desk.report(fact.place, "L242", address=fact.address, pot=take.pot, order=order, witness=seen)
