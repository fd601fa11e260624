"""Money is whole fen, rates are exact fractions, and this is the only place where anything is rounded."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

MAX_FEN = 10**12
"""The largest amount of one claim, line or declared figure, in fen (100 亿元). Larger input is refused, so that
every product the settlement step forms stays provably inside its integer type."""

HALF_UP, DOWN, UP, HALF_EVEN = "half_up", "down", "up", "half_even"
MODES = (HALF_UP, DOWN, UP, HALF_EVEN)
UNITS = {"分": 1, "角": 10, "元": 100}


def round_fraction(value: Fraction | int, unit: int = 1, mode: str = HALF_UP) -> int:
    """`value` (fen) to a whole multiple of `unit` fen. Half goes away from zero in `half_up`; `down` is toward zero."""
    return round_ratio(value.numerator, value.denominator, unit, mode)


def round_ratio(numerator: int, denominator: int, unit: int = 1, mode: str = HALF_UP) -> int:
    """The same for `numerator / denominator`, which need not be in lowest terms; denominator > 0."""
    denominator *= unit
    sign = -1 if numerator < 0 else 1
    whole, rest = divmod(abs(numerator), denominator)
    if mode == HALF_UP:
        whole += 2 * rest >= denominator
    elif mode == UP:
        whole += rest > 0
    elif mode == HALF_EVEN:
        whole += 2 * rest > denominator or (2 * rest == denominator and whole % 2 == 1)
    elif mode != DOWN:
        raise ValueError(f"unknown rounding mode {mode!r}")
    return sign * whole * unit


def scale(value: Any, rate: Fraction, unit: int = 1, mode: str = HALF_UP) -> Any:
    """`value × rate` to whole multiples of `unit`; whole numbers of nothing or more, or a NumPy array of them.

    The modes are those of `round_fraction`. An int64 array overflows silently, so whoever gives one keeps
    2 × value × numerator below 2**62.

    >>> scale(333300, Fraction(11, 200)), scale(333300, Fraction(11, 200), mode=DOWN)
    (18332, 18331)
    """
    numerator, denominator = rate.numerator, rate.denominator * unit
    if mode == HALF_UP:
        return (2 * value * numerator + denominator) // (2 * denominator) * unit
    if mode == UP:
        return (value * numerator + denominator - 1) // denominator * unit
    if mode == DOWN:
        return value * numerator // denominator * unit
    if mode == HALF_EVEN:
        whole = value * numerator // denominator
        rest = value * numerator - whole * denominator
        return (whole + ((2 * rest > denominator) | ((2 * rest == denominator) & (whole % 2 == 1)))) * unit
    raise ValueError(f"unknown rounding mode {mode!r}")


def allocate(total: int, weights: Sequence[int], caps: Sequence[int]) -> list[int]:
    """`total` fen over parts by largest remainder: shares follow `weights`, none exceeds its cap, the sum is `total`.

    The floor of every exact share is given first (never above its cap); what is left goes one fen each to the
    largest remainders (the earlier part first when equal), and should caps still leave something, in the same
    order up to each cap. `sum(caps) >= total >= 0` is the caller's promise. Weights all zero count as all equal.
    """
    weight_sum = sum(weights)
    if weight_sum == 0:
        weights, weight_sum = [1] * len(weights), len(weights)
    shares, rests = [], []
    for weight, cap in zip(weights, caps, strict=True):
        share, rest = divmod(total * weight, weight_sum)
        shares.append(min(share, cap))
        rests.append(rest)
    left = total - sum(shares)
    order = sorted(range(len(shares)), key=lambda i: (-rests[i], i))
    for step in (1, total):
        for i in order:
            more = min(step, caps[i] - shares[i], left)
            shares[i] += more
            left -= more
    return shares


def yuan(fen: int) -> str:
    """Fen as yuan with two decimals: 123456 -> '1234.56'."""
    sign = "-" if fen < 0 else ""
    return f"{sign}{abs(fen) // 100}.{abs(fen) % 100:02d}"


def yuan_grouped(fen: int) -> str:
    """Fen as yuan with thousands separators, for people to read: 123456789 -> '1,234,567.89'."""
    sign = "-" if fen < 0 else ""
    return f"{sign}{abs(fen) // 100:,}.{abs(fen) % 100:02d}"
