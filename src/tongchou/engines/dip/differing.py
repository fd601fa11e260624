"""What is different from an earlier catalogue: groups that are new or gone, points that rose or fell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tongchou.engines.dip.building import Built
from tongchou.engines.dip.catalogue import Catalogue
from tongchou.ground.sums import decimal

CHANGES = "changes.csv"


@dataclass(frozen=True)
class Change:
    """`change`: new, gone, or same (the group is in both). Points in units of `decimals`, None where there are none."""

    group: str
    change: str
    before: int | None
    now: int | None
    decimals: int

    def row(self) -> tuple[str, ...]:
        difference = None if self.before is None or self.now is None else self.now - self.before
        shown = ("" if x is None else decimal(x, self.decimals) for x in (self.before, self.now, difference))
        return self.group, self.change, *shown


def changes(built: Built, previous: Catalogue) -> list[Change]:
    """Every group of either catalogue, in the order of the codes; the points of both in the decimals of the finer."""
    own, other = built.dip.said.catalogue.decimals, previous.dip.said.catalogue.decimals
    decimals = max(own, other)
    now = {one.shape.code: one.rw * 10 ** (decimals - own) for one in built.groups}
    before = {one.code: one.rw * 10 ** (decimals - other) for one in previous.rows}
    found = []
    for code in sorted(now.keys() | before.keys()):
        word = "new" if code not in before else "gone" if code not in now else "same"
        found.append(Change(code, word, before.get(code), now.get(code), decimals))
    return found


def in_short(found: Sequence[Change]) -> dict[str, int]:
    """How many groups are new, gone, and in both with more, less or the same points."""
    kept = [(one.before, one.now) for one in found if one.before is not None and one.now is not None]
    return {
        "new": sum(one.change == "new" for one in found),
        "gone": sum(one.change == "gone" for one in found),
        "more": sum(now > before for before, now in kept),
        "less": sum(now < before for before, now in kept),
        "same": sum(now == before for before, now in kept),
    }
