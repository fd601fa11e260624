"""The step for one claim, as it stands or compiled; the numbers are the same."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

from tongchou.engines.benefits.claim import PARTS
from tongchou.engines.benefits.plan import Cells
from tongchou.engines.benefits.reading import new_trace
from tongchou.engines.benefits.shape import ON_PAID, Row, Shape, Size, Trace, room_for
from tongchou.engines.benefits.step import step

FINEST = 10**6
"""The largest denominator of a ratio for which every product with `MAX_FEN` stays inside 64 bits."""
Stepper = Callable[[list[int], list[int]], Trace]
"""Amounts by cell (fen) and accumulators in, trace out; the accumulators are advanced in place."""


def plainly(size: Size, shape: Shape, row: Row, cells: Cells) -> Stepper:
    """The step as Python runs it."""
    given, nothing = [0] * size.layers, [0] * size.cells

    def settle(amounts: list[int], counts: list[int]) -> Trace:
        trace = new_trace(size, shape, cells, amounts, nothing)
        step(size, shape, row, given, counts, trace, room_for(size.cells, shape.band_start[-1]))
        return trace

    return settle


def compiled(size: Size, shape: Shape, row: Row, cells: Cells, counts: int) -> Stepper | None:
    """The step over a memory of its own, copied for each claim, so that threads never meet in it.

    None where 64 bits may not be enough.
    """
    import numpy as np

    from tongchou.engines.benefits.bulk.machine import machine
    from tongchou.engines.benefits.bulk.memory import Memory

    finest = max(*row.rate_unit, *row.take_denominator, *row.floor_denominator)
    if ON_PAID in shape.scale or finest > FINEST:
        return None
    memory = Memory()
    memory.put_size(size)
    memory.put_all("trace", new_trace(size, shape, cells, [0] * size.cells, [0] * size.cells))
    ends = [*(memory.places[f"trace.{name}"] for name in Trace._fields), len(memory.numbers)]
    first = memory.put("counts", [0] * counts)
    given = memory.put("given", [0] * size.layers)
    memory.put_all("spare", room_for(size.cells, shape.band_start[-1]))
    memory.put_tables(shape, row)
    whole = np.array(memory.numbers, dtype=np.int64)
    pots = np.array([ends[-2] + PARTS.index(part) * size.cells + k for k, (part, _) in enumerate(cells)])
    start, last, run = ends[0], first + counts, machine(True).step
    spans = [slice(a - start, b - start) for a, b in pairwise(ends)]
    counted = slice(first - start, last - start)

    def settle(amounts: list[int], counts: list[int]) -> Trace:
        m = whole.copy()
        m[pots] = amounts
        m[first:last] = counts
        run(m, given, first)
        numbers: list[int] = m[start:last].tolist()
        counts[:] = numbers[counted]
        return Trace(*[numbers[span] for span in spans])

    return settle


def warm_up() -> None:
    """Have the step compiled, or taken from the cache, before the first claim."""
    import numpy as np

    from tongchou.engines.benefits.bulk.addressed import SLOTS
    from tongchou.engines.benefits.bulk.machine import machine

    machine(True).step(np.zeros(len(SLOTS), dtype=np.int64), 0, 0)  # a visit without layers
