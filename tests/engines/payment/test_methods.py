"""Methods and prices that Ninghe has not: fixed and rounded prices, by month and place, DRG by rate, quota, shares."""

from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from tests.engines.payment.declared import pay, rules_of, settlement
from tests.engines.payment.stage import year
from tongchou.engines.payment import Cleared, Rules, clear
from tongchou.engines.payment.analysis import by_group, indicators, standing_out
from tongchou.engines.payment.factors import basic_factor
from tongchou.engines.payment.pools import budget_point_value, split_budget
from tongchou.engines.payment.statement import returns
from tongchou.ground.errors import ProblemError

DIP = "routes: [{method: dip, setting: inpatient}]"
FUND = "price.dip: {form: settlement, basis: fund}"
ALIKE = "bands.dip: [{status: normal, factor: 1}]"


def case(name: str, points: Any, cost: int = 1000, institution: str = "H1", **said: Any) -> dict[str, Any]:
    return settlement(
        settlement_id=name,
        institution=institution,
        total_fee=cost,
        group="A",
        base_points=points,
        reference_mean=cost,
        **said,
    )


def cleared(rules: Rules, cases: list[dict[str, Any]], budget: Any = 10_000, **tables: Any) -> Cleared:
    named = ("group", "status", "base_points", "reference_mean", "auxiliary", "difference")
    institutions = [{"institution": n, "level": "三级"} for n in sorted({c["institution"] for c in cases})]
    rows = budget if isinstance(budget, list) else [{"scheme": "employee", "amount": budget}]
    return clear(
        rules,
        year(
            {
                "settlements": [{k: v for k, v in c.items() if k not in named} for c in cases],
                "groups": [{k: c[k] for k in ("settlement_id", *named) if k in c} for c in cases if "group" in c],
                "institutions": institutions, "budget": rows, **tables,
            }
        ),
    )  # fmt: skip


def test_odd_fen_go_by_largest_remainder_and_then_by_name(tmp_path: Path) -> None:
    found = cleared(
        rules_of(tmp_path, DIP, FUND, ALIKE), [case(f"S{n}", 1, institution=f"H{n}") for n in range(3)], 100
    )
    assert [line.standard for line in found.lines] == [34, 33, 33]
    assert found.worth.tolist() == [34, 33, 33]
    (pool,) = found.pools
    assert pool.price == Fraction(1, 3)  # of a yuan: 100 fen over three points
    (balance,) = found.balances
    assert (balance.paid + balance.deposits_kept, balance.retained, balance.holds) == (100, 0, True)


def test_a_price_of_two_decimals_is_rounded_down_and_leaves_the_rest(tmp_path: Path) -> None:
    said = "price.dip: {form: settlement, basis: fund, decimals: 2}"
    found = cleared(rules_of(tmp_path, DIP, said, ALIKE), [case("S1", 3), case("S2", 4, institution="H2")], 10_000)
    (pool,) = found.pools
    assert pool.price == Fraction(1428, 100)
    assert [line.standard for line in found.lines] == [4284, 5712]
    assert found.balances[0].retained == 4


@pytest.mark.parametrize(("decimals", "fund"), [("", 24784), (", decimals: 1", 24775)])
def test_a_price_of_past_years(decimals: str, fund: int, tmp_path: Path) -> None:
    """(1 × 900 + 2 × 1,100 + 7 × 1,200) ÷ (1 × 10 + 2 × 11 + 7 × 12) = 11,500 ÷ 116 yuan; whole fen, rounded down."""
    past = (
        "[{cost: 900, points: 10, weight: 1}, {cost: 1100, points: 11, weight: 2}, {cost: 1200, points: 12, weight: 7}]"
    )
    said = f"price.dip: {{form: budget, past: {past}{decimals}}}"
    found = cleared(rules_of(tmp_path, DIP, said, ALIKE), [case("S1", "2.5")], 100_000)
    assert found.pools[0].funds == {("", "employee", "H1"): fund}
    assert found.pools[0].price == (Fraction(11500, 116) if not decimals else Fraction(991, 10))


def test_a_price_that_is_fixed(tmp_path: Path) -> None:
    found = cleared(
        rules_of(tmp_path, DIP, "price.dip: {form: fixed, fixed: 12.34元}", ALIKE), [case("S1", "2.5")], 100_000
    )
    assert [line.standard for line in found.lines] == [3085]
    assert found.balances[0].retained == 100_000 - 3085


def test_prices_by_month_and_place(tmp_path: Path) -> None:
    rules = rules_of(
        tmp_path, DIP, "price.dip: {form: settlement, basis: fund, scope: [scheme, month, insured_place]}", ALIKE
    )
    cases = [
        case("S1", 1, insured_place="A", discharged_on=date(2026, 1, 3)),
        case("S2", 3, insured_place="A", discharged_on=date(2026, 1, 30)),
        case("S3", 1, insured_place="B", discharged_on=date(2026, 2, 1)),
    ]
    budget = [{"scheme": "employee", "part": p, "amount": a} for p, a in (("2026-01 A", 400), ("2026-02 B", 77))]
    found = cleared(rules, cases, budget)
    assert found.worth.tolist() == [100, 300, 77]
    assert [(p.part, p.price) for p in found.pools] == [("2026-01 A", 1), ("2026-02 B", Fraction(77, 100))]
    with pytest.raises(ProblemError, match="Y304"):
        cleared(rules, cases, budget[:1])
    first = rules_of(
        tmp_path, "routes: [{method: service, setting: inpatient, care: [x]}, {method: dip, setting: inpatient}]",
        "price.dip: {form: settlement, basis: fund, scope: [month]}", ALIKE, "split.inpatient: {first: [service]}",
    )  # fmt: skip
    with pytest.raises(ProblemError, match="Y309"):
        cleared(first, cases, budget)


def test_one_pool_of_both_schemes(tmp_path: Path) -> None:
    rules = rules_of(tmp_path, DIP, "price.dip: {form: settlement, basis: fund, scope: []}", ALIKE)
    budget = [{"scheme": "employee", "amount": 300}, {"scheme": "resident", "amount": 100}]
    found = cleared(rules, [case("S1", 1), case("S2", 3, scheme="resident")], budget)
    assert [(line.scheme, line.standard) for line in found.lines] == [("employee", 100), ("resident", 300)]
    assert [b.retained for b in found.balances] == [200, -200]


def test_several_methods_with_shares(tmp_path: Path) -> None:
    routes = "routes: [{method: drg_points, setting: inpatient, care: [中医]}, {method: dip, setting: inpatient}]"
    said = (routes, FUND, ALIKE, "bands.drg_points: [{status: normal, factor: 1}]",
            "price.drg_points: {form: settlement, basis: fund}")  # fmt: skip
    cases = [case("S1", 1), case("S2", 5, care="中医")]
    found = cleared(rules_of(tmp_path, *said, "split.inpatient: {methods: {drg_points: 30%}}"), cases, 1001)
    assert {line.method: line.standard for line in found.lines} == {"dip": 701, "drg_points": 300}
    with pytest.raises(ProblemError, match="Y308"):
        cleared(rules_of(tmp_path, *said), cases, 1001)


def test_a_setting_needs_its_share_where_there_are_two(tmp_path: Path) -> None:
    routes = "routes: [{method: service, setting: outpatient}, {method: dip, setting: inpatient}]"
    with pytest.raises(ProblemError, match="Y106"):
        cleared(rules_of(tmp_path, routes, FUND, ALIKE), [case("S1", 1)])


def test_nothing_left_for_points(tmp_path: Path) -> None:
    with pytest.raises(ProblemError, match="Y305"):
        cleared(rules_of(tmp_path, DIP, FUND, ALIKE), [case("S1", 1)], 0)


def test_without_points_all_is_retained(tmp_path: Path) -> None:
    found = cleared(rules_of(tmp_path, DIP, FUND, ALIKE), [case("S1", 0, 700)], 1000)
    assert (found.lines[0].standard, found.balances[0].retained) == (700, 300)
    assert found.pools[0].price is None


def test_a_settlement_of_another_method_is_out(tmp_path: Path) -> None:
    found = cleared(rules_of(tmp_path, DIP, FUND, ALIKE), [case("S1", 1), case("S2", 1, setting="outpatient")], 100)
    assert found.reasons == {"": 1, "other_method": 1}


def test_routes_ask_for_scheme_level_group_and_institution(tmp_path: Path) -> None:
    only = "schemes: [employee], levels: [三级], groups: [A], institutions: [H1]"
    routes = f"routes: [{{method: dip, setting: inpatient, {only}}}]"
    rules = rules_of(tmp_path, routes, FUND, ALIKE)
    others = [case("S2", 1, institution="H2"), case("S3", 1, scheme="resident"), {**case("S4", 1), "group": "B"}]
    assert cleared(rules, [case("S1", 1), *others], 100).reasons == {"": 1, "other_method": 3}


def test_what_a_person_and_others_paid_is_taken_from_a_total(tmp_path: Path) -> None:
    said = "price.dip: {form: settlement, basis: total, ratio: 80%}"
    cases = [
        case("S1", 1, 1000, fund=700, person_paid=300),
        case("S2", 1, 1000, "H2", fund=900, person_paid=50, other_paid=50),
    ]
    found = cleared(rules_of(tmp_path, DIP, said, ALIKE), cases, 1600)
    (pool,) = found.pools
    assert (pool.total, pool.ratio, pool.price) == (2000, Fraction(4, 5), 10)
    assert [line.standard for line in found.lines] == [700, 900]
    poor = cleared(rules_of(tmp_path, DIP, said, ALIKE), cases, 160)
    assert [line.standard for line in poor.lines] == [0, 0]


def test_a_decided_amount_of_a_special_case(tmp_path: Path) -> None:
    special = [{"settlement_id": "S1", "reason": "评审", "amount": 555}, {"settlement_id": "S2", "reason": "评审"}]
    rules = rules_of(tmp_path, DIP, FUND, ALIKE, "special_cases.dip: {at_most: 100%}")
    found = cleared(rules, [case("S1", 1), case("S2", 1)], 5000, special_cases=special)
    assert found.worth.tolist() == [555, 1000]


def test_a_path_that_pays_nothing(tmp_path: Path) -> None:
    found = pay(rules_of(tmp_path, DIP, ALIKE, "path.qy: {pays: nothing}"), case("S1", 1, status="qy"))
    assert (found.points.tolist(), found.money.tolist()) == ([0], [0])


def test_auxiliary_factors_multiply_where_so_declared(tmp_path: Path) -> None:
    said = "auxiliary: {names: [age, severity], combine: product}"
    like = {"group": "A", "base_points": 100, "reference_mean": 10}
    factors = ({"auxiliary_age": 1.15, "auxiliary_severity": 1.2}, {"auxiliary_age": 1.15}, {"auxiliary": 1.3})
    groups = [{"settlement_id": f"S{n}", **like, **own} for n, own in enumerate(factors, 1)]
    cases = [settlement(settlement_id=f"S{n}", total_fee=10) for n in (1, 2, 3)]
    found = pay(rules_of(tmp_path, DIP, ALIKE, said), *cases, groups=groups)
    assert found.points.tolist() == [1_380_000, 1_150_000, 1_300_000]


def test_the_parts_of_an_institution_are_added_where_so_declared(tmp_path: Path) -> None:
    said = "hospital_factor: {combine: sum, parts: {level: 100%, specialty: 50%}, decimals: 2, at_most: 110%}"
    parts = {"factor_level": "1.02", "factor_specialty": "0.05"}
    at = {"institutions": [{"institution": "H1", **parts}]}
    assert pay(rules_of(tmp_path, DIP, ALIKE, said), case("S1", 100), **at).points.tolist() == [1_050_000]
    at = {"institutions": [{"institution": "H1", **parts, "factor_specialty": "0.5"}]}
    assert pay(rules_of(tmp_path, DIP, ALIKE, said), case("S1", 100), **at).points.tolist() == [1_100_000]
    assert basic_factor(1_100_000, 1_000_001) == Fraction(11, 10)


def test_support_and_assessment_of_an_institution_multiply_its_points(tmp_path: Path) -> None:
    """final = (initial + initial × support) × assessment, as reported of Anhui."""
    at = {"institutions": [{"institution": "H1", "factor_support": "0.05", "factor_assessment": "0.97"}]}
    for said, points in (
        ("plus: support, times: assessment", 1_018_500),
        ("plus: support", 1_050_000),
        ("times: assessment", 970_000),
    ):
        rules = rules_of(tmp_path, DIP, ALIKE, f"adjustment: {{{said}}}")
        assert pay(rules, case("S1", 100), **at).points.tolist() == [points]


def test_a_correction_for_conduct_multiplies(tmp_path: Path) -> None:
    groups = [{"settlement_id": "S1", "group": "A", "base_points": 100, "reference_mean": 1000, "conduct": "0.9"}]
    assert pay(rules_of(tmp_path, DIP, ALIKE), case("S1", 100), groups=groups).points.tolist() == [900_000]


def test_a_rate_ignores_a_readmission_but_knows_paths(tmp_path: Path) -> None:
    rules = rules_of(
        tmp_path, "routes: [{method: drg_rate, setting: inpatient}]",
        "rate: {price: {by level: {三级: 100元}}, fund: minus}",
        "bands.drg_rate: [{status: normal, factor: 1}]", "path.incomplete: {pays: group, factor: ratio, loss: 10%}",
        "readmission: {within: 15, where: region, factor: 50%}",
    )  # fmt: skip
    cases = [case("S1", 2, 10_000, fund=9000, person_paid=1000), case("S2", 2, 10_000, fund=9000, person_paid=1000)]
    half = case("S3", 2, 10_000, completed=False)
    found = pay(rules, *cases, half)
    assert found.standards.tolist() == [20_000, 20_000, 9_000]
    assert found.money.tolist() == [19_000, 19_000, 9_000]


def test_a_quota_is_shared_and_an_institution_that_nobody_visited_has_a_line(tmp_path: Path) -> None:
    routes = "routes: [{method: quota, setting: inpatient}]"
    said = "sharing.quota: {surplus: [{pays: 30%}], surplus_at_most: 3%, overrun: [{upto: 20%, pays: 50%}, {pays: 0%}]}"
    quotas = [{"institution": n, "scheme": "employee", "method": "quota", "amount": 1000} for n in ("H1", "H2")]
    institutions = [{"institution": "H1"}, {"institution": "H2"}]
    found = cleared(
        rules_of(tmp_path, routes, said), [case("S1", 1, 1100)], 3000, quotas=quotas, institutions=institutions
    )
    assert [(x.institution, x.payable, x.cases) for x in found.lines] == [("H1", 1050, 1), ("H2", 30, 0)]


def test_a_lump_needs_its_declaration(tmp_path: Path) -> None:
    rows = [{"community": "C", "institution": "H1", "scheme": "employee", "persons": 3}]
    with pytest.raises(ProblemError, match="Y106"):
        cleared(rules_of(tmp_path, "routes: [{method: lump, setting: inpatient}]"), [case("S1", 1)], communities=rows)


def test_who_is_not_assessed_and_where_nobody_is(tmp_path: Path) -> None:
    assert returns(None, None) == 1
    found = cleared(rules_of(tmp_path, DIP, FUND, ALIKE), [case("S1", 1)], 1000)
    assert (found.lines[0].deposit, found.lines[0].returned) == (50, 50)


def test_a_budget_value_of_past_years() -> None:
    costs, points = [Fraction(900), Fraction(1100), Fraction(1200)], [Fraction(10), Fraction(11), Fraction(12)]
    assert budget_point_value(costs, points, [Fraction(w) for w in (1, 2, 7)]) == Fraction(11500, 116)


def test_shares_that_make_no_whole_leave_the_rest() -> None:
    third = Fraction(1, 3)
    assert split_budget(100, {"a": third, "b": third}) == {"a": 33, "b": 33}
    assert split_budget(100, {"a": third, "b": 2 * third}) == {"a": 33, "b": 67}


def test_profit_by_group_and_what_stands_out(tmp_path: Path) -> None:
    rules = rules_of(tmp_path, DIP, FUND)
    cases = [case(f"S{h}{n:03d}", 100, 1000, f"H{h}", days=8) for h in range(3) for n in range(60)]
    for one in cases[:30]:
        one.update(total_fee=400, fund=400)  # low, in H0
    found = cleared(rules, cases, 300_000)
    (group,) = by_group(found).items()
    assert group[0] == "A"
    assert group[1].profit == 300_000 - 150 * 1000 - 30 * 400
    told = indicators(found)
    assert [(one.institution, one.name, one.above, one.below) for one in standing_out(told)] == [
        ("H0", "low_outliers", 30, 60)
    ]
    cost = {one.institution: one.value for one in told if one.name == "cost_index"}
    assert cost["H0"] < 1 < cost["H1"] == cost["H2"]
    assert {one.value / one.base for one in told if one.name == "case_mix"} == {1}
    assert {one.value for one in told if one.name == "time_index"} == {1}
    assert indicators(cleared(rules, [case("S", 0)], 5000)) == []
