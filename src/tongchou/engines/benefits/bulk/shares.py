"""What every layer paid, carried down to the lines of a claim, as `engines.benefits.lines` does it one by one.

Functions of the loop: plain whole numbers, compiled with it. Nothing here is a return; those settle by the plain step.
"""

from __future__ import annotations

from typing import Any

from tongchou.engines.benefits.bulk.addressed import SLOTS, STRIDES
from tongchou.engines.benefits.exact import muldivmod

Numbers = Any

TRACE_PAID, TRACE_EXTRA = SLOTS["trace.paid"], SLOTS["trace.extra"]
"""Where the memory keeps the addresses of what every layer paid in every cell."""
LAYER_AT, FLOOR_PAYER, LAYER = SLOTS["shape.layer_at"], SLOTS["shape.floor_payer"], STRIDES["shape.floor_payer"]
"""Where it says which layers a visit has, which one tops up the first of all, and how far the next one lies."""


def share_lines(
    m: Numbers,
    first: int,
    layers: int,
    n: int,
    cells: int,
    begin: int,
    end: int,
    parts: Numbers,
    item: Numbers,
    work: Numbers,
    hospital: Numbers,
    shares: Numbers,
    shares_at: int,
) -> None:
    """Cell by cell, in the order in which money left it: what packages cut off for the hospital (`hospital`, by cell),
    then of every layer its own payment and what it topped up for another.

    `parts`: four amounts a line (4 × lines); `shares[shares_at + line × (layers + 1) + layer]` receives fen, the
    hospital's in the last place. `cells`: address of the part and the item group of every cell. `work`: three numbers
    for every line of the claim.
    """
    left, rest, place = work[0], work[1], work[2]
    for k in range(n):
        part, group = m[cells + 2 * k], m[cells + 2 * k + 1]
        count, net = 0, 0
        for j in range(begin, end):
            if item[j] == group and parts[part, j] > 0:
                left[count], place[count] = parts[part, j], shares_at + (j - begin) * (layers + 1)
                net += parts[part, j]
                count += 1
        if hospital[k] > 0:
            share(hospital[k], net, count, left, rest, place, layers, shares)
            net -= hospital[k]
        for layer in range(layers):
            amount = m[m[TRACE_PAID] + layer * n + k]
            if amount > 0:
                share(amount, net, count, left, rest, place, layer, shares)
                net -= amount
            amount = m[m[TRACE_EXTRA] + layer * n + k]
            if amount > 0:
                payer = m[m[FLOOR_PAYER] + m[m[LAYER_AT] + first + layer] * LAYER]
                share(amount, net, count, left, rest, place, payer, shares)
                net -= amount


def share(
    amount: int, net: int, count: int, left: Numbers, rest: Numbers, place: Numbers, beside: int, shares: Numbers
) -> None:
    """`amount` over some lines by what is `left` of each, by largest remainder, the earlier line first when equal.

    Shares and what is left are advanced in place; line j's share stands at `shares[place[j] + beside]`. `amount` is at
    most `net`, the sum of what is left: a line with a remainder has room for one fen more, and there are more such
    lines than fen to hand out.
    """
    over = amount
    for j in range(count):
        whole = left[j]
        rest[j] = 0
        if amount < net:
            whole, rest[j] = muldivmod(amount, left[j], net)
        left[j] -= whole
        shares[place[j] + beside] += whole
        over -= whole
    while over > 0:
        best = 0
        for j in range(1, count):
            if rest[j] > rest[best]:
                best = j
        rest[best] = 0
        left[best] -= 1
        shares[place[best] + beside] += 1
        over -= 1
