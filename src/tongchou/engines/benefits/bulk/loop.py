"""The loop of a bulk run: visit after visit through the step, in the order in which they settle.

Plain functions over whole numbers; `machine` joins them to the step and compiles both. `m` is the one memory.
"""

from __future__ import annotations

from typing import Any

Numbers = Any

VISIT = 9
"""Numbers kept for each kind of visit: first layer, layers, cells, counts, address of the cells' parts and groups,
bands, whether it is refused, whether it counts as a stay, which layers are the basic fund's (a bit for each)."""
BASIC = 3
"""Numbers kept of a visit's layers that are the basic fund's: deductible borne, paid by formula, expense paid for."""


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
    account_slot: Numbers,
    amounts: Numbers,
    amount_start: Numbers,
    line_start: Numbers,
    line_parts: Numbers,
    line_item: Numbers,
    line_work: Numbers,
    share_start: Numbers,
    state: Numbers,
    paid: Numbers,
    paid_start: Numbers,
    cash: Numbers,
    basic: Numbers,
    balance: Numbers,
    shares: Numbers,
    visited: Numbers,
) -> None:
    """Settle every visit; `state` goes on from visit to visit.

    `visit_of` leads from a visit and the side of its number among the year's stays (`edges`) to its kind. `paid` is
    filled by layer, `cash`, `basic` and `balance` (of the accounts, afterwards) by visit, `shares` by line and layer
    (fen; left out without `line_start`); `visited` tells which kind was settled, `-1 - kind` for a refusal.
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
        else:
            visited[i] = visit
            layers, n, seen = visits[at + 1], visits[at + 2], visits[at + 3]
            m[0], m[1], m[2] = layers, n, visits[at]
            for j in range(trace, trace_end):
                m[j] = 0
            part = visits[at + 4]
            for k in range(n):
                m[pots + m[part + 2 * k] * n + k] = amounts[amount_start[i] + k]
            for c in range(seen):
                m[counts + c] = state[slots[slot_start[i] + c]]
            step(m, given, counts)  # type: ignore[name-defined]  # noqa: F821 (joined with the step; nothing is given)
            for c in range(seen):
                state[slots[slot_start[i] + c]] = m[counts + c]
            for j in range((5 + 3 * layers) * n):
                cash[i] += m[pots + j]
            pay(m, visits[at], layers, n, paid, paid_start[i])
            weigh(m, layers, visits[at + 8], basic, i)
            if len(line_start) > 0:
                share_lines(  # type: ignore[name-defined]  # noqa: F821 (joined from `shares`)
                    m,
                    visits[at],
                    layers,
                    n,
                    part,
                    line_start[i],
                    line_start[i + 1],
                    line_parts,
                    line_item,
                    line_work,
                    shares,
                    share_start[i],
                )
            if visits[at + 7] != 0 and known == 0:
                state[stays_slot[i]] += 1
                state[stay_slot[i]] = state[stays_slot[i]]
        for a in range(account_slot.shape[1]):
            balance[i] -= state[account_slot[i, a]]


def pay(m: Numbers, first: int, layers: int, n: int, paid: Numbers, at: int) -> None:
    """What every layer paid: its own payment, and what it topped up inside the base of another."""
    for layer in range(layers):
        payer = m[m[FLOOR_PAYER] + first + layer]  # type: ignore[name-defined]  # noqa: F821 (joined with the slots)
        for k in range(n):
            paid[at + layer] += m[m[TRACE_PAID] + layer * n + k]  # type: ignore[name-defined]  # noqa: F821 (as above)
            paid[at + payer] += m[m[TRACE_EXTRA] + layer * n + k]  # type: ignore[name-defined]  # noqa: F821 (as above)


def weigh(m: Numbers, layers: int, of: int, basic: Numbers, i: int) -> None:
    """What the national interface asks of the layers of the basic fund: their deductible, payment and expense."""
    for layer in range(layers):
        if (of >> layer) & 1 == 1:
            at = m[TRACE_AMOUNTS] + layer * WIDTH  # type: ignore[name-defined]  # noqa: F821 (joined with the slots)
            basic[i, 0] += m[at + DEDUCTIBLE]  # type: ignore[name-defined]  # noqa: F821 (as above)
            basic[i, 1] += m[at + PAID_COLUMN]  # type: ignore[name-defined]  # noqa: F821 (as above)
            basic[i, 2] += m[at + USED]  # type: ignore[name-defined]  # noqa: F821 (as above)
