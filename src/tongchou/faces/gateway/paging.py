"""Answers in pages: the rows of one page, and where it stands among all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Protocol

from tongchou.faces.gateway.calls import Said, Section
from tongchou.ground.errors import fail

USUAL, MOST = 20, 1_000
"""Rows of a page: when it is not said, and at most."""
_LAST = 1_000_000


class Rows(Protocol):
    """What can be counted and read in part, such as a query."""

    def count(self) -> int: ...

    def __getitem__(self, part: slice, /) -> Iterable[Any]: ...


def paged(given: Section, rows: Rows, told: Callable[[Any], dict[str, Any]]) -> Said:
    """One page of rows, as `page_num` and `page_size` ask; one beyond the end is empty. Raises N312 for a page that is
    too large."""
    size, page = _whole(given, "page_size", USUAL), min(_whole(given, "page_num", 1), _LAST)
    if size > MOST:
        raise fail("N312", most=MOST)
    total = rows.count()
    first, pages = (page - 1) * size, -(-total // size)
    found = [told(one) for one in rows[first : first + size]]
    return {
        "data": found,
        "pageNum": page,
        "pageSize": size,
        "startRow": first + 1 if found else 0,
        "endRow": first + len(found) if found else 0,
        "recordCounts": total,
        "size": len(found),
        "pages": pages,
        "firstPage": page == 1,
        "lastPage": page >= pages,
    }


def _whole(given: Section, name: str, default: int) -> int:
    return max(1, int(given[name] if given[name] is not None else default))
