"""The loop of a bulk run: visit after visit through the step, in the order in which they settle.

Plain functions over whole numbers; `machine` joins them to the step and compiles both. `m` is the one memory.
"""

from __future__ import annotations

from typing import Any

from tongchou.engines.benefits.bulk.addressed import SLOTS
from tongchou.engines.benefits.bulk.shares import (
    FLOOR_PAYER,
    LAYER,
    LAYER_AT,
    TRACE_EXTRA,
    TRACE_PAID,
    share,
    share_lines,
)
from tongchou.engines.benefits.shape import COLUMNS, FIRST_POTS, WIDTH

Numbers = Any

TRACE_AMOUNTS, POTS = SLOTS["trace.amounts"], SLOTS["trace.pots"]
CELL = SLOTS["cell"]
DEDUCTIBLE, PAID_COLUMN, USED, TOPPED = map(COLUMNS.index, ("deductible", "paid", "used", "topped_up"))

VISIT = 11
"""Numbers kept for each kind of visit: first layer, layers, cells, counts, address of the cells' parts and groups,
which layers are loose (`fill`; a bit for each), whether it is refused, whether it counts as a stay, which layers are
the basic fund's (a bit for each), address and number of its packages."""
PACKAGE = 3
"""Numbers kept of a package: price in fen, whether the excess is the hospital's, its place among the counts or -1."""
FIRST, IN_SCOPE, EXCESS = len(FIRST_POTS), FIRST_POTS.index("in_scope"), FIRST_POTS.index("package_excess")
"""How many pots there are before those of the layers, and the ones that packages cut and fill."""
UNSEEN = -(2**62)
"""In place of a change: the visit did not look there."""
BASIC = 3
"""Numbers kept of a visit's layers that are the basic fund's: deductible borne, paid by formula, expense paid for."""

STAYS, STAY = -2, -1
"""Places in the state, seen from the first that a visit counts in: its person's stays, and the number of its own."""
LEFT, REST, TAKEN, HOSPITAL, PLACE = 0, 1, 2, 3, 4
"""Working numbers of every cell."""


def settle_all(
    m: Numbers,
    given: int,
    counts: int,
    visits: Numbers,
    visit_of: Numbers,
    edges: Numbers,
    edge_start: Numbers,
    slots: Numbers,
    slot_start: Numbers,
    account_slot: Numbers,
    amounts: Numbers,
    amount_start: Numbers,
    line_span: Numbers,
    line_parts: Numbers,
    line_item: Numbers,
    line_work: Numbers,
    share_start: Numbers,
    cell_work: Numbers,
    state: Numbers,
    paid: Numbers,
    paid_start: Numbers,
    cash: Numbers,
    hospital: Numbers,
    basic: Numbers,
    balance: Numbers,
    shares: Numbers,
    traces: Numbers,
    slot_count: Numbers,
    changes: Numbers,
    numbered: Numbers,
    visited: Numbers,
) -> None:
    """Settle every visit; `state` goes on from visit to visit.

    `visit_of` leads from a visit and the side of its number among the year's stays (`edges`) to its kind. `paid` is
    filled by layer; `cash`, `hospital`, `basic` and `balance` (of the accounts, afterwards) by visit; `shares` by line
    and layer, the hospital's last (left out without `line_span`), `traces` by layer and column of the trace (left out
    where there is no room for them); all in fen. `changes`: what each visit added to each of its `slot_count`
    places in `slots`, `UNSEEN` where it did not look (left out likewise); `numbered`: the number that its stay got by
    it, or 0. Before these places stand those of its person's stays (`STAYS`) and of the number of this one (`STAY`).
    `visited` tells which kind was settled, `-1 - kind` for a refusal.
    """
    for i in range(len(cash)):
        first = slot_start[i]
        visit = visit_of[i]
        if edge_start[i, 0] < edge_start[i, 1]:
            known = state[slots[first + STAY]]
            nth = known if known > 0 else state[slots[first + STAYS]] + 1
            visit += side_of(nth, edges, edge_start[i, 0], edge_start[i, 1])
        at = visit * VISIT
        if visits[at + 6] != 0:
            visited[i] = -1 - visit
        else:
            visited[i] = visit
            layers, n, seen, part = visits[at + 1], visits[at + 2], visits[at + 3], visits[at + 4]
            money, pays = amount_start[i], paid_start[i]
            cell = only(n, amounts, money)
            if cell >= 0:  # the others receive nothing: it goes through the step as if it were alone
                n, money, part = 1, money + cell, part + 2 * cell
            m[0], m[1], m[2], m[CELL] = layers, n, visits[at], max(0, cell)
            if n == 1:  # as most visits have it: told so, the compiler needs no loops over cells
                left = fill(m, 1, layers, visits[at + 5], part, amounts, money)
            else:
                left = fill(m, n, layers, visits[at + 5], part, amounts, money)
            if len(line_span) > 0 or visits[at + 10] > 0:
                for k in range(n):
                    cell_work[HOSPITAL, k] = 0
            if len(changes) > 0:
                look(m, visits[at + 9], visits[at + 10], seen, slot_count[i], slots, first, state, changes)
            if visits[at + 10] > 0:
                hospital[i] = cut(m, n, visits[at + 9], visits[at + 10], slots, first, state, cell_work)
            for c in range(seen):
                m[counts + c] = state[slots[first + c]]
            step(m, given, counts)  # type: ignore[name-defined]  # noqa: F821 (joined by `machine`; nothing is given)
            for c in range(seen):
                state[slots[first + c]] = m[counts + c]
            if len(changes) > 0:
                for c in range(slot_count[i]):
                    if changes[first + c] != UNSEEN:
                        changes[first + c] += state[slots[first + c]]
            cash[i] = left - hospital[i] - pay(m, visits[at], layers, visits[at + 8], paid, pays, basic, i)
            if len(traces) > 0:
                keep_trace(m, layers, traces, pays)
            if len(line_span) > 0:
                share_lines(
                    m,
                    visits[at],
                    layers,
                    n,
                    part,
                    line_span[i, 0],
                    line_span[i, 1],
                    line_parts,
                    line_item,
                    line_work,
                    cell_work[HOSPITAL],
                    shares,
                    share_start[i],
                )
            if visits[at + 7] != 0 and state[slots[first + STAY]] == 0:
                number = state[slots[first + STAYS]] + 1
                state[slots[first + STAYS]] = state[slots[first + STAY]] = numbered[i] = number
        for a in range(account_slot.shape[1]):
            balance[i] -= state[account_slot[i, a]]


def side_of(nth: int, edges: Numbers, begin: int, end: int) -> int:
    """On which side of the edges a stay's number lies: below the first, at it, between it and the next, …"""
    side = 0
    for e in range(begin, end):
        if nth == edges[e]:
            side += 1
        elif nth > edges[e]:
            side += 2
    return side


def cut(
    m: Numbers, n: int, packages: int, count: int, slots: Numbers, first: int, state: Numbers, work: Numbers
) -> int:
    """In-scope expense counts up to the packages' prices; the excess goes to `work[HOSPITAL]` or to its own pot.

    As `engines.benefits.packages` does it; `work`: five numbers for every cell. Returns what goes to the hospital.
    """
    for p in range(count):
        at = packages + PACKAGE * p
        price, place = m[at], m[at + 2]
        total = 0
        for k in range(n):
            work[LEFT, k] = m[m[POTS] + IN_SCOPE * n + k]
            work[TAKEN, k] = 0
            work[PLACE, k] = k
            total += work[LEFT, k]
        used = state[slots[first + place]] if place >= 0 else 0
        excess = 0 if price < 0 else max(0, total - max(0, price - used))
        if excess > 0:
            share(excess, total, n, work[LEFT], work[REST], work[PLACE], 0, work[TAKEN])
        for k in range(n):
            m[m[POTS] + IN_SCOPE * n + k] -= work[TAKEN, k]
            if m[at + 1] != 0:
                work[HOSPITAL, k] += work[TAKEN, k]
            else:
                m[m[POTS] + EXCESS * n + k] += work[TAKEN, k]
        if place >= 0:
            state[slots[first + place]] += total - excess
    gone = 0
    for k in range(n):
        gone += work[HOSPITAL, k]
    return gone


def look(
    m: Numbers,
    packages: int,
    count: int,
    seen: int,
    slot_count: int,
    slots: Numbers,
    first: int,
    state: Numbers,
    changes: Numbers,
) -> None:
    """Minus what stands where a visit looks, to which is added what stands there afterwards.

    A package that does not hold does not look at what it used: `UNSEEN` in its place, which lies after `seen`.
    """
    for c in range(seen):
        changes[first + c] = -state[slots[first + c]]
    for c in range(seen, slot_count):
        changes[first + c] = UNSEEN
    for p in range(count):
        c = m[packages + PACKAGE * p + 2]
        if c >= 0:
            changes[first + c] = -state[slots[first + c]]


def only(n: int, amounts: Numbers, at: int) -> int:
    """The only cell that holds money (the first where none does), or -1 where several do."""
    found, many = 0, 0
    for k in range(n):
        if amounts[at + k] != 0:
            found, many = k, many + 1
    return found if many <= 1 else -1


def fill(m: Numbers, n: int, layers: int, loose: int, part: int, amounts: Numbers, at: int) -> int:
    """Put the money of a visit into its first pots and return all of it; 0 where the step adds, or may write nothing.

    `loose`: the layers (a bit for each) that may leave their pots and their trace as they were.
    """
    pots, extra = m[POTS], m[TRACE_EXTRA]
    for j in range(FIRST * n):
        m[pots + j] = 0
    for j in range(layers * n):
        m[extra + j] = 0
    if loose != 0:
        for layer in range(layers):
            if (loose >> layer) & 1 == 1:
                clear(m, layer, n)
    left = 0
    for k in range(n):
        m[pots + m[part + 2 * k] * n + k] = amounts[at + k]
        left += amounts[at + k]
    return left


def clear(m: Numbers, layer: int, n: int) -> None:
    """Nothing in the trace of a layer and in its pots."""
    amounts, paid, pots = m[TRACE_AMOUNTS] + layer * WIDTH, m[TRACE_PAID] + layer * n, m[POTS] + (FIRST + 3 * layer) * n
    for j in range(WIDTH):
        m[amounts + j] = 0
    for k in range(n):
        m[paid + k] = 0
    for j in range(3 * n):
        m[pots + j] = 0


def pay(m: Numbers, first: int, layers: int, of: int, paid: Numbers, at: int, basic: Numbers, i: int) -> int:
    """What every layer paid: its own payment, and what it topped up inside the base of another; all of it together.

    `basic` receives what the national interface asks of the layers of the basic fund (the bits of `of`): their
    deductible, payment and expense.
    """
    whole, deductible, formula, used = 0, 0, 0, 0
    row, numbers, payer = m[TRACE_AMOUNTS], m[LAYER_AT] + first, m[FLOOR_PAYER]
    for layer in range(layers):
        own, extra = m[row + PAID_COLUMN], m[row + TOPPED]
        whole += own + extra
        paid[at + layer] += own
        if extra > 0:
            paid[at + m[payer + m[numbers + layer] * LAYER]] += extra
        if (of >> layer) & 1 == 1:
            deductible += m[row + DEDUCTIBLE]
            formula += own
            used += m[row + USED]
        row += WIDTH
    basic[i, 0], basic[i, 1], basic[i, 2] = deductible, formula, used
    return whole


def keep_trace(m: Numbers, layers: int, traces: Numbers, at: int) -> None:
    """The trace of every layer; that of the first goes to row `at`."""
    for j in range(layers * WIDTH):
        traces[at * WIDTH + j] = m[m[TRACE_AMOUNTS] + j]
