"""Reading while something else is done: Arrow reads and unpacks files without the interpreter."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import TypeVar

T = TypeVar("T")


def ahead(items: Iterable[T]) -> Iterator[T]:
    """The same items in the same order; the next one is made by another thread while this one is used."""
    rest = iter(items)
    with ThreadPoolExecutor(1) as thread:
        following = thread.submit(_next, rest)
        while found := following.result():
            following = thread.submit(_next, rest)
            yield found[0]


def _next(rest: Iterator[T]) -> list[T]:
    """One item, or none: an end of the items cannot pass through a thread as what it is."""
    return list(islice(rest, 1))
