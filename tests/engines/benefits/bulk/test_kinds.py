"""Things told apart by small numbers, and lines laid out visit by visit."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from tongchou.engines.benefits.bulk.kinds import Kinds, told_apart, words
from tongchou.engines.benefits.bulk.lookup import WORTH, covers, within
from tongchou.engines.benefits.bulk.rows import some
from tongchou.engines.benefits.bulk.turns import in_turn


def test_numbers_keep_their_order_and_lose_their_gaps() -> None:
    for wide in (10, 10**18):  # found by a table, and by sorting
        kinds = Kinds.telling(np.array([3 * wide, -wide, 3 * wide, 0]))
        assert (kinds.of.tolist(), kinds.count, kinds.first().tolist()) == ([2, 0, 2, 1], 3, [1, 3, 0])


@pytest.mark.parametrize("count", [4, 2_000, 3_000_000])
def test_two_kinds_as_one(count: int) -> None:
    """Whether their pairs are few enough for a table or not."""
    one = Kinds(np.array([0, 0, count - 1, count - 1], dtype=np.int32), count)
    other = Kinds(np.array([count - 1, 1, count - 1, 1], dtype=np.int32), count)
    both = one.by(other).tight()
    assert (both.of.tolist(), both.count) == ([1, 0, 3, 2], 4)


def test_many_things_of_many_kinds() -> None:
    many = Kinds.telling(np.arange(2_000))
    assert many.by(Kinds.telling(np.arange(2_000)[::-1])).tight().count == 2_000


def test_what_tells_nothing_apart() -> None:
    nothing, two = Kinds.none(2), Kinds.telling(np.array([7, 5]))
    assert nothing.by(two) is two
    assert two.by(nothing) is two
    assert told_apart(2, []).of.tolist() == [0, 0]
    assert told_apart(0, [Kinds.none(0), Kinds.telling(np.arange(0))]).tight().count == 0


def test_things_told_apart_by_many() -> None:
    """Whether all pairs have a number of their own, or the things are numbered as they are met, even on the way."""
    one, other = (Kinds(np.array(of, dtype=np.int32), 2) for of in ([0, 1, 0, 1], [0, 0, 1, 0]))
    found = told_apart(4, [one, Kinds.none(4), other])
    assert (found.of.tolist(), found.count) == ([0, 2, 1, 2], 3)
    many = Kinds(one.of * np.int32(2**30 - 1), 2**30)
    for by in ([many], [other, many], [many, many, many, other]):
        found = told_apart(4, by)
        assert found.count == (2 if by == [many] else 3)
        assert found.of[1] == found.of[3]
        assert (found.of[0] == found.of[2]) == (by == [many])
        assert found.of.max() < found.count


def test_words_of_a_column() -> None:
    column = pa.chunked_array([["b", None], ["a", "b"]])
    for coded in (column, column.dictionary_encode(), column.cast(pa.dictionary(pa.int8(), pa.string()))):
        found = words(coded)
        assert [None if k == 0 else found.list[k - 1].as_py() for k in found.kinds.of] == ["b", None, "a", "b"]
        assert found.where(np.array([False, True])).tolist() == [False, False, True, False]
    empty = words(pa.chunked_array([pa.nulls(3, pa.string())]))
    assert (empty.kinds.of.tolist(), empty.where(np.zeros(0, dtype=bool)).tolist()) == ([0] * 3, [False] * 3)


def test_some_rows_with_texts_as_themselves() -> None:
    table = pa.table(
        {"id": pa.chunked_array([["a", "b"], ["c"]]), "word": pa.array(["x", "y", "x"]).dictionary_encode()}
    )
    assert some(table, np.array([2, 0])).to_pydict() == {"id": ["a", "c"], "word": ["x", "x"]}


def test_rare_sets_of_cells_are_carried_by_common_ones() -> None:
    masks = np.array([0b001] * 40 + [0b011] * 40 + [0b010] + [0b101])
    many = np.full(len(masks), WORTH)
    common: list[int] = []
    assert covers(masks, many, common).tolist() == [0b001] * 40 + [0b011] * 40 + [0b011] + [0b111]
    assert common == [0b111, 0b011, 0b001]
    assert covers(masks, many - 1, []).tolist() == [0b111] * len(masks)  # a look for each is not worth it
    few = np.array([0b100, 0b001])
    assert covers(few, many[:2], []).tolist() == few.tolist()
    assert covers(few, many[:2] - 1, common).tolist() == [0b111, 0b001]  # what was common once goes on to be
    assert common == [0b111, 0b011, 0b001]
    assert within(np.array([0b010, 0b1000]), common).tolist() == [0b011, 0b1000]


def test_rows_in_turn() -> None:
    ids = pa.chunked_array([["b", "a", "d", "c"]])
    for wide in (1, 1_000_000, 2**40):  # in one number with their places, in whole seconds, and by each key in turn
        one, two = np.array([1, 1, 0, 0]) * wide, np.array([5, 5, 7, 6]) * wide
        assert in_turn(ids, one, two).tolist() == [3, 2, 1, 0]
        assert in_turn(ids, one[::-1], two).tolist() == [1, 0, 3, 2]
    assert in_turn(ids.slice(0, 0), one[:0], two[:0]).tolist() == []
    assert in_turn(ids, np.arange(4)).tolist() == [0, 1, 2, 3]


def test_rows_that_stand_in_turn_stay_as_they_are() -> None:
    one, two = np.array([0, 0, 1, 1]), np.array([7, 7, 5, 6])
    for names, found in (("abcd", [0, 1, 2, 3]), ("aacd", [0, 1, 2, 3]), ("bacd", [1, 0, 2, 3])):
        assert in_turn(pa.chunked_array([list(names)]), one, two).tolist() == found
    ids = pa.chunked_array([list("bacd")])
    assert in_turn(ids, one, np.arange(4)).tolist() == [0, 1, 2, 3]
    assert in_turn(ids, one, np.array([1, 0, 2, 3])).tolist() == [1, 0, 2, 3]
