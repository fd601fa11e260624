"""The loop of a bulk run: claim after claim through the step, in the order in which they settle.

Plain functions over whole numbers; `machine` joins them to the step and compiles both. `m` is the one memory.
"""

from __future__ import annotations

from typing import Any

Numbers = Any

VISIT = 8
"""Numbers kept for each kind of visit: first layer, layers, cells, counts, address of the cells' parts, bands,
whether it is refused, whether it counts as a stay."""


def settle_all(
    m: Numbers,
    given: int,
    counts: int,
    pots: int,
    trace: int,
    trace_end: int,
    visits: Numbers,
    visit_of: Numbers,
    edges: Numbers,
    edge_start: Numbers,
    slots: Numbers,
    slot_start: Numbers,
    stay_slot: Numbers,
    stays_slot: Numbers,
    amounts: Numbers,
    amount_start: Numbers,
    state: Numbers,
    paid: Numbers,
    paid_start: Numbers,
    cash: Numbers,
    visited: Numbers,
) -> None:
    """Settle every claim; `state` goes on from claim to claim.

    `visit_of` leads from a claim and the side of its number among the year's stays (`edges`) to its visit. `paid` is
    filled by layer, `cash` by claim (fen); `visited` tells which visit was settled, -1 for a refusal.
    """
    for i in range(len(cash)):
        known = state[stay_slot[i]]
        nth = known if known > 0 else state[stays_slot[i]] + 1
        side = 0
        for e in range(edge_start[i, 0], edge_start[i, 1]):
            if nth == edges[e]:
                side += 1
            elif nth > edges[e]:
                side += 2
        visit = visit_of[i] + side
        at = visit * VISIT
        if visits[at + 6] != 0:
            visited[i] = -1 - visit
            continue
        layers, n, seen = visits[at + 1], visits[at + 2], visits[at + 3]
        m[0], m[1], m[2] = layers, n, visits[at]
        for j in range(trace, trace_end):
            m[j] = 0
        part = visits[at + 4]
        for k in range(n):
            m[pots + m[part + k] * n + k] = amounts[amount_start[i] + k]
        for c in range(seen):
            m[counts + c] = state[slots[slot_start[i] + c]]
        step(m, given, counts)  # type: ignore[name-defined]  # noqa: F821 (joined with the step; nothing is given here)
        for c in range(seen):
            state[slots[slot_start[i] + c]] = m[counts + c]
        left = 0
        for j in range((5 + 3 * layers) * n):
            left += m[pots + j]
        cash[i] = left
        visited[i] = visit
        pay(m, visits[at], layers, n, paid, paid_start[i])
        if visits[at + 7] != 0 and known == 0:
            state[stays_slot[i]] += 1
            state[stay_slot[i]] = state[stays_slot[i]]


def pay(m: Numbers, first: int, layers: int, n: int, paid: Numbers, at: int) -> None:
    """What every layer paid: its own payment, and what it topped up inside the base of another."""
    for layer in range(layers):
        payer = m[m[FLOOR_PAYER] + first + layer]  # type: ignore[name-defined]  # noqa: F821 (joined with the slots)
        for k in range(n):
            paid[at + layer] += m[m[TRACE_PAID] + layer * n + k]  # type: ignore[name-defined]  # noqa: F821 (as above)
            paid[at + payer] += m[m[TRACE_EXTRA] + layer * n + k]  # type: ignore[name-defined]  # noqa: F821 (as above)
