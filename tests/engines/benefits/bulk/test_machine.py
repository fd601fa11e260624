"""The step over one memory, compiled or not, gives the same fen as the step that it is made from."""

from __future__ import annotations

import random
from typing import Any

import pytest

from tests.engines.benefits.bulk.asked import Call, asked_by_cases, disturbed
from tests.engines.benefits.bulk.test_faster import factors
from tongchou.engines.benefits import step
from tongchou.engines.benefits.bulk.machine import machine
from tongchou.engines.benefits.bulk.memory import Memory
from tongchou.engines.benefits.shape import Trace, room_for

pytestmark = pytest.mark.bulk


@pytest.fixture(scope="module")
def compiled() -> Any:
    numba = pytest.importorskip("numba", reason="numba is not installed: pip install tongchou[fast]")
    if numba.config.DISABLE_JIT:
        pytest.skip("the compiler is off in this run")
    return machine(True)


@pytest.fixture(scope="module", params=["compiled", "plain"])
def run(request: pytest.FixtureRequest) -> Any:
    """The functions of the bulk run, compiled and not."""
    return request.getfixturevalue("compiled") if request.param == "compiled" else machine(False)


@pytest.fixture(scope="module")
def calls() -> list[Call]:
    return asked_by_cases()


def settled_in_memory(run: Any, call: Call) -> tuple[int, list[int], list[list[int]]]:
    """What the step over one memory answers: its end, the accumulators, the trace."""
    import numpy

    size, shape, row, given, counts, trace = call
    memory = Memory()
    memory.put_size(size)
    memory.put_tables(shape, row)
    memory.put_all("trace", trace)
    memory.put_all("spare", room_for(size.cells, shape.band_start[-1]))
    places = memory.put("given", given), memory.put("counts", counts)
    m = numpy.array(memory.numbers, dtype=numpy.int64)
    end = int(run.step(m, *places))

    def read(name: str, like: list[int]) -> list[int]:
        found: list[int] = m[memory.places[name] : memory.places[name] + len(like)].tolist()
        return found

    return end, read("counts", counts), [read(f"trace.{f}", x) for f, x in zip(Trace._fields, trace, strict=True)]


def differences(run: Any, calls: list[Call]) -> list[Call]:
    """The questions that the two forms of the step answer differently."""
    found = []
    for call in calls:
        size, shape, row, given, counts, trace = call
        plain, plain_counts = Trace(*map(list, trace)), list(counts)
        end = step.step(size, shape, row, given, plain_counts, plain, room_for(size.cells, shape.band_start[-1]))
        if settled_in_memory(run, call) != (end, plain_counts, list(plain)):
            found.append(call)
    return found


def test_the_cases_of_every_region(run: Any, calls: list[Call]) -> None:
    assert len(calls) > 100
    assert differences(run, calls) == []


@pytest.mark.parametrize("most", [10**6, 10**9])
def test_random_money(run: Any, calls: list[Call], most: int) -> None:
    rng = random.Random(most)
    asked = [disturbed(call, rng, most) for _ in range(8) for call in calls]
    assert len(asked) > 1_000
    assert differences(run, asked) == []


def test_more_given_than_there_is(run: Any, calls: list[Call]) -> None:
    size, shape, row, given, counts, trace = calls[-1]
    over = (size, shape, row, [10**6, *given[1:]], counts, trace)
    assert settled_in_memory(run, over)[0] == 0
    assert differences(run, [over]) == []


def test_products_and_quotients(compiled: Any) -> None:
    for a, b, c in factors(5_000):
        whole, rest = divmod(a * b, c)
        assert (compiled.muldiv(a, b, c), compiled.mulmod(a, b, c)) == (whole, rest)
        assert tuple(compiled.muldivmod(a, b, c)) == (whole, rest)
