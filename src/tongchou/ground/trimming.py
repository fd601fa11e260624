"""Which cases of a group count for its mean (裁剪): exact, whatever the order of the cases."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np

from tongchou.ground.region.dip.declaration import Trimming


def counting(trimming: Trimming | None, group: Any, fee: Any, days: Any) -> Any:
    """Of each case whether it counts for the mean of its group, as declared; `fee` in fen. A case whose `days` are not
    known (-1) is asked about its cost alone."""
    if trimming is None:
        return np.ones(len(group), np.bool_)
    if trimming.interval is None:
        return within(group, fee, trimming.percentiles, trimming.quartiles)
    keep = narrowest(group, fee, trimming.interval.share)
    if trimming.interval.of == "cost and days":
        known = np.flatnonzero(days >= 0)
        keep[known] &= narrowest(group[known], days[known], trimming.interval.share)
    return keep


def at_rank(start: Any, count: Any, share: Fraction) -> Any:
    """Where, in groups sorted one after the other, the value stands that at least this share of its group is not above:
    the nearest-rank percentile, always a value that occurs."""
    rank = -(-count * share.numerator // share.denominator)
    return start + np.clip(rank, 1, count) - 1


def within(group: Any, values: Any, percentiles: tuple[Fraction, Fraction] | None, quartiles: Fraction | None) -> Any:
    """Of each case whether its value is one that counts for its group: all of them, those between two percentiles, or
    those within so many times the distance of the quartiles from them; the ends count."""
    if not len(group) or (percentiles is None and quartiles is None):
        return np.ones(len(group), np.bool_)
    order = np.lexsort((values, group))
    sorted_groups, sorted_values = group[order], values[order]
    start = np.flatnonzero(np.concatenate(([True], sorted_groups[1:] != sorted_groups[:-1])))
    count = np.diff(np.append(start, len(group)))
    if percentiles is not None:
        low, high = (sorted_values[at_rank(start, count, share)] for share in percentiles)
        keep = (sorted_values >= np.repeat(low, count)) & (sorted_values <= np.repeat(high, count))
    else:
        assert quartiles is not None
        first, third = (sorted_values[at_rank(start, count, Fraction(n, 4))] for n in (1, 3))
        reach = (third - first) * quartiles.numerator
        scaled = sorted_values * quartiles.denominator
        low, high = first * quartiles.denominator - reach, third * quartiles.denominator + reach
        keep = (scaled >= np.repeat(low, count)) & (scaled <= np.repeat(high, count))
    found = np.empty(len(group), np.bool_)
    found[order] = keep
    return found


def narrowest(group: Any, values: Any, share: Fraction) -> Any:
    """Of each case whether its value is in the optimum interval of its group: the narrowest between two values that
    occur which holds at least this share of the cases; of equally narrow ones the lowest. Both ends count."""
    if not len(group):
        return np.ones(0, np.bool_)
    order = np.lexsort((values, group))
    sorted_groups, sorted_values = group[order], values[order]
    start = np.flatnonzero(np.concatenate(([True], sorted_groups[1:] != sorted_groups[:-1])))
    count = np.diff(np.append(start, len(group)))
    held = -(-count * share.numerator // share.denominator)
    place = np.arange(len(group)) - np.repeat(start, count)
    reaches = np.repeat(held, count)
    begins = np.flatnonzero(place + reaches <= np.repeat(count, count))
    width = np.full(len(group), np.iinfo(np.int64).max)
    width[begins] = sorted_values[begins + reaches[begins] - 1] - sorted_values[begins]
    least = np.flatnonzero(width == np.repeat(np.minimum.reduceat(width, start), count))
    _, at = np.unique(sorted_groups[least], return_index=True)
    first = least[at]
    low, high = sorted_values[first], sorted_values[first + held - 1]
    keep = (sorted_values >= np.repeat(low, count)) & (sorted_values <= np.repeat(high, count))
    found = np.empty(len(group), np.bool_)
    found[order] = keep
    return found
