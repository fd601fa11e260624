"""The step: one claim through its layers. The counter, the bulk loop and every simulation call this function.

Money is moved between pots, never copied: after every layer, pots plus payments equal the claim's total. All numbers
are non-negative integers (fen, or fractions as numerator and denominator); nothing here knows a region, a date or a
word. The meaning of every line is section 2 of the policy handbook, which numbers its paragraphs as these comments do.

Nothing is made here: results go into `trace`, work into `spare`, so that a compiled loop can settle millions of claims
in the same few arrays.
"""

from __future__ import annotations

from tongchou.engines.benefits.exact import Ints, Out, allocate, half_up, prorate, round_mixed, round_to
from tongchou.engines.benefits.scale import (
    expense_used,
    expense_used_on_paid,
    place,
    target_by_cell,
    target_of,
    weigh_bands,
)
from tongchou.engines.benefits.shape import (
    COVERED,
    ENTERING,
    GIVEN,
    NO_LIMIT,
    NOWHERE,
    ON_EXPENSE,
    ON_PAID,
    PAID,
    SCALED,
    WIDTH,
    Row,
    Shape,
    Size,
    Spare,
    Trace,
)

OK = -1


def step(size: Size, shape: Shape, row: Row, given: Ints, counts: Out, trace: Trace, spare: Spare) -> int:
    """Settle the pots in `trace.pots`; `counts` are the accumulators this claim sees and are advanced in place.

    `given` are the amounts that came with the claim, by layer of the visit (fen). Returns OK, or the number of the
    layer whose given amount exceeds its base.
    """
    bands = 0
    for at in range(size.layers):
        layer = shape.layer_at[size.first + at]
        first_band = shape.band_start[layer] - bands  # the trace counts bands from the first of the visit
        bands += shape.band_start[layer + 1] - shape.band_start[layer]
        if not row.active[layer]:
            continue
        if shape.payer[layer] == GIVEN:
            if not _pay_given(size.cells, shape, row, layer, at, given[at], counts, trace, spare):
                return at
        else:
            _pay_computed(size.cells, shape, row, layer, at, first_band, counts, trace, spare)
    return OK


def _collect(n: int, shape: Shape, row: Row, layer: int, trace: Trace, base: Out) -> int:
    """1. Move what the layer takes out of the pots; the sum is its base B."""
    total = 0
    for k in range(n):
        base[k] = 0
    for term in range(shape.term_start[layer], shape.term_start[layer + 1]):
        pot, admits = shape.term_pot[term] * n, shape.term_at[term]
        for k in range(n):
            held = trace.pots[pot + k]
            if held == 0 or not shape.term_cell[admits + k]:
                continue
            moved = held
            if row.take_numerator[term] != row.take_denominator[term]:
                moved = half_up(held * row.take_numerator[term], row.take_denominator[term])
            trace.pots[pot + k] = held - moved
            base[k] += moved
            total += moved
    return total


def _rooms(shape: Shape, row: Row, layer: int, counts: Out) -> tuple[int, int, int]:
    """The smallest room that the caps leave to what enters, to what is covered and to what is paid, or NO_LIMIT."""
    entering, covered, paid = NO_LIMIT, NO_LIMIT, NO_LIMIT
    for limit in range(shape.limit_start[layer], shape.limit_start[layer + 1]):
        if row.limit[limit] == NO_LIMIT:
            continue
        used = counts[shape.limit_count[limit]] if shape.limit_count[limit] != NOWHERE else 0
        room = max(0, row.limit[limit] - used)
        if shape.limit_of[limit] == ENTERING:
            entering = _within(room, entering)
        elif shape.limit_of[limit] == COVERED:
            covered = _within(room, covered)
        else:  # PAID
            paid = _within(room, paid)
    return entering, covered, paid


def _within(amount: int, room: int) -> int:
    return amount if room == NO_LIMIT else min(amount, room)


def _deductible(shape: Shape, row: Row, layer: int, counts: Out) -> int:
    """3. The amount, minus what the period was already charged, within the yearly maximum."""
    due = row.deductible[layer]
    if shape.charged_count[layer] != NOWHERE:
        due = max(0, due - counts[shape.charged_count[layer]])
    if row.yearly_maximum[layer] != NO_LIMIT:
        due = min(due, max(0, row.yearly_maximum[layer] - counts[shape.yearly_count[layer]]))
    return due


def _spread_deductible(n: int, shape: Shape, row: Row, layer: int, d: int, entered: Ints, spare: Spare) -> None:
    """Take the deductible from the cells rank by rank, pro rata inside a rank; what each bears goes to `charged`."""
    charged, weights = spare.charged, spare.weights
    for k in range(n):
        charged[k] = 0
    left, rank = d, 0
    if n == 1:
        charged[0], left = d, 0
    while left > 0:
        room = 0
        for k in range(n):
            weights[k] = entered[k] if row.rank[shape.rank_at[layer] + k] == rank else 0
            room += weights[k]
        taken = min(left, room)
        if taken > 0:
            prorate(taken, room, weights, spare.shares, n, spare.rests)
            for k in range(n):
                charged[k] += spare.shares[k]
            left -= taken
        rank += 1


def _pay_given(
    n: int, shape: Shape, row: Row, layer: int, at: int, paid: int, counts: Out, trace: Trace, spare: Spare
) -> bool:
    base, shares = spare.base, spare.shares
    total = _collect(n, shape, row, layer, trace, base)
    if paid > total:
        trace.amounts[at * WIDTH] = total
        return False
    prorate(paid, total, base, shares, n, spare.rests)
    own = (6 + 3 * at) * n
    for k in range(n):
        trace.paid[at * n + k] = shares[k]
        trace.pots[own + k] = base[k] - shares[k]
    _record(trace, at, total, total, 0, 0, 0, total, paid, 0, NO_LIMIT, paid, total, total - paid, 0, 0)
    _feed(shape, row, layer, counts, total, total, total, paid, 0)
    return True


def _pay_computed(
    n: int, shape: Shape, row: Row, layer: int, at: int, first_band: int, counts: Out, trace: Trace, spare: Spare
) -> None:
    base, cells, charged = spare.base, spare.cells, spare.charged
    kept, used_cells, exact = spare.kept, spare.used, spare.exact
    total = _collect(n, shape, row, layer, trace, base)
    if total == 0:
        _pass(n, shape, row, layer, at, first_band, counts, trace)
        return
    # 2. what may enter
    may_enter, may_be_covered, room = _rooms(shape, row, layer, counts)
    entered = _within(total, may_enter)
    prorate(entered, total, base, cells, n, spare.rests)
    # 3. the deductible
    due = _deductible(shape, row, layer, counts)
    d = min(entered, due)
    _spread_deductible(n, shape, row, layer, d, cells, spare)
    for k in range(n):
        cells[k] -= charged[k]
    # 4. what may be covered
    c1 = _within(entered - d, may_be_covered)
    prorate(c1, entered - d, cells, kept, n, spare.rests)
    # 5. the scale
    so_far = counts[shape.scale_count[layer]] if shape.scale_count[layer] != NOWHERE else 0
    start = so_far + d if shape.scale[layer] == ON_EXPENSE else so_far
    c, target, below = place(n, shape, row, layer, first_band, start, c1, kept, trace)
    if c != c1:
        prorate(c, c1, kept, used_cells, n, spare.rests)
        for k in range(n):
            kept[k] = used_cells[k]
    # 6. the target, the floor, the caps
    if shape.scale[layer] == ON_PAID:
        whole, rest = target // below, target % below
    else:
        below = weigh_bands(n, shape, row, layer, kept, c, spare.weights)
        whole, rest = target_of(shape, layer, first_band, trace, spare.weights, below)
    if n > 1:
        target_by_cell(n, shape, row, layer, first_band, c, kept, trace, exact)
    formula = min(c, round_mixed(whole, rest, below, row.unit[layer], row.mode[layer]))
    floor = 0
    if row.floor_numerator[layer] > 0:
        floor = round_to(
            row.floor_numerator[layer] * total, row.floor_denominator[layer], row.unit[layer], row.mode[layer]
        )
        floor = min(floor, c + d)
    own_floor = shape.floor_payer[layer] == at
    paid = _within(max(formula, floor) if own_floor else formula, room)
    # 7. what a cut payment has used, and where every fen of the base lies
    used = c
    if paid < formula and shape.scale[layer] == ON_PAID:
        used = expense_used_on_paid(n, shape, row, layer, first_band, paid, c, kept, trace)
    elif paid < formula:
        used = expense_used(shape, layer, first_band, paid, c, trace, spare.weights, below)
    prorate(used, c, kept, used_cells, n, spare.rests)
    from_covered = min(paid, used)
    allocate(from_covered, _weights(exact, used_cells, n), used_cells, cells, n, spare.rests)
    own_cells = spare.own
    for k in range(n):
        own_cells[k] = used_cells[k] - cells[k]
        trace.kept[at * n + k] = kept[k]
        trace.paid[at * n + k] = cells[k]
    d -= _pay_from(paid - from_covered, charged, trace.paid, at * n, n, spare)
    topped = 0 if own_floor else max(0, min(floor, c + d) - paid)
    own_total = used - from_covered
    topped = min(topped, own_total + d)
    from_own = min(topped, own_total)
    _pay_from(from_own, own_cells, trace.extra, at * n, n, spare)
    _pay_from(topped - from_own, charged, trace.extra, at * n, n, spare)
    d -= topped - from_own
    over = total - d - paid - topped - (own_total - from_own)
    pot = (5 + 3 * at) * n
    for k in range(n):
        trace.pots[pot + k] = charged[k]
        trace.pots[pot + n + k] = own_cells[k]
        moved = trace.paid[at * n + k] + trace.extra[at * n + k]
        trace.pots[pot + 2 * n + k] = base[k] - charged[k] - own_cells[k] - moved
    trace.target[3 * at], trace.target[3 * at + 1], trace.target[3 * at + 2] = whole, rest, below
    own = own_total - from_own
    _record(
        trace, at, total, entered, due, d, start, c, formula, floor, room, paid, used, own, over, topped
    )  # in the order of COLUMNS
    _feed(shape, row, layer, counts, entered, c, max(used, paid), paid, d)


def _pass(n: int, shape: Shape, row: Row, layer: int, at: int, first_band: int, counts: Out, trace: Trace) -> None:
    """Nothing was taken, so nothing is paid; what would be due, and where the scale stands, is told all the same."""
    due, (_, _, room) = _deductible(shape, row, layer, counts), _rooms(shape, row, layer, counts)
    start = counts[shape.scale_count[layer]] if shape.scale_count[layer] != NOWHERE else 0
    for band in range(shape.band_start[layer] - first_band, shape.band_start[layer + 1] - first_band):
        trace.band[2 * band], trace.band[2 * band + 1] = 0, 1
    pot = (5 + 3 * at) * n
    for k in range(n):
        trace.kept[at * n + k] = trace.paid[at * n + k] = 0
        trace.pots[pot + k] = trace.pots[pot + n + k] = trace.pots[pot + 2 * n + k] = 0
    trace.target[3 * at], trace.target[3 * at + 1], trace.target[3 * at + 2] = 0, 0, 1
    _record(trace, at, 0, 0, due, 0, start, 0, 0, 0, room, 0, 0, 0, 0, 0)


def _weights(exact: Out, used: Out, n: int) -> Out:
    for k in range(n):
        if exact[k] > 0:
            return exact
    return used


def _pay_from(amount: int, cells: Out, paid: Out, at: int, n: int, spare: Spare) -> int:
    """Pay `amount` out of `cells`, all alike; returns it."""
    if amount > 0:
        allocate(amount, cells, cells, spare.shares, n, spare.rests)
        for k in range(n):
            cells[k] -= spare.shares[k]
            paid[at + k] += spare.shares[k]
    return amount


def _record(
    trace: Trace,
    at: int,
    base: int,
    entered: int,
    due: int,
    d: int,
    start: int,
    c: int,
    formula: int,
    floor: int,
    room: int,
    paid: int,
    used: int,
    own: int,
    over: int,
    topped: int,
) -> None:
    first = at * WIDTH
    trace.amounts[first] = base
    trace.amounts[first + 1] = entered
    trace.amounts[first + 2] = due
    trace.amounts[first + 3] = d
    trace.amounts[first + 4] = start
    trace.amounts[first + 5] = c
    trace.amounts[first + 6] = formula
    trace.amounts[first + 7] = floor
    trace.amounts[first + 8] = room
    trace.amounts[first + 9] = paid
    trace.amounts[first + 10] = used
    trace.amounts[first + 11] = own
    trace.amounts[first + 12] = over
    trace.amounts[first + 13] = topped


def _feed(
    shape: Shape, row: Row, layer: int, counts: Out, entered: int, scaled: int, covered: int, paid: int, charged: int
) -> None:
    """8. Advance every accumulator this layer counts in."""
    for feed in range(shape.feed_start[layer], shape.feed_start[layer + 1]):
        if not row.feed[feed]:
            continue
        of = shape.feed_of[feed]
        if of == ENTERING:
            amount = entered
        elif of == SCALED:
            amount = scaled
        elif of == COVERED:
            amount = covered
        elif of == PAID:
            amount = paid
        else:  # CHARGED
            amount = charged
        counts[shape.feed_count[feed]] += amount
