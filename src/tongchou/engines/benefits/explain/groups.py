"""Item groups on the scale: which ratio each has, which rules make it differ, and how to write that as lines."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from tongchou.engines.benefits.explain.scene import LayerView
from tongchou.engines.benefits.numbers import Use

RATIO_ROLES = ("own ratio", "factor", "points", "reduced", "clamp")


@dataclass(frozen=True)
class Group:
    """Item groups that share every ratio of a layer: their expense on the scale, ratios by band, rules that applied."""

    items: tuple[str | None, ...]
    kept: int
    rates: tuple[Fraction, ...]
    uses: tuple[Use, ...]

    @property
    def name(self) -> str:
        return "、".join(item for item in self.items if item is not None)

    def addresses(self) -> set[str]:
        return {use.fact.address for use in self.uses}


@dataclass(frozen=True)
class Grouping:
    """The groups of a layer. `plain`: the others differ from the reference by percentage points only."""

    reference: Group
    others: tuple[Group, ...]
    plain: bool

    def specific(self, group: Group) -> list[Use]:
        """The rules that applied to this group and not to the reference."""
        known = self.reference.addresses()
        return [use for use in group.uses if use.fact.address not in known]


def group_items(view: LayerView) -> Grouping | None:
    """The groups that reached the scale; None when nothing did."""
    groups = _collect(view)
    if not groups:
        return None
    # The reference is the group with the fewest rules of its own, then the largest, then the first.
    reference = min(groups, key=lambda g: (len(g.uses), -g.kept))
    others = tuple(g for g in groups if g is not reference)
    grouping = Grouping(reference, others, True)
    if all(_by_points(view, grouping, group) for group in others):
        return grouping
    return Grouping(reference, others, False)


def applied_uses(view: LayerView, item: str | None) -> tuple[Use, ...]:
    """The rules that made the ratio of an item group, each once: a group may lie in several parts of the lines."""
    uses = [u for u in view.row.uses if u.role in RATIO_ROLES and u.applied]
    found = {u.fact.address: u for u in uses if u.item in (None, item)}
    return tuple(found.values())


def _collect(view: LayerView) -> list[Group]:
    found: dict[tuple[tuple[Fraction, ...], frozenset[str]], Group] = {}
    for item, kept in view.kept.items():
        k = view.items.index(item)
        rates = tuple(band.rates[k] for band in view.result.bands)
        uses = applied_uses(view, item)
        key = (rates, frozenset(u.fact.address for u in uses))
        known = found.get(key)
        items, before = (known.items, known.kept) if known is not None else ((), 0)
        found[key] = Group((*items, item), before + kept, rates, uses)
    return list(found.values())


def _by_points(view: LayerView, grouping: Grouping, group: Group) -> bool:
    """Whether points alone explain this group: the same difference in every band that was used, and a whole scale."""
    specific = grouping.specific(group)
    if grouping.reference.addresses() - group.addresses() or any(u.role != "points" for u in specific):
        return False
    points = sum((u.value for u in specific if u.value is not None), Fraction(0)) / 100
    bands = [b for b in range(len(group.rates)) if view.result.bands[b].length > 0]
    placed = sum((b.length for b in view.result.bands), Fraction(0))
    return placed == view.result.covered and all(group.rates[b] - grouping.reference.rates[b] == points for b in bands)
