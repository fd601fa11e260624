"""The step over one memory, compiled or not, gives the same fen as the step that it is made from."""

from __future__ import annotations

import random
from typing import Any

import pytest

from tests.engines.benefits.bulk.asked import Call, asked_by_cases, disturbed
from tests.engines.benefits.bulk.test_faster import factors
from tongchou.engines.benefits import step
from tongchou.engines.benefits.bulk import loop
from tongchou.engines.benefits.bulk.addressed import SLOTS
from tongchou.engines.benefits.bulk.machine import machine
from tongchou.engines.benefits.bulk.memory import Memory
from tongchou.engines.benefits.shape import WIDTH, Trace, room_for

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


def settled_in_memory(run: Any, call: Call, cell: int = 0) -> tuple[int, list[int], list[list[int]]]:
    """What the step over one memory answers: its end, the accumulators, the trace. `cell`: the first of the tables'."""
    import numpy

    size, shape, row, given, counts, trace = call
    memory = Memory()
    memory.put_size(size)
    memory.numbers[SLOTS["cell"]] = cell
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


def alone(call: Call, cell: int) -> tuple[Call, Call]:
    """The question with money in this cell only, and the same as a question about nothing but this cell."""
    size, shape, row, given, counts, trace = call
    pots = [fen if j % size.cells == cell else 0 for j, fen in enumerate(trace.pots)]
    n = size.layers
    own = Trace([0] * (n * WIDTH), [0] * (3 * n), trace.band, [0] * n, [0] * n, [0] * n, pots[cell :: size.cells])
    return (
        (size, shape, row, given, counts, trace._replace(pots=pots)),
        (size._replace(cells=1), shape, row, given, counts, own),
    )


def test_a_cell_that_holds_all_the_money_is_settled_as_if_it_were_alone(run: Any, calls: list[Call]) -> None:
    asked = 0
    for call in calls:
        size, given = call[0], call[3]
        for cell in range(size.cells if size.cells > 1 and not any(given) else 0):
            among, only = alone(call, cell)
            end, counts, trace = settled_in_memory(run, among)
            end_alone, counts_alone, trace_alone = settled_in_memory(run, only, cell)
            assert (end_alone, counts_alone, trace_alone[0]) == (end, counts, trace[0])
            assert all(trace_alone[k] == trace[k][cell :: size.cells] for k in range(3, 7))
            asked += 1
    assert asked > 50


def test_the_only_cell_with_money() -> None:
    assert [loop.only(3, [9, *amounts], 1) for amounts in ([0, 5, 0], [0, 0, 0], [1, 0, 2])] == [1, 0, -1]


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
