"""The pass that splits lines: plain whole numbers, compiled with the loop.

Source of the split: `engines.benefits.split`.
"""

from __future__ import annotations

from typing import Any

Numbers = Any

PLAIN_LINE, SELF_PAID, SPLIT = 0, 1, 2
"""Ways: by the plain step; all of it the person's own; by limit and first payment (or as the line itself says)."""
OWN = -2
"""The limit or the ratio is the line's own."""
EMPTY = -(2**63)
"""In place of what a line does not say."""
UNITS, RATIOS, PRICES = 10_000, 1_000_000, 100_000_000
"""Parts of a unit of quantity, of a ratio, and of a fen in which a price (10⁻⁶ yuan) times a quantity comes out."""
WIDE = 2**62


def split_lines(
    rows: Numbers,
    row_of: Numbers,
    amount: Numbers,
    quantity: Numbers,
    limits: Numbers,
    rates: Numbers,
    prices: Numbers,
    parts: Numbers,
    plain: Numbers,
) -> None:
    """The four parts of every line (4 × lines, fen), and which lines are left to the plain step.

    `rows[row_of[i]]`, what the rules say of line i (`lines.LineRow`): way, limit, first payment (numerator,
    denominator) and the unit price above which it is made. Of the line itself come `amount` and limit (fen), quantity,
    ratio and price, each in its last decimal or EMPTY (`quantity` and `prices` may be left out: no line says them).
    Before, `parts` hold what lines say of their parts themselves, the last of them EMPTY where they do not; those of
    lines left to the plain step become 0.
    """
    for i in range(len(amount)):
        row, fen = row_of[i], amount[i]
        way, limit, share, whole, above = rows[row, 0], rows[row, 1], rows[row, 2], rows[row, 3], rows[row, 4]
        many = quantity[i] if len(quantity) > 0 and quantity[i] != EMPTY else UNITS
        if way == PLAIN_LINE or fen < 0 or many <= 0:
            plain[i] = True
        elif parts[3, i] != EMPTY:
            plain[i] = not told(fen, parts, i)
        elif way == SELF_PAID:
            parts[0, i], parts[1, i], parts[2, i], parts[3, i] = fen, 0, 0, 0
        else:
            limit = limits[i] if limit == OWN else limit
            own_rate = share == OWN
            share, whole = (rates[i] if own_rate else share), (RATIOS if own_rate else whole)
            price = prices[i] if len(prices) > 0 else EMPTY
            if too_wide(fen, many, limit, share, whole, above, price):
                plain[i] = True
            else:
                over = 0 if limit < 0 else min(half_up(max(0, fen * UNITS - limit * many), UNITS), fen)
                first = min(half_up((fen - over) * share, whole), fen - over)
                if above >= 0 and share > 0:
                    charged = fen * PRICES if price == EMPTY else price * many
                    first = min(half_up(max(0, charged - above * many) * share, whole * PRICES), first)
                parts[0, i], parts[1, i], parts[2, i], parts[3, i] = 0, over, first, fen - over - first
        if plain[i]:
            parts[0, i], parts[1, i], parts[2, i], parts[3, i] = 0, 0, 0, 0


def told(fen: int, parts: Numbers, i: int) -> bool:
    """Whether the parts that a line says itself are all of it."""
    left = fen
    for part in range(4):
        if parts[part, i] < 0 or parts[part, i] > left:
            return False
        left -= parts[part, i]
    return bool(left == 0)


def too_wide(fen: int, many: int, limit: int, share: int, whole: int, above: int, price: int) -> bool:
    """Whether a product that the split of a line needs may not fit into 62 bits."""
    most = max(4.0 * fen * share, 0.0)
    if limit >= 0:
        most = max(most, 4.0 * limit * many, 4.0 * fen * UNITS)
    if above >= 0:
        most = max(most, 4.0 * fen * PRICES * share, 4.0 * max(price, above) * many * share, 4.0 * whole * PRICES)
    return most > WIDE


def half_up(numerator: int, denominator: int) -> int:
    return (2 * numerator + denominator) // (2 * denominator)
