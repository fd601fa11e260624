"""包干: in-scope expense counts up to a package price; what exceeds it is the hospital's or the person's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from tongchou.engines.benefits.claim import Claim
from tongchou.engines.benefits.facts import Facts
from tongchou.engines.benefits.periods import period_of
from tongchou.engines.benefits.plan import Cells, Plan
from tongchou.engines.benefits.shape import NO_LIMIT
from tongchou.engines.benefits.state import Key, State
from tongchou.engines.benefits.values import fen, holds, value_of
from tongchou.ground.money import allocate
from tongchou.ground.region.model import Package
from tongchou.ground.region.pack import Declared


@dataclass
class Cut:
    """What packages cut off: by cell for the person, by cell for the hospital, and which package did it (fen);
    `looked`: where those in force count what they used, also where nothing is left to use."""

    excess: list[int]
    hospital_cells: list[int]
    notes: list[tuple[Declared, int, int, int]] = field(default_factory=list)  # package, price, used before, cut off
    looked: set[Key] = field(default_factory=set)

    @property
    def hospital(self) -> int:
        return sum(self.hospital_cells)


def cut_packages(
    plan: Plan, facts: Facts, claim: Claim, cells: Cells, amounts: list[int], state: State, delta: dict[Key, int]
) -> Cut:
    """Cut `amounts` (in-scope cells, fen) in place to what the packages in force still leave; count what they used."""
    cut = Cut([0] * len(cells), [0] * len(cells))
    for package in plan.packages:
        value = value_of(package, Package)
        if not holds(package, facts):
            continue
        price = fen(package.address, value.price, facts)
        in_scope = [a if part == "in_scope" else 0 for a, (part, _) in zip(amounts, cells, strict=True)]
        key = _key(package, value, facts, claim)
        if key is not None:
            cut.looked.add(key)
        used = state.get(key) if key is not None else 0
        room = sum(in_scope) if price == NO_LIMIT else max(0, price - used)
        excess = max(0, sum(in_scope) - room)
        _take(excess, in_scope, amounts, cut.hospital_cells if value.excess == "hospital" else cut.excess)
        cut.notes.append((package, price, used, excess))
        if key is not None and sum(in_scope) > excess:
            delta[key] = delta.get(key, 0) + sum(in_scope) - excess
    return cut


def _take(excess: int, in_scope: Sequence[int], amounts: list[int], into: list[int]) -> None:
    if excess:
        for k, share in enumerate(allocate(excess, in_scope, in_scope)):
            amounts[k] -= share
            into[k] += share


def _key(package: Declared, value: Package, facts: Facts, claim: Claim) -> Key | None:
    if value.per in ("claim", "visit"):
        return None
    subject = claim.household_id or claim.person_id if value.each == "household" else claim.person_id
    each = "" if value.each in (None, "household", "person") else str(facts(value.each or ""))
    return Key(used_name(package.address, value.per, value.each), subject, period_of(value.per, facts, claim), each)


def used_name(address: str, per: str, each: str | None) -> str:
    """The name of the accumulator in which a package counts what it used."""
    return f"{address}.used/{per}{f'/{each}' if each else ''}"
