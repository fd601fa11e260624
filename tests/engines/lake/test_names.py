"""Names as numbers: the same for the same name, however it is stored, on every machine."""

from hashlib import blake2b

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongchou.engines.lake.names import MISSING, among, distinct, in_order, names

_ALL = 2**64 - 1


def plainly(text: str | None, kind: str) -> int:
    """The number of a name by Python's integers."""
    data = (text or "").encode()
    if not data:
        return 0
    number = (len(data) + int.from_bytes(blake2b(kind.encode(), digest_size=8).digest(), "little")) & _ALL
    for start in range(0, len(data), 8):
        number ^= int.from_bytes(data[start : start + 8], "little")
        number = (number + 0x9E3779B97F4A7C15) & _ALL
        number = ((number ^ number >> 30) * 0xBF58476D1CE4E5B9) & _ALL
        number = ((number ^ number >> 27) * 0x94D049BB133111EB) & _ALL
        number ^= number >> 31
    return max(number, 1)


texts = st.lists(st.none() | st.text(max_size=40), max_size=20)


@given(texts, st.sampled_from(["persons", "claims"]))
def test_the_number_is_that_of_whole_numbers(cells: list[str | None], kind: str) -> None:
    assert names(pa.array(cells, pa.string()), kind).tolist() == [plainly(cell, kind) for cell in cells]


@given(st.integers(0, 20).flatmap(lambda wide: st.lists(st.text("aZ0", min_size=wide, max_size=wide), max_size=20)))
def test_names_of_one_length_have_the_numbers_that_they_have_among_others(cells: list[str]) -> None:
    array = pa.array(["other", *cells], pa.string())
    found = names(array.slice(1), "k").tolist()
    assert found == names(array, "k").tolist()[1:] == [plainly(cell, "k") for cell in cells]


@given(texts, st.integers(0, 20), st.integers(0, 20))
def test_a_slice_has_the_numbers_of_its_cells(cells: list[str | None], start: int, length: int) -> None:
    array = pa.array(cells, pa.string())
    assert names(array.slice(start, length), "").tolist() == names(array, "").tolist()[start : start + length]


@pytest.mark.parametrize("kind", [pa.large_string(), pa.string_view()])
def test_it_is_the_text_that_counts_and_not_how_it_is_stored(kind: pa.DataType) -> None:
    cells = ["甲", None, "", "a longer name than eight bytes"]
    assert names(pa.array(cells, kind), "k").tolist() == names(pa.array(cells, pa.string()), "k").tolist()


@pytest.mark.parametrize("cells", [pa.array([1, 2]), pa.nulls(2), pa.array([b"a", b"b"]), pa.array([["a"], ["b"]])])
def test_what_is_no_text_is_no_name(cells: pa.Array) -> None:
    assert names(cells, "k").tolist() == [MISSING, MISSING]


def test_many_names_have_many_numbers() -> None:
    cells = [f"P{n:09d}" for n in range(100_000)]
    found = names(pa.array(cells), "persons")
    assert len(set(found.tolist())) == len(cells)
    shares = np.bincount((found % np.uint64(10)).astype(np.int64)) / len(cells)
    assert all(0.095 < share < 0.105 for share in shares)
    assert not set(names(pa.array(cells), "claims").tolist()) & set(found.tolist())


numbers = st.lists(st.integers(0, 6), max_size=20).map(lambda cells: np.array(cells, dtype=np.uint64))


@given(numbers)
def test_distinct(cells: np.ndarray) -> None:
    found, back = distinct(cells)
    assert found.tolist() == sorted(set(cells.tolist()))
    assert found[back].tolist() == cells.tolist()


@given(st.lists(numbers, max_size=3), numbers)
def test_in_order_and_among(parts: list[np.ndarray], asked: np.ndarray) -> None:
    there = {number for part in parts for number in part.tolist()}
    known = in_order(parts)
    assert (known.tolist(), parts) == (sorted(there), [])
    assert among(asked, known).tolist() == [number in there for number in asked.tolist()]
