"""What stands out where DRG pays: complications coded too often, short cheap stays, stays that were split; beside DIP
in one year, too. The cases are planted."""

from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from tests.engines.grouping.stage import ninghe
from tests.engines.payment.declared import rules_of, settlement
from tests.engines.payment.test_methods import cleared
from tongchou.engines.grouping.divided import divided
from tongchou.engines.payment import Cleared
from tongchou.engines.payment.analysis import Indicator, indicators, standing_out
from tongchou.engines.payment.upcoding import NAME, complications

POINTS = (
    "routes: [{method: drg_points, setting: inpatient}]", "price.drg_points: {form: settlement, basis: fund}",
    "bands.drg_points: [{status: normal, factor: 1}]",
    "readmission: {within: 15, where: institution, factor: 50%}",
)  # fmt: skip
RATE = (
    "routes: [{method: drg_rate, setting: inpatient}]", "rate: {price: 5000元, fund: all}",
    "bands.drg_rate: [{status: normal, factor: 1}]",
    "readmission: {within: 15, where: institution, factor: 50%}",
)  # fmt: skip
BOTH = (
    "routes: [{method: dip, setting: inpatient, care: [dip]}, {method: drg_points, setting: inpatient}]",
    "split.inpatient: {methods: {drg_points: 50%}}", "price.dip: {form: settlement, basis: fund}",
    "bands.dip: [{status: normal, factor: 1}]", *POINTS[1:],
)  # fmt: skip
WEIGHTS = {"ES11": "2.8", "ES13": "2.3", "ES15": "1.9", "HC13": "3.2", "HC15": "2.6", "FR15": "1.7"}
HOSPITALS = ("H0", "H1", "H2")


def case(name: str, group: str, institution: str, **said: Any) -> dict[str, Any]:
    plain = {"group": group, "base_points": WEIGHTS.get(group, "700"), "reference_mean": 1000, "total_fee": 1000}
    return settlement(settlement_id=name, institution=institution, **{"days": 8, "person": name, **plain, **said})


def lungs(institution: str, complicated: int, of: int, group: str = "ES11") -> list[dict[str, Any]]:
    """So many cases of an ADRG, some of them with a complication."""
    plain = {"ES11": "ES15", "HC13": "HC15"}[group]
    return [case(f"{institution}{group}{n:03d}", group if n < complicated else plain, institution) for n in range(of)]


def found(tmp_path: Path, cases: list[dict[str, Any]], said: tuple[str, ...] = POINTS) -> Cleared:
    return cleared(rules_of(tmp_path, *said), cases, 900_000)


def coded(of: Cleared, **more: Any) -> list[Indicator]:
    return complications(of, divided(ninghe().scheme), **more)


def told(found: list[Indicator]) -> list[tuple[str, str, str]]:
    return [(one.institution, one.name, one.group) for one in standing_out(found)]


def test_the_groups_that_complications_divide() -> None:
    """FR1 is divided by MCC, then by days; an ADRG of one group is not divided, nor one by intensive care alone."""
    rows = {row["drg"]: (row["adrg"], row["complicated"]) for row in divided(ninghe().scheme).to_pylist()}
    assert {drg: kind for drg, (adrg, kind) in rows.items() if adrg in ("ES1", "FR1")} == {
        "ES11": True, "ES13": True, "ES14": False, "ES15": False, "FR11": True, "FR13": False, "FR15": False,
    }  # fmt: skip
    assert "GD13" in rows
    assert {"AB19", "ER11", "ZC11"}.isdisjoint(rows)


@pytest.mark.parametrize("said", [POINTS, RATE])
def test_who_codes_complications_too_often(tmp_path: Path, said: tuple[str, ...]) -> None:
    cases = [*lungs("H0", 30, 40), *lungs("H1", 8, 40), *lungs("H2", 9, 40), *lungs("H0", 4, 25, "HC13")]
    cases += [*lungs("H1", 4, 25, "HC13"), case("H0x", "FR15", "H0")]
    of = coded(found(tmp_path, cases, said))
    assert told(of) == [("H0", NAME, "ES1"), ("H0", NAME, "")]
    by = {(one.institution, one.group): one for one in of}
    first = by["H0", "ES1"]
    assert (first.above, first.below, first.base_above, first.base_below) == (30, 40, 17, 80)
    assert first.baseline == "level 三级"
    # 34 of 65 in all; as many cases of its peers would have 40 × 17/80 + 25 × 4/25
    whole = by["H0", ""]
    assert (whole.above, whole.below, whole.base) == (34, 65, Fraction(25, 2) / 65)
    assert (by["H1", "ES1"].stands_out, by["H1", "HC1"].value) == (False, Fraction(4, 25))


def test_few_cases_say_nothing(tmp_path: Path) -> None:
    cases = [*lungs("H0", 19, 19), *lungs("H1", 0, 40), *lungs("H2", 0, 40)]
    of = coded(found(tmp_path, cases))
    assert {one.institution for one in of} == {"H1", "H2"}
    assert told(of) == []
    assert told(coded(found(tmp_path, cases), least=19)) == [("H0", NAME, "ES1"), ("H0", NAME, "")]
    # one case beside none of twenty is no news, nor is any share without peers of the level
    assert told(coded(found(tmp_path, [*lungs("H0", 1, 20), *lungs("H1", 0, 20)]))) == []
    assert coded(found(tmp_path, lungs("H0", 20, 40))) == []


def test_small_excesses_of_many_groups_add_up(tmp_path: Path) -> None:
    """In neither ADRG beyond chance, in both together."""
    cases = [*lungs("H0", 16, 30), *lungs("H0", 16, 30, "HC13")]
    for at in ("H1", "H2"):
        cases += [*lungs(at, 7, 30), *lungs(at, 7, 30, "HC13")]
    assert told(coded(found(tmp_path, cases))) == [("H0", NAME, "")]


def test_dip_has_no_such_groups(tmp_path: Path) -> None:
    said = ("routes: [{method: dip, setting: inpatient}]", "price.dip: {form: settlement, basis: fund}",
            "bands.dip: [{status: normal, factor: 1}]")  # fmt: skip
    assert coded(found(tmp_path, [*lungs("H0", 30, 40), *lungs("H1", 0, 40)], said)) == []


@pytest.mark.parametrize("said", [POINTS, RATE, BOTH])
def test_low_threshold_and_split_stays(tmp_path: Path, said: tuple[str, ...]) -> None:
    """H0 has short stays in the cheapest group; H1 sends people home and takes them in again. Beside DRG the cheapest
    groups of DIP, whose points are hundreds, are seen as well: H2 has them."""
    cases = []
    for at in HOSPITALS:
        cases += lungs(at, 10, 60) + lungs(at, 10, 30, "HC13")
        cases += [case(f"{at}F{n:03d}", "FR15", at, days=2 if at == "H0" else 9) for n in range(20)]
        # short, and dear: in no way a low threshold
        cases += [case(f"{at}S{n:03d}", "HC15", at, days=2) for n in range(20)]
        if said == BOTH:
            cheap = {"base_points": "200", "days": 1 if at == "H2" else 9}
            cases += [case(f"{at}D{n:03d}", "A", at, care="dip", days=1) for n in range(60)]
            cases += [case(f"{at}E{n:03d}", "B", at, care="dip", **cheap) for n in range(20)]
    for n in range(20):
        left = date(2026, 3, 1)
        again = {"admitted_on": left + timedelta(3), "discharged_on": left + timedelta(9), "person": f"P{n}"}
        cases.append(case(f"H1R{n:03d}", "ES15", "H1", discharged_on=left, person=f"P{n}"))
        cases.append(case(f"H1T{n:03d}", "ES15", "H1", **again))
    told = [(one.institution, one.name) for one in standing_out(indicators(found(tmp_path, cases, said)))]
    dip = [("H2", "low_threshold")] if said == BOTH else []
    assert told == [("H0", "low_threshold"), *dip, ("H1", "split_stays")]


def test_case_mix_of_each_method_by_itself(tmp_path: Path) -> None:
    """A hospital with more DIP cases than another is not the one with the harder cases."""
    cases = [*lungs("H0", 0, 10), *lungs("H1", 0, 20)]
    cases += [case(f"H0D{n}", "A", "H0", care="dip") for n in range(20)]
    cases += [case(f"H1D{n}", "A", "H1", care="dip") for n in range(10)]
    told = indicators(found(tmp_path, cases, BOTH))
    mix = [(one.institution, one.value / one.base) for one in told if one.name == "case_mix"]
    assert mix == [("H0", 1), ("H1", 1), ("H0", 1), ("H1", 1)]
    assert {one.below for one in told if one.name == "severity_coded"} == {10, 20}
