"""The shared vectors: each published example, formula and fact, by the code that pays."""

import json
from collections.abc import Callable
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from tests.engines.payment.declared import paths, pay, rules_of, settlement
from tests.engines.payment.stage import year
from tongchou.engines.payment.analysis import profit
from tongchou.engines.payment.formula import figure
from tongchou.engines.payment.others import capitation
from tongchou.engines.payment.pools import settlement_point_value
from tongchou.engines.payment.sharing import share
from tongchou.engines.payment.weights import cost_coefficient, relative_weight, weighted_mean
from tongchou.ground.region.clearing_kinds import HospitalFactor
from tongchou.ground.region.clearing_money import Prepayment, Sharing

pytestmark = pytest.mark.shared
ELSEWHERE = {"dip-key-1"}
"""The key of a DIP group belongs to its catalogue."""
DIP = "routes: [{method: dip, setting: inpatient}]"
DRG = "routes: [{method: drg_points, setting: inpatient}]"
FLAT = "bands.drg_points: [{status: normal, factor: 1}]"


def exact(value: Any) -> Fraction:
    return Fraction(str(value))


def items(shared: Path) -> dict[str, Any]:
    return {item["id"]: item for item in json.loads((shared / "examples" / "payment.json").read_text("utf-8"))}


def test_all_are_here(shared: Path) -> None:
    assert items(shared).keys() == TESTS.keys() | ELSEWHERE


def point_value(given: Any, expected: Any, folder: Path) -> None:
    fund = exact(given.get("fund_for_dip", given.get("fund_budget"))) - exact(given.get("reserve", 0))
    points = exact(given.get("sum_points", given.get("total_points")))
    value = settlement_point_value(fund, exact(given.get("payment_ratio", 1)), points)
    assert value == exact(expected["settlement_point_value"])


def deviation(given: Any, expected: Any, folder: Path) -> None:
    case = settlement(
        total_fee=int(exact(given["total_cost"]) * 100), group="A", base_points=given["disease_points"],
        reference_mean=given["prev_year_same_level_avg"] * 100,
    )  # fmt: skip
    found = pay(rules_of(folder, DIP), case)
    assert (paths(found), found.points.tolist()) == (
        [expected["cls"]],
        [int(exact(expected["case_points"]) * 10_000)],
    )


def typical(given: Any, expected: Any, folder: Path) -> None:
    """Typical sizes: kept as they are written, with a price of one yuan a fact about money."""
    for points in expected.values():
        case = settlement(total_fee=points * 100, group="A", base_points=points, reference_mean=points * 100)
        assert pay(rules_of(folder, DIP), case).points.tolist() == [points * 10_000]


def surplus(given: Any, expected: Any, folder: Path) -> None:
    found = share(None, given["points"] * given["point_value"] * 100, given["cost"] * 100)
    assert (found.surplus, found.kept) == (expected["hospital_surplus"] * 100,) * 2


def drg_standards(given: Any, expected: Any, folder: Path) -> None:
    """Three standards of a city as fixed prices: weight 1 at the rate pays the standard."""
    for standard in expected.values():
        said = (f"rate: {{price: {standard}元, fund: all}}", "bands.drg_rate: [{status: normal, factor: 1}]")
        rules = rules_of(folder, "routes: [{method: drg_rate, setting: inpatient}]", *said)
        found = pay(rules, settlement(total_fee=1, group="A", base_points=1))
        assert found.money.tolist() == [standard * 100]


def weight(given: Any, expected: Any, folder: Path) -> None:
    group, everybody = exact(given["group_avg"]), exact(given["all_avg"])
    assert relative_weight(group, everybody, 1000) == exact(expected["points_x1000"])
    assert relative_weight(group, everybody) == exact(expected["points_ratio"])


def year_weights(given: Any, expected: Any, folder: Path) -> None:
    assert weighted_mean([exact(c) for c in given["costs"]], [exact(w) for w in given["weights"]]) == exact(
        expected["weighted_avg"]
    )
    (national,) = (p for p in rules_of(folder).provisions.values() if p.address == "year_weights.catalogue")
    assert [int(w) for w in national.raw] == given["weights"]


def case_amount(given: Any, expected: Any, folder: Path) -> None:
    case = settlement(
        total_fee=100, group="A", base_points=given["disease_points"], reference_mean=100, auxiliary=given["aux_factor"]
    )
    rules = rules_of(folder, DIP, f"price.dip: {{form: fixed, fixed: {given['point_price']}元}}",
                     "hospital_factor: {combine: given, decimals: 4}")  # fmt: skip
    found = pay(rules, case, institutions=[{"institution": "H1", "factor": given["hospital_factor"]}])
    points = Fraction(int(found.points[0]), 10_000)
    assert points == exact(expected["case_points"])
    assert points * given["point_price"] == exact(expected["amount"])
    assert rules.get("hospital_factor", HospitalFactor)


def anhui(given: Any, expected: Any, folder: Path) -> None:
    """The bounds are in the bands: exactly 0.4 is low, exactly 2.5 high."""
    low, high = (exact(expected[key].strip("<>=x")) for key in ("low", "high"))
    said = f"[{{status: low, upto: {low}, factor: ratio}}, {{status: normal, below: {high}, factor: 1}}, " \
        f"{{status: high, factor: ratio - {high} + 1}}]"  # fmt: skip
    rules = rules_of(folder, DIP, f"bands.dip: {said}")
    for ratio, status in (
        (low, "low"),
        (low + exact("0.0001"), "normal"),
        (high - exact("0.0001"), "normal"),
        (high, "high"),
    ):
        case = settlement(total_fee=int(ratio * 1_000_000), group="A", base_points=100, reference_mean=1_000_000)
        assert paths(pay(rules, case)) == [status]


def profit_mean(given: Any, expected: Any, folder: Path) -> None:
    whole = given["total_profit"]
    found = profit(given["cases"], int(exact(whole) * 100), 0)
    assert round(found.mean * 100 / 100) == int(exact(expected["avg_profit"]) * 100)


def profit_rate(given: Any, expected: Any, folder: Path) -> None:
    income = int((exact(given["avg_cost"]) * given["cases"] + exact(given["total_profit"])) * 100)
    found = profit(given["cases"], income, int(exact(given["avg_cost"]) * given["cases"] * 100))
    assert found.rate is not None
    assert round(found.rate * 10_000) == int(exact(expected["profit_rate_pct"]) * 100)


ZHEJIANG = (
    DRG,
    "bands.drg_points: [{status: low, upto: 40%, factor: ratio}, {status: low, upto: 80%, factor: ratio + 20%},"
    " {status: normal, factor: 1}]",
    "path.incomplete: {pays: group, factor: ratio, at_most: 100%}",
    "readmission: {within: 15, where: region, factor: 50%, exempt: [放疗, 化疗]}",
)


def low_band(given: Any, expected: Any, folder: Path) -> None:
    case = settlement(total_fee=int(exact(given["cost_ratio"]) * 100), group="A", base_points=given["base_points"],
                      reference_mean=100)  # fmt: skip
    found = pay(rules_of(folder, *ZHEJIANG), case)
    assert found.points.tolist() == [int(exact(expected["case_points_before_diff_coef"]) * 10_000)]


def incomplete(given: Any, expected: Any, folder: Path) -> None:
    case = settlement(
        total_fee=given["cost"] * 100, group="A", base_points=given["base_points"], completed=False,
        reference_mean=given["group_avg"] * 100, difference=given["diff_coef"],
    )  # fmt: skip
    found = pay(rules_of(folder, *ZHEJIANG), case)
    assert (paths(found), found.points.tolist()) == (["incomplete"], [int(exact(expected["case_points"]) * 10_000)])
    dear = pay(rules_of(folder, *ZHEJIANG), {**case, "total_fee": 2_000_000, "fund": 2_000_000})
    assert dear.points.tolist() == [given["base_points"] * 10_000]


def readmitted(given: Any, expected: Any, folder: Path) -> None:
    one = settlement(total_fee=100, group="A", base_points=given["first_points"], reference_mean=100)
    on = one["discharged_on"] + timedelta(given["days_to_readmission"])
    two = {**one, "settlement_id": "S2", "admitted_on": on, "discharged_on": on + timedelta(3)}
    rules = rules_of(folder, *ZHEJIANG)
    found = pay(rules, one, two)
    whole = int(exact(given["first_points"]) * 10_000)
    assert found.points.tolist() == [int(exact(expected["first_points_after"]) * 10_000), whole]
    assert paths(found) == ["readmission", "normal"]
    assert pay(rules, {**one, "care": "化疗"}, {**two, "care": "化疗"}).points.tolist() == [whole, whole]
    late = {**two, "admitted_on": one["discharged_on"] + timedelta(16), "discharged_on": date(2026, 6, 1)}
    assert pay(rules, one, late).points.tolist() == [whole, whole]


def per_diem_points(given: Any, expected: Any, folder: Path) -> None:
    rules = rules_of(folder, DRG, f"day_points.精神: {{points: {exact(given['perdiem_points'])}}}")
    found = pay(rules, settlement(total_fee=100, care="精神", days=given["days"]))
    assert (paths(found), found.points.tolist()) == (["day_points"], [int(exact(expected["case_points"]) * 10_000)])


def zhejiang_facts(given: Any, expected: Any, folder: Path) -> None:
    """Written as declarations: at least so much prepaid, groups of fewer cases reviewed."""
    share = exact(expected["monthly_prepay_min"])
    rules = rules_of(
        folder, DRG, FLAT, f"few_cases: {{below: {expected['special_review_min_cases']}}}",
        "path.few_cases: {pays: cost, review: needed}",
        f"prepayment: {{share: {share}, deposit: 5%, clearing_reserve: 0%, revolving: 0%, over_limit: deferred}}",
    )  # fmt: skip
    assert figure(rules.need("prepayment", Prepayment).share) == share
    cases = [
        settlement(settlement_id=f"S{n}", total_fee=7, group="A", base_points=1, reference_mean=7) for n in range(5)
    ]
    assert paths(pay(rules, *cases)) == ["normal"] * 5
    few = pay(rules, *cases[:4])
    assert (paths(few), few.review.tolist(), few.money.tolist()) == (["few_cases"] * 4, [True] * 4, [7] * 4)


def jinhua(given: Any, expected: Any, folder: Path) -> None:
    base = relative_weight(exact(given["group_avg"]), exact(given["city_avg"]), 100)
    coefficient = cost_coefficient(exact(given["hospital_group_avg"]), exact(given["group_avg"]))
    assert (base, coefficient) == (exact(expected["base_points"]), exact(expected["cost_coef"]))
    assert cost_coefficient(None, exact(1)) == 1
    case = settlement(total_fee=900_000, group="A", base_points=base, reference_mean=900_000, difference="1.1")
    assert pay(rules_of(folder, DRG, FLAT), case).points.tolist() == [int(exact(expected["case_points"]) * 10_000)]


def drg_fund(given: Any, expected: Any, folder: Path) -> None:
    rules = rules_of(
        folder, "routes: [{method: drg_rate, setting: inpatient}]", "bands.drg_rate: [{status: normal, factor: 1}]",
        f"rate: {{price: {given['drg_standard']}元, fund: ratio}}",
    )  # fmt: skip
    own = {name: given[name] * 100 for name in ("full_self_pay", "first_self_pay", "deductible")}
    found = pay(rules, settlement(total_fee=1_000_000, group="A", base_points=1, fund_ratio=given["fund_ratio"], **own))
    assert found.money.tolist() == [int(exact(expected["fund_pay"]) * 100)]
    nothing = pay(rules, settlement(total_fee=1, group="A", base_points=0, fund_ratio=1, status="grouped"))
    assert nothing.money.tolist() == [1]  # no weight: at cost


def outliers(given: Any, expected: Any, folder: Path) -> None:
    """Extremely high beyond 3 × at tertiary and 2 × at secondary hospitals: paid by service."""
    high = f"{{by level: {{三级: {int(expected['high_tertiary'])}, 二级: {int(expected['high_secondary'])}}}}}"
    rules = rules_of(
        folder, "routes: [{method: drg_rate, setting: inpatient}]", "rate: {price: 10000元, fund: all}",
        f"bands.drg_rate: [{{status: normal, upto: {high}, factor: 1}}, {{status: extremely_high, factor: ratio}}]",
    )  # fmt: skip
    for level, most in (("三级", 3), ("二级", 2)):
        at = {"institutions": [{"institution": "H1", "level": level}]}
        within = settlement(total_fee=most * 1_000_000, group="A", base_points=1)
        beyond = settlement(total_fee=most * 1_000_000 + 1, group="A", base_points=1)
        assert pay(rules, within, **at).money.tolist() == [1_000_000]
        found = pay(rules, beyond, **at)
        assert (paths(found), found.money.tolist()) == (["extremely_high"], [most * 1_000_000 + 1])
    for deposit in (expected["quality_deposit_usual"], expected["quality_deposit_monthly_some"]):
        cash = "clearing_reserve: 0%, revolving: 0%, over_limit: paid"
        said = f"prepayment: {{share: 100%, deposit: {exact(deposit)}, {cash}}}"
        assert figure(rules_of(folder, DIP, said).need("prepayment", Prepayment).deposit) == exact(deposit)


TAICANG = (
    "sharing.quota: {surplus: [{pays: 30%}], surplus_at_most: 3%, no_surplus_above: 1.8%,"
    " overrun: [{upto: 20%, pays: 50%}, {pays: 0%}]}"
)


def quota(given: Any, expected: Any, folder: Path) -> None:
    said = rules_of(folder, DIP, TAICANG).need("sharing.quota", Sharing)
    standard, charged = given["quota"] * 100, given["actual"] * 100
    found = share(said, standard, charged, indicator=exact("0.018"))
    earned = charged + found.kept if charged <= standard else standard + found.shared
    assert earned == expected["fund_total"] * 100
    assert max(charged - earned, 0) == expected["hospital_bears"] * 100
    assert share(said, 1_000_000, 900_000, indicator=exact("0.0181")).kept == 0
    assert share(said, 1_000_000, 1_500_000).shared == 100_000


def per_head(given: Any, expected: Any, folder: Path) -> None:
    rules = rules_of(folder, DIP, f"capitation.签约: {{fee: {given['fee']}元}}")
    signed = [
        {"institution": "H1", "scheme": "resident", "package": "签约", "month": f"2026-{m + 1:02d}",
         "persons": given["signed"]} for m in range(given["months"])
    ]  # fmt: skip
    budget = [{"scheme": "resident", "amount": 0}]
    nobody = {"settlements": [], "institutions": [{"institution": "H1"}], "budget": budget, "signed": signed}
    assert list(capitation(rules, year(nobody), "half_up").values()) == [expected["amount"] * 100]


def ningde(given: Any, expected: Any, folder: Path) -> None:
    """No deductible, and a ratio for city and county staff that arrives with the case."""
    rules = rules_of(
        folder,
        "routes: [{method: per_diem, setting: inpatient}]",
        "per_diem.精神: {phases: [{price: 100元}], fund: ratio}",
    )
    for share_ in (expected["reimb_city_staff"], expected["reimb_county_staff"]):
        case = settlement(total_fee=1, care="精神", days=10, fund_ratio=share_, deductible=expected["deductible"])
        assert pay(rules, case).money.tolist() == [int(exact(share_) * 100_000)]


TESTS: dict[str, Callable[[Any, Any, Path], None]] = {
    "dip-point-value-1": point_value,
    "dip-settle-point-1": point_value,
    "dip-points-typical": typical,
    "points-2": surplus,
    "drg-std-1": drg_standards,
    "dip-deviation-1": deviation,
    "dip-deviation-3": deviation,
    "dip-deviation-5": deviation,
    "dip-deviation-6": deviation,
    "dip-rw-1": weight,
    "dip-year-weights-1": year_weights,
    "dip-case-1": case_amount,
    "dip-thresholds-anhui": anhui,
    "kpi-profit-1": profit_mean,
    "kpi-profit-2": profit_rate,
    "zj-low-band-1": low_band,
    "zj-low-band-2": low_band,
    "zj-incomplete-1": incomplete,
    "zj-readmit-1": readmitted,
    "zj-perdiem-1": per_diem_points,
    "zj-facts": zhejiang_facts,
    "jinhua-1": jinhua,
    "drg-fund-1": drg_fund,
    "drg-outlier-facts": outliers,
    "quota-1": quota,
    "quota-2": quota,
    "capitation-1": per_head,
    "perdiem-facts": ningde,
}


@pytest.mark.parametrize("name", TESTS)
def test_vector(name: str, shared: Path, tmp_path: Path) -> None:
    item = items(shared)[name]
    TESTS[name](item["given"], item["expected"], tmp_path)
