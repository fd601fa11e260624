"""A declared number, ratio or amount on the facts of a claim, and the address that a failure names."""

from fractions import Fraction

import pytest

from tests.engines.benefits.small import declared, facts_of, pack
from tongchou.engines.benefits import values
from tongchou.engines.benefits.shape import NO_LIMIT
from tongchou.ground.errors import Problem, ProblemError
from tongchou.ground.region.model import Cap, Ratio
from tongchou.ground.region.number import read_number

REGION = pack(
    """
    pool.takes: in_scope
    pool.ratio: "{by place: {市内: 80%}}"
    pool.caps.年: {at_most: 4万, of: paid, per: year, when: age >= 60}
    """.replace('"', ""),
    vocabulary="{lists: {place: [市内, 市外]}}",
)
FACTS = facts_of(REGION, place="市外", age=70, months=3)


def problem(error: pytest.ExceptionInfo[ProblemError]) -> Problem:
    (found,) = error.value.problems
    return found


def test_a_value_is_of_its_kind() -> None:
    assert values.value_of(declared(REGION, "pool.caps.年"), Cap).per == "year"
    with pytest.raises(AssertionError):
        values.value_of(declared(REGION, "pool.caps.年"), Ratio)


def test_a_fact_without_a_condition_always_holds() -> None:
    ratio, cap = declared(REGION, "pool.ratio"), declared(REGION, "pool.caps.年")
    assert values.when_of(ratio) is None
    assert values.when_of(cap).text == "age >= 60"
    assert values.holds(ratio, FACTS)
    assert values.holds(cap, FACTS)
    assert not values.holds(cap, facts_of(REGION, age=59))


@pytest.mark.parametrize(
    ("text", "fen"),
    [("500", 50_000), ("4万", 4_000_000), ("12.50元", 1_250), ("1/3", 33), ("0.005元", 1), ("不限", NO_LIMIT)],
)
def test_yuan_as_fen(text: str, fen: int) -> None:
    assert values.fen("a", read_number(text), FACTS) == fen


def test_yuan_beyond_all_bounds_are_the_largest_amount() -> None:
    assert values.fen("a", read_number("100亿 × months"), FACTS) == 10**12


def test_a_negative_amount_names_its_address() -> None:
    with pytest.raises(ProblemError) as error:
        values.fen("resident.pool.caps.年", read_number("months - 4"), FACTS)
    assert (problem(error).code, problem(error).details["address"]) == ("C028", "resident.pool.caps.年")


@pytest.mark.parametrize(("text", "value"), [("0", Fraction(0)), ("100%", Fraction(1)), ("60%", Fraction(3, 5))])
def test_a_ratio(text: str, value: Fraction) -> None:
    assert values.ratio("a", read_number(text), FACTS) == value


@pytest.mark.parametrize("text", ["101%", "0 - 1%"])
def test_a_ratio_outside_0_to_1(text: str) -> None:
    with pytest.raises(ProblemError) as error:
        values.ratio("a", read_number(text), FACTS)
    assert problem(error).code == "C018"


def test_no_limit_where_a_number_is_needed() -> None:
    assert values.number("a", read_number("不限"), FACTS) is None
    with pytest.raises(ProblemError) as error:
        values.finite("resident.pool.ratio", read_number("不限"), FACTS)
    assert (problem(error).code, problem(error).details["address"]) == ("C006", "resident.pool.ratio")


def test_a_hole_in_a_table_names_dimension_and_word() -> None:
    ratio = declared(REGION, "pool.ratio")
    with pytest.raises(ProblemError) as error:
        values.ratio(ratio.address, values.value_of(ratio, Ratio).pay, FACTS)
    assert problem(error).code == "C005"
    assert problem(error).details == {"address": "resident.pool.ratio", "dimension": "place", "word": "市外"}


def test_a_formula_that_cannot_be_computed_names_its_address() -> None:
    with pytest.raises(ProblemError) as error:
        values.number("resident.pool.ratio", read_number("1 ÷ (months - 3)"), FACTS)
    assert (problem(error).code, problem(error).details["address"]) == ("C006", "resident.pool.ratio")


def test_a_condition_that_cannot_be_decided_names_its_address() -> None:
    region = pack("claim.guard.老人: {when: 1 ÷ months > 60, do: refuse}", layers="{}", visits="{住院: []}")
    with pytest.raises(ProblemError) as error:
        values.holds(declared(region, "claim.guard.老人"), facts_of(region, months=0))
    assert (problem(error).code, problem(error).details["address"]) == ("C006", "resident.claim.guard.老人")


def test_a_fact_that_is_missing_is_said_by_name() -> None:
    with pytest.raises(ProblemError) as error:
        values.holds(declared(REGION, "pool.caps.年"), facts_of(REGION))
    assert problem(error).details == {"name": "birth_date"}
