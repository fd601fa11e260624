"""Where a claim lies on a layer's scale: which bands it fills, what they pay, and what expense a payment has used.

Part of the step, and compiled with it. Averages are over the claim's cells, because item groups share every band.
"""

from __future__ import annotations

from math import gcd

from tongchou.engines.benefits.exact import Ints, Out, half_up, muldiv, muldivmod, mulmod, reduced
from tongchou.engines.benefits.shape import NO_LIMIT, ON_PAID, Row, Shape, Trace


def place(
    n: int, shape: Shape, row: Row, layer: int, first: int, start: int, c: int, cells: Ints, trace: Trace
) -> tuple[int, int, int]:
    """4–6. Lay c on the scale from `start`: (c that fits, exact target as numerator and denominator).

    Here and below `first` is where the trace counts bands from.
    """
    if shape.scale[layer] == ON_PAID:
        return place_on_paid(n, shape, row, layer, first, start, c, cells, trace)
    fits, lower = 0, 0
    for band in range(shape.band_start[layer], shape.band_start[layer + 1]):
        upper = row.edge[band]
        top = start + c if upper == NO_LIMIT else min(start + c, upper)
        length = max(0, top - max(start, lower))
        trace.band[2 * (band - first)], trace.band[2 * (band - first) + 1] = length, 1
        fits += length
        lower = upper
    return fits, 0, 1


def average_ratio(n: int, shape: Shape, row: Row, layer: int, band: int, cells: Ints, c: int) -> tuple[int, int]:
    """The average ratio of a band over the cells, as a reduced fraction."""
    total = 0
    for k in range(n):
        total += row.rate[shape.rate_at[band] + k] * cells[k]
    return reduced(total, row.rate_unit[layer] * c) if c > 0 else (0, 1)


def place_on_paid(
    n: int, shape: Shape, row: Row, layer: int, first: int, start: int, c: int, cells: Ints, trace: Trace
) -> tuple[int, int, int]:
    """Bands whose edges are amounts paid: each takes the expense that pays it full, the last what is left."""
    left, below = c, 1  # what is not yet placed, as a fraction
    target, target_below = 0, 1
    at = start
    for band in range(shape.band_start[layer], shape.band_start[layer + 1]):
        upper = row.edge[band]
        if left == 0 or (upper != NO_LIMIT and upper <= at):
            trace.band[2 * (band - first)], trace.band[2 * (band - first) + 1] = 0, 1
            continue
        ratio, unit = average_ratio(n, shape, row, layer, band, cells, c)
        length, length_below = left, below
        if ratio > 0 and upper != NO_LIMIT and (upper - at) * unit * below < left * ratio:
            length, length_below = reduced((upper - at) * unit, ratio)
        trace.band[2 * (band - first)], trace.band[2 * (band - first) + 1] = length, length_below
        target, target_below = reduced(
            target * length_below * unit + length * ratio * target_below, target_below * length_below * unit
        )
        left, below = reduced(left * length_below - length * below, below * length_below)
        at = upper
    return half_up(c * below - left, below), target, target_below


def weigh_bands(n: int, shape: Shape, row: Row, layer: int, cells: Ints, c: int, weights: Out) -> int:
    """The average ratio of every band over the cells, as `weights` over the one denominator returned."""
    first = shape.band_start[layer]
    alike = True
    for band in range(first, shape.band_start[layer + 1]):
        weights[band - first] = row.rate[shape.rate_at[band]]
        for k in range(1, n):
            if row.rate[shape.rate_at[band] + k] != weights[band - first]:
                alike = False
    if alike:
        return row.rate_unit[layer]
    below = row.rate_unit[layer] * max(1, c)
    shared = below
    for band in range(first, shape.band_start[layer + 1]):
        total = 0
        for k in range(n):
            total += row.rate[shape.rate_at[band] + k] * cells[k]
        weights[band - first] = total
        shared = gcd(shared, total)
    for band in range(first, shape.band_start[layer + 1]):
        weights[band - first] //= shared
    return below // shared


def target_of(shape: Shape, layer: int, first: int, trace: Trace, weights: Ints, below: int) -> tuple[int, int]:
    """6. The exact target of bands filled with whole fen: whole fen, and the rest over `below`."""
    whole, rest = 0, 0
    lowest = shape.band_start[layer]
    for band in range(lowest, shape.band_start[layer + 1]):
        length = trace.band[2 * (band - first)]
        if length == 0:
            continue
        more, beyond = muldivmod(length, weights[band - lowest], below)
        whole, rest = whole + more, rest + beyond
        if rest >= below:
            whole, rest = whole + 1, rest - below
    return whole, rest


def target_by_cell(
    n: int, shape: Shape, row: Row, layer: int, first: int, c: int, cells: Ints, trace: Trace, exact: Out
) -> None:
    """Each cell's share of the target in whole 1/rate_unit fen."""
    for band in range(shape.band_start[layer], shape.band_start[layer + 1]):
        if trace.band[2 * (band - first)] == c and trace.band[2 * (band - first) + 1] == 1:  # all lies in one band
            for k in range(n):
                exact[k] = row.rate[shape.rate_at[band] + k] * cells[k]
            return
    for k in range(n):
        sum_numerator, sum_below = 0, 1
        for band in range(shape.band_start[layer], shape.band_start[layer + 1]):
            length, length_below = trace.band[2 * (band - first)], trace.band[2 * (band - first) + 1]
            if length != 0:
                part = row.rate[shape.rate_at[band] + k] * length
                sum_numerator, sum_below = sum_numerator * length_below + part * sum_below, sum_below * length_below
        exact[k] = muldiv(sum_numerator, cells[k], c * sum_below) if c > 0 else 0


def expense_used(
    shape: Shape, layer: int, first: int, paid: int, c: int, trace: Trace, weights: Ints, below: int
) -> int:
    """7. The expense that earns `paid` from the bottom of the claim's place on the scale, half-up to the fen."""
    used, left, left_rest = 0, paid, 0  # what is still to be earned: fen and fractions over `below`
    lowest = shape.band_start[layer]
    for band in range(lowest, shape.band_start[layer + 1]):
        length, weight = trace.band[2 * (band - first)], weights[band - lowest]
        whole, rest = muldivmod(length, weight, below)
        if whole > left or (whole == left and rest >= left_rest):
            if weight > 0:
                used += muldiv(left, below, weight) + half_up(mulmod(left, below, weight) + left_rest, weight)
            break
        used, left, left_rest = used + length, left - whole, left_rest - rest
        if left_rest < 0:
            left, left_rest = left - 1, left_rest + below
    return min(c, used)


def expense_used_on_paid(
    n: int, shape: Shape, row: Row, layer: int, first: int, paid: int, c: int, cells: Ints, trace: Trace
) -> int:
    """7. The expense that earns `paid` from the bottom of the claim's place on the scale, half-up to the fen."""
    used, below = 0, 1
    left, left_below = paid, 1
    for band in range(shape.band_start[layer], shape.band_start[layer + 1]):
        length, length_below = trace.band[2 * (band - first)], trace.band[2 * (band - first) + 1]
        if left == 0:
            break
        if length == 0:
            continue
        ratio, unit = average_ratio(n, shape, row, layer, band, cells, c)
        if ratio > 0 and length * ratio * left_below >= left * length_below * unit:
            length, length_below = left * unit, left_below * ratio
        used, below = reduced(used * length_below + length * below, below * length_below)
        left, left_below = reduced(
            left * length_below * unit - length * ratio * left_below, left_below * length_below * unit
        )
    return min(c, half_up(used, below))
