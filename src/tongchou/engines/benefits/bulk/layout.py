"""Lines visit by visit: those of a visit one after another, as the loop and the writing of results want them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tongchou.engines.benefits.bulk.columns import Numbers
from tongchou.engines.benefits.bulk.lines import Lines


@dataclass(frozen=True)
class Layout:
    """`span[v]`: the first place of the lines of visit v, and the place behind its last.

    A line stands at the place of its row, but for those of claims with several visits: at `place[i]` stands `line[i]`.
    All lines of a claim share one stretch of places, from its first row on.
    """

    span: Numbers
    place: Numbers
    line: Numbers

    def lay(self, *columns: NDArray[Any]) -> None:
        """Columns by line (the last axis) become columns by place."""
        for column in columns:
            column[..., self.place] = column[..., self.line]

    def places(self, lines: int) -> Numbers:
        """The place of every line."""
        found = np.arange(lines)
        found[self.line] = self.place
        return found


def lay_out(lines: Lines, claim: Numbers) -> Layout:
    """`claim`: that of each visit, those of one claim one after another; the lines of a claim stand together."""
    count = len(claim)
    size = np.bincount(lines.claim, minlength=count)
    begin = lines.firsts(count)
    whole = np.flatnonzero(np.diff(claim, prepend=-1))  # the first visit of every claim
    if len(whole) == count:
        nothing = np.zeros(0, dtype=np.int64)
        return Layout(np.stack([begin, begin + size], axis=1), nothing, nothing)
    visits = np.diff(np.append(whole, count))
    before = np.cumsum(size) - size
    begin = np.repeat(np.minimum.reduceat(begin, whole) - before[whole], visits) + before
    several = np.repeat(visits > 1, visits)
    at = np.flatnonzero(several[lines.claim])
    at = at[np.argsort(lines.claim[at], kind="stable")]
    own = size[several]
    place = np.repeat(begin[several] - (np.cumsum(own) - own), own) + np.arange(len(at))
    return Layout(np.stack([begin, begin + size], axis=1), place, at)
