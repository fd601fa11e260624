"""Products and quotients as machine code does them best: the same numbers as `exact` gives, with fewer divisions.

`exact` asks beforehand whether a product fits into 64 bits; a processor says so afterwards, for nothing.
"""

from __future__ import annotations

from tongchou.engines.benefits.exact import muldiv as long_muldiv
from tongchou.engines.benefits.exact import mulmod as long_mulmod

LARGEST = 2**63 - 1


def product_of(one: int, other: int) -> int:
    """The product of numbers that are not negative, or -1 where it exceeds 63 bits; one instruction when compiled."""
    return one * other if one * other <= LARGEST else -1


def muldiv(a: int, b: int, c: int) -> int:
    """floor(a × b ÷ c) as `exact.muldiv`."""
    if a == c:  # all of something is shared: no need to divide
        return b
    if b == c:  # or something is paid in full
        return a
    product = product_of(a, b)
    return product // c if product >= 0 else long_muldiv(a, b, c)


def mulmod(a: int, b: int, c: int) -> int:
    """(a × b) mod c as `exact.mulmod`."""
    if a == c or b == c:
        return 0
    product = product_of(a, b)
    return product % c if product >= 0 else long_mulmod(a, b, c)


def muldivmod(a: int, b: int, c: int) -> tuple[int, int]:
    """Both at once."""
    if a == c:
        return b, 0
    if b == c:
        return a, 0
    product = product_of(a, b)
    if product < 0:
        return long_muldiv(a, b, c), long_mulmod(a, b, c)
    return product // c, product % c
