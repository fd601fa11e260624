"""The step runs compiled as it is written, and gives the same fen: the bulk loop will be this same step."""

from __future__ import annotations

import random
from collections.abc import Callable
from types import FunctionType
from typing import Any

import pytest

from tests.engines.benefits.small import claim, fen, line, pack, settled
from tongchou.engines.benefits import exact, part, scale, step
from tongchou.engines.benefits.cases import run_cases
from tongchou.engines.benefits.shape import Row, Shape, Trace
from tongchou.engines.benefits.state import Key, State
from tongchou.ground.region.load import load_region
from tongchou.ground.shipped import shipped_regions

pytestmark = pytest.mark.bulk
Call = tuple[Shape, Row, list[int], Trace]

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


@pytest.fixture(scope="module")
def compiled() -> Callable[..., int]:
    """`step` and everything it calls, compiled without a change."""
    numba = pytest.importorskip("numba", reason="numba is not installed: pip install tongchou[fast]")
    if numba.config.DISABLE_JIT:
        pytest.skip("the compiler is off in this run")
    names: dict[str, Any] = {"__name__": "compiled"}
    for module in (exact, scale, step):
        for name, value in vars(module).items():
            if isinstance(value, FunctionType) and value.__module__ == module.__name__:
                value = numba.njit(FunctionType(value.__code__, names, name))
            if not name.startswith("__"):
                names.setdefault(name, value)
    found: Callable[..., int] = names["step"]
    return found


@pytest.fixture(scope="module")
def calls() -> list[Call]:
    """What the step is asked when the cases of every shipped region run, and a small region with all there is."""
    asked: list[Call] = []

    def listen(shape: Shape, row: Row, counts: list[int], trace: Trace) -> int:
        asked.append((shape, row, list(counts), Trace(*map(list, trace))))
        return step.step(shape, row, counts, trace)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(part, "step", listen)
        for folder in shipped_regions():
            run_cases(load_region(folder))
        lines = [line(300, "甲", price_limit=10_000, first_pay_rate=0), line(200, "乙", first_pay_rate=1), ("乙", 400)]
        state = State({Key("account:account", "P1", "ever"): fen(50)})
        for i in range(12):
            settled(EVERYTHING, claim(*lines, ("甲", 900), id=f"C{i}", given={"help": 7}), state)
    return asked


def array(numbers: list[int]) -> Any:
    import numpy

    return numpy.array(numbers, dtype=numpy.int64)


def flat(lists: Any) -> Any:
    """The same tuple with every list an array of 64 bits."""
    return type(lists)(*[x if isinstance(x, int) else array(x) for x in lists])


def disturbed(call: Call, rng: random.Random, most: int) -> Call:
    """The same layers asked about other money."""
    shape, row, counts, trace = call
    cells = sum(map(bool, trace.pots)) or 1

    def amount() -> int:
        return min(most, rng.randrange(10 ** rng.randrange(1, 1 + len(str(most))))) // cells

    pots = [amount() if held else 0 for held in trace.pots]
    given = [min(fen_, rng.randrange(1 + fen_)) for fen_ in row.given]
    signed = [amount() if count >= 0 else -amount() for count in counts]
    return shape, row._replace(given=given), signed, trace._replace(pots=pots)


def differences(compiled: Callable[..., int], calls: list[Call]) -> list[Call]:
    """The questions that the compiled and the plain step answer differently."""
    found = []
    for shape, row, counts, trace in calls:
        quick, quick_counts = flat(trace), array(counts)
        plain, plain_counts = Trace(*map(list, trace)), list(counts)
        ends = compiled(flat(shape), flat(row), quick_counts, quick), step.step(shape, row, plain_counts, plain)
        same = [list(map(int, x)) for x in quick] == list(plain) and quick_counts.tolist() == plain_counts
        if ends[0] != ends[1] or not same:
            found.append((shape, row, counts, trace))
    return found


def test_the_cases_of_every_region(compiled: Callable[..., int], calls: list[Call]) -> None:
    assert len(calls) > 100
    assert differences(compiled, calls) == []


@pytest.mark.parametrize("most", [10**6, 10**9])
def test_random_money(compiled: Callable[..., int], calls: list[Call], most: int) -> None:
    rng = random.Random(most)
    asked = [disturbed(call, rng, most) for _ in range(8) for call in calls]
    assert len(asked) > 1_000
    assert differences(compiled, asked) == []


def test_more_given_than_there_is(compiled: Callable[..., int], calls: list[Call]) -> None:
    shape, row, counts, trace = calls[-1]
    over = (shape, row._replace(given=[10**6, *row.given[1:]]), counts, trace)
    assert compiled(flat(shape), flat(over[1]), array(counts), flat(trace)) == 0
    assert differences(compiled, [over]) == []


def test_shares_and_products(compiled: Callable[..., int]) -> None:
    names = compiled.py_func.__globals__
    rng = random.Random(7)
    for _ in range(2_000):
        a, b, c = (rng.randrange(1, 10 ** rng.randrange(1, 13)) for _ in range(3))
        assert names["muldiv"](a, min(b, c), c) == a * min(b, c) // c
        caps = [rng.randrange(10 ** rng.randrange(1, 12)) for _ in range(rng.randrange(1, 5))]
        weights = [rng.choice([cap, rng.randrange(1_000)]) for cap in caps]
        total = rng.randrange(sum(caps) + 1)
        quick, plain = array([0] * len(caps)), [0] * len(caps)
        names["allocate"](total, array(weights), array(caps), quick, len(caps))
        exact.allocate(total, weights, caps, plain, len(caps))
        assert quick.tolist() == plain
