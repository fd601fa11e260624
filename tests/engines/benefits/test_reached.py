"""Which table cells settlements look up."""

from datetime import date

from tests.engines.benefits.small import claim, line, outcome, pack
from tongchou.engines.benefits.reached import reached_cells
from tongchou.engines.benefits.state import State

REGION = pack(
    """
    pool.takes: in_scope
    pool.deductible: {per: stay, amount: {by place: {市内: {by 次: {首次: 300, 再次: 200}}, 市外: 900}}}
    pool.ratio: {by place: {市内: 80%, 市外: 60%}}
    claim.guard.拒: {when: total_fee > 9000, do: refuse}
    """,
    vocabulary="{lists: {place: [市内, 市外]}, intervals: {次: {of: nth, cuts: [2], names: [首次, 再次]}}}",
    region="{year: {crossing: split}}",
)
DEDUCTIBLE, RATIO = "resident.pool.deductible", "resident.pool.ratio"


def test_every_cell_that_some_settlement_looked_up() -> None:
    here, there = outcome(REGION, claim(1000, place="市内")), outcome(REGION, claim(1000, place="市外", nth=2))
    assert reached_cells([here]) == {
        (DEDUCTIBLE, (("place", "市内"), ("次", "首次"))),
        (RATIO, (("place", "市内"),)),
    }
    assert reached_cells([here, there]) - reached_cells([here]) == {
        (DEDUCTIBLE, (("place", "市外"),)),
        (RATIO, (("place", "市外"),)),
    }


def test_refusals_and_grants_reach_none() -> None:
    assert reached_cells([None, outcome(REGION, claim(9001, place="市内"))]) == set()
    assert reached_cells([]) == set()


def test_the_parts_of_a_split_stay_reach_each_their_own() -> None:
    first = claim(line(500, fee_date=date(2024, 1, 1)), id="C0", day="2024-01-01", place="市内")
    lines = [line(500, fee_date=date(2023, 12, 30)), line(500, fee_date=date(2024, 1, 2))]
    state = State()
    outcome(REGION, first, state)
    result = outcome(REGION, claim(*lines, admitted="2023-12-30", day="2024-01-03", place="市内"), state)
    assert {path for address, path in reached_cells([result]) if address == DEDUCTIBLE} == {
        (("place", "市内"), ("次", "首次")),
        (("place", "市内"), ("次", "再次")),
    }
