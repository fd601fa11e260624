"""The year by columns and the year by hand agree in every case and every figure of every line."""

import random

import pytest

from tests.engines.payment.oracle import Oracle
from tests.engines.payment.stage import drawn, ninghe, year
from tongchou.engines.payment import clear
from tongchou.engines.payment.cases import PATHS
from tongchou.engines.payment.routes import REASONS
from tongchou.engines.payment.statement import FIELDS
from tongchou.ground.region.methods import METHODS

ALL_PATHS = {
    "special", "excluded_by_stay", "ungrouped", "qy", "zero_points", "few_cases", "incomplete", "low", "normal",
    "high", "extremely_high", "readmission", "per_disease", "left_standard", "per_diem", "service", "institution",
}  # fmt: skip


@pytest.mark.parametrize("seed", range(12))
def test_every_figure(seed: int) -> None:
    tables = drawn(seed)
    cleared, slow = clear(ninghe(), year(tables)), Oracle(ninghe(), tables)
    cases = cleared.cases
    ids = cases.records["settlement_id"].to_pylist()
    assert dict(zip(ids, (REASONS[r] for r in cases.routed.reasons.tolist()), strict=True)) == slow.reasons
    inside = {
        i: PATHS[p] for i, p, m in zip(ids, cases.paths.tolist(), cases.routed.methods.tolist(), strict=True) if m >= 0
    }
    assert inside == slow.paths
    points = {i: p for i, p in zip(ids, cases.points.tolist(), strict=True) if i in inside}
    assert points == {i: int(p * 10_000) for i, p in slow.points.items()}
    lines = {line.key: {name: getattr(line, name) for name, *_ in FIELDS} for line in cleared.lines}
    assert lines == slow.lines
    for balance in cleared.balances:
        budget, reserve = slow.budgets[balance.scheme, balance.setting]
        own = [line for key, line in slow.lines.items() if key[:2] == (balance.setting, balance.scheme)]
        paid = sum(line["payable"] - line["lost"] for line in own)
        used = min(reserve, sum(line["shared"] + line["compensated"] for line in own))
        lost = sum(line["lost"] for line in own)
        assert (balance.budget, balance.paid, balance.deposits_kept) == (budget, paid, lost)
        assert budget == paid + lost + (reserve - used) + balance.retained


def test_every_path_was_drawn() -> None:
    found = set()
    for seed in range(12):
        cases = clear(ninghe(), year(drawn(seed))).cases
        found |= {PATHS[p] for p in cases.paths[cases.routed.methods >= 0].tolist()}
    assert found == ALL_PATHS


def test_the_order_of_records_says_nothing() -> None:
    tables = drawn(3)
    mixed = {name: random.Random(name).sample(rows, len(rows)) for name, rows in tables.items()}
    one, other = clear(ninghe(), year(tables)), clear(ninghe(), year(mixed))
    assert one.lines == other.lines
    assert one.balances == other.balances
    assert one.worth.tolist() == other.worth.tolist()
    assert one.cases.records.equals(other.cases.records)


def test_every_fen_of_the_points_is_on_an_institution_and_on_a_case() -> None:
    cleared = clear(ninghe(), year(drawn(4)))
    for pool in cleared.pools:
        assert sum(pool.shares.values()) == pool.total
    schemes, settings = cleared.cases.words["scheme"], cleared.cases.words["setting"]
    dip = cleared.cases.routed.methods == METHODS.index("dip")
    for pool in cleared.pools:
        rows = dip & schemes.among((pool.scheme,)) & settings.among((pool.setting,))
        assert int(cleared.worth[rows].sum()) == pool.total + pool.at_cost


def test_every_kind_of_money_was_drawn() -> None:
    """So that agreement is about something: each field of a line is more than nothing somewhere."""
    lines = [line for seed in range(12) for line in clear(ninghe(), year(drawn(seed))).lines]
    assert [name for name, *_ in FIELDS if not any(getattr(line, name) > 0 for line in lines)] == []
