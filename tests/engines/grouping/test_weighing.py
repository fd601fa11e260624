"""Measured weights: against an oracle with fractions, whatever the order of the cases; what is declared, and what is
refused."""

import csv
import json
import random
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from tests.engines.grouping.stage import NINGHE, ninghe
from tests.engines.grouping.weighing_oracle import One, weights
from tongchou.engines.grouping.load import load_scheme
from tongchou.engines.grouping.weighing import Weights, weigh
from tongchou.engines.grouping.weight_files import write_weights
from tongchou.engines.grouping.weighting import SETTINGS, Declared, load_weighting
from tongchou.engines.grouping.weights import weight_of
from tongchou.ground.errors import ProblemError
from tongchou.ground.money import round_ratio

ADRGS = {rule.drg: node.adrg for node in ninghe().nodes for rule in node.rules}
ADRGS = dict(sorted((ADRGS | {node.adrg: node.adrg for node in ninghe().nodes}).items()))
"""Ninghe's groups, and the ADRGs that a case falls into where none of the rules holds."""


def declared(folder: Path, given: str = "", **said: str) -> Declared:
    """A declaration over the national one; whatever it says is a reading."""
    said = {"years": "[2023, 2024, 2025]"} | ({"given": "given.csv"} if given else {}) | said
    cites = "".join(f"  {key}: 读法\n" for key in said if key in SETTINGS)
    lines = "".join(f"{key}: {value}\n" for key, value in said.items())
    folder.mkdir(exist_ok=True)
    head = "base: national\ntitle: 试\nsource: 试\nevidence: fictional\n"
    (folder / "weights.yaml").write_text(f"{head}{lines}cites:\n{cites}", "utf-8")
    (folder / "given.csv").write_text(f"drg,weight,why\n{given}", "utf-8")
    return load_weighting(folder)


def measured(of: Declared, cases: list[One], shuffle: int = 0) -> Weights:
    """Cases in any order, groups in another."""
    numbered = [(f"d{at}", one) for at, one in enumerate(cases)]
    random.Random(shuffle).shuffle(numbered)
    table = pa.table(
        {
            "discharge_id": [number for number, _ in numbered],
            "year": pa.array([one.year for _, one in numbered], pa.int64()),
            "total_fee": pa.array([one.fee for _, one in numbered], pa.int64()),
            "days": pa.array([one.days for _, one in numbered], pa.int64()),
        }
    )
    told = sorted(numbered, key=lambda pair: pair[0])
    groups = {
        "index": [number for number, _ in told],
        "status": ["分组成功" if one.drg else "无法入组" for _, one in told],
        "drg": [one.drg or "0000" for _, one in told],
    }
    return weigh(of, ninghe().scheme, table, pa.table(groups))


def drawn(chance: random.Random, count: int) -> list[One]:
    """Cases of some ADRGs, many of one group and few of another, of years within and without, costs far apart."""
    chosen = {"ES1", "AB1", *chance.sample(sorted(set(ADRGS.values())), 6)}
    known = [*(drg for drg, adrg in ADRGS.items() if adrg in chosen), ""]
    odds = [chance.choice([0, 1, 1, 2, 20, 60]) for _ in known[:-1]] + [10]
    found = []
    for _ in range(count):
        drg = chance.choices(known, odds)[0]
        base = 100_000 + 40_000 * (len(drg) and sum(map(ord, drg)) % 40)
        fee = base * chance.choice([1, 1, 1, 2, 3, 30]) // chance.choice([1, 1, 2, 7]) + chance.randrange(9_999)
        found.append(One(chance.choice([2022, 2023, 2024, 2025, 2025]), drg, fee, chance.choice([None, 1, 3, 7, 40])))
    return found


CHOICES: tuple[dict[str, str], ...] = (
    {},
    {"weighting": "cases", "overall": "kept", "trimming": "{percentiles: [5%, 95%]}", "cases": "9"},
    {"trimming": "{quartiles: 3/2}", "scale": "{to: cases, of: all}", "few": "[adrg]"},
    {"trimming": "{interval: {share: 80%, of: cost and days}}", "scale": "{to: cases, of: last}", "few": "[siblings]"},
    {"variation": "{limit: 300%, above: few}", "scale": "{to: cases, of: all}", "few": "[given, siblings, adrg]"},
    {"variation": "{limit: 200%, above: few}", "few": "[siblings, given]", "year_weights": "[2, 3, 5]"},
    {"few": "[adrg, siblings]", "cases": "12", "decimals": "6", "rounding": "down"},
)


@pytest.mark.parametrize("said", CHOICES, ids=str)
@pytest.mark.parametrize("seed", range(4))
def test_as_the_oracle_in_any_order(tmp_path: Path, said: dict[str, str], seed: int) -> None:
    cases = drawn(random.Random(seed), 400)
    of = declared(tmp_path, "ES11,2.5,专家\nAB19,28.5,专家\n" if "given" in said.get("few", "") else "", **said)
    made = measured(of, cases)
    expected = weights(of, ADRGS, cases)
    decimals, mode = of.said.decimals, of.said.rounding
    found = {one.drg: (one.how, one.weight) for one in made.groups if one.how}
    assert found == {
        drg: (how, round_ratio(w.numerator * 10**decimals, w.denominator, mode=mode))
        for drg, (how, w) in expected.items()
    }
    assert measured(of, cases, shuffle=seed + 1) == made
    assert {one.drg for one in made.groups} == set(ADRGS)
    if of.said.scale.to == "cases":
        last = of.said.scale.of == "last"
        over = {one.drg: one.cases[-1] if last else sum(one.cases) for one in made.groups}
        # exactly the cases before rounding, and within half a unit for each case after it
        assert sum(over[drg] * weight for drg, (_, weight) in expected.items()) == made.cases
        assert abs(Fraction(made.summed, 10**decimals) - made.cases) <= Fraction(made.cases, 2 * 10**decimals)
    counted = made.counted
    assert counted["outside"] == sum(one.year == 2022 for one in cases)
    assert sum(n for how, n in counted.items() if how.startswith(("weighed", "unweighed"))) == counted["grouped"]


def test_a_benchmark(tmp_path: Path) -> None:
    cases = [One(2025, "ES15", 500_000, 5)] * 5 + [One(2025, "GS15", 250_000, 5)] * 5
    of = declared(tmp_path, scale="{to: benchmark, benchmark: ES15}", few="[]")
    found = {one.drg: one.weight for one in measured(of, cases).groups if one.how}
    assert found == {"ES15": 10_000, "GS15": 5_000}
    with pytest.raises(ProblemError, match="D161"):
        measured(of, cases[5:])


def test_a_large_group_to_the_last_unit(tmp_path: Path) -> None:
    """Sums beyond a float's whole numbers."""
    fee = 98_765_432_101
    cases = [One(2025, "ES15", fee + at % 3, 1) for at in range(30_000)] + [One(2025, "GS15", fee, 1)] * 5
    of = declared(tmp_path, decimals="6", scale="{to: cases, of: all}")
    expected = weights(of, ADRGS, cases)["GS15"][1]
    assert {one.drg: one.weight for one in measured(of, cases).groups}["GS15"] == round(expected * 10**6)


def test_the_folder(tmp_path: Path) -> None:
    """Its table is one that a scheme reads, with the weights from the declared day on."""
    of = declared(tmp_path / "said", valid_from="2026-07-01", few="[]")
    cases = [One(2023 + at % 3, "ES15", 500_000 + at, 4 + at % 2) for at in range(6)] + [One(2025, "GS15", 9, None)]
    out = tmp_path / "out"
    out.mkdir()
    manifest = write_weights(measured(of, cases), ninghe().scheme, out)
    assert manifest == json.loads((out / "manifest.json").read_text("utf-8"))
    assert (manifest["weighed"], manifest["scheme"], manifest["cases"]["unweighed"]) == (1, "ninghe_drg", 1)
    for file in NINGHE.iterdir():
        if file.name != "drg_weight.csv":
            (tmp_path / "scheme").mkdir(exist_ok=True)
            (tmp_path / "scheme" / file.name).write_bytes(file.read_bytes())
    (tmp_path / "scheme" / "drg_weight.csv").write_bytes((out / "drg_weight.csv").read_bytes())
    (kept,) = weight_of(load_scheme(tmp_path / "scheme").weights).values()
    assert (kept.drg, kept.average_cost, kept.average_stay, kept.level, str(kept.valid_from)) == (
        "ES15", 500_003, "4.50", "", "2026-07-01",
    )  # fmt: skip
    rows = {row["drg"]: row for row in csv.DictReader((out / "weighing.csv").read_text("utf-8").splitlines())}
    assert (rows["ES15"]["by_year"], rows["ES15"]["how"], rows["ES15"]["before"]) == ("2|2|2", "own", "1.9080")
    assert Decimal(rows["ES15"]["difference"]) == Decimal(rows["ES15"]["weight"]) - Decimal("1.9080")
    assert (rows["GS15"]["weight"], rows["GS15"]["difference"], rows["GS15"]["stay"]) == ("", "", "")
    assert rows["ES1"]["before"] == ""


def test_the_shipped_declaration() -> None:
    """Every choice is cited; what a region chooses anew, by itself."""
    of = load_weighting(NINGHE)
    assert set(of.said.cites) == set(SETTINGS)
    assert of.given == {"AB19": "28.5000"}
    assert of.said.cites["trimming"].startswith("第三条")
    assert of.said.cites["cases"].startswith("浙江")


REFUSED: dict[str, tuple[str, dict[str, Any]]] = {
    "no years": ("R103", {"years": "x"}),
    "two weights for three years": ("D307", {"year_weights": "[1, 2]"}),
    "years that do not rise": ("D307", {"years": "[2025, 2024, 2023]"}),
    "a scale of cases of no years": ("D305", {"scale": "{to: cases}"}),
    "a benchmark that is not named": ("D305", {"scale": "{to: benchmark}"}),
    "weights to be given and none": ("D305", {"few": "[given]"}),
    "a key that there is not": ("R102", {"weight": "1"}),
    "a weight that is none": ("D106", {"few": "[given]", "given": "ES11,x,y\n"}),
    "a weight given twice": ("D112", {"few": "[given]", "given": "ES11,1,y\nES11,2,y\n"}),
    "a table of other columns": ("D104", {"few": "[given]", "given": "ES11\n"}),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_refused(tmp_path: Path, what: str) -> None:
    code, said = REFUSED[what]
    if what == "no years":
        (tmp_path / "weights.yaml").write_text("base: national\ntitle: 试\nsource: 试\nevidence: fictional\n", "utf-8")
        with pytest.raises(ProblemError, match=code):
            load_weighting(tmp_path)
        return
    with pytest.raises(ProblemError, match=code):
        declared(tmp_path, **said)


def test_what_no_declaration_is(tmp_path: Path) -> None:
    file = tmp_path / "weights.yaml"
    for code, text in (
        ("D131", "[]\n"),
        ("D306", "base: provincial\n"),
        ("D314", "base: national\ntitle: 试\nsource: 试\nevidence: fictional\nyears: [2025, 2026, 2027]\n"
                 "cites: {years: 一, x: 二}\n"),
        ("D141", "base: national\ntitle: 试\nsource: 试\nevidence: fictional\nyears: [2025, 2026, 2027]\ncases: 9\n"
                 "cites: {years: 一}\n"),
    ):  # fmt: skip
        file.write_text(text, "utf-8")
        with pytest.raises(ProblemError, match=code):
            load_weighting(file)


def test_cases_that_cannot_be_weighed(tmp_path: Path) -> None:
    of = declared(tmp_path, "ES15,3,专家\n", few="[given]", scale="{to: cases, of: all}", cases="6")
    one = One(2025, "ES15", 500_000, 5)
    with pytest.raises(ProblemError, match="D325"):
        measured(of, [one._replace(year=2020)])
    with pytest.raises(ProblemError, match="D325"):
        measured(of, [one._replace(drg="")])
    with pytest.raises(ProblemError, match="D107"):
        measured(of, [one, one._replace(drg="XX19")])
    with pytest.raises(ProblemError, match="D151"):
        measured(of, [one] * 5)
    with pytest.raises(ProblemError, match="D107"):
        measured(replace(of, given={"XX19": "1"}), [one])
    table = pa.table({"discharge_id": ["a"], "year": [2025], "total_fee": [1], "days": [1]})
    groups = pa.table({"index": ["a", "a"], "status": ["分组成功"] * 2, "drg": ["ES15"] * 2})
    with pytest.raises(ProblemError, match="D323"):
        weigh(of, ninghe().scheme, table, groups)
