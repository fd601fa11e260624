"""A small region, changes of it, and a comparison over a few rows of tables, in a few words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.engines.benefits.few_words import read, region
from tongchou.engines.benefits.compare import Both, Limit, Policies, Sheet, Tally, sheets, sides
from tongchou.engines.benefits.replay import Households
from tongchou.ground.region.pack import Pack

MORE = "pool.ratio: {by place: {区内: 90%, 区外: 40%}}"
"""Ten points more inside the region, ten less outside."""


def changed(*sets: str, **more: Any) -> Pack:
    """The region of `few_words` with these facts instead of its own."""
    kept = """
pool.takes: in_scope
pool.ratio: {by place: {区内: 80%, 区外: 50%}}
pool.deductible: {per: year, amount: 100}
gift.takes: unpaid
card.takes: [unpaid, first_self_pay]
claim.guard.工伤: {when: third_party is 工伤, do: refuse, because: 工伤不报}
"""
    own = {line.split(":")[0] for text in sets for line in text.splitlines()}
    lines = [line for line in kept.splitlines() if line.split(":")[0] not in own]
    return _without_sets("\n".join(lines), *sets, **more)


def _without_sets(*sets: str, **more: Any) -> Pack:
    from tests.engines.benefits.few_words import LAYERS, VOCABULARY
    from tests.engines.benefits.small import pack

    given = {"vocabulary": VOCABULARY, "layers": LAYERS, "visits": "{住院: [pool, gift, card]}", **more}
    return pack(*sets, **given)


def compare(
    a: Pack, b: Pack, limits: tuple[Limit, ...] = (), year_end: bool = False, **rows: list[Mapping[str, Any]]
) -> tuple[Tally, dict[str, Sheet], list[dict[str, Any]]]:
    """The tally, its tables and the rows of pairs of a comparison of these rows."""
    both = Both(Policies(a, b, year_end=year_end), Households(read(**rows)))
    tally, pairs = Tally(a, b, limits), []
    for table in sides(both):
        tally.add(table)
        pairs += table.to_pylist(maps_as_pydicts="strict")
    return tally, sheets(tally, a, b), pairs


def rows(sheet: Sheet, *names: str) -> dict[Any, Any]:
    """First cell → these columns (one: its value)."""
    first = sheet.columns[0].name
    found = {}
    for row in sheet.dicts():
        values = tuple(row[name] for name in names)
        found[row[first]] = values[0] if len(values) == 1 else values
    return found


__all__ = ["MORE", "changed", "compare", "region", "rows"]
