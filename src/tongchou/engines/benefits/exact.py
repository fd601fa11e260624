"""Exact integer arithmetic for the step: products that stay inside 64 bits, and shares that add up.

Written without Python objects so that the compiled bulk loop can run the same lines.
"""

from __future__ import annotations

from collections.abc import MutableSequence, Sequence
from math import gcd

WIDE, HALF = 2**62, 2**31
"""Products up to WIDE are formed directly; two factors below HALF make none larger."""

Ints = Sequence[int]
Out = MutableSequence[int]


def half_up(numerator: int, denominator: int) -> int:
    """`numerator / denominator` to the nearest whole, half away from zero; numerator >= 0, denominator > 0."""
    return (2 * numerator + denominator) // (2 * denominator)


def round_to(numerator: int, denominator: int, unit: int, mode: int) -> int:
    """A non-negative fraction of fen to a multiple of `unit` fen. Modes: 0 half up, 1 half even, 2 down, 3 up."""
    units, rest = numerator // (denominator * unit), numerator % (denominator * unit)
    return (units + _goes_up(rest, denominator * unit, units, mode)) * unit


def round_mixed(whole: int, rest: int, denominator: int, unit: int, mode: int) -> int:
    """`whole + rest / denominator` fen to a multiple of `unit`, without forming the one numerator of both."""
    if unit == 1:
        return whole + _goes_up(rest, denominator, whole, mode)
    units, beyond = whole // unit, whole % unit
    return (units + _goes_up(beyond * denominator + rest, denominator * unit, units, mode)) * unit


def _goes_up(rest: int, denominator: int, units: int, mode: int) -> int:
    """1 when `units + rest / denominator` is rounded to the next unit, else 0."""
    if mode == 0:
        return 1 if 2 * rest >= denominator else 0
    if mode == 1:
        return 1 if 2 * rest > denominator or (2 * rest == denominator and units % 2 == 1) else 0
    return 1 if mode == 3 and rest > 0 else 0


def muldiv(a: int, b: int, c: int) -> int:
    """floor(a × b ÷ c) for a, b >= 0 and c > 0, exact even when a × b exceeds 64 bits.

    Then by long multiplication in base 2: the remainder stays below c throughout.
    """
    if (a < HALF and b < HALF) or b == 0 or a <= WIDE // b:
        return a * b // c
    quotient = (a // c) * b
    a = a % c
    part, rest = 0, 0
    bit = 1
    while bit <= b:
        bit = bit * 2
    while bit > 1:
        bit = bit // 2
        part, rest = part * 2, rest * 2
        if (b // bit) % 2 == 1:
            rest += a
        if rest >= 2 * c:
            part, rest = part + 2, rest - 2 * c
        elif rest >= c:
            part, rest = part + 1, rest - c
    return quotient + part


def muldivmod(a: int, b: int, c: int) -> tuple[int, int]:
    """`muldiv` and `mulmod` at once."""
    if a < HALF and b < HALF:
        quotient = a * b // c
        return quotient, a * b - quotient * c
    return muldiv(a, b, c), mulmod(a, b, c)


def reduced(numerator: int, denominator: int) -> tuple[int, int]:
    shared = gcd(numerator, denominator)
    return numerator // shared, denominator // shared


def prorate(amount: int, whole: int, cells: Ints, shares: Out, n: int, rests: Out) -> None:
    """`amount` out of the `whole` that lies in the cells, by what lies in each: `allocate` with a short way."""
    if n > 1 and amount == whole:
        for k in range(n):
            shares[k] = cells[k]
    else:
        allocate(amount, cells, cells, shares, n, rests)


def allocate(total: int, weights: Ints, caps: Ints, shares: Out, n: int, rests: Out) -> None:
    """`ground.money.allocate` over the first `n` cells, written into `shares`: the same rule, for the step.

    Needs 0 <= total <= sum(caps), and room for 2 n numbers in `rests`. A test holds this and the plain form equal.
    """
    if n == 1:
        shares[0] = total
    else:
        _allocate(total, weights, caps, shares, n, rests)


def _allocate(total: int, weights: Ints, caps: Ints, shares: Out, n: int, rests: Out) -> None:
    weight_sum = 0
    for k in range(n):
        weight_sum += weights[k]
    left = total
    for k in range(n):
        if total == 0:
            shares[k] = 0
            continue
        if weight_sum > 0:
            whole, rests[k] = muldivmod(total, weights[k], weight_sum)
        else:
            whole, rests[k] = total // n, 0
        shares[k] = min(caps[k], whole)
        left -= shares[k]
    if left > 0:
        _hand_out(total, left, caps, shares, n, rests)


def _hand_out(total: int, left: int, caps: Ints, shares: Out, n: int, rests: Out) -> None:
    """What the floors left over: one fen each by largest remainder, then in the same order up to the caps.

    The second half of `rests` marks who had a turn.
    """
    most = 1
    while left > 0:
        for k in range(n):
            rests[n + k] = 0
        for _ in range(n):
            best = -1
            for k in range(n):
                if rests[n + k] == 0 and (best < 0 or rests[k] > rests[best]):
                    best = k
            rests[n + best] = 1
            more = min(most, caps[best] - shares[best], left)
            shares[best] += more
            left -= more
            if left == 0:
                break
        most = total


def mulmod(a: int, b: int, c: int) -> int:
    """(a × b) mod c, exact even when a × b exceeds 64 bits."""
    if (a < HALF and b < HALF) or b == 0 or a <= WIDE // b:
        return a * b % c
    rest = 0
    a = a % c
    bit = 1
    while bit <= b:
        bit = bit * 2
    while bit > 1:
        bit = bit // 2
        rest = rest * 2
        if (b // bit) % 2 == 1:
            rest += a
        while rest >= c:
            rest -= c
    return rest
