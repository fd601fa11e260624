"""Items made ahead by another thread: the same, in order, and errors where they would have been."""

from collections.abc import Iterator

import pytest

from tongchou.engines.lake.ahead import ahead


@pytest.mark.parametrize("items", [[], [0], [None, 0, "", 3]])
def test_the_items_are_the_same(items: list[object]) -> None:
    assert list(ahead(items)) == items


def test_an_error_comes_after_the_items_before_it() -> None:
    def breaking() -> Iterator[int]:
        yield 1
        raise OSError("torn")

    found = ahead(breaking())
    assert next(found) == 1
    with pytest.raises(OSError, match="torn"):
        next(found)


def test_whoever_stops_early_leaves_at_most_one_item_made() -> None:
    made = []

    def counted() -> Iterator[int]:
        for number in range(9):
            made.append(number)
            yield number

    found = ahead(counted())
    assert isinstance(found, Iterator)
    next(found)
    del found
    assert len(made) <= 2
