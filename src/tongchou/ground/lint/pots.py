"""Pots along a visit: money is moved, so what one layer took wholly is not there for the next."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tongchou.ground.lint.desk import Desk
from tongchou.ground.lint.eras import Era, visits_in
from tongchou.ground.lint.guards import Gate
from tongchou.ground.region.model import Take, Takes
from tongchou.ground.region.names import REMAINDERS
from tongchou.ground.region.number import Literal
from tongchou.ground.region.pack import Declared

ALL = "*"
"""The only item group of a region that distinguishes none."""


@dataclass(frozen=True)
class Taken:
    """A term of a layer's takes."""

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
                if not _is_elsewhere(desk, era, take.pot, layer, fact.scheme, served):
                    _report_missing(desk, era, fact, kind, take, served)
                continue
            cells, taken = list(_cells(take, groups, served[:i])), Taken(layer, fact, n)
            if take.pot != "unpaid":  # which takes whatever is there
                _check_term(desk, era, kind, taken, cells, emptied)
            if isinstance(take.coefficient, Literal) and take.coefficient.value == 1:
                for cell in cells:
                    emptied.setdefault(cell, []).append(taken)


def _is_there(pot: str, earlier: tuple[str, ...]) -> bool:
    layer, _, remainder = pot.partition(".")
    return not remainder or layer in earlier


def _is_elsewhere(desk: Desk, era: Era, pot: str, layer: str, scheme: str, served: tuple[str, ...]) -> bool:
    """A layer of several visits may name the pots of them all: those that are not of this visit hold nothing here."""
    other = pot.partition(".")[0]
    orders = visits_in(desk.pack, era, scheme).values()
    return other not in served and any(_comes_before(other, layer, order) for order in orders)


def _comes_before(one: str, other: str, order: tuple[str, ...]) -> bool:
    return one in order and other in order and order.index(one) < order.index(other)


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
    for pot, group in cells:
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
