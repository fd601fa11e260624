"""Grants: a formula of facts, a condition, a rounding of its own."""

from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from tests.engines.benefits.small import declared, facts_of, pack
from tongchou.engines.benefits.engine import Engine
from tongchou.engines.benefits.grants import GrantResult, compute_grant, grants_in_force
from tongchou.ground.errors import ProblemError
from tongchou.ground.region.pack import Pack


def region(grant: str) -> Pack:
    return pack(
        f"grant.补贴: {grant}", layers="{}", visits="{住院: []}", vocabulary="{facts: {基数: number, 天数: number}}"
    )


def compute(grant: str, **facts: Any) -> GrantResult:
    pack_ = region(grant)
    return compute_grant(declared(pack_, "grant.补贴"), facts_of(pack_, **facts))


@pytest.mark.parametrize(
    ("grant", "fen"),
    [
        ("{amount: 基数 ÷ 30 × 天数, to: person}", 1_033_333),
        ("{amount: 基数 ÷ 30 × 天数, to: person, rounding: {unit: 元}}", 1_033_300),
        ("{amount: 基数 ÷ 30 × 天数, to: account, rounding: {unit: 角, mode: up}}", 1_033_340),
        ("{amount: 0, to: fund}", 0),
        ("{amount: 100亿, to: employer}", 10**12),
    ],
)
def test_the_amount_of_a_grant(grant: str, fen: int) -> None:
    result = compute(grant, 基数=Fraction(5000), 天数=Fraction(62))
    assert result.amount == fen
    assert (result.fact.name, result.to) == ("补贴", grant.partition("to: ")[2].strip("}").partition(",")[0])


def test_a_grant_whose_condition_does_not_hold() -> None:
    assert compute("{amount: 基数, to: person, when: 天数 >= 7}", 天数=6).amount is None
    assert compute("{amount: 基数, to: person, when: 天数 >= 7}", 天数=7, 基数=1).amount == 100


@pytest.mark.parametrize(
    ("amount", "code"), [("基数 - 2", "C028"), ("基数 × 100亿 + 0.01元", "C010"), ("天数", "C003"), ("不限", "C006")]
)
def test_a_grant_that_cannot_be(amount: str, code: str) -> None:
    with pytest.raises(ProblemError) as error:
        compute(f"{{amount: {amount}, to: person}}", 基数=Fraction(1))
    assert [p.code for p in error.value.problems] == [code]


def test_the_grants_in_force_of_a_scheme() -> None:
    region_ = pack(
        "pool.takes: in_scope\ngrant.甲: {amount: 1, to: person}",
        through_2023_12_31="grant.乙: {amount: 1, to: person}",
        since_2024_01_01="grant.丙: {amount: 1, to: person}",
    )
    in_force = Engine(region_).in_force({"discharged": date(2024, 1, 1)})
    assert [f.name for f in grants_in_force("resident", in_force)] == ["甲", "丙"]
    assert grants_in_force("employee", in_force) == []
