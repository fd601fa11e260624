"""All that hangs together with some rows: whatever one of them does to another row on reading, both are in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from tongchou.ground.tables.components import components
from tongchou.ground.tables.links import Links
from tongchou.ground.tables.vectors import Flags, Ints


def closure(flags: Mapping[str, Flags], links: Links) -> dict[str, Ints]:
    """The rows of every table (indices from 0, ascending) that hang together with a flagged one.

    Rows hang together that name the same person, household (at any time, as claims settle), claim or settlement, be it
    known or not, directly or over others; the owner of a relative's account draws the two households together. A row
    that names none of them, as of `postings`, is chosen when it is flagged. Nothing flagged, nothing chosen.
    """
    if not any(marked.any() for marked in flags.values()):
        return {name: np.zeros(0, dtype=np.int64) for name in flags}
    groups, none = _groups(flags, links)
    hot = np.zeros(none + 1, dtype=np.bool_)
    for name, marked in flags.items():
        for kind, numbers in links.of(name):
            hot[groups[kind][numbers[marked]]] = True
    hot[none] = False
    chosen = {}
    for name, marked in flags.items():
        rows = marked.copy()
        for kind, numbers in links.of(name):
            rows |= hot[groups[kind]][numbers]
        chosen[name] = np.flatnonzero(rows)
    return chosen


def _groups(tables: Iterable[str], links: Links) -> tuple[dict[str, Ints], int]:
    """Of each kind the group of every thing, by number, at the end that of an empty cell, `none`, which is no group."""
    first, none = {}, 0
    for kind, count in links.counts.items():
        first[kind], none = none, none + count
    ones, others = [np.zeros(0, dtype=np.int64)], [np.zeros(0, dtype=np.int64)]
    for name in tables:
        before: Ints | None = None  # what a row named last, in the columns so far
        for kind, numbers in links.of(name):
            now = np.where(numbers < 0, -1, first[kind] + numbers.astype(np.int64))
            if before is None:
                before = now
                continue
            both = (before >= 0) & (now >= 0)
            ones.append(before[both])
            others.append(now[both])
            before = np.where(now < 0, before, now)
    group = components(np.concatenate(ones), np.concatenate(others), none)
    return {k: np.append(group[first[k] : first[k] + count], none) for k, count in links.counts.items()}, none
