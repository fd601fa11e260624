"""What the step is asked, to be asked again in another form."""

from __future__ import annotations

import random

import pytest

from tests.engines.benefits.small import claim, fen, line, pack, settled
from tongchou.engines.benefits import part, step
from tongchou.engines.benefits.cases import run_cases
from tongchou.engines.benefits.shape import Row, Shape, Size, Spare, Trace
from tongchou.engines.benefits.state import Key, State
from tongchou.ground.region.load import load_region
from tongchou.ground.shipped import shipped_regions

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


def asked_by_cases() -> list[Call]:
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
