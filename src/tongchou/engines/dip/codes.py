"""Diagnoses and operations as DIP reads them: the key of a diagnosis, beginnings and ranges, expressions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

Expression = tuple[frozenset[str], ...]
"""Every part must be met by one of its operations."""


def shortened(code: str, characters: int) -> str:
    """The first so many characters of a diagnosis, the point not counted: I74.800x021 by four is I74.8.

    >>> shortened("I74.800x021", 4), shortened("I74.800x021", 3), shortened("4280", 4)
    ('I74.8', 'I74', '4280')
    """
    taken, counted = "", 0
    for character in code:
        counted += character != "."
        if counted > characters:
            break
        taken += character
    return taken.rstrip(".")


def length(code: str) -> int:
    """Characters of a diagnosis, the point not counted."""
    return len(code) - code.count(".")


def matches(pattern: str, code: str) -> bool:
    """Whether a code begins with the pattern, or its three-character category lies in the range `C00-C97`."""
    low, dash, high = pattern.partition("-")
    if not dash:
        return code.startswith(pattern)
    category = code[:3]
    return low <= category <= high[:3]


def matching(patterns: Iterable[str], words: Iterable[str]) -> list[bool]:
    """Of each word whether any of the patterns matches."""
    singles = tuple(pattern for pattern in patterns if "-" not in pattern)
    ranges = [pattern for pattern in patterns if "-" in pattern]
    return [word.startswith(singles) or any(matches(pattern, word) for pattern in ranges) for word in words]


def longest(table: Mapping[str, str], code: str) -> str:
    """What the table says of the longest beginning of the code that stands in it."""
    for end in range(len(code), 0, -1):
        if code[:end] in table:
            return table[code[:end]]
    return table[""]


def expression(text: str) -> Expression:
    """`A+B/C`: A, and B or C. An empty text asks for nothing.

    >>> expression("00.66+36.07/36.06") == (frozenset({"00.66"}), frozenset({"36.07", "36.06"}))
    True
    """
    return tuple(frozenset(part.split("/")) for part in text.split("+")) if text else ()


def holds(asked: Expression, operations: frozenset[str]) -> bool:
    """Whether the operations of a case meet an expression."""
    return all(not part.isdisjoint(operations) for part in asked)
