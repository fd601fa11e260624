"""The step for one claim, as it stands or compiled; the numbers are the same."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import pairwise
from typing import Any, NamedTuple

from tongchou.engines.benefits.claim import PARTS
from tongchou.engines.benefits.reading import BASIC, BASIC_FUND, Reading, new_trace
from tongchou.engines.benefits.shape import ON_PAID, WIDTH, Size, Trace, room_for
from tongchou.engines.benefits.step import step

FINEST = 10**6
"""The largest denominator of a ratio for which every product with `MAX_FEN` stays inside 64 bits."""


class Stepped(NamedTuple):
    """What the step made of a claim: what a settlement always tells, and the trace for whoever asks for more.

    `paid` by layer, `basic` as in `Settlement`, `cash` what is left in the pots (fen); `counts`: the accumulators.
    """

    paid: list[int]
    basic: tuple[int, int, int]
    cash: int
    counts: list[int]
    trace: Callable[[], Trace]


Stepper = Callable[[list[int], list[int]], Stepped]
"""Amounts by cell (fen) and accumulators in."""


def plainly(like: Reading) -> Stepper:
    """The step as Python runs it, for claims with the cells and numbers of this one."""
    plan, cells, shape, row = like.plan, like.cells, like.shape, like.row
    size = Size(len(plan.layers), len(cells))
    given, nothing = [0] * size.layers, [0] * size.cells

    def settle(amounts: list[int], counts: list[int]) -> Stepped:
        trace, counts = new_trace(size, shape, cells, amounts, nothing), counts.copy()
        step(size, shape, row, given, counts, trace, room_for(size.cells, shape.band_start[-1]))
        made = like.of(trace)
        return Stepped([*made.paid().values()], made.basic(), sum(trace.pots), counts, lambda: trace)

    return settle


def compiled(like: Reading) -> Stepper | None:
    """The step over a memory of its own, copied for each claim, so that threads never meet in it.

    None where 64 bits may not be enough.
    """
    import numpy as np

    from tongchou.engines.benefits.bulk.machine import machine
    from tongchou.engines.benefits.bulk.memory import Memory

    plan, cells, shape, row = like.plan, like.cells, like.shape, like.row
    size = Size(len(plan.layers), len(cells))
    finest = max(*row.rate_unit, *row.take_denominator, *row.floor_denominator)
    if ON_PAID in shape.scale or finest > FINEST:
        return None
    memory = Memory()
    memory.put_size(size)
    memory.put_all("trace", new_trace(size, shape, cells, [0] * size.cells, [0] * size.cells))
    first = memory.put("counts", [0] * len(plan.counts))
    last = memory.put("given", [0] * size.layers)
    memory.put_all("spare", room_for(size.cells, shape.band_start[-1]))
    memory.put_tables(shape, row)
    whole, run = np.array(memory.numbers, dtype=np.int64), machine(True).step
    starts = {name: memory.places[f"trace.{name}"] for name in Trace._fields}
    spans = [slice(*span) for span in pairwise([*starts.values(), first])]
    pots = [starts["pots"] + PARTS.index(part) * size.cells + k for k, (part, _) in enumerate(cells)]
    filled = np.array([*pots, *range(first, last)])
    # What is told of every claim are sums from one place of the memory to the next, so that they are read in one go.
    basics = [starts["amounts"] + i * WIDTH for i, name in enumerate(plan.fields) if name == BASIC_FUND]
    basic = [place for at in BASIC for layer in basics for place in (layer + at, layer + at + 1)]
    paid = range(starts["paid"], starts["extra"], size.cells)
    places = np.array([*basic, *paid, starts["extra"], starts["pots"], *range(first, last + 1)])
    told, topped, width = len(basic), len(basic) + len(paid), 2 * len(basics)
    sums_of = np.add.reduceat

    def trace(m: Any) -> Trace:
        return Trace(*[m[span].tolist() for span in spans])

    def settle(amounts: list[int], counts: list[int]) -> Stepped:
        m = whole.copy()
        m[filled] = amounts + counts
        run(m, last, first)
        sums = sums_of(m, places).tolist()
        by_layer = [*like.of(trace(m)).paid().values()] if sums[topped] else sums[told:topped]
        borne, by_formula, used = (
            sums[:told:2] if width == 2 else [sum(sums[at * width : (at + 1) * width : 2]) for at in range(len(BASIC))]
        )
        return Stepped(by_layer, (borne, by_formula, used), sums[topped + 1], sums[topped + 2 : -1], partial(trace, m))

    return settle


def warm_up() -> None:
    """Have the step compiled, or taken from the cache, before the first claim."""
    import numpy as np

    from tongchou.engines.benefits.bulk.addressed import SLOTS
    from tongchou.engines.benefits.bulk.machine import machine

    machine(True).step(np.zeros(len(SLOTS), dtype=np.int64), 0, 0)  # a visit without layers
