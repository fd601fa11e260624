"""The step over one memory, compiled or not, gives the same fen as the step that it is made from."""

from __future__ import annotations

import random
from typing import Any

import pytest

from tests.engines.benefits.small import claim, fen, line, pack, settled
from tongchou.engines.benefits import exact, part, step
from tongchou.engines.benefits.bulk.machine import machine
from tongchou.engines.benefits.bulk.memory import Memory
from tongchou.engines.benefits.cases import run_cases
from tongchou.engines.benefits.shape import Row, Shape, Size, Spare, Trace, room_for
from tongchou.engines.benefits.state import Key, State
from tongchou.ground.region.load import load_region
from tongchou.ground.shipped import shipped_regions

pytestmark = pytest.mark.bulk
Call = tuple[Size, Shape, Row, list[int], list[int], Trace]

EVERYTHING = pack(
    """
    help.takes: first_self_pay
    pool.takes: [in_scope, 50% × over_limit]
    pool.deductible: {per: stay, amount: 100, yearly_maximum: 150}
    pool.bands: {measured_on: amount paid, over: year, rows: [{upto: 400, pay: 50%}, {upto: 9000, pay: 60%}]}
    pool.floor.倾斜: {at_least: 55%, of: base, paid_by: aid}
    pool.caps.年: {at_most: 5000, of: paid, per: year}
    pool.caps.进: {at_most: 20000, of: entering, per: year}
    large.takes: [unpaid, help.own_share]
    large.bands:
      measured_on: above the deductible
      over: year
      rows: [{upto: 5000, pay: 1/3}, {above: 5000, pay: 70%}]
    large.floor.保底: {at_least: 40%, of: base}
    large.adjust.乙: {when: item is 乙, points: -7}
    large.caps.目录: {at_most: 30000, of: covered, per: year}
    large.rounding: {unit: 角, mode: half_even}
    aid.takes: large.own_share
    aid.ratio: 0.5%
    account.takes: [unpaid, full_self_pay]
    allocation: {deductible: [乙]}
    """,
    layers="""
    help: {payer: given, field: oth_pay}
    pool: {}
    large: {field: hifob_pay}
    aid: {field: maf_pay}
    account: {payer: account, field: acct_pay}
    """,
    vocabulary="{lists: {item: [甲, 乙]}}",
)


@pytest.fixture(scope="module", params=["compiled", "plain"])
def run(request: pytest.FixtureRequest) -> Any:
    """The functions of the bulk run, compiled and not."""
    if request.param == "compiled":
        numba = pytest.importorskip("numba", reason="numba is not installed: pip install tongchou[fast]")
        if numba.config.DISABLE_JIT:
            pytest.skip("the compiler is off in this run")
    return machine(request.param == "compiled")


@pytest.fixture(scope="module")
def calls() -> list[Call]:
    """What the step is asked when the cases of every shipped region run, and a small region with all there is."""
    asked: list[Call] = []

    def listen(
        size: Size, shape: Shape, row: Row, given: list[int], counts: list[int], trace: Trace, spare: Spare
    ) -> int:
        asked.append((size, shape, row, list(given), list(counts), Trace(*map(list, trace))))
        return step.step(size, shape, row, given, counts, trace, spare)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(part, "step", listen)
        for folder in shipped_regions():
            run_cases(load_region(folder))
        lines = [line(300, "甲", price_limit=10_000, first_pay_rate=0), line(200, "乙", first_pay_rate=1), ("乙", 400)]
        state = State({Key("account:account", "P1", "ever"): fen(50)})
        for i in range(12):
            settled(EVERYTHING, claim(*lines, ("甲", 900), id=f"C{i}", given={"help": 7}), state)
    return asked


def settled_in_memory(run: Any, call: Call) -> tuple[int, list[int], list[list[int]]]:
    """What the step over one memory answers: its end, the accumulators, the trace."""
    import numpy

    size, shape, row, given, counts, trace = call
    memory = Memory()
    memory.put_size(size)
    for name, part_ in (("shape", shape), ("row", row), ("trace", trace)):
        memory.put_all(name, part_)
    memory.put_all("spare", room_for(size.cells, shape.band_start[-1]))
    places = memory.put("given", given), memory.put("counts", counts)
    m = numpy.array(memory.numbers, dtype=numpy.int64)
    end = int(run.step(m, *places))

    def read(name: str, like: list[int]) -> list[int]:
        found: list[int] = m[memory.places[name] : memory.places[name] + len(like)].tolist()
        return found

    return end, read("counts", counts), [read(f"trace.{f}", x) for f, x in zip(Trace._fields, trace, strict=True)]


def disturbed(call: Call, rng: random.Random, most: int) -> Call:
    """The same layers asked about other money."""
    size, shape, row, given, counts, trace = call
    cells = sum(map(bool, trace.pots)) or 1

    def amount() -> int:
        return min(most, rng.randrange(10 ** rng.randrange(1, 1 + len(str(most))))) // cells

    pots = [amount() if held else 0 for held in trace.pots]
    given = [min(fen_, rng.randrange(1 + fen_)) for fen_ in given]
    signed = [amount() if count >= 0 else -amount() for count in counts]
    return size, shape, row, given, signed, trace._replace(pots=pots)


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


def test_shares_and_products(run: Any) -> None:
    import numpy

    rng = random.Random(7)
    for _ in range(2_000):
        a, b, c = (rng.randrange(1, 10 ** rng.randrange(1, 13)) for _ in range(3))
        m = numpy.zeros(64, dtype=numpy.int64)
        assert run.muldiv(m, a, min(b, c), c) == a * min(b, c) // c
        caps = [rng.randrange(10 ** rng.randrange(1, 12)) for _ in range(rng.randrange(1, 5))]
        weights = [rng.choice([cap, rng.randrange(1_000)]) for cap in caps]
        total, n = rng.randrange(sum(caps) + 1), len(caps)
        m[0:n], m[8 : 8 + n], plain = weights, caps, [0] * n
        run.allocate(m, total, 0, 8, 16, n, 32)
        exact.allocate(total, weights, caps, plain, n, [0] * 2 * n)
        assert m[16 : 16 + n].tolist() == plain
